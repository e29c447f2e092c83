"""Answers of many learners to the questions of one bank, for statistics: over all reruns and copies of its quiz.

Of each learner the first try that was sent. What the course team tried, what staff gave back or deleted, and what was
sent without any answer (or erased since) is left out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery

from . import correcting, rules
from .banks import parse
from .items import Bank, Item
from .kinds import KINDS
from .marker import Named as Named
from .marker import named
from .models import Attempt, BankVersion, CorrectedVersion

AT_ONCE = 500  # tries of one statement
Given = tuple[int, tuple[str, ...], bool]  # right parts of an answer, chosen options, is there no answer?


@dataclass(frozen=True)
class BankSeen:
    """A bank that was answered. ``number`` is its first version's; ``tries`` are all that were sent, of anybody."""

    number: int
    bank_id: str
    modules: tuple[str, ...]
    purposes: tuple[str, ...]
    tries: int
    last_at: datetime


@dataclass(frozen=True)
class AskedQuestion:
    """A question in one way of marking it. ``number`` counts in the newest bank; 0: it has changed, or is gone."""

    item: Item
    number: int
    parts: int


@dataclass(frozen=True)
class Sent:
    """A try: its answers by the place of the question among ``Answers.questions``."""

    answers: list[tuple[int, Given]]
    seconds: int
    pass_percent: int


@dataclass(frozen=True)
class Answers:
    """All questions, in the order of the newest bank, and tries: to be read once."""

    questions: tuple[AskedQuestion, ...]
    tries: Iterator[Sent]


def _sent(modules: Collection[str] | None) -> QuerySet:
    rows = Attempt.objects.filter(
        submitted_at__isnull=False, is_staff=False, cleared_at__isnull=True, counts=True
    ).order_by()
    return rows if modules is None else rows.filter(module__in=sorted(modules))


def banks_seen(modules: Collection[str] | None) -> list[BankSeen]:
    """Banks that learners of these modules answered (None: of any), the last answered first."""
    rows = _sent(modules).values("bank_id", "module", "purpose")
    found = list(rows.annotate(tries=Count("id"), last_at=Max("submitted_at")))
    names, firsts = _banks({row["bank_id"] for row in found})
    by_number: dict[int, list[Mapping[str, Any]]] = {}
    for row in found:
        by_number.setdefault(firsts[row["bank_id"]], []).append(row)
    return sorted((_seen(number, own, names) for number, own in by_number.items()), key=lambda one: one.last_at)[::-1]


def _banks(ids: Collection[int]) -> tuple[dict[int, str], dict[int, int]]:
    """By version: the name of its bank, and the bank's number: that of its first version, whoever answered it."""
    same = BankVersion.objects.filter(bank_id=OuterRef("bank_id")).order_by("id").values("id")[:1]
    rows = list(
        BankVersion.objects.filter(id__in=ids).annotate(first=Subquery(same)).values_list("id", "bank_id", "first")
    )
    return {id_: name for id_, name, _first in rows}, {id_: first if name else id_ for id_, name, first in rows}


