"""What the kinds with answers to choose from share. A try keeps the refs of the chosen ones."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from ... import marked as _
from .. import reading
from ..items import CREDITS, Item, Option
from ..shown import Body, DrawnItem, ShownOption
from .kind import Answer, ForgedAnswer

MOST_OPTIONS = 10


class Choice:
    """Options, of which some are right."""

    name = ""
    fields = frozenset({"options"})
    at_once = 1  # how many may be chosen

    def read(self, number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        options = entry.get("options", [])
        if not isinstance(options, list):
            raise reading.BankInvalid(_("Question {number} is not a question."), number=number)
        if len(options) > MOST_OPTIONS:
            raise reading.BankInvalid(
                _("Question {number} has more than {most} answers."), number=number, most=MOST_OPTIONS
            )
        return {"options": tuple(_option(number, option) for option in options)}

    def plain(self, item: Item) -> dict[str, Any]:
        return {"options": [{"id": o.id, "text": o.text, "correct": o.correct} for o in item.options]}

    def problems(self, item: Item) -> Iterator[str]:
        if len(item.options) < 2:
            yield _("Question {number} (“{id}”) needs at least two answers.")
        if any(not option.text.strip() for option in item.options):
            yield _("Question {number} (“{id}”) has an empty answer.")
        if same_twice(option.text for option in item.options):
            yield _("Question {number} (“{id}”) has the same answer twice.")
        if not item.right:
            yield _("Question {number} (“{id}”) has no right answer.")

    def laid_out(self, item: Item, rng: Random) -> list[str]:
        return [option.id for option in rng.sample(item.options, len(item.options))]

    def checked(self, item: Item, drawn: DrawnItem, given: object) -> Answer:
        if not isinstance(given, list) or not all(isinstance(ref, str) for ref in given):
            raise ForgedAnswer
        if not set(given) <= {option.ref for option in drawn.options} or len(set(given)) < len(given):
            raise ForgedAnswer
        if len(given) > self.at_once:
            raise ForgedAnswer
        return sorted(given)

    def parts(self, item: Item) -> int:
        return 1

    def share(self, item: Item, drawn: DrawnItem, answer: Answer) -> Fraction:
        return Fraction(self.chosen(drawn, answer) == item.right)

    def chosen(self, drawn: DrawnItem, answer: Answer) -> set[str]:
        """Ids of the chosen options."""
        return {option.option for option in drawn.options if option.ref in (answer or ())}

    def corrected(self, item: Item, new: Item) -> Item | None:
        if {option.id for option in item.options} != {option.id for option in new.options}:
            return None
        return replace(item, options=tuple(replace(one, correct=one.id in new.right) for one in item.options))

    def shown(self, item: Item, drawn: DrawnItem, answer: Answer, keys: bool) -> Body:
        known, chosen = {option.id: option for option in item.options}, answer or ()
        return Body(
            options=tuple(
                ShownOption(o.ref, known[o.option].text, o.ref in chosen, known[o.option].correct if keys else None)
                for o in drawn.options
            )
        )

    def told(self, item: Item, drawn: DrawnItem, answer: Answer) -> list[str]:
        return [option.text for option in self.shown(item, drawn, answer, False).options if option.chosen]


def read_credit(number: int, entry: Mapping[str, Any]) -> str:
    """How an answer that is partly right is marked. Questions written before there was a choice: not at all."""
    return reading.choice(entry, "credit", CREDITS, "all", number)


def plain_credit(item: Item) -> dict[str, Any]:
    return {"credit": item.credit} if item.credit != "all" else {}


def same_twice(texts: Any) -> bool:
    """Are two of the texts the same but for case and spacing? Empty ones are not looked at."""
    written = [" ".join(text.split()).casefold() for text in texts if text.strip()]
    return len(set(written)) < len(written)


def _option(number: int, entry: object) -> Option:
    if not isinstance(entry, dict) or not isinstance(entry.get("correct", False), bool):
        raise reading.BankInvalid(
            _("Question {number}: one answer is not “id, text, correct: true or false”."), number=number
        )
    text = reading.text(entry.get("text", ""), number)
    return Option(reading.key(entry.get("id"), number), text, entry.get("correct", False))
