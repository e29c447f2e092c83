"""Many tries of one version of a bank are marked at once: each different answer to a question once. Pure."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from . import rules
from .data import Bank, Grade
from .kinds import KINDS

Named = str | tuple[Any, ...]  # an answer by the names of what was chosen


class Marker:
    """Grades by the keys of ``bank`` as ``rules.grade`` does, without marks by question and objective."""

    def __init__(self, bank: Bank) -> None:
        self._items = {item.id: item for item in bank.items}
        self._parts = {item.id: KINDS[item.kind].parts(item) for item in bank.items}
        self._known: dict[tuple[str, Named], Fraction] = {}

    def grade(self, drawn: Sequence[Mapping[str, Any]], responses: Mapping[str, Any]) -> Grade:
        """``drawn`` as a try keeps it."""
        asked = [self._items[one["item"]] for one in drawn]
        parts = lcm(*(self._parts[item.id] for item in asked))
        units = None if parts == 1 and all(item.points == 1 for item in asked) else parts
        marks = sum(
            int(self._share(one, responses.get(one["ref"])) * item.points * (units or 1))
            for one, item in zip(drawn, asked, strict=True)
        )
        return Grade(marks, sum(item.points for item in asked) * (units or 1), {}, (), units)

    def _share(self, asked: Mapping[str, Any], answer: Any) -> Fraction:
        key = asked["item"], named(asked["options"], answer) if answer else ""
        if key not in self._known:
            [drawn] = rules.drawn_of([asked])
            self._known[key] = rules.share(self._items[asked["item"]], drawn, answer)
        return self._known[key]


def named(options: Sequence[Mapping[str, str]], answer: Any) -> Named:
    """An answer without its try's own refs: the same for all who answered the same. One option by its name alone."""
    if len(answer) == 1 and isinstance(answer, list):
        [ref] = answer
        for option in options:
            if option["ref"] == ref:
                return option["option"]
    names = {option["ref"]: option["option"] for option in options}
    if isinstance(answer, list):
        return tuple(sorted(names[ref] for ref in answer))
    return tuple(sorted((names.get(one, one), names.get(other, other)) for one, other in answer.items()))
