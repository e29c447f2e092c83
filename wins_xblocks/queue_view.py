"""What waits for one person: which item is the next, and what became of one that somebody else decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from . import context, words
from .desk_view import people_of
from .domain.cases import api as cases
from .domain.cases import reported
from .domain.results import api as results
from .domain.results import queue
from .domain.study_time import book
from .domain.vouchers import requests
from .domain.waiting import First
from .queue_items import Item, Reader, due, shown

# Of the same day, what a learner is told to wait for comes first.
KINDS = ("case", "request", "reported", "book", "row")


@dataclass(frozen=True)
class Next:
    """The most urgent item, how many wait in all, and whether only those are left that were put off."""

    item: Item | None
    left: int
    again: bool


def kind_words(kind: str) -> str:
    return {
        "case": _("Question to WINS"), "request": _("Request of a learner"),
        "reported": _("Reported question"), "book": _("Book hours"), "row": _("Result without a learner"),
    }[kind]  # fmt: skip


def upcoming(reader: Reader, kinds: Sequence[str], put_off: Mapping[str, int], now: datetime) -> Next:
    """The first of these kinds: what was not put off, then by the day until which it should be done."""
    rules, after = context.programme(), put_off.get
    asked: dict[str, Any] = {
        "case": lambda: cases.first_open(reader.id, after("case", 0)),
        "request": lambda: requests.first_open(reader.id, after("request", 0)),
        "reported": lambda: reported.first_open(reader.modules, reader.id, after("reported", 0)),
        "book": lambda: book.first_asked(reader.modules, reader.id, after("book", 0)),
        "row": lambda: queue.first_waiting(reader.id, after("row", 0)),
    }
    found: dict[str, First[Any]] = {kind: asked[kind]() for kind in KINDS if kind in kinds and kind in reader.kinds}
    heads = [
        (one.put_off, due(kind, one.value, rules), kind) for kind, one in found.items() if one.value is not None
    ]  # fmt: skip
    left = sum(one.total for one in found.values())
    if not heads:
        return Next(None, left, again=False)
    again, _due, kind = min(heads, key=lambda head: (head[0], head[1], KINDS.index(head[2])))
    return Next(shown(kind, found[kind].value, reader, now), left, again)


def of_key(kind: str, number: int, reader: Reader, now: datetime) -> Item | None:
    """One item while it waits; None when it does not, or is not for this reader."""
    value: Any = {
        "case": cases.by_id, "request": requests.request, "row": results.waiting_row,
        "reported": lambda id_: reported.of_case(id_, reader.modules),
        "book": lambda id_: next(iter(book.entries([id_])), None),
    }[kind](number)  # fmt: skip
    waits = value is not None and (kind == "row" or _is_open(kind, value))
    if kind == "book" and waits and not _is_seen(value.module, reader):
        return None
    return shown(kind, value, reader, now) if waits else None


def _is_open(kind: str, value: Any) -> bool:
    if kind == "reported":
        return bool(value.case.open)
    return bool(value.undecided if kind == "book" else value.open)


def _is_seen(module: str, reader: Reader) -> bool:
    return reader.modules is None or module in reader.modules


def what_became(kind: str, number: int, reader: Reader) -> str:
    """What somebody decided about an item that does not wait any more: who, what and when; of hers alone."""
    by: int | None
    at: datetime | None
    by, at, what = None, None, ""
    if kind == "case" and (case := cases.by_id(number)):
        by, at, what = case.answered_by, case.answered_at, _("answered")
    elif kind == "reported" and (found := reported.of_case(number, reader.modules)):
        by, at, what = found.case.answered_by, found.case.answered_at, _("answered")
    elif kind == "request" and (asked := requests.request(number)):
        did = {"granted": _("agreed"), "refused": _("not agreed"), "withdrawn": _("taken back by the learner")}
        by, at, what = asked.decided_by, asked.decided_at, did.get(asked.state, asked.state)
    elif kind == "book" and (entry := next(iter(book.entries([number])), None)) and _is_seen(entry.module, reader):
        did = {"accepted": _("accepted"), "refused": _("not counted"), "withdrawn": _("taken back by the learner")}
        by, at, what = entry.decided_by, entry.decided_at, did.get(entry.state, entry.state)
    elif kind == "row" and (row := queue.settled(number)):
        by, at, what = row.by, row.at, _("placed") if row.state == "applied" else _("nobody of ours")
    return _became(by, at, what)


def _became(by: int | None, at: datetime | None, what: str) -> str:
    if not what:
        return _("It is not there any more.")
    if by is None:
        return _("It does not wait any more: {what}.").format(what=what)
    person = people_of([by])[by]
    who = person.name or person.username
    return _("{who} decided it on {at}: {what}.").format(who=who, at=words.moment(at), what=what)
