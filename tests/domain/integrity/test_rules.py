"""What stands out among tries, and that chance seldom does."""

from itertools import product
from math import exp, log, prod
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wins_xblocks.domain.integrity import rules
from wins_xblocks.domain.integrity.data import ANSWERS, TIME, Compared, Field

from .cohorts import PLAIN, UNEVEN, WEAK, answers, copied, field

EVERYBODY = range(1, 2000)
shares = st.lists(st.floats(0, 0.95), min_size=1, max_size=8)


@given(shares, st.integers(0, 9))
def test_how_likely_so_many_are_is_the_sum_over_all_ways_to_get_them(likely, count):
    ways = product((0, 1), repeat=len(likely))
    slow = sum(
        prod(share if hit else 1 - share for share, hit in zip(likely, way, strict=True))
        for way in ways if sum(way) >= count
    )  # fmt: skip
    assert rules.at_least(count, likely) == pytest.approx(slow, abs=1e-12)


@given(shares)
def test_more_of_them_are_never_likelier(likely):
    found = [rules.at_least(count, likely) for count in range(len(likely) + 2)]
    assert found == sorted(found, reverse=True)
    assert (found[0], found[-1]) == (pytest.approx(1), 0)


def hints(rows, new=EVERYBODY, **more):
    return rules.found(field(rows, **more), new)


@pytest.mark.parametrize("model", [PLAIN, UNEVEN, WEAK], ids=["plain", "uneven", "weak"])
def test_chance_finds_nothing_in_honest_classes(model):
    """The long form is in tests/soak; here a few classes of each model."""
    assert [hints(answers(Random(seed), **model)) for seed in range(3)] == [[], [], []]


@pytest.mark.parametrize("model", [PLAIN, UNEVEN, WEAK], ids=["plain", "uneven", "weak"])
def test_who_copies_all_of_somebody_with_a_dozen_wrong_answers_is_found(model):
    rng, seen, most = Random(7), 0, 20
    rows = answers(rng, **model)
    for _ in range(most):
        changed, pair = copied(rng, rows)
        seen += any({one.id for one in found.tries} == pair for found in hints(changed, pair))
    assert seen >= 0.9 * most


def pair_in(rows, learners=(3, 7)):
    one, other = (number - 1 for number in learners)
    return [list(rows[one]) if n == other else row for n, row in enumerate(rows)]


def a_class(seed=1, **model):
    """Where learner 3 missed sixteen, all different from each other."""
    rows = answers(Random(seed), 60, **model)
    rows[2] = [1 + n % 3 if n % 5 < 2 else 0 for n in range(40)]
    return rows


def test_a_pair_is_told_with_its_numbers():
    [found] = hints(pair_in(a_class()))
    assert (found.kind, {one.id for one in found.tries}) == (ANSWERS, {3, 7})
    assert {name: found.facts[name] for name in ("same", "missed", "one", "other", "asked")} == {
        "same": 16, "missed": 16, "one": 16, "other": 16, "asked": 40
    }  # fmt: skip
    assert 0 < found.facts["expected"] < 8
    assert found.chance < 1e-6


def test_only_pairs_with_a_new_try_are_told():
    rows = pair_in(a_class())
    assert [bool(hints(rows, new)) for new in ([3], [7], [3, 7], [1, 2], [])] == [True, True, True, False, False]


def test_the_same_right_answers_are_nothing():
    rows = answers(Random(3), 60)
    for learner in (2, 6):
        rows[learner] = [0] * 40
    assert hints(rows) == []


def test_who_missed_few_is_not_compared():
    rows = a_class()
    rows[2] = [1] * 4 + [0] * 36
    assert hints(pair_in(rows)) == []


def test_below_thirty_tries_nothing_is_told():
    rows = pair_in(a_class())
    assert (len(hints(rows[:29])), len(hints(rows))) == (0, 1)


def test_an_answer_that_everybody_gives_says_nothing():
    rows = [[1] * 16 + row[16:] for row in answers(Random(5), 60)]
    assert hints(rows) == []


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_it_does_not_matter_in_which_order_tries_stand(rng):
    whole = field(pair_in(a_class()))
    mixed = Field(rng.sample(whole.tries, len(whole.tries)), whole.wrongs)
    assert _told(rules.found(mixed, EVERYBODY)) == _told(rules.found(whole, EVERYBODY))


def _told(found):
    return [(one.kind, sorted(try_.id for try_ in one.tries), pytest.approx(one.chance)) for one in found]


def times(rng, learners, spread=0.5):
    """Forty minutes in the middle; some leave the page open for hours."""
    own = [exp(rng.gauss(log(2400), spread)) for _ in range(learners)]
    return [int(time + (rng.uniform(600, 90_000) if rng.random() < 0.15 else 0)) for time in own]


def test_a_good_try_that_was_very_quick_is_told():
    rng = Random(2)
    rows, seconds = answers(rng, 100), times(rng, 100, 0.4)
    rows[9], seconds[9] = [0] * 40, 200
    rows[10], seconds[10] = [1] * 40, 200  # quick and wrong: guessed
    [found] = hints(rows, seconds=seconds)
    assert (found.kind, [one.id for one in found.tries]) == (TIME, [10])
    assert found.facts["seconds"] == 200
    assert 1800 < found.facts["usual"] < 3600
    assert hints(rows, new=[1], seconds=seconds) == []


@pytest.mark.parametrize("spread", [0.2, 0.5, 0.8])
def test_honest_times_are_nothing_however_they_spread(spread):
    rng = Random(11)
    rows = answers(rng, 100)
    assert sum(bool(hints(rows, seconds=times(rng, 100, spread))) for _ in range(40)) <= 1


def test_times_that_say_nothing_are_left_out():
    tries = [Compared(n, n, 1, 0, 1.0, 0, 1) for n in range(1, 61)]
    assert rules.found(Field(tries, []), EVERYBODY) == []
    same = [Compared(n, n, 1, 0, 1.0, 600, 1) for n in range(1, 61)]
    assert rules.found(Field(same, []), EVERYBODY) == []


def test_a_thousand_tries_with_few_new_ones_take_little_work(monkeypatch):
    """Pairs that a closer look is taken at, not seconds: a busy machine is no finding."""
    looks = []
    closer = rules._Crowd.pair
    monkeypatch.setattr(rules._Crowd, "pair", lambda *args: looks.append(1) or closer(*args))
    assert hints(answers(Random(1), 1000), new=[1, 2, 3]) == []
    assert len(looks) < 300
