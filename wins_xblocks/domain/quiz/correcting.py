"""A key that was wrong: questions as they were asked with the key of now, and what that does to marks. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import banks
from .data import Bank, Grade, Item, Marks
from .kinds import KINDS
from .rules import passed

KEY, FREE = "key", "free"  # what is done to a question: its new key is taken over, or everybody gets the points
Done = Mapping[str, Mapping[str, Any]]  # by question: {"free": True}, or {"question": as the newer bank stores it}


@dataclass(frozen=True)
class Mark(Marks):
    """What a try came to."""

    correct: int
    possible: int
    units: int | None
    passed: bool


@dataclass(frozen=True)
class Side:
    """A question as it stands in some versions of its bank, corrections of before included.

    ``fits``: answers to it can be marked by the key of now. ``differs``: they are marked otherwise so far.
    """

    item: Item
    versions: tuple[int, ...]
    fits: bool
    differs: bool


@dataclass(frozen=True)
class Question:
    """A question that was asked: how it is marked in each version, and as it is written now; None: it is gone."""

    id: str
    sides: tuple[Side, ...]
    new: Item | None
    number: int

    @property
    def differs(self) -> bool:
        return any(side.differs for side in self.sides)

    @property
    def fits(self) -> bool:
        return all(side.fits for side in self.sides if side.differs)

    @property
    def reworded(self) -> bool:
        """Do its words differ, too? Then its new key may say something else than learners read."""
        return self.new is not None and any(_words(side.item) != _words(self.new) for side in self.sides)


def _words(item: Item) -> tuple[Any, ...]:
    texts = {option.id: option.text for option in item.options}
    return item.stem, item.case, texts, {pair.id: pair.left for pair in item.pairs}


def taken_over(old: Item, new: Item | None) -> Item | None:
    """``old`` as it was asked, marked by the key and points of ``new``; None where its answers cannot be."""
    if new is None or new.kind != old.kind:
        return None
    found = KINDS[old.kind].corrected(old, new)
    return replace(found, credit=new.credit, points=new.points, free=False) if found else None


def corrected(bank: Bank, done: Done) -> Bank:
    """The bank as it was drawn from, with what was done to its questions."""
    if not done:
        return bank
    stored = [row["question"] for row in done.values() if "question" in row]
    new = {item.id: item for item in banks.bank_of({"items": stored}).items}
    return replace(bank, items=tuple(_done(item, done, new) for item in bank.items))


def _done(item: Item, done: Done, new: Mapping[str, Item]) -> Item:
    if item.id not in done:
        return item
    if done[item.id].get("free"):
        return replace(item, free=True)
    found = taken_over(item, new[item.id])
    assert found is not None, "checked when the correction was made"
    return found


def stored(what: str, new: Item | None) -> dict[str, Any]:
    """One entry of ``Done``."""
    return {"free": True} if what == FREE or new is None else {"question": banks.plain_item(new)}


def compared(versions: Mapping[int, Bank], new: Bank) -> tuple[Question, ...]:
    """Every question that tries may have asked, in the order of the newer bank."""
    by_id: dict[str, dict[Item, list[int]]] = {}
    for version, bank in versions.items():
        for item in bank.usable:
            by_id.setdefault(item.id, {}).setdefault(item, []).append(version)
    now = {item.id: (number, item) for number, item in enumerate(new.items, 1)}
    found = [_question(id_, sides, *now.get(id_, (0, None))) for id_, sides in by_id.items()]
    return tuple(sorted(found, key=lambda one: (one.number == 0, one.number)))


def _question(id_: str, sides: Mapping[Item, Sequence[int]], number: int, new: Item | None) -> Question:
    return Question(id_, tuple(_side(item, versions, new) for item, versions in sides.items()), new, number)


def _side(item: Item, versions: Sequence[int], new: Item | None) -> Side:
    """A question that is gone is no difference: there is no other key."""
    found = taken_over(item, new)
    differs = new is not None and not item.free and found != item
    return Side(item, tuple(versions), found is not None, differs)


def outcome(before: Mark, grade: Grade, pass_percent: int, lower: bool) -> tuple[Mark, bool]:
    """The mark after a correction, and whether it was kept though it would have gone down.

    Nobody loses, unless marks are to be ``lower``ed.
    """
    after = Mark(grade.correct, grade.possible, grade.units, passed(grade.share, pass_percent))
    if after.exact == before.exact and after.passed == before.passed:
        return before, False  # in other units, perhaps
    if not lower and after.correct * before.possible < before.correct * after.possible:
        return before, True
    return after, False
