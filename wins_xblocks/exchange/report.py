"""What becomes of each question of a file, before anything is taken: new, changed, the same, or left and why."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..domain import marked as _
from ..domain.quiz import banks
from ..domain.quiz.banks import plain_item
from ..domain.quiz.data import Bank, Case, Item
from .form import Found, Read, Told

NEW, CHANGED, SAME, LEFT = "new", "changed", "same", "left"
_KEPT = banks.COMMON - {"id", "kind", "stem"} | {"credit"}
_OF_NUMBERS = frozenset({"tolerance", "unit", "units"})
_TWICE = _("The id “{id}” stands above in this file, too.")
_AGAIN = _("The same question stands above in this file.")
_THERE = _("The quiz has this question already: question {number}.")


@dataclass(frozen=True)
class Line:
    """One question of the file. ``stands``: the number of the quiz's own question that it changes or is; 0 for none."""

    place: int
    fate: str
    item: Item | None = None
    stands: int = 0
    told: tuple[Told, ...] = ()


def report(read: Read, bank: Bank) -> tuple[Line, ...]:
    """The fate of each question in ``read`` beside the questions of ``bank``."""
    judge = _Judge(read, bank)
    return tuple(judge.line(number, found) for number, found in enumerate(read.found, 1))


class _Judge:
    def __init__(self, read: Read, bank: Bank) -> None:
        self._own = {item.id: number for number, item in enumerate(bank.items, 1)}
        self._items = bank.items
        self._bodies = {_body(item): number for number, item in enumerate(bank.items, 1)}
        self._says = read.says
        self._cases = {case.id: case for case in bank.cases} | {id_: Case(id_, t) for id_, t in read.cases.items()}
        self._before: set[str] = set()
        self._said: set[tuple[Any, ...]] = set()

    def line(self, number: int, found: Found) -> Line:
        if found.entry is None:
            return Line(found.place, LEFT, None, 0, found.told)
        named = bool(found.entry.get("id"))
        entry = {**found.entry, "id": found.entry.get("id") or f"q-{secrets.token_hex(8)}"}
        entry = self._with_unsaid(entry) if named else entry
        try:
            item, problems = banks.judged(number, entry, self._cases.values())
        except banks.BankInvalid as error:
            return Line(found.place, LEFT, None, 0, (Told(error.sentence, error.values),))
        # An id that was made here says nothing to the author: the question's own words do.
        shown = {} if named else {"id": " ".join(item.stem.split())[:40]}
        return self._fate(found, item, named, tuple(Told(one.sentence, {**one.values, **shown}) for one in problems))

    def _with_unsaid(self, entry: dict[str, Any]) -> dict[str, Any]:
        """A question of the quiz keeps what the file has no place for, such as its objective."""
        stands = self._own.get(str(entry["id"]), 0)
        own = plain_item(self._items[stands - 1]) if stands else {}
        if self._says is None or own.get("kind") != entry.get("kind"):
            return entry
        kept = {name: own[name] for name in _KEPT - self._says if name in own}
        if own["kind"] == "numeric":
            before = {name: value for name, value in own["answer"].items() if name in _OF_NUMBERS - self._says}
            kept["answer"] = {**before, **entry["answer"]}
        return {**entry, **kept}

    def _fate(self, found: Found, item: Item, named: bool, problems: tuple[Told, ...]) -> Line:
        stands = self._own.get(item.id, 0) if named else self._bodies.get(_body(item), 0)
        twice = self._twice(item, named)
        if twice:
            return Line(found.place, LEFT, item, 0, (twice,))
        if stands and (not named or plain_item(self._items[stands - 1]) == plain_item(item)):
            return Line(found.place, SAME, item, stands, (Told(_THERE, {"number": stands}),))
        if problems:
            return Line(found.place, LEFT, item, stands, problems)
        return Line(found.place, CHANGED if stands else NEW, item, stands, found.told)

    def _twice(self, item: Item, named: bool) -> Told | None:
        again = not named and _body(item) in self._said
        twice = item.id in self._before
        self._before.add(item.id)
        self._said.add(_body(item))
        return Told(_TWICE, {"id": item.id}) if twice else Told(_AGAIN) if again else None


def _body(item: Item) -> tuple[Any, ...]:
    """What makes two questions without ids the same one."""
    answers = [option.text for option in item.options] + [pair.left + pair.right for pair in item.pairs]
    said = (" ".join(text.split()).casefold() for text in (item.stem, *answers))
    return (item.kind, *said, item.number)


def counts(lines: tuple[Line, ...]) -> Mapping[str, int]:
    """How many questions have each fate."""
    return {fate: sum(line.fate == fate for line in lines) for fate in (NEW, CHANGED, SAME, LEFT)}
