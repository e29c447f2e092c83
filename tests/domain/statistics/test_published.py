"""The same numbers as Debian's r-cran-psych (``psych.R`` wrote ``psych.json``), and as a published example."""

import json
from pathlib import Path

import pytest

from wins_xblocks.domain.statistics import rules
from wins_xblocks.domain.statistics.data import Row, Shape
from wins_xblocks.domain.statistics.sums import Sums

from .builders import sums

PSYCH = json.loads((Path(__file__).parent / "psych.json").read_text(encoding="utf-8"))
# Wuensch, K. L.: The Kuder-Richardson 20, East Carolina University, https://core.ecu.edu/wuenschk/StatHelp/KR20.txt:
# ten students, ten items; each item's p and variance and the variance of the totals as printed there.
WUENSCH = """1111110110 1011011101 1111011001 0010001000 0000010010
             1110111111 1101110111 1111111101 0101111101 1101101110"""
WUENSCH_P = [0.7, 0.7, 0.6, 0.7, 0.6, 0.8, 0.7, 0.7, 0.5, 0.6]
WUENSCH_ITEMS, WUENSCH_TOTAL = [0.21, 0.21, 0.24, 0.21, 0.24, 0.16, 0.21, 0.21, 0.25, 0.24], 5.84


def close(value):
    return pytest.approx(value, rel=0, abs=1e-9)


def rows_of(name):
    rows = PSYCH[name]["rows"]
    if isinstance(rows, dict):  # how often each pattern was there
        return [list(map(int, pattern)) for pattern, count in rows.items() for _ in range(count)]
    return rows


@pytest.mark.parametrize(("name", "parts"), [("right", 1), ("parts", 4), ("lsat6", 1)])
@pytest.mark.parametrize("points", [1, 3])
def test_alpha_means_and_correlations_with_the_rest_are_those_of_psych(name, parts, points):
    own, told = sums(rows_of(name), parts, points), PSYCH[name]
    found = [rules.question(own, at) for at in range(len(told["mean"]))]
    assert rules.alpha(own, range(len(found)), len(found)) == close(told["alpha"])
    assert [one.rest_r for one in found] == [close(value) for value in told["rest"]]
    assert [one.share for one in found] == [close(value / parts) for value in told["mean"]]
    assert [one.tries for one in found] == told["n"]


def test_alpha_of_drawn_questions_is_that_of_psych_for_pairs_that_are_there():
    own, told = sums(rows_of("drawn")), PSYCH["drawn"]
    assert any(None in row for row in told["rows"])
    assert rules.alpha(own, range(12), 12) == close(told["alpha"])
    found = [rules.question(own, at) for at in range(12)]
    assert [one.share for one in found] == [close(value) for value in told["mean"]]
    assert [one.tries for one in found] == told["n"]
    # Of the eight questions of a try it is what Spearman and Brown say of two thirds of the length.
    k, whole = 8 / 12, told["alpha"]
    assert rules.test(own, range(12)).alpha == close(k * whole / (1 + (k - 1) * whole))


def test_shares_of_options_are_those_of_psych():
    rows, told = PSYCH["chosen"]["rows"], PSYCH["chosen"]["shares"]
    shape = Shape(1, 1, tuple("1234"), frozenset("1"))
    tries = [[(at, (int(name == 1), (str(name),), False)) for at, name in enumerate(row)] for row in rows]
    own = Sums([shape] * 12, [Row(answers, 60, 70) for answers in tries])
    for at in range(12):
        assert [option.share for option in rules.question(own, at).options] == [close(value) for value in told[at]]


def test_a_published_example_to_its_printed_digits():
    rows = [list(map(int, row)) for row in WUENSCH.split()]
    own = sums(rows)
    found = [rules.question(own, at) for at in range(10)]
    assert [round(one.share, 1) for one in found] == WUENSCH_P
    assert [round(one.share * (1 - one.share), 2) for one in found] == WUENSCH_ITEMS
    whole = rules.test(own, range(10))
    # Printed as of all ten students, not as an estimate from them.
    assert round((whole.deviation * 10) ** 2 * 9 / 10, 2) == WUENSCH_TOTAL
    assert whole.alpha == pytest.approx(10 / 9 * (1 - sum(WUENSCH_ITEMS) / WUENSCH_TOTAL), rel=1e-12)
