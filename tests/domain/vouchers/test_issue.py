"""Getting a voucher: who may, which code, and what happens when there is none."""

from datetime import date, timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.vouchers import api

from .builders import FND, REG, RULES, fill, finish, issue, join, position, ready, reveal

pytestmark = pytest.mark.django_db


def mails(kind):
    return list(OutboxMessage.objects.filter(kind=kind).order_by("id").values_list("recipient_id", "subject"))


def test_a_ready_learner_gets_a_voucher_and_a_mail():
    ready(7)
    fill()
    here = issue()
    assert (here.state, here.voucher.expires_on, here.days_left) == ("issued", date(2028, 2, 28), 365)
    assert here.safe_on == date(2028, 1, 29)
    assert mails("voucher_ready") == [(7, f"voucher:{here.voucher.id}")]
    assert [entry.action for entry in audit.entries(f"voucher:{here.voucher.id}")] == ["voucher.issued"]


def test_issuing_uses_up_the_place_of_this_exam_only():
    ready(7)
    fill()
    issue()
    assert (registration.places(7, FND), registration.places(7, REG)) == (0, 1)


def test_pressing_again_gives_the_same_voucher():
    ready(7)
    fill(2)
    assert issue().voucher == issue().voucher
    assert len(mails("voucher_ready")) == 1


def test_the_page_says_ready_before_the_button_is_pressed():
    ready(7)
    assert position().state == "ready"


def test_nobody_gets_a_voucher_before_both_modules_are_complete():
    foundation, _ = join(7)
    finish(foundation.id, 7)
    fill()
    with pytest.raises(api.NotReady):
        issue()
    here = position()
    assert here.state == "not_ready"
    assert [c.kind for c in here.verdict.missing] == ["hours", "test"]
    assert registration.places(7, FND) == 1


def test_without_a_place_there_is_no_voucher_however_much_was_studied():
    ready(7)
    fill(2)
    registration.use_place(7, FND, NOW)
    assert position().state == "no_place"
    with pytest.raises(api.NotReady):
        issue()


def test_a_cancelled_registration_brings_no_voucher():
    ready(7)
    fill()
    own = Registration.objects.filter(learner_id=7, module="foundation")
    own.update(state="cancelled", open_slot=None, ended_at=NOW)
    assert position().state == "no_place"


def test_a_stranger_has_no_place():
    assert position(99).state == "no_place"


def test_an_exam_that_nobody_knows_is_refused_and_leaves_no_pool():
    from wins_xblocks.domain.vouchers.models import Pool

    with pytest.raises(api.UnknownExam):
        issue(7, "WINS-XYZ")
    assert not Pool.objects.exists()


def test_both_exams_stand_on_one_page_in_the_programmes_order():
    ready(7)
    fill(exam=REG)
    issue(7, REG)
    found = api.positions(7, RULES, None, 1, NOW)
    assert [(own.exam, own.state) for own in found] == [(FND, "ready"), (REG, "issued")]


def test_the_first_to_expire_is_given_first():
    ready(7)
    fill(last_day=date(2028, 5, 1))
    fill(last_day=date(2027, 9, 1), start=2)
    assert issue().voucher.expires_on == date(2027, 9, 1)


@pytest.mark.parametrize(("last_day", "state"), [(date(2027, 5, 30), "issued"), (date(2027, 5, 28), "waiting")])
def test_a_code_with_too_few_days_left_is_not_given(last_day, state):
    ready(7)
    fill(last_day=last_day)
    assert issue().state == state


def test_an_empty_pool_keeps_the_learners_place_and_tells_the_academy_once_a_day():
    ready(7, 8)
    assert [issue(7).place_in_queue, issue(8).place_in_queue, issue(7).place_in_queue] == [1, 2, 1]
    assert mails("pool_empty") == [(None, f"pool:{FND}")]
    assert registration.places(7, FND) == 1
    ready(9)
    issue(9, now=NOW + timedelta(days=1))
    assert len(mails("pool_empty")) == 2
    assert [(own.learner_id, own.place) for own in api.waiting()] == [(7, 1), (8, 2), (9, 3)]


