"""Several right answers out of several."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from ... import marked as _
from ..items import Item
from ..shown import DrawnItem
from .choice import MOST_OPTIONS, Choice, plain_credit, read_credit
from .kind import Answer


class Multiple(Choice):
    """Right when exactly the right options are chosen; with part credit, each wrong one takes a right one back."""

    name = "multiple"
    fields = frozenset({"options", "credit"})
    at_once = MOST_OPTIONS

    def read(self, number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        return super().read(number, entry) | {"credit": read_credit(number, entry)}

    def plain(self, item: Item) -> dict[str, Any]:
        return plain_credit(item) | super().plain(item)

    def problems(self, item: Item) -> Iterator[str]:
        yield from super().problems(item)
        if len(item.right) == 1 or (item.right and len(item.right) == len(item.options)):
            yield _("Question {number} (“{id}”) needs two or more right answers, and a wrong one.")

    def parts(self, item: Item) -> int:
        return len(item.right) if item.credit == "part" else 1

    def share(self, item: Item, drawn: DrawnItem, answer: Answer) -> Fraction:
        if item.credit != "part":
            return super().share(item, drawn, answer)
        chosen = self.chosen(drawn, answer)
        return Fraction(max(len(chosen & item.right) - len(chosen - item.right), 0), len(item.right))
