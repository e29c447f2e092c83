"""A statement that is true or false."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from ... import marked as _
from .. import reading
from ..items import Item, Option
from .choice import Choice

TRUE, FALSE = _("True"), _("False")  # the page puts them into the reader's language


class TrueFalse(Choice):
    """Two options, always in this order."""

    name = "truefalse"
    fields = frozenset({"answer"})

    def read(self, number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        answer = entry.get("answer")
        if answer is not None and not isinstance(answer, bool):
            raise reading.BankInvalid(_("Question {number}: “answer” must be true or false."), number=number)
        return {"options": (Option("true", TRUE, answer is True), Option("false", FALSE, answer is False))}

    def plain(self, item: Item) -> dict[str, Any]:
        return {"answer": item.options[0].correct} if item.right else {}

    def problems(self, item: Item) -> Iterator[str]:
        if not item.right:
            yield _("Question {number} (“{id}”) has no right answer.")

    def laid_out(self, item: Item, rng: Random) -> list[str]:
        return [option.id for option in item.options]
