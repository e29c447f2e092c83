"""Things to be matched with what belongs to them. A try keeps a mapping of refs: what to what."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from ... import marked as _
from .. import reading
from ..items import Item, Pair
from ..shown import Body, DrawnItem, ShownOption, ShownPrompt
from .choice import plain_credit, read_credit, same_twice
from .kind import Answer, ForgedAnswer

MOST_PAIRS = 10
RIGHT = "="  # before the id of a pair: its right side. No id begins so


class Matching:
    """Each left side gets a right side. What several left sides share is shown once."""

    name = "matching"
    fields = frozenset({"pairs", "credit"})

    def read(self, number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        pairs = entry.get("pairs", [])
        if not isinstance(pairs, list) or not all(isinstance(pair, dict) for pair in pairs):
            raise reading.BankInvalid(_("Question {number}: one pair is not “id, left, right”."), number=number)
        if len(pairs) > MOST_PAIRS:
            raise reading.BankInvalid(
                _("Question {number} has more than {most} pairs."), number=number, most=MOST_PAIRS
            )
        return {"pairs": tuple(_pair(number, pair) for pair in pairs), "credit": read_credit(number, entry)}

    def plain(self, item: Item) -> dict[str, Any]:
        pairs = [{"id": pair.id, "left": pair.left, "right": pair.right} for pair in item.pairs]
        return plain_credit(item) | {"pairs": pairs}

    def problems(self, item: Item) -> Iterator[str]:
        if len(_lefts(item)) < 2 or len(_rights(item)) < 2:
            yield _("Question {number} (“{id}”) needs at least two pairs with different answers.")
        if any(not pair.right.strip() for pair in item.pairs):
            yield _("Question {number} (“{id}”) has a pair without an answer.")
        if same_twice(pair.left for pair in item.pairs):
            yield _("Question {number} (“{id}”) has the same left side twice.")
        rights = {_said(pair.right) for pair in _lefts(item)}
        if any(_said(pair.right) in rights for pair in item.pairs if not pair.left.strip()):
            yield _("Question {number} (“{id}”) has an answer without a left side that fits another pair.")

    def laid_out(self, item: Item, rng: Random) -> list[str]:
        rights = [pair.id for pair in _rights(item)]
        return [pair.id for pair in _lefts(item)] + [RIGHT + name for name in rng.sample(rights, len(rights))]

    def checked(self, item: Item, drawn: DrawnItem, given: object) -> Answer:
        if not isinstance(given, dict) or not all(isinstance(ref, str) for ref in given.values()):
            raise ForgedAnswer
        lefts, rights = _sides(drawn)
        if not given.keys() <= lefts.keys() or not set(given.values()) <= rights.keys():
            raise ForgedAnswer
        return dict(sorted(given.items()))

    def parts(self, item: Item) -> int:
        return len(_lefts(item)) if item.credit == "part" else 1

    def share(self, item: Item, drawn: DrawnItem, answer: Answer) -> Fraction:
        lefts, rights = _sides(drawn)
        texts, key = {pair.id: _said(pair.right) for pair in item.pairs}, _key(item)
        found = sum(key[lefts[left]] == texts[rights[right]] for left, right in (answer or {}).items())
        return Fraction(found, len(lefts)) if item.credit == "part" else Fraction(found == len(lefts))

    def corrected(self, item: Item, new: Item) -> Item | None:
        """The right sides that were shown stay as they were: what is right now must have been among them."""
        key, shown = _key(new), {_said(pair.right) for pair in item.pairs}
        lefts = [pair.id for pair in _lefts(item)]
        if set(lefts) != {pair.id for pair in _lefts(new)} or not {key[name] for name in lefts} <= shown:
            return None
        rights = tuple((name, key[name]) for name in lefts)
        return replace(item, rights=rights if dict(rights) != _beside(item) else ())

    def shown(self, item: Item, drawn: DrawnItem, answer: Answer, keys: bool) -> Body:
        (lefts, rights), pairs, key = _sides(drawn), {pair.id: pair for pair in item.pairs}, _key(item)
        by_text = {_said(pairs[name].right): ref for ref, name in rights.items()}
        return Body(
            options=tuple(ShownOption(ref, pairs[name].right, False) for ref, name in rights.items()),
            prompts=tuple(
                ShownPrompt(
                    ref, pairs[name].left, (answer or {}).get(ref, ""),
                    by_text[key[name]] if keys else None,
                )
                for ref, name in lefts.items()
            ),
        )  # fmt: skip

    def told(self, item: Item, drawn: DrawnItem, answer: Answer) -> list[str]:
        body = self.shown(item, drawn, answer, False)
        texts = {option.ref: option.text for option in body.options}
        return [f"{prompt.text} – {texts[prompt.chosen]}" for prompt in body.prompts if prompt.chosen]


def _pair(number: int, entry: dict[str, Any]) -> Pair:
    left, right = (reading.text(entry.get(name, ""), number) for name in ("left", "right"))
    return Pair(reading.key(entry.get("id"), number), left, right)


def _said(text: str) -> str:
    return " ".join(text.split()).casefold()


def _lefts(item: Item) -> list[Pair]:
    return [pair for pair in item.pairs if pair.left.strip()]


def _beside(item: Item) -> dict[str, str]:
    return {pair.id: _said(pair.right) for pair in _lefts(item)}


def _key(item: Item) -> dict[str, str]:
    """The right side of each left one, by pair."""
    return {**_beside(item), **dict(item.rights)}


def _rights(item: Item) -> list[Pair]:
    """The first pair of each different right side."""
    return list({_said(pair.right): pair for pair in reversed(item.pairs)}.values())[::-1]


def _sides(drawn: DrawnItem) -> tuple[dict[str, str], dict[str, str]]:
    """Ids of pairs by ref: of what stands on the left, and of what stands on the right."""
    lefts = {o.ref: o.option for o in drawn.options if not o.option.startswith(RIGHT)}
    return lefts, {o.ref: o.option.removeprefix(RIGHT) for o in drawn.options if o.option.startswith(RIGHT)}
