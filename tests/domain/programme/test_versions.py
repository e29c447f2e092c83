"""Versions that people make: numbers, days, what holds when, and what was withdrawn."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.programme import api, setup, versions
from wins_xblocks.domain.programme.loader import load
from wins_xblocks.domain.programme.models import ProgrammeVersion, ProgrammeWithdrawal
from wins_xblocks.domain.programme.versions import Claim, Version, Withdrawal

pytestmark = pytest.mark.django_db
RULES = load()
TODAY, STAFF = NOW.date(), 7


def draft(day, **policies):
    return replace(RULES, effective=day, reason="As decided", policies=replace(RULES.policies, **policies))


def make(day, by=STAFF, now=NOW, **policies):
    written_for = versions.claim(versions.all_of(None), day)
    versions.make(draft(day, **policies), written_for, None, by, now)
    return written_for.number


def holds(day):
    """The version that holds on a day, by the domain's list and by what everybody asks."""
    listed = versions.holding(versions.all_of(None), day).number
    asked = api.in_force(None, datetime.combine(day, NOW.timetz()))
    assert asked.version == listed
    return listed


def test_a_version_holds_from_its_day_on():
    day = TODAY + timedelta(days=10)
    assert make(day, late_days=9) == 2
    assert [holds(day - timedelta(days=1)), holds(day)] == [1, 2]
    assert api.version(None, 2) == replace(draft(day, late_days=9), version=2)


def test_of_two_of_one_day_the_later_made_holds():
    make(TODAY, late_days=9)
    make(TODAY, late_days=8)
    assert holds(TODAY) == 3


def test_an_earlier_day_under_a_higher_number_holds_until_the_other_begins():
    make(date(2027, 6, 1), late_days=9)
    make(date(2027, 5, 1), late_days=8)
    assert [holds(date(2027, 4, 30)), holds(date(2027, 5, 1)), holds(date(2027, 6, 1))] == [1, 3, 2]
    assert [one.number for one in versions.following(versions.all_of(None), date(2027, 5, 1))] == [2]


def test_a_withdrawn_version_holds_on_no_day():
    make(date(2027, 6, 1))
    make(date(2027, 7, 1), late_days=9)
    versions.withdraw(2, "Not now", None, STAFF, NOW)
    assert [holds(date(2027, 6, 1)), holds(date(2027, 7, 1))] == [1, 3]
    assert versions.all_of(None)[1].withdrawn == Withdrawal(NOW, STAFF, "Not now")
    assert make(date(2027, 8, 1)) == 4


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=8), st.integers(-1, 7))
def test_what_holds_is_the_last_to_have_begun_by_day_then_by_number(told, offset):
    day = TODAY + timedelta(days=offset)
    made = [
        Version(number, TODAY + timedelta(days=days), "", RULES, NOW, 1, Withdrawal(NOW, 1, "") if gone else None)
        for number, (days, gone) in enumerate(told, start=2)
    ]
    begun = [(one.effective, one.number) for one in made if not one.withdrawn and one.effective <= day]
    found = versions.holding([Version(1, RULES.effective, "", RULES), *made], day)
    assert found.number == (max(begun)[1] if begun else 1)


def test_a_day_in_the_past_is_refused_by_the_calendar_of_the_programme():
    late = NOW.replace(hour=23, minute=30)  # in Vienna it is the next day
    with pytest.raises(versions.DayPast):
        make(TODAY, now=late)
    make(TODAY + timedelta(days=1), now=late)


@pytest.mark.parametrize("reason", ["", "  a ", "x" * 2001])
def test_there_is_no_version_and_no_withdrawal_without_a_reason(reason):
    written_for = versions.claim(versions.all_of(None), TODAY)
    with pytest.raises(versions.ReasonWrong):
        versions.make(replace(draft(TODAY), reason=reason), written_for, None, STAFF, NOW)
    make(date(2027, 6, 1))
    with pytest.raises(versions.ReasonWrong):
        versions.withdraw(2, reason, None, STAFF, NOW)
    assert not ProgrammeWithdrawal.objects.exists()


@pytest.mark.parametrize("written_for", [Claim(2, 1), Claim(3, 1), Claim(3, 2, (9,)), Claim(4, 2), Claim(1, 1)])
def test_a_version_that_was_written_for_other_rules_is_refused(written_for):
    make(TODAY, late_days=9)
    with pytest.raises(versions.Meanwhile):
        versions.make(draft(TODAY, late_days=8), written_for, None, STAFF, NOW)
    assert ProgrammeVersion.objects.count() == 1
    assert not audit.entries("programme:3")


def test_the_same_version_sent_twice_by_one_person_is_one():
    written_for = versions.claim(versions.all_of(None), TODAY)
    for _ in range(2):
        versions.make(draft(TODAY, late_days=8), written_for, None, STAFF, NOW)
    assert ProgrammeVersion.objects.count() == 1
    assert len(audit.entries("programme:2")) == 1
    with pytest.raises(versions.Meanwhile):
        versions.make(draft(TODAY, late_days=8), written_for, None, STAFF + 1, NOW)


def test_what_has_begun_is_not_withdrawn_nor_what_begins_within_a_minute():
    make(TODAY)
    day = TODAY + timedelta(days=1)
    make(day)
    midnight = datetime.combine(day, datetime.min.time(), RULES.zone)
    for number, now in ((2, NOW), (3, midnight - timedelta(minutes=1)), (3, midnight + timedelta(days=9)), (9, NOW)):
        with pytest.raises(versions.NotWithdrawn):
            versions.withdraw(number, "Not now", None, STAFF, now)
    versions.withdraw(3, "Not now", None, STAFF, midnight - timedelta(minutes=1, seconds=1))
    with pytest.raises(versions.NotWithdrawn, match="withdrawn before"):
        versions.withdraw(3, "Not now", None, STAFF + 1, NOW)


def test_what_is_said_done_is_said_once():
    assert setup.mark(setup.HOURS, STAFF, NOW) is True
    assert setup.mark(setup.HOURS, STAFF + 1, NOW) is False
    assert setup.marks() == {setup.HOURS: setup.Mark(NOW, STAFF)}
