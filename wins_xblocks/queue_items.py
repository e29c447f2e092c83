"""One thing that waits for a person, with all that is needed to decide it, and its possible decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import book_view, context, replies, reported_view, result_view, time_case, words
from .desk_view import people_of, request_words
from .domain.cases import api as cases
from .domain.cases import rules as working_days
from .domain.cases.data import CaseValue, ReportValue
from .domain.programme.data import Programme
from .domain.results import queue
from .domain.results.data import Near, WaitingRow
from .domain.study_time.data import BookEntry
from .domain.vouchers import requests
from .domain.vouchers.data import RequestValue
from .people import Person

OWN = "own"  # the choice of one's own words alone
EARLIER = 3  # of what the same learner asked before


@dataclass(frozen=True)
class Reader:
    """Who clears the queue: which kinds she may decide; of book hours and reported questions
    those of ``modules`` (None: of all)."""

    id: int
    kinds: tuple[str, ...]
    modules: frozenset[str] | None


@dataclass(frozen=True)
class Choice:
    """What is chosen and then sent: ``value`` is the decision and, after a point, its standard text or candidate."""

    value: str
    told: str


@dataclass(frozen=True)
class Group:
    """The choices that lead to one decision, with what it does to whom."""

    do: str
    heading: str
    told: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Item:
    """One thing that waits. ``key`` says which, and in which revision it was seen."""

    kind: str
    id: int
    revision: int
    heading: str
    person: Person | None
    due: date
    facts: tuple[tuple[str, str], ...]
    text: str
    url: tuple[str, Any]
    groups: tuple[Group, ...]
    own_words: str
    late: bool = False
    days: tuple[time_case.DayRow, ...] = ()
    note: str = ""
    others: tuple[tuple[Person, str], ...] = ()

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.id}-{self.revision}"


def due(kind: str, value: Any, rules: Programme) -> date:
    """Until when it should be done: the deadline that was told, or as many working days after it came."""
    if kind in ("case", "request"):
        return value.deadline  # type: ignore[no-any-return]
    if kind == "reported":
        return value.case.deadline  # type: ignore[no-any-return]
    came = value.made_at if kind == "book" else value.came_at
    days = rules.policies.answer_within_working_days
    return working_days.working_days_after(came.astimezone(rules.zone).date(), days)


def shown(kind: str, value: Any, reader: Reader, now: datetime) -> Item:
    """What waits, as it is read and decided."""
    rules = context.programme()
    made = {"case": _case, "request": _request, "reported": _reported, "book": _book, "row": _row}[kind]
    item: Item = made(value, due(kind, value, rules), reader, now)
    return replace(item, late=item.due < now.astimezone(rules.zone).date())


def _book(entry: BookEntry, until: date, reader: Reader, now: datetime) -> Item:
    row = book_view.row(entry)
    counts = _("The hours go on counting.") if entry.counts else _("The hours count from now on.")
    lost, mail = _("The hours do not count."), _("The learner gets a mail.")
    facts = [
        (_("Module"), row.module), (_("Day"), words.day(entry.told.day)), (_("Time"), row.length),
        (_("Until now"), row.so_far), (_("State"), _("Counts. Drawn for a check.") if entry.counts else _("Waits")),
    ]  # fmt: skip
    if entry.revision:
        changed = ngettext("Changed {n} time by the learner.", "Changed {n} times by the learner.", entry.revision)
        facts.append((_("History"), changed.format(n=entry.revision)))
    return Item(
        "book", entry.id, entry.revision, _("{time} with the book").format(time=row.length), row.person, until,
        tuple(facts), entry.told.what, ("wins:desk_book_entry", entry.id),
        (
            Group("accept", _("Accept"), f"{counts} {mail}", (Choice("accept", _("Accept")),)),
            _group("book", "refuse", _("Do not count"), f"{lost} {mail}"),
        ),
        _for_the_learner(),
    )  # fmt: skip


def _group(kind: str, do: str, heading: str, told: str) -> Group:
    """A decision with its standard texts, and with own words alone."""
    standard = [Choice(f"{do}.{key}", text) for key, text in replies.choices(kind, do)]
    return Group(do, heading, told, (*standard, Choice(f"{do}.{OWN}", _("Only my own words"))))


def _for_the_learner() -> str:
    return _("My own words, or what I add (the learner reads it)")


def _case(case: CaseValue, until: date, reader: Reader, now: datetime) -> Item:
    view = time_case.case_view(case, now)
    before = [one for one in cases.of_learner(case.learner_id, EARLIER + 1) if one.id != case.id][:EARLIER]
    facts = [
        (_("Number"), case.number), (_("Asked on"), words.day(case.opened_at)),
        *([(_("Module"), view.module)] if view.module else []),
        *([(_("Page"), case.page)] if case.page else []),
        *((_("Earlier"), _earlier_case(one)) for one in before),
    ]  # fmt: skip
    kind = reply_kind("case", case)
    told = _("The learner reads the answer, and a mail says that it is there.")
    return Item(
        "case", case.id, 0, _("Question about study time") if kind == time_case.KIND else _("Question to WINS"),
        view.person, until, tuple(facts), case.text, ("wins:case", case.number),
        (_group(kind, "answer", _("Answer"), told),), _for_the_learner(), days=view.days,
    )  # fmt: skip


def _reported(found: ReportValue, until: date, reader: Reader, now: datetime) -> Item:
    case = found.case
    module = reported_view.module_words(found, context.programme())
    facts = [
        (_("Number"), case.number), (_("Asked on"), words.day(case.opened_at)),
        *([(_("Module"), module)] if module else []),
        (_("Place"), reported_view.place_words(found)), (_("Question"), found.about.stem),
    ]  # fmt: skip
    told = _("The learner reads the answer, and a mail says that it is there.")
    return Item(
        "reported", case.id, 0, _("Reported question"), people_of([case.learner_id])[case.learner_id], until,
        tuple(facts), case.text, ("wins:reported_question", found.id),
        (_group("reported", "answer", _("Answer"), told),), _for_the_learner(),
    )  # fmt: skip


def _earlier_case(case: CaseValue) -> str:
    if case.answered_at:
        told = _("{number}, answered on {date}: {text}")
        return told.format(number=case.number, date=words.day(case.answered_at), text=case.answer or "–")
    return _("{number}, not answered yet").format(number=case.number)


def _request(asked: RequestValue, until: date, reader: Reader, now: datetime) -> Item:
    before = [one for one in requests.of_learner(asked.learner_id).values() if one.id != asked.id]
    facts = [
        (_("Exam"), asked.exam), (_("Asked on"), words.day(asked.asked_at)),
        *((_("Earlier"), _earlier_request(one)) for one in before[-EARLIER:]),
    ]  # fmt: skip
    country, mail = asked.kind == requests.COUNTRY, _("The learner gets a mail.")
    if country:
        yes, no = _("The learner can get the voucher."), _("The learner gets no voucher.")
    else:
        yes, no = _("The learner can book. Agree it with Pearson VUE first."), _("The learner can book without it.")
    return Item(
        "request", asked.id, 0, request_words(asked), people_of([asked.learner_id])[asked.learner_id], until,
        tuple(facts), asked.text, ("wins:request", asked.id),
        (
            _group(asked.kind, "grant", _("Agree"), f"{yes} {mail}"),
            _group(asked.kind, "refuse", _("Do not agree"), f"{no} {mail}"),
        ),
        _for_the_learner(),
    )  # fmt: skip


def _earlier_request(one: RequestValue) -> str:
    told = {"granted": _("agreed"), "refused": _("not agreed"), "asked": _("not decided yet")}
    return f"{one.exam}, {request_words(one)}: {told.get(one.state, one.state)}"


def _row(row: WaitingRow, until: date, reader: Reader, now: datetime) -> Item:
    rules = context.programme()
    near = queue.near(row, rules.zone)
    people = people_of([one.learner_id for one in near])
    sure = [one for one in near if (one.voucher or one.unpaid) and one.learner_id != reader.id]
    barred = "result_by_hand" in rules.policies.two_people and queue.needs_another(row, reader.id)
    nobody = _("The row does not wait any more. Nobody gets a mail.")
    ignore = _group("row", "ignore", _("It is nobody of ours"), nobody)
    told = _("The result is recorded, and the voucher is used up. The learner gets a mail.")
    found = tuple(Choice(f"confirm.{pair(one)}", _candidate(one, people)) for one in sure)
    confirm = Group("confirm", _("It is this learner"), told, found)
    note = _("You sent this file. Somebody else must say whose result this is.") if barred else ""
    return Item(
        "row", row.id, 0, f"{row.exam}, {words.moment(row.happened_at)}", None, until,
        (
            (_("Result"), result_view.kind_words(row.kind)), (_("Why it waits"), words.sentence(row.reason, {})),
            (_("File and line"), f"{row.file}, {row.line}"),
        ),
        "", ("wins:result_row", row.id), (*([confirm] if sure and not barred else []), ignore),
        _("My own words, or what I add (it stays at the Academy)"), note=note,
        others=tuple((people[one.learner_id], _why(one)) for one in near if one not in sure),
    )  # fmt: skip


def pair(one: Near) -> str:
    """What a radio button of a candidate says: whose, and paid by which voucher."""
    return f"{one.learner_id}-{one.voucher.id if one.voucher else 0}"


def _candidate(one: Near, people: Mapping[int, Person]) -> str:
    person = people[one.learner_id]
    name = f"{person.name} ({person.username})" if person.name else person.username
    paid = result_view.voucher_told(one.voucher) if one.voucher else _("without a voucher")
    return f"{name} – {_why(one)}. {paid}"


def _why(one: Near) -> str:
    return {
        "before": _("had the result before"), "named": _("is named by the row or holds its voucher"),
        "told": _("told a booking for this day"), "holds": _("has a code for this exam"),
    }[one.why]  # fmt: skip


def reply_kind(kind: str, value: Any) -> str:
    """Which standard texts belong to an item."""
    if kind == "case":
        return time_case.KIND if value.kind == time_case.KIND else "case"
    return value.kind if kind == "request" else kind
