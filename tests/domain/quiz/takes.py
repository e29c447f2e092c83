"""Quizzes of every kind of question, alone, in a case and together: what is answered there, and what it comes to.

Out of ``kinds.EACH``: a new kind is taken everywhere where these are.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.domain.quiz.banks import body
from tests.domain.quiz.kinds import EACH, PART, RIGHT, WRONG

CASE = {"id": "c1", "stem": "A site has two fences."}
# What a search for texts finds in any page: no secret of a question.
PLAIN = {"id", "kind", "objective", "credit", "difficulty", "bloom", "use", "case", "status", "category"}


@dataclass(frozen=True)
class Take:
    """A quiz: its questions, and whether they belong to a case."""

    name: str
    kinds: tuple[str, ...]
    in_case: bool = False

    @property
    def items(self) -> list[dict[str, Any]]:
        """No question is kept for practice: the module test asks all of them."""
        more = {"case": "c1"} if self.in_case else {}
        found = [{**EACH[kind], **more, "id": f"q{n}", "stem": f"Stem {n}?"} for n, kind in enumerate(self.kinds, 1)]
        return [{name: value for name, value in item.items() if name != "use"} for item in found]

    @property
    def body(self) -> dict[str, Any]:
        return {**body(*self.items), **({"cases": [CASE]} if self.in_case else {})}

    @property
    def bank(self) -> str:
        return json.dumps(self.body)

    @property
    def possible(self) -> Fraction:
        return self.earned("right")

    def said(self, how: str) -> dict[str, Any]:
        """Answers by question: all ``right``, all ``wrong``, ``none``, or ``part``: in part where the kind knows that,
        and every second of the others right."""
        return {f"q{n}": self._one(n, kind, how)[0] for n, kind in enumerate(self.kinds, 1) if how != "none"}

    def earned(self, how: str) -> Fraction:
        """Points of these answers, exact."""
        shares = (self._one(n, kind, how)[1] for n, kind in enumerate(self.kinds, 1))
        return sum((share * item.get("points", 1) for share, item in zip(shares, self.items, strict=True)), Fraction(0))

    def _one(self, number: int, kind: str, how: str) -> tuple[Any, Fraction]:
        if how == "part" and kind in PART:
            return PART[kind]
        if how == "right" or (how == "part" and number % 2 == 0):
            return RIGHT[kind], Fraction(1)
        return WRONG[kind], Fraction(0)

    def secrets(self) -> set[str]:
        """Every text of its questions, and their numbers."""
        return {text for item in self.items for text in _texts(item)} | ({CASE["stem"]} if self.in_case else set())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in PLAIN:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str) and len(value) > 2:
        yield value


TAKES = {
    **{kind: Take(kind, (kind, kind)) for kind in EACH},
    "a case": Take("a case", tuple(EACH), in_case=True),
    "all kinds": Take("all kinds", tuple(EACH)),
}