def _seen(number: int, rows: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> BankSeen:
    modules, purposes = (tuple(sorted({row[name] for row in rows})) for name in ("module", "purpose"))
    tries, last = sum(row["tries"] for row in rows), max(row["last_at"] for row in rows)
    return BankSeen(number, names[rows[0]["bank_id"]], modules, purposes, tries, last)


def answers(number: int, modules: Collection[str] | None) -> Answers | None:
    """What was answered to the bank of this number; None where there is nothing for the reader to see."""
    found = first_tries(number, modules)
    return Answers(tuple(found[0].questions), found[0].read(found[1])) if found else None


def first_tries(number: int, modules: Collection[str] | None, **only: str) -> tuple["Marking", list[int]] | None:
    """How the bank of this number is marked, and of each learner the first try, the oldest first; None without any."""
    first = BankVersion.objects.filter(id=number).values_list("bank_id", flat=True).first()
    if first is None:
        return None
    versions = BankVersion.objects.filter(bank_id=first) if first else BankVersion.objects.filter(id=number)
    rows = _sent(modules).filter(bank_id__in=list(versions.values_list("id", flat=True)), **only)
    firsts: dict[int, int] = {}
    for learner, id_ in rows.order_by("id").values_list("learner_id", "id"):
        firsts.setdefault(learner, id_)
    newest = rows.values("bank_id").annotate(last=Max("id")).order_by("-last").values_list("bank_id", flat=True)
    if not firsts:
        return None
    known = _corrected(versions)
    return Marking({id_: known[id_] for id_ in newest}), list(firsts.values())


def number_of(bank_id: str) -> int | None:
    """The number of a bank by its name; None where nobody ever drew from it, and for one without a name."""
    rows = BankVersion.objects.filter(bank_id=bank_id) if bank_id else BankVersion.objects.none()
    return rows.order_by("id").values_list("id", flat=True).first()


def marked_by(item: Item) -> tuple[Any, ...]:
    """What makes answers to a question comparable: not its words, but everything that marks it."""
    options = tuple(sorted((option.id, option.correct) for option in item.options))
    return item.id, item.kind, item.credit, item.points, options, item.pairs, item.number, item.rights, item.free


def _corrected(versions: QuerySet) -> dict[int, Bank]:
    """By version: what its tries were asked, with the keys of today."""
    newest = CorrectedVersion.objects.filter(old_id=OuterRef("id")).order_by("-id").values("done")[:1]
    rows = versions.annotate(done=Subquery(newest))
    return {row.id: correcting.corrected(parse(row.body), row.done or {}) for row in rows}


class Marking:
    """Marks each different answer to a question once: a table says what the next thousand like it come to.

    A question whose right answer or options were changed is another one from then on, one whose words were is not.
    """

    def __init__(self, banks: Mapping[int, Bank]) -> None:  # the newest first
        self.questions: list[AskedQuestion] = []
        self._places: dict[tuple[Any, ...], int] = {}
        self._known: list[dict[Named, Given]] = []
        for number, item in enumerate(next(iter(banks.values())).items, 1):
            self._place(item, number)
        self._by_version = {
            id_: {item.id: self._place(item, 0) for item in bank.items} for id_, bank in banks.items()
        }  # fmt: skip

    def _place(self, item: Item, number: int) -> int:
        key = marked_by(item)
        if key not in self._places:
            self._places[key] = len(self.questions)
            self.questions.append(AskedQuestion(item, number, KINDS[item.kind].parts(item)))
            self._known.append({})
        return self._places[key]

    def read(self, ids: Sequence[int]) -> Iterator[Sent]:
        """One try after the other: what is read of one is large, and gone before the next."""
        left = iter(ids)
        while part := list(islice(left, AT_ONCE)):
            rows = Attempt.objects.filter(id__in=part).order_by("id")
            columns = rows.values_list(
                "bank_id", "drawn", "responses", "started_at", "submitted_at", "pass_percent"
            )  # fmt: skip
            yield from (self._try(*row) for row in columns.iterator(AT_ONCE) if row[2])

    def named(
        self, version: int, drawn: Sequence[Any], responses: Mapping[str, Any]
    ) -> Iterator[tuple[int, Named, Given]]:  # fmt: skip
        """Of each answered question of a try: its place, the answer by name, and what that comes to."""
        for asked in drawn:
            if answer := responses.get(asked["ref"]):
                place, name = self._by_version[version][asked["item"]], named(asked["options"], answer)
                yield place, name, self._known[place].get(name) or self._marked(place, asked, answer, name)

    def _try(
        self, version: int, drawn: Sequence[Any], responses: Mapping[str, Any], began: datetime, sent: datetime,
        pass_percent: int,
    ) -> Sent:  # fmt: skip
        places, given, all_known = self._by_version[version], [], self._known
        for asked in drawn:
            place, answer = places[asked["item"]], responses.get(asked["ref"])
            name = named(asked["options"], answer) if answer else ""
            known = all_known[place].get(name) or self._marked(place, asked, answer, name)
            given.append((place, known))
        return Sent(given, int((sent - began).total_seconds()), pass_percent)

    def _marked(self, place: int, asked: Mapping[str, Any], answer: Any, name: Named) -> Given:
        question = self.questions[place]
        [drawn] = rules.drawn_of([asked])
        share = rules.share(question.item, drawn, answer)
        chosen = (name,) if isinstance(name, str) else name
        given = int(share * question.parts), chosen if answer and question.item.options else (), not answer
        self._known[place][name] = given
        return given
