"""Rows of marks as tries."""

from collections.abc import Sequence

from wins_xblocks.domain.statistics.data import Row, Shape
from wins_xblocks.domain.statistics.sums import Sums


def sums(rows: Sequence[Sequence[int | None]], parts: int = 1, points: int = 1) -> Sums:
    """One row for each try; None: the question was not asked in it."""
    tries = [[(at, (mark, (), False)) for at, mark in enumerate(row) if mark is not None] for row in rows]
    return Sums([Shape(parts, points)] * len(rows[0]), [Row(own, 60, 70) for own in tries])


def chosen(rows: Sequence[tuple[int, str]], right: str = "a", options: str = "abcd") -> Sums:
    """Tries with a score on ten other questions, and the option chosen at the last one; "": none."""
    shapes = [Shape(10, 10), Shape(1, 1, tuple(options), frozenset(right))]
    return Sums(
        shapes,
        [Row([(0, (score, (), False)), (1, (int(name == right), tuple(name), not name))], 60, 70)
         for score, name in rows],
    )  # fmt: skip
