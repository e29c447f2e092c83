"""What staff write down of a voucher: booked, returned, used, each with its evidence."""

from datetime import date, timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.vouchers import acts, api, marks
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

from .builders import FND, LAST_DAY, RULES, fill, issue, position, ready, reveal

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
MAY = Booking(date(2027, 5, 12), "Vienna")


@pytest.fixture
def held():
    ready(7)
    fill(2)
    return issue().voucher.id


@pytest.fixture
def seen(held):
    reveal()
    return held


def last(voucher_id):
    entry = audit.entries(f"voucher:{voucher_id}")[-1]
    return entry.action, entry.actor_id, entry.facts.get("learner"), entry.text


def test_a_booking_is_entered_moved_and_returned(seen):
    marks.mark_booked(seen, MAY, "Mail of Pearson VUE", 990, LATER)
    assert (position(now=LATER).state, position(now=LATER).booking) == ("booked", MAY)
    assert last(seen) == ("voucher.marked_booked", 990, 7, "Mail of Pearson VUE")
    marks.mark_booked(seen, Booking(LAST_DAY, "Graz"), "Another mail", 990, LATER)
    assert position(now=LATER).booking.city == "Graz"
    marks.mark_returned(seen, "Letter 3", 990, LATER)
    assert (position(now=LATER).state, position(now=LATER).booking) == ("shown", None)
    assert last(seen) == ("voucher.marked_returned", 990, 7, "Letter 3")
    assert reveal(now=LATER)
    assert audit.broken() == []


def test_a_day_after_the_last_one_is_refused_and_changes_nothing(seen):
    with pytest.raises(api.DayWrong):
        marks.mark_booked(seen, Booking(LAST_DAY + timedelta(days=2), "Graz"), "x", 990, LATER)
    assert Voucher.objects.get(id=seen).state == "revealed"
    assert not ExamEvent.objects.exists()


@pytest.mark.parametrize("before", ["shown", "booked", "lost", "expired"])
def test_one_that_was_used_waits_for_its_result_whatever_was_thought_before(seen, before):
    at = LATER
    if before == "booked":
        marks.mark_booked(seen, MAY, "x", 990, LATER)
    if before == "lost":
        acts.mark_lost(seen, "Did not come", 990, RULES, LATER)
    if before == "expired":
        at = Voucher.objects.get(id=seen).expires_at + timedelta(days=15)
        api.expire_due(RULES, at)
    marks.mark_used(seen, "List of May", 990, at)
    assert position(now=at).state == "pending"
    assert last(seen) == ("voucher.marked_used", 990, 7, "List of May")
    assert registration.places(7, FND) == 0
    assert not VoucherExam.objects.filter(open_holder=7).exists()
    with pytest.raises(acts.NotPossible):
        marks.mark_used(seen, "Again", 990, at)


def test_a_replaced_an_unseen_and_a_pooled_one_cannot_be_marked(held):
    pooled = Voucher.objects.get(state="imported").id
    for voucher_id in (held, pooled):
        for mark in (marks.mark_used, marks.mark_returned):
            with pytest.raises(acts.NotPossible):
                mark(voucher_id, "x", 990, LATER)
        with pytest.raises(acts.NotPossible):
            marks.mark_booked(voucher_id, MAY, "x", 990, LATER)
    reveal()
    acts.replace(held, "sent_twice", "x", 990, RULES, LATER)
    with pytest.raises(acts.NotPossible):
        marks.mark_used(held, "x", 990, LATER)
    assert Voucher.objects.get(id=held).state == "void"


@pytest.mark.parametrize("evidence", ["", " \0", "x" * 2001])
def test_nothing_is_marked_without_evidence(seen, evidence):
    for mark in (
        lambda: marks.mark_used(seen, evidence, 990, LATER), lambda: marks.mark_returned(seen, evidence, 990, LATER),
        lambda: marks.mark_booked(seen, MAY, evidence, 990, LATER),
    ):  # fmt: skip
        with pytest.raises(acts.ReasonWrong):
            mark()
    assert Voucher.objects.get(id=seen).state == "revealed"
