"""The periodic command: one at a time, each task in its period, a failure stops nothing and is tried again."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests.conftest import NOW
from tests.domain.study_time.entries import TERMS, decide, tell
from tests.domain.vouchers.builders import LAST_DAY, code, csv, fill, issue, position, ready, reveal
from tests.web.builders import joined, studied, tried
from wins_xblocks import context, hours, notices, periodic
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.data import Question
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.outbox import api as outbox
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.quiz import extra
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration import places, waivers
from wins_xblocks.domain.results import entries
from wins_xblocks.domain.schedule import api as schedule
from wins_xblocks.domain.study_time import strikes
from wins_xblocks.domain.vouchers import acts, bulk, marks, names, requests
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers.data import Name, Secret
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.platform import platform

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    moment = [NOW]
    monkeypatch.setattr(context, "now", lambda: moment[0])

    def forward(**by):
        moment[0] += timedelta(**by)

    return forward


def run(*options):
    told = io.StringIO()
    call_command("wins_periodic", *options, stdout=told)
    return told.getvalue()


def question(learner, token="token"):
    return cases.ask(Question(learner.id, "question", "s", "When?", token), NOW.date(), 10, NOW)


def test_it_says_what_each_task_did(clock):
    told = run()
    assert [line.split(":")[0] for line in told.splitlines()] == [task.name for task in periodic.TASKS]
    assert "messages: 0 sent, 0 failed" in told


def test_each_task_runs_in_its_own_period(clock):
    run()
    clock(minutes=5)
    told = [line.split(":")[0] for line in run().splitlines()]
    assert told == ["waiting learners", "jobs without a worker", "messages"]
    clock(minutes=5)
    assert "grade repair" in run()
    clock(days=1)
    assert len(run().splitlines()) == len(periodic.TASKS)


def test_everything_runs_when_it_is_told_to(clock):
    run()
    assert len(run("--force").splitlines()) == len(periodic.TASKS)


def test_a_second_process_does_nothing(clock, learner, world):
    question(learner)
    token = schedule.take_lease(NOW)
    assert run() == "Another process runs the periodic work. Nothing was done.\n"
    assert world.mails == []
    schedule.give_lease(token, NOW)
    run()
    assert len(world.mails) == 2


def test_one_that_starts_while_another_runs_sends_nothing_twice(clock, learner, world, monkeypatch):
    question(learner)
    inner = []

    def meanwhile(message):
        inner.append(run("--force"))
        notices.send(message)

    task = schedule.Task("messages", timedelta(0), lambda now: str(outbox.send_due(now, meanwhile)))
    monkeypatch.setattr(periodic, "TASKS", (task,))
    run()
    assert len(inner) == 2
    assert all(told.startswith("Another process") for told in inner)
    assert len(world.mails) == 2


def test_the_lease_of_a_process_that_died_runs_out(clock):
    schedule.take_lease(NOW)
    clock(minutes=14)
    assert run().startswith("Another process")
    clock(minutes=2)
    assert "messages" in run()


def test_a_mail_that_could_not_be_sent_is_sent_later_and_once(clock, learner, world):
    question(learner)
    world.mail_fails = True
    assert "0 sent, 2 failed" in run()
    world.mail_fails = False
    assert "0 sent, 0 failed" in run(), "not before its pause is over"
    clock(minutes=6)
    assert "2 sent, 0 failed" in run()
    clock(days=1)
    run()
    assert len(world.mails) == 2


def test_a_task_that_fails_is_told_and_stops_no_other(clock, learner, world, monkeypatch):
    question(learner)

    def broken(now):
        raise RuntimeError("no rules")

    tasks = (
        schedule.Task("broken", timedelta(days=1), broken),
        next(task for task in periodic.TASKS if task.name == "messages"),
    )
    monkeypatch.setattr(periodic, "TASKS", tasks)
    with pytest.raises(CommandError, match="failed: broken"):
        run()
    assert len(world.mails) == 2
    with pytest.raises(CommandError):  # and it is tried again at the next run, not a day later
        run()


def test_a_question_is_confirmed_to_the_learner_and_told_to_the_academy(clock, learner, world):
    number = question(learner).number
    run()
    by_address = {address: (subject, body) for address, subject, body in world.mails}
    subject, body = by_address["learner@example.org"]
    assert subject == f"WINS has your question: {number}"
    assert body.startswith("Hello Learner Example,\n\nWe have your question.")
    assert "15 March 2027" in body
    assert "/wins/me/ask/" in body
    assert by_address["academy@example.org"][0] == f"New question to WINS: {number}"
    assert "When?" not in "".join(body for _, _, body in world.mails), "what was asked stays on our pages"


def test_every_kind_of_message_has_its_words(clock, learner, world):
    """What the domain writes today, sent: an unknown kind or value would stay unsent."""
    ready(learner.id)
    terms = replace(TERMS, registration_id=registration.latest(learner.id, "foundation").id)
    _arrangements(learner, world)
    issue(learner.id)  # the pool is empty
    fill()
    run()  # serves who waits
    vouchers.take_back(position(learner.id).voucher.id, 1, "A mistake", NOW)
    cases.answer(question(learner).number, "In May.", 0, NOW)
    for accept in (True, False):
        decide(tell(learner=learner.id, terms=terms).id, accept, "Not read", learner=learner.id)
    studied(registration.latest(learner.id, "foundation"), 1)
    strikes.strike(learner.id, terms.registration_id, 1, "Two people", 0, "Foundation Module", 990, NOW)
    before = waivers.count(terms.registration_id)
    accepted = waivers.Acceptance(learner.id, terms.registration_id, 1, "On paper", before)
    waivers.accept(accepted, "Foundation Module", 1, 990, NOW)
    more = extra.Extra(learner.id, terms.registration_id, "", 1, "Ill", 0)
    extra.give(more, "Foundation Module", 990, NOW)
    run()
    issue(learner.id)
    _acts_of_staff(learner)
    clock(days=300)  # its last day comes near
    run()
    clock(days=400)  # and passes unseen
    entries.act(learner.id, "WINS-FND", "hold", "Two people of one name", 990, NOW)
    _learner_told(learner)
    outbox.write_many("result_arrived", NOW, NOW, {"result:R:1:pass": (learner.id, {"exam": "WINS-FND"})})
    outbox.write("mark_corrected", "attempt:1", NOW, NOW, learner.id, {"quiz": "Unit quiz 1"})
    run()
    assert {row.kind for row in OutboxMessage.objects.all()} == set(notices.LETTERS)
    assert not OutboxMessage.objects.filter(sent_at__isnull=True).exists()
    assert len(world.mails) == OutboxMessage.objects.count()


def _learner_told(learner):
    """What staff change of hers; the last hour of a module with its test, and of one without."""
    names.correct(learner.id, Name("Lena", "Lerner", "", ""), "Letter", 990, NOW)
    marks.mark_used(Voucher.objects.get(state="lost").id, "She did come", 1, NOW)
    last = context.programme().modules[-1]
    own = registration.open_for_enrolment(learner.id, last, "course-v1:WINS+X+1", 1, NOW)
    studied(own, 41)
    with transaction.atomic():
        places.grant_retake(learner.id, "WINS-FND", NOW)
        for id_ in (own.id, registration.latest(learner.id, "foundation").id):
            hours.reached(NOW)(id_)


def _arrangements(learner, world):
    """Asked for, overdue, decided."""
    asked = requests.ask(learner.id, "WINS-FND", "extra_time", "", context.programme(), NOW - timedelta(days=30))
    assert "1 overdue requests told of" in run()
    assert "0 overdue requests told of" in run("--force")
    requests.decide(asked.id, False, "Not for this exam", 990, NOW)


def _acts_of_staff(learner):
    """Replaced, extended and lost; then another place, whose voucher is cancelled, and one more."""
    rules, own = context.programme(), lambda: position(learner.id).voucher.id
    fill(3, start=50)
    reveal(learner.id)
    new = acts.replace(own(), "sent_twice", "Twice", 1, rules, NOW)
    reveal(learner.id)
    acts.extend(new, LAST_DAY + timedelta(days=1), "Letter", 1, rules, NOW)
    marks.mark_booked(new, Booking(LAST_DAY, "Vienna"), "Letter", 1, NOW)
    marks.mark_returned(new, "Letter", 1, NOW)
    acts.mark_lost(new, "Did not come", 1, rules, NOW)
    bulk.grant_one(learner.id, "WINS-FND", bulk.Terms(rules, None, 1, "Ill", 990, NOW))
    issue(learner.id)
    acts.cancel_voucher(own(), "A mistake", 1, rules, NOW)
    issue(learner.id)


def test_no_mail_holds_a_code(clock, learner, world):
    ready(learner.id)
    [code_] = fill()
    issue(learner.id)
    run()
    assert any("is reserved for you" in body for _, _, body in world.mails)
    assert code_ not in str(world.mails)


def test_a_message_without_words_stays_unsent_and_is_seen(clock, world):
    outbox.write("something_new", "x", NOW, NOW, None, {})
    assert "0 sent, 1 failed" in run()
    assert OutboxMessage.objects.get().last_error.startswith("KeyError")


def test_nobody_writes_to_an_account_that_is_gone(clock, learner, world):
    question(learner)
    learner.delete()
    assert "2 sent, 0 failed" in run()
    assert [address for address, _, _ in world.mails] == ["academy@example.org"]


def test_grades_that_a_crash_kept_back_are_published_once(clock, learner, world):
    tried(joined(learner), 82, at=NOW - timedelta(minutes=5))
    assert "1 grades published" in run()
    assert world.repaired == [(learner.id, "test", 82.0, 100.0)]
    assert world.ticked == [(learner.id, "test")]
    assert "0 grades published" in run("--force")


def test_a_grade_that_cannot_be_published_keeps_back_no_other(clock, learner, world, monkeypatch):
    own = joined(learner)
    for number, block in enumerate(("gone", "test"), 1):
        tried(own, 82, block=block, at=NOW - timedelta(minutes=10 - number))
    publish = platform().publish_grade_for

    def fragile(user_id, block, earned, possible):
        if block == "gone":
            raise LookupError(block)
        publish(user_id, block, earned, possible)

    monkeypatch.setattr(platform(), "publish_grade_for", fragile)
    assert "1 grades published, 1 failed" in run()
    assert [block for _, block, _, _ in world.repaired] == ["test"]
    assert Attempt.objects.filter(grade_published_at__isnull=True).count() == 1


def test_codes_that_come_back_serve_who_waits(clock, learner, other_learner):
    ready(learner.id, other_learner.id)
    fill()
    issue(learner.id)
    assert issue(other_learner.id).state == "waiting"
    vouchers.take_back(position(learner.id).voucher.id, 1, "A mistake", NOW)
    assert "1 waiting learners got a voucher" in run()
    assert position(other_learner.id).state == "issued"


def test_vouchers_past_their_last_day_end(clock):
    file = Secret(csv([code(1)], last_day=NOW.date()))
    vouchers.import_codes(file, "PO-1", None, context.voucher_keys(), context.programme(), None, 1, 1, NOW)
    clock(days=2)
    assert "1 in the pool, 0 issued and 0 seen vouchers ended" in run()


def test_the_trail_is_anchored_once_a_day(clock):
    assert re.search(r"audit anchor: anchored, head [0-9a-f]{64}\n", run())
    assert "audit anchor: anchored already" in run("--force")