def test_few_codes_are_told_once_and_again_only_after_there_were_enough():
    hours = iter(range(1, 9))

    def told():
        api.tell_low_stock(RULES, NOW + timedelta(hours=next(hours)))
        return len(mails("pool_low"))

    line = RULES.policies.low_stock
    fill(line)
    assert told() == 0
    ready(7, 8)
    issue(7)
    assert [told(), told()] == [1, 1]
    issue(8)
    assert told() == 1
    fill(2, start=100)
    assert told() == 1  # enough again: nothing to tell
    ready(9)
    issue(9)
    assert told() == 2


def test_codes_that_cannot_be_issued_any_more_are_no_stock():
    fill(RULES.policies.low_stock, last_day=date(2027, 9, 1))
    assert api.tell_low_stock(RULES, NOW) == 0
    assert api.tell_low_stock(RULES, NOW + timedelta(days=100)) == 1
    fill(RULES.policies.low_stock, start=100)
    assert api.tell_low_stock(RULES, NOW + timedelta(days=101)) == 0
    assert api.tell_low_stock(RULES, NOW + timedelta(days=400)) == 1
    assert len(mails("pool_low")) == 2


def test_new_codes_go_to_those_who_wait_in_their_order():
    ready(7, 8, 9)
    for learner_id in (8, 7, 9):
        issue(learner_id)
    fill(2)
    assert [position(own).state for own in (7, 8, 9)] == ["issued", "issued", "waiting"]
    assert position(9).place_in_queue == 1
    assert [who for who, _ in mails("voucher_ready")] == [8, 7]


def test_who_is_no_longer_ready_keeps_the_place_and_the_next_one_is_served():
    ready(7, 8)
    issue(7)
    issue(8)
    exams.record(7, FND, "hold", NOW, NOW)
    fill(1)
    assert [position(own).state for own in (7, 8)] == ["review", "issued"]
    exams.record(7, FND, "release", NOW + timedelta(hours=1), NOW)
    fill(1, start=2)
    assert position(7).state == "issued"


def test_nobody_overtakes_the_queue():
    ready(7, 8)
    fill()
    ready(9)
    held = issue(9)
    issue(7)
    api.take_back(held.voucher.id, 1, "Sent to the wrong person", NOW)
    assert issue(8).state == "waiting"
    assert position(7).state == "issued"


def test_codes_that_came_back_are_given_to_those_who_wait():
    ready(7, 8)
    fill()
    held = issue(7)
    issue(8)
    api.take_back(held.voucher.id, 1, "Sent to the wrong person", NOW)
    assert api.serve_waiting(RULES, None, 1, NOW) == 1
    assert position(8).state == "issued"
    assert api.serve_waiting(RULES, None, 1, NOW) == 0


@pytest.mark.parametrize(
    ("events", "state"),
    [(["pass"], "passed"), (["booked"], "pending"), (["hold"], "review"), (["booked", "returned"], "ready"),
     (["pass", "revoke"], "withdrawn"),
     (["pass", "revoke", "restore"], "passed")],
)  # fmt: skip
def test_what_happened_at_the_test_centre_decides(events, state):
    ready(7)
    for number, kind in enumerate(events):
        exams.record(7, FND, kind, NOW - timedelta(days=10 - number), NOW)
    assert position().state == state


def test_after_a_failed_exam_the_wait_is_kept():
    ready(7)
    exams.record(7, FND, "fail", NOW - timedelta(days=1), NOW)
    here = position()
    assert [c.kind for c in here.verdict.missing] == ["wait"]
    assert position(now=NOW + timedelta(days=13)).state == "ready"


def test_one_learner_never_sees_anothers_voucher():
    ready(7, 8)
    fill()
    issue(7)
    assert position(8).voucher is None
    with pytest.raises(api.NothingToShow):
        reveal(8)
