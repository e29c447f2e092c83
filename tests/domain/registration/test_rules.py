"""Completion and eligibility, as tables of cases."""

from datetime import UTC, datetime, timedelta

import pytest

from wins_xblocks.domain.duration import HOUR_MS, Duration
from wins_xblocks.domain.quiz.data import TestStanding
from wins_xblocks.domain.registration import rules as rule
from wins_xblocks.domain.registration.data import ExamFacts, Hours, RegistrationValue, Standing

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
PASSED = TestStanding(tries=1, passed_at=NOW, passed_percent=82)


def standing(programme, module_id, hours=40.0, test=PASSED, number=1):
    module = programme.module(module_id)
    own = Hours(credited_ms=int(hours * HOUR_MS))
    registration = RegistrationValue(number, 7, module_id, "course", "open", 1, NOW, None, None)
    return Standing(registration, module, own, test, rule.completion(module, own, test))


def facts(**changes):
    return ExamFacts(**({"exam": "WINS-FND", "place": True} | changes))


def test_counted_is_credited_less_struck_plus_book_plus_accepted():
    hours = Hours(credited_ms=10 * HOUR_MS, struck_ms=HOUR_MS, book_ms=3 * HOUR_MS, waived_ms=2 * HOUR_MS)
    assert hours.counted == 14 * HOUR_MS


def test_demo_time_multiplies_online_study_only():
    hours = Hours(credited_ms=60_000, book_ms=HOUR_MS, online_factor=600)
    assert hours.counted == 11 * HOUR_MS


def test_striking_more_than_was_credited_never_takes_book_hours_away():
    assert Hours(credited_ms=HOUR_MS, struck_ms=2 * HOUR_MS, book_ms=HOUR_MS).counted == HOUR_MS


@pytest.mark.parametrize(
    ("hours", "test", "policy", "complete", "missing"),
    [
        (40, PASSED, "required", True, []),
        (39.99, PASSED, "required", False, ["Foundation Module: 39 h 59 min of 40 h – 1 min to go"]),
        (0, TestStanding(), "required", False, [
            "Foundation Module: 0 min of 40 h – 40 h to go", "Foundation Module: module test not taken yet"]),
        (50, TestStanding(tries=2, last_percent=61), "required", False, [
            "Foundation Module: module test not passed yet"]),
        (1, PASSED, "advisory", True, []),
        (1, PASSED, "attest", False, ["Foundation Module: 1 h of 40 h – 39 h to go"]),
        (1, TestStanding(), "advisory", False, ["Foundation Module: module test not taken yet"]),
    ],
)  # fmt: skip
def test_completion_says_what_is_missing_in_words(rules, hours, test, policy, complete, missing):
    verdict = rule.completion(rules.module("foundation"), Hours(credited_ms=int(hours * HOUR_MS)), test, policy)
    assert verdict.met is complete
    assert [str(condition) for condition in verdict.missing] == missing


def test_one_millisecond_short_is_still_one_minute_to_go(rules):
    verdict = rule.completion(rules.module("foundation"), Hours(credited_ms=40 * HOUR_MS - 1), PASSED)
    assert [str(c) for c in verdict.missing] == ["Foundation Module: 39 h 59 min of 40 h – 1 min to go"]


def test_the_foundation_exam_opens_with_foundation_and_any_one_elective(rules):
    module = rules.module("foundation")
    both = [
        standing(rules, "foundation"),
        standing(rules, "regulation", 12, number=2),
        standing(rules, "transport-security", number=3),
    ]
    assert rule.eligibility(rule.modules_for_exam(rules, module, both), facts(), NOW).met


def test_an_electives_exam_wants_that_elective(rules):
    module = rules.module("regulation")
    done = [
        standing(rules, "foundation"),
        standing(rules, "regulation", 12, number=2),
        standing(rules, "transport-security", number=3),
    ]
    verdict = rule.eligibility(rule.modules_for_exam(rules, module, done), facts(exam="WINS-REG"), NOW)
    assert [str(c) for c in verdict.missing] == ["Nuclear Security Regulation: 12 h of 40 h – 28 h to go"]


def test_without_an_elective_the_foundation_exam_says_so(rules):
    verdict = rule.eligibility(
        rule.modules_for_exam(rules, rules.module("foundation"), [standing(rules, "foundation")]), facts(), NOW
    )
    assert [str(c) for c in verdict.missing] == ["You have not joined an elective module yet"]


def test_a_module_never_joined_is_named(rules):
    verdict = rule.modules_for_exam(rules, rules.module("regulation"), [standing(rules, "regulation")])
    assert "You have not joined Foundation Module yet" in [str(c) for c in verdict if not c.met]


def test_of_two_unfinished_electives_the_nearer_one_is_told(rules):
    own = [
        standing(rules, "foundation"),
        standing(rules, "regulation", 12, number=2),
        standing(rules, "transport-security", 30, number=3),
    ]
    conditions = rule.modules_for_exam(rules, rules.module("foundation"), own)
    assert {c.module for c in conditions} == {"foundation", "transport-security"}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, []),
        ({"place": False}, ["You have no exam place"]),
        ({"passed": True}, ["You passed this exam already"]),
        ({"open_voucher": True}, ["You have a voucher for this exam already"]),
        ({"pending": True}, ["Your exam is booked, or we wait for its result"]),
        ({"under_review": True}, ["WINS is looking at your request"]),
        ({"retake_from": NOW + timedelta(days=1)}, ["You can try again from 2027-03-02 09:00:00+00:00"]),
        ({"retake_from": NOW}, []),
        ({"first": "Foundation Module"}, ["Pass the exam of Foundation Module first"]),
    ],
)
def test_each_thing_in_the_way_of_a_voucher_is_said(rules, changes, missing):
    both = [standing(rules, "foundation"), standing(rules, "regulation", number=2)]
    conditions = rule.modules_for_exam(rules, rules.module("foundation"), both)
    assert [str(c) for c in rule.eligibility(conditions, facts(**changes), NOW).missing] == missing


@pytest.mark.parametrize(
    ("ms", "words"),
    [(0, "0 min"), (59_999, "0 min"), (60_000, "1 min"), (HOUR_MS, "1 h"), (12 * HOUR_MS + 35 * 60_000, "12 h 35 min")],
)
def test_durations_read_as_people_say_them(ms, words):
    assert str(Duration(ms)) == words
