"""The periodic work on vouchers, through the command: each thing is done on its day, and once."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command

from tests.conftest import NOW
from tests.domain.results.exam_files import table
from tests.domain.vouchers.builders import FND, KEYS, LAST_DAY, fill, issue, position, ready, reveal
from wins_xblocks import context
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.results import api as results
from wins_xblocks.domain.results.models import ExamFile, ExamFilePart
from wins_xblocks.domain.vouchers import acts, requests
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam, VoucherRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(monkeypatch, world):
    """``work(day)``: the command's answer on that day, by task; a second run changes no row and sends no mail."""
    moment = [NOW]
    monkeypatch.setattr(context, "now", lambda: moment[0])

    def once():
        told = io.StringIO()
        call_command("wins_periodic", "--force", stdout=told)
        return dict(line.split(": ", 1) for line in told.getvalue().splitlines())

    def on(at):
        moment[0] = at
        told = once()
        before = rows(), len(world.mails)
        once()
        assert (rows(), len(world.mails)) == before, "the second run did something"
        assert audit.broken() == []
        return told

    return on


def rows():
    models = (Voucher, VoucherExam, VoucherRequest, OutboxMessage, AuditEntry, ExamFile, ExamFilePart)
    return [list(model.objects.order_by("pk").values()) for model in models]


def mails(kind):
    return OutboxMessage.objects.filter(kind=kind).count()


def days_before_the_end(days):
    return Voucher.objects.latest("id").expires_at - timedelta(days=days)


def test_a_seen_voucher_is_reminded_of_three_times_and_ends_after_its_grace(work, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    reveal(learner.id)
    assert [work(days_before_the_end(days))["reminders of vouchers"] for days in (91, 90, 89, 30, 7, 1)] == [
        f"{count} reminders written" for count in (0, 1, 0, 1, 1, 0)
    ]
    assert mails("voucher_ends") == 3
    end = days_before_the_end(0)
    for days, seen in ((0, 0), (13, 0), (14, 1)):
        told = work(end + timedelta(days=days))["vouchers that end"]
        assert told == f"0 in the pool, 0 issued and {seen} seen vouchers ended"
    assert Voucher.objects.get().state == "expired"
    assert registration.places(learner.id, FND) == 0, "a seen code uses its place up"


def test_an_unseen_voucher_ends_on_its_day_and_its_learner_is_first_in_the_queue(work, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    told = work(days_before_the_end(0))
    assert told["vouchers that end"] == "0 in the pool, 1 issued and 0 seen vouchers ended"
    assert (mails("voucher_ended"), registration.places(learner.id, FND)) == (1, 1)
    now = context.now()
    assert position(learner.id, now=now).place_in_queue == 1
    new = LAST_DAY + timedelta(days=400)
    fill(start=9, last_day=new, now=now)
    assert position(learner.id, now=now).state == "issued"


def test_few_codes_are_told_of_once_for_each_time_the_line_is_crossed(work):
    fill(3)
    assert work(NOW)["low stock"] == "1 pools with few codes left told of"
    assert work(NOW + timedelta(days=1))["low stock"] == "0 pools with few codes left told of"
    fill(20, start=50)
    work(NOW + timedelta(days=2))
    for row in Voucher.objects.order_by("id")[:5]:
        acts.cancel_voucher(row.id, "Wrong order", 1, context.programme(), context.now())
    assert work(NOW + timedelta(days=3))["low stock"] == "1 pools with few codes left told of"
    assert mails("pool_low") == 2


def test_a_request_whose_day_is_over_is_told_of_once(work, learner):
    ready(learner.id)
    asked = requests.ask(learner.id, FND, "reader", "", context.programme(), NOW)
    over = NOW + (asked.deadline - NOW.date()) + timedelta(days=1)
    assert work(over - timedelta(days=1))["overdue requests"] == "0 overdue requests told of"
    assert work(over)["overdue requests"] == "1 overdue requests told of"
    assert work(over + timedelta(days=9))["overdue requests"] == "0 overdue requests told of"
    assert mails("request_overdue") == 1


def test_a_voucher_given_for_a_code_that_was_used_waits_for_a_person_however_often_the_work_is_done(work, learner):
    ready(learner.id)
    fill(2)
    issue(learner.id)
    code = reveal(learner.id)
    before = position(learner.id).voucher.id
    new = acts.replace(before, "not_readable", "Smudged", 1, context.programme(), NOW)
    _take(table({"Voucher": code}), NOW)
    work(NOW + timedelta(days=1))
    [left] = results.left_open()
    assert (left.before, left.voucher_id, left.learner_id) == (before, new, learner.id)
    assert Voucher.objects.get(id=new).state == "issued", "no task guesses"


def test_files_and_requests_go_when_their_time_is_over(work, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    _take(table({"Voucher": reveal(learner.id), "ExamDate": "2027/03/01 09:30:00"}), NOW)
    asked = requests.ask(learner.id, FND, "reader", "", context.programme(), NOW)
    requests.decide(asked.id, True, "Agreed", 990, NOW)
    days = context.programme().policies.keep_spans_days
    work(NOW + timedelta(days=days - 1))
    assert (ExamFilePart.objects.count(), VoucherRequest.objects.count()) == (1, 1)
    work(NOW + timedelta(days=days + 1))
    assert (ExamFilePart.objects.count(), VoucherRequest.objects.count()) == (0, 0)
    assert position(learner.id, now=context.now()).state == "passed", "the result stays"


def _take(text, now):
    zone, stream = context.programme().zone, io.BytesIO(text.encode())
    results.take_over(results.check(stream, "exam.dat", KEYS, zone, 990, now).file_id, KEYS, zone, 990, now)
