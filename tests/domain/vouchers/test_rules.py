"""What the learner's page says in each state, and how the states follow from the facts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOW
from wins_xblocks.domain.exams.data import Outcome
from wins_xblocks.domain.registration.data import Condition, Verdict
from wins_xblocks.domain.vouchers import rules
from wins_xblocks.domain.vouchers.data import HeldVoucher, TakenBackVoucher, VoucherPosition
from wins_xblocks.voucher_view import view

from .builders import RULES

pytestmark = pytest.mark.django_db  # days are told by the clock of the rules, which the tables may hold
FORBIDDEN = (
    "idle", "claim", "reveal", "waive", "eligible", "entitlement", "redeem", "forfeit", "void", "attempt", "cut score",
    "item", "vertical", "chapter", "candidate",
)  # fmt: skip
STATES = (
    "no_place", "not_ready", "ready", "waiting", "issued", "shown", "booked", "expired", "taken_back", "passed",
    "pending", "review", "lost", "void", "failed",
)  # fmt: skip
BUTTONS = {
    "no_place": "ask", "not_ready": "continue", "ready": "get", "waiting": None, "issued": "show", "shown": "show",
    "booked": "show", "expired": "ask", "taken_back": "get", "passed": None, "pending": None, "review": "ask",
    "lost": "ask", "void": "ask", "failed": "ask",
}  # fmt: skip


def held(state, days=100):
    seen = NOW if state in ("revealed", "booked") else None
    return HeldVoucher(1, state, (NOW + timedelta(days=days)).date(), NOW + timedelta(days=days), NOW, seen)


def verdict(place=True, **others):
    conditions = [Condition(kind, met, f"{kind} is so") for kind, met in others.items()]
    return Verdict((*conditions, Condition("place", place, "place")))


FAILED = {"failed": True, "last_sat_at": NOW, "sat_as": "fail"}


def position(state, left=100):
    return VoucherPosition(
        7, RULES.modules[0], state, verdict(hours=state != "not_ready"), held("revealed", left), date(2027, 5, 1), left,
        place_in_queue=3, taken_back=TakenBackVoucher(NOW, "A mistake"), passed_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("own", "outcome", "waits", "taken", "judged", "state"),
    [
        (None, {}, False, False, verdict(place=False), "no_place"),
        (None, {}, False, False, verdict(hours=False), "not_ready"),
        (None, {}, False, False, verdict(), "ready"),
        (None, {}, True, False, verdict(), "waiting"),
        (None, {}, True, False, verdict(hours=False), "not_ready"),
        (None, {}, False, True, verdict(), "taken_back"),
        (None, {}, True, True, verdict(), "waiting"),
        (held("issued"), {}, False, False, verdict(place=False), "issued"),
        (held("revealed"), {}, False, False, verdict(place=False), "shown"),
        (held("booked"), {"booked": True}, False, False, verdict(place=False), "booked"),
        (held("issued", -1), {}, False, False, verdict(), "ready"),
        (held("revealed", -1), {}, False, False, verdict(), "expired"),
        (HeldVoucher(1, "expired", NOW.date(), NOW, NOW, NOW), {}, False, False, verdict(place=False), "expired"),
        (HeldVoucher(1, "expired", NOW.date(), NOW, NOW, NOW), {}, False, False, verdict(), "ready"),
        (HeldVoucher(1, "expired", NOW.date(), NOW, NOW, None), {}, False, False, verdict(place=False), "no_place"),
        (held("revealed", -1), {"passed": True}, False, False, verdict(), "passed"),
        (None, {"booked": True}, False, False, verdict(), "pending"),
        (held("lost"), {"booked": True}, False, False, verdict(place=False), "lost"),
        (held("void", -1), {}, False, False, verdict(place=False), "void"),
        (held("void"), {}, False, False, verdict(), "ready"),
        (held("used", -1), FAILED, False, False, verdict(place=False), "failed"),
        (held("used"), FAILED, False, False, verdict(hours=False), "not_ready"),
        (held("used"), FAILED, False, False, verdict(wait=False), "failed"),
        (held("used"), FAILED, False, False, verdict(), "ready"),
        (None, {"passed": True, "on_hold": True}, False, False, verdict(), "review"),
    ],
)  # fmt: skip
def test_what_is_held_comes_first_then_what_happened_then_what_is_missing(own, outcome, waits, taken, judged, state):
    told = TakenBackVoucher(NOW, "A mistake") if taken else None
    assert rules.state(own, Outcome(**outcome), waits, told, judged, NOW) == state


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_heading_one_button_at_most_and_plain_words(state):
    told = view(position(state))
    assert told.heading
    assert (told.button.kind if told.button else None) == BUTTONS[state]
    text = " ".join([told.heading, *told.sentences, *told.steps, told.small, told.button.label if told.button else ""])
    assert not [word for word in FORBIDDEN if word in text.lower()]
    assert "{" not in text


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("fail", "You did not pass this time."), ("no_show", "Pearson VUE says that you did not come to the exam."),
        ("refused", "You did not accept the rules at the test centre."), ("incomplete", "Your exam was not finished."),
    ],
)  # fmt: skip
def test_who_did_not_pass_reads_what_was_told_and_from_when_she_may_try_again(kind, heading):
    told = view(replace(position("failed"), sat_as=kind, again_from=NOW + timedelta(days=14)))
    assert told.heading == heading
    assert told.sentences == ("You can try again from 15 March 2027.", "Your place for it is there.")
    without = view(replace(position("failed"), sat_as=kind, verdict=verdict(place=False)))
    assert without.sentences[-1] == "A new voucher is not part of your package."


@pytest.mark.parametrize("state", ["issued", "shown", "booked"])
def test_an_earlier_result_that_was_withdrawn_or_is_on_hold_is_told_beside_a_voucher_that_works(state):
    held = replace(position(state), result=Outcome(on_hold=True))
    assert "on hold" in view(held).sentences[-1]
    gone = replace(position(state), result=Outcome(withdrawn_at=NOW, withdrawn_for="Somebody else sat"))
    told = ("Your earlier result was withdrawn on 1 March 2027.", 'Reason: "Somebody else sat"')
    assert view(gone).sentences[-2:] == told
    assert "result" not in " ".join(view(position(state)).sentences)


def test_who_must_wait_reads_that_the_place_is_kept():
    told = view(position("waiting"))
    assert told.heading == "You are ready. We have no code left today."
    assert "you are number 3" in told.sentences[0]


def test_what_is_missing_is_a_list_with_what_is_done():
    not_yet = VoucherPosition(7, RULES.modules[0], "not_ready", verdict(hours=True, test=False))
    assert view(not_yet).checklist == ((True, "hours is so"), (False, "test is so"))


@pytest.mark.parametrize(
    ("left", "heading"), [(31, "Your exam voucher is here."), (30, "30 days left."), (1, "1 day left.")]
)
def test_the_last_thirty_days_are_counted(left, heading):
    assert view(position("shown", left)).heading == heading


def test_after_taking_back_the_learner_reads_why_and_what_is_missing():
    told = view(position("taken_back"))
    assert (told.heading, told.sentences[0]) == ("WINS took this voucher back on 1 March 2027.", 'Reason: "A mistake"')
    not_yet = VoucherPosition(
        7, RULES.modules[0], "taken_back", verdict(hours=False), taken_back=TakenBackVoucher(NOW, "A mistake")
    )
    assert (view(not_yet).button.kind, view(not_yet).checklist) == ("ask", ((False, "hours is so"),))


@given(
    st.dates(date(2026, 1, 1), date(2040, 1, 1)),
    st.sampled_from(["UTC", "Europe/Vienna", "Asia/Tokyo", "America/Lima"]),
)
def test_a_voucher_ends_with_its_last_day_where_it_was_bought(day, name):
    zone = ZoneInfo(name)
    end = rules.ends_at(day, zone)
    assert end.tzinfo is UTC
    assert (end - timedelta(microseconds=1)).astimezone(zone).date() == day
    assert end.astimezone(zone).date() == day + timedelta(days=1)


@pytest.mark.parametrize(("day", "left"), [(2, 2), (1, 1), (-1, 0)])
def test_days_left_count_today(day, left):
    today = datetime(2027, 3, 1, tzinfo=UTC).date()
    assert rules.days_left(today + timedelta(days=day - 1), today) == left


def test_a_used_voucher_without_a_result_is_pending_and_one_with_a_result_is_not():
    used = replace(held("issued"), state="used", issued_at=NOW)
    assert rules.pending(used, Outcome())
    assert rules.pending(used, Outcome(last_sat_at=NOW - timedelta(days=90))), "the result of an earlier exam"
    assert not rules.pending(used, Outcome(last_sat_at=NOW + timedelta(days=3)))
    assert not rules.pending(None, Outcome())
    assert rules.state(used, Outcome(), False, None, verdict(), NOW) == "pending"
