"""Tries are read once, and what is kept of them is small: who answered what, then tables of equal answers, and bits.

``bits``: of each question one number whose n-th binary digit says whether the n-th try was asked it, and one for each
digit of its mark. Sums of products over thousands of tries are then counts of digits in two such numbers: exact, and
quick without a library. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import lcm

from .data import Answer, Row, Shape

Score = tuple[int, int]  # marks of a try, and the most that it could have


class Sums:
    """What was gathered of tries; ``scores``, ``seconds`` in their order, ``tables`` by question."""

    def __init__(self, shapes: Sequence[Shape], rows: Iterable[Row]) -> None:
        units = lcm(*(shape.parts for shape in shapes))
        self.shapes = shapes
        self.weights = [shape.points * units // shape.parts for shape in shapes]  # of one part of a mark
        self.scores: list[Score] = []
        self.seconds: list[int] = []
        self.pass_percent = 0
        self._asked: list[list[int]] = [[] for _shape in shapes]  # numbers of tries
        self._given: list[list[Answer]] = [[] for _shape in shapes]  # their answers
        for row in rows:
            self._add(row)

    def _add(self, row: Row) -> None:
        number, weights, most, asked, given = len(self.scores), self.weights, self._most, self._asked, self._given
        marks = possible = 0
        for at, answer in row.answers:
            asked[at].append(number)
            given[at].append(answer)
            marks += weights[at] * answer[0]
            possible += most[at]
        self.scores.append((marks, possible))
        self.seconds.append(row.seconds)
        self.pass_percent = row.pass_percent

    @cached_property
    def _most(self) -> list[int]:
        return [weight * shape.parts for weight, shape in zip(self.weights, self.shapes, strict=True)]

    @property
    def tries(self) -> int:
        return len(self.scores)

    def asked(self, at: int) -> int:
        """How many were asked this question."""
        return len(self._asked[at])

    def table(self, at: int) -> Counter[tuple[Score, Answer]]:
        """How often it got which answer in tries of which score."""
        scores = map(self.scores.__getitem__, self._asked[at])
        return Counter(zip(scores, self._given[at], strict=True))

    def bits(self, at: int) -> list[int]:
        """Who was asked this question, and the digits of their marks, the smallest first."""
        marks = [1 | answer[0] << 1 for answer in self._given[at]]  # each was asked it
        return [self._number(at, marks, digit) for digit in range(1 + self.shapes[at].parts.bit_length())]

    def _number(self, at: int, marks: Sequence[int], digit: int) -> int:
        written = bytearray(b"0") * max(self.tries, 1)
        for number, mark in zip(self._asked[at], marks, strict=True):
            if mark >> digit & 1:
                written[number] = 49  # "1"
        return int(written, 2)


def total(digits: Sequence[int], among: int) -> int:
    """The sum of marks of the tries in ``among``."""
    return sum((digit & among).bit_count() << place for place, digit in enumerate(digits))


def products(first: Sequence[int], second: Sequence[int]) -> int:
    """The sum of the products of two questions' marks."""
    return sum(
        (one & other).bit_count() << (low + high)
        for low, one in enumerate(first) for high, other in enumerate(second)
    )  # fmt: skip
