"""Formulas against slow ones, and what is said to stand out."""

from random import Random
from statistics import correlation, mean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wins_xblocks.domain.statistics import rules
from wins_xblocks.domain.statistics.data import GROUP, Look, Row, Shape
from wins_xblocks.domain.statistics.sums import Sums

from .builders import chosen, sums

ROWS = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=2, max_size=40)


@given(ROWS)
def test_the_correlation_with_the_rest_is_the_plain_one(rows):
    found = [rules.question(sums(rows, 3), at).rest_r for at in range(4)]
    for at, own in enumerate(found):
        mark, rest = [row[at] for row in rows], [sum(row) - row[at] for row in rows]
        if pvariance(mark) and pvariance(rest):
            assert own == pytest.approx(correlation(mark, rest), abs=1e-9)
        else:
            assert own is None


@given(ROWS)
def test_strong_and_weak_ones_are_taken_in_parts_where_scores_are_equal(rows):
    """Each try a hundred times over: then the border falls between whole ones."""
    ranked = sorted((sum(row), row) for row in rows for _ in range(100))
    size, own = round(GROUP * len(ranked)), sums(rows, 3)
    for at in range(4):

        def average(part, at=at):
            """Of equal scores no order: each counts with the mean of its score."""
            by_score = {score: mean(row[at] for other, row in ranked if other == score) for score, _row in ranked}
            return sum(by_score[score] for score, _row in part) / 3 / size

        expected = average(ranked[-size:]) - average(ranked[:size])
        found = rules.question(own, at).upper_lower
        if ranked[0][0] == ranked[-1][0]:
            assert found is None
        else:
            assert found == pytest.approx(expected, abs=1e-9)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_tries_changes_nothing(rows, luck: Random):
    other = luck.sample(rows, len(rows))
    for at in range(4):
        one, two = (rules.question(sums(own, 3), at) for own in (rows, other))
        assert one.share == two.share
        assert one.rest_r == pytest.approx(two.rest_r, abs=1e-9)
        assert one.upper_lower == pytest.approx(two.upper_lower, abs=1e-9)
    assert rules.alpha(sums(rows, 3), range(4), 4) == rules.alpha(sums(other, 3), range(4), 4)


def looks(own):
    return rules.question(own, 1).looks


# Scores on the other questions rise with the place.
def answers(strong, weak, strong_more="", weak_more=""):
    """Twenty weak ones, twenty in the middle who are right or not by turns, twenty strong ones."""
    low, high = weak * (20 - len(weak_more)), strong * (20 - len(strong_more))
    names = [*low[: 20 - len(weak_more)], *weak_more, *"ab" * 10, *high[: 20 - len(strong_more)], *strong_more]
    return chosen([(number // 6, name) for number, name in enumerate(names)])


def test_strong_learners_who_choose_a_wrong_option_point_to_the_key():
    assert looks(answers("c", "a"))[0] == Look("key", ("c",))
    [found, *_rest] = looks(answers("c", "b", strong_more="aaaa"))
    assert found == Look("key", ("c",))


def test_a_question_that_weak_learners_get_right_is_one_to_check():
    """No wrong option stands out among the strong ones, who are spread over three."""
    own = chosen([(number // 6, name) for number, name in enumerate("a" * 24 + "abcd" * 9)])
    assert looks(own)[0] == Look("key")


def test_a_good_question_needs_no_look():
    good = answers("a", "b", weak_more="ccccdddd")
    assert rules.question(good, 1).urgent is False
    assert looks(good) == ()
    assert rules.question(good, 1).rest_r > 0.4


def test_hard_empty_and_flat_ones_are_told():
    hard = chosen([(number // 6, "a" if number > 54 else "bcd"[number % 3]) for number in range(60)])
    assert [look.kind for look in looks(hard)] == ["hard"]
    flat = chosen([(number // 6, "a" if number % 2 else "bcd"[number // 2 % 3]) for number in range(60)])
    assert [look.kind for look in looks(flat)] == ["flat"]
    empty = chosen(
        [(number // 6, "a" if number > 20 else "bcd"[number % 3] if number > 9 else "") for number in range(60)]
    )
    assert [look.kind for look in looks(empty)] == ["empty"]


def test_what_nearly_everybody_knows_is_no_fault_of_it():
    easy = chosen([(number // 6, "b" if number == 59 else "a") for number in range(60)])
    found = rules.question(easy, 1)
    assert found.rest_r < 0
    assert [look.kind for look in found.looks] == ["easy"]
    assert not found.urgent


def test_options_that_hardly_anybody_takes_are_named():
    idle = answers("a", "b", weak_more="cc")
    assert looks(idle) == (Look("idle", ("c", "d")),)


def test_one_question_alone_has_no_rest_and_no_agreement():
    own = sums([[1], [0], [1]])
    assert rules.question(own, 0).rest_r is None
    assert rules.test(own, [0]).alpha is None


def test_pass_rates_at_other_marks_are_exact():
    """7 of 10 is 70 %; 69 of 99 is not."""
    own = Sums(
        [Shape(10, 10), Shape(99, 99)], [Row([(0, (7, (), False))], 60, 70), Row([(1, (69, (), False))], 90, 70)]
    )
    whole = rules.test(own, [0, 1])
    assert {cut.percent: cut.passed for cut in whole.cuts} == {
        50: 2, 55: 2, 60: 2, 65: 2, 70: 1, 75: 0, 80: 0, 85: 0, 90: 0
    }  # fmt: skip
    assert whole.bars == (0, 0, 0, 0, 0, 0, 1, 1, 0, 0)
    assert (whole.seconds, whole.pass_percent) == (75, 70)


def test_full_marks_stand_in_the_last_bar_and_another_mark_among_the_cuts():
    own = Sums([Shape(10, 10)], [Row([(0, (10, (), False))], 60, 82)] * 2)
    whole = rules.test(own, [0])
    assert whole.bars[-1] == 2
    assert 82 in {cut.percent for cut in whole.cuts}
    assert whole.error is None
