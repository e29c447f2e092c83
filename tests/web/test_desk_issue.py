"""One voucher issued to one learner on the desk: said first, done once, told when something stands in the way."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, REG, RULES, fill, issue, join, named, position, ready
from wins_xblocks import context
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers.models import Voucher, VoucherWait

from .markup import Markup, faults

pytestmark = pytest.mark.django_db


def url(user, exam=FND):
    return f"/wins/desk/learners/{user.id}/issue/{exam}"


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


@pytest.fixture
def staff(signed_in, administrator):
    return signed_in(administrator)


def test_the_effect_stands_before_the_button(staff, learner):
    ready(learner.id)
    fill(3)
    page = shown(staff.get(url(learner)))
    assert "Exam WINS-FND – Foundation Module Codes that can be issued now 3" in page.text
    assert "served first 0 Codes afterwards 2" in page.text
    assert "The learner gets the pool’s next code and a mail" in page.text
    assert "One place in the exam is used up." in page.text
    assert len(page.all("button")) == 1
    assert not Voucher.objects.exclude(holder_id=None).exists()


def test_twelve_queries_are_enough_to_say_so(staff, learner, other_learner):
    ready(learner.id, other_learner.id)
    for exam in (FND, REG):
        issue(other_learner.id, exam)
        issue(learner.id, exam)
    context.forget_programme()
    with CaptureQueriesContext(connection) as asked:
        shown(staff.get(url(learner)))
    assert len(asked) <= 12


def test_it_is_issued_as_by_the_learners_own_button(staff, learner, administrator, world):
    ready(learner.id)
    [code] = fill()
    answer = staff.post(url(learner))
    assert (answer.status_code, answer["Location"]) == (302, f"/wins/desk/learners/{learner.id}/")
    page = shown(staff.get(answer["Location"]))
    assert "A voucher for the exam WINS-FND is issued. The learner gets a mail." in page.text
    assert "Issued, not seen" in page.text
    assert code not in page.text
    here = position(learner.id)
    assert here.state == "issued"
    [entry] = audit.entries(f"voucher:{here.voucher.id}")[-1:]
    assert (entry.action, entry.actor_id) == ("voucher.issued", administrator.id)
    [message] = OutboxMessage.objects.filter(recipient_id=learner.id)
    assert message.kind == "voucher_ready"


def test_others_hear_of_it(staff, learner, world, django_capture_on_commit_callbacks):
    ready(learner.id)
    fill()
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(url(learner))
    assert [name for name, *_ in world.emitted] == ["wins.voucher.issued"]


def test_pressed_twice_one_is_issued_and_the_second_is_told(staff, learner):
    ready(learner.id)
    fill(2)
    assert staff.post(url(learner)).status_code == 302
    page = shown(staff.post(url(learner)), 409)
    assert "The learner holds a voucher for this exam already." in page.text
    assert f"/wins/desk/vouchers/{position(learner.id).voucher.id}/" in [a.get("href") for a in page.all("a")]
    assert Voucher.objects.filter(holder_id=learner.id).count() == 1


def test_what_is_missing_is_said_instead_of_the_button(staff, learner):
    join(learner.id)
    fill()
    for page in (shown(staff.get(url(learner))), shown(staff.post(url(learner)), 409)):
        assert "is not complete" in page.text or "hours" in page.text
        assert page.all("button") == []
    ready(learner.id)
    vouchers.names.DocumentName.objects.all().delete()
    assert "has not confirmed the name" in shown(staff.get(url(learner))).text
    assert "has not confirmed the name" in shown(staff.post(url(learner)), 409).text
    named(learner.id)
    assert staff.post(url(learner)).status_code == 302


def test_without_codes_there_is_no_button_and_the_way_to_more(staff, learner):
    ready(learner.id)
    page = shown(staff.get(url(learner)))
    assert "There are not enough codes." in page.text
    assert page.all("button") == []
    assert "/wins/desk/vouchers/import" in [a.get("href") for a in page.all("a")]
    assert "The pool has no code" in shown(staff.post(url(learner)), 409).text
    assert not VoucherWait.objects.exists()


def test_who_waits_is_served_first(staff, learner, other_learner):
    ready(learner.id, other_learner.id)
    issue(other_learner.id)
    fill(2, now=NOW)
    assert position(other_learner.id).state == "issued", "new codes go to who waits"
    Voucher.objects.filter(holder_id=None).update(state="void", ended_at=NOW)
    waiting = person("third")
    ready(waiting.id)
    issue(waiting.id)
    Voucher.objects.filter(state="void").update(state="imported", ended_at=None)
    page = shown(staff.get(url(learner)))
    assert "Codes that can be issued now 1 Learners who wait and are served first 1" in page.text
    assert page.all("button") == []
    shown(staff.post(url(learner)), 409)
    assert position(waiting.id).state == "waiting", "nobody gets anything when it is refused"
    assert staff.post(url(waiting)).status_code == 302
    assert position(waiting.id).state == "issued"


def test_the_end_of_a_voucher_that_was_never_seen_is_not_in_the_way(staff, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    Voucher.objects.update(expires_at=NOW - timedelta(days=1), expires_on=NOW.date() - timedelta(days=2))
    fill(start=9)
    vouchers.expire_due(RULES, NOW)
    assert staff.post(url(learner)).status_code == 302
    assert position(learner.id).state == "issued"


@pytest.mark.parametrize("exam", ["WINS-XXX", "X1"])
def test_an_exam_that_nobody_knows(staff, learner, exam):
    join(learner.id)
    assert "does not belong to the programme" in shown(staff.get(url(learner, exam)), 409).text
    assert "does not belong to the programme" in shown(staff.post(url(learner, exam)), 409).text


def test_a_learner_that_nobody_knows(staff, administrator):
    assert shown(staff.get(url(administrator)), 404)
    assert shown(staff.post(url(administrator, REG)), 404)


@pytest.mark.parametrize("group", ["WINS auditors", "WINS certification officers", ""])
def test_others_issue_nothing(signed_in, learner, group):
    ready(learner.id)
    fill()
    client = signed_in(person("somebody", *[group] if group else []))
    assert [client.get(url(learner)).status_code, client.post(url(learner)).status_code] == [403, 403]
    assert position(learner.id).state == "ready"


def test_a_form_of_another_site_is_refused(administrator, learner):
    ready(learner.id)
    fill()
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    assert client.post(url(learner)).status_code == 403
    assert position(learner.id).state == "ready"
