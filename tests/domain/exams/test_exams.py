"""Results are events, folded by when they happened."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wins_xblocks.domain import Refusal
from wins_xblocks.domain.exams import api, rules
from wins_xblocks.domain.exams.data import KINDS, Event, Outcome

DAY = datetime(2027, 3, 1, 9, tzinfo=UTC)


def events(*kinds):
    return [Event(number, kind, DAY + timedelta(days=number)) for number, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ([], ""),
        (["booked"], "booked"),
        (["booked", "returned"], ""),
        (["booked", "pass"], "passed"),
        (["booked", "fail"], "failed"),
        (["booked", "no_show"], "failed"),
        (["refused"], "failed"),
        (["incomplete"], "failed"),
        (["fail", "booked"], "booked failed"),
        (["fail", "pass"], "passed"),
        (["pass", "fail"], "passed"),
        (["hold"], "on_hold"),
        (["hold", "release"], ""),
        (["pass", "hold"], "passed on_hold"),
        (["pass", "revoke"], ""),
        (["pass", "revoke", "restore"], "passed"),
        (["pass", "revoke", "revoke", "restore"], "passed"),
        (["pass", "restore"], "passed"),
        (["revoke", "restore"], ""),
        (["pass", "revoke", "fail"], "failed"),
        (["pass", "revoke", "fail", "restore"], "passed"),
        (["pass", "revoke", "pass", "restore"], "passed"),
    ],
)
def test_events_come_to_an_outcome(kinds, told):
    outcome = rules.fold(events(*kinds))
    flags = ("booked", "passed", "failed", "on_hold")
    assert " ".join(name for name in flags if getattr(outcome, name)) == told


def test_a_restored_pass_keeps_its_day():
    assert rules.fold(events("pass", "revoke", "restore")).passed_at == DAY


def test_the_order_of_arrival_does_not_matter():
    told = events("booked", "fail", "booked", "pass")
    assert {rules.fold(mixed) for mixed in permutations(told)} == {rules.fold(told)}


def test_of_two_events_at_one_instant_the_later_entry_decides():
    assert rules.fold([Event(2, "release", DAY), Event(1, "hold", DAY)]).on_hold is False


@given(st.lists(st.sampled_from(KINDS), max_size=12))
def test_passed_and_failed_exclude_each_other_and_a_pass_has_its_day(kinds):
    outcome = rules.fold(events(*kinds))
    assert not (outcome.passed and outcome.failed)
    assert outcome.passed == (outcome.passed_at is not None)


def test_the_wait_before_another_try_counts_from_the_last_one():
    assert rules.retake_from(rules.fold(events("fail")), 14, 3) == DAY + timedelta(days=14)
    assert rules.retake_from(rules.fold(events("pass")), 14, 3) is None
    assert rules.retake_from(Outcome(), 14, 3) is None


@pytest.mark.parametrize(
    ("days", "most", "again"),
    [
        ([0, 30, 60], 3, 365),  # the first of them must be a year ago
        ([0, 30, 60], 4, 74),
        ([0, 100, 200, 300], 3, 465),
        ([0, 360], 2, 374),  # the wait after the last one is longer
        ([0], 1, 365),
    ],
)
def test_no_more_tries_than_the_policy_allows_in_a_year(days, most, again):
    told = [Event(number, "fail", DAY + timedelta(days=day)) for number, day in enumerate(days)]
    assert rules.retake_from(rules.fold(told), 14, most) == DAY + timedelta(days=again)


def test_who_did_not_come_waits_but_has_not_tried():
    told = [Event(1, "no_show", DAY), Event(2, "fail", DAY + timedelta(days=20))]
    assert rules.retake_from(rules.fold(told), 14, 2) == DAY + timedelta(days=34)


def test_an_unknown_kind_is_refused_and_nothing_is_kept(db):
    with pytest.raises(Refusal, match="perhaps is not"):
        api.record(7, "WINS-FND", "perhaps", DAY, DAY)
    assert api.outcomes([7]) == {}


def test_outcomes_are_each_learners_and_each_exams_own(db, django_assert_num_queries):
    api.record(7, "WINS-FND", "pass", DAY, DAY)
    api.record(7, "WINS-REG", "fail", DAY, DAY)
    api.record(8, "WINS-FND", "booked", DAY, DAY)
    with django_assert_num_queries(1):
        found = api.outcomes([7, 8])
    assert [found[7, "WINS-FND"].passed, found[7, "WINS-REG"].failed, found[8, "WINS-FND"].booked] == [True] * 3
    assert api.outcome(8, "WINS-REG") == Outcome()
