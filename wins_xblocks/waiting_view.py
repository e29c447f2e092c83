"""What waits for the Academy: how much of each kind and until when, what is late first, and whom it concerns."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from .desk_view import people_of, request_words
from .domain.cases import api as cases
from .domain.cases import reported
from .domain.cases import rules as working_days
from .domain.cases.data import CaseValue
from .domain.programme.data import Programme
from .domain.results import api as results
from .domain.results import queue
from .domain.study_time import book
from .domain.vouchers import requests, stocks
from .domain.vouchers.data import LeftOpen, RequestValue
from .domain.waiting import Numbers, Some
from .paging import Part, part
from .people import Person

FIRST = 10  # of a list beside others
LISTS = ("case", "request")


@dataclass(frozen=True)
class Line:
    """One kind of what waits. ``kind`` is that of the queue; "" where the queue has none of it."""

    kind: str
    name: str
    total: int
    late: int
    first_due: date | None
    page: str
    query: str = ""


@dataclass(frozen=True)
class CaseRow:
    case: CaseValue
    person: Person
    late: bool


@dataclass(frozen=True)
class RequestRow:
    """What a learner asked for before her voucher, in words."""

    asked: RequestValue
    person: Person
    told: str
    late: bool


@dataclass(frozen=True)
class Waiting:
    """The Academy's first page. Of ``cases`` and ``requests`` the most urgent."""

    lines: tuple[Line, ...]
    cases: tuple[CaseRow, ...]
    requests: tuple[RequestRow, ...]
    left_open: tuple[tuple[LeftOpen, Person], ...]


@dataclass(frozen=True)
class Listing:
    """All of one kind, fifty a page."""

    kind: str
    cases: tuple[CaseRow, ...]
    requests: tuple[RequestRow, ...]
    part: Part


def waiting(rules: Programme, now: datetime) -> Waiting:
    """How much waits of each kind, and the most urgent questions and requests. Ten queries, however much waits."""
    today = now.astimezone(rules.zone).date()
    (asked, wrong), wishes = reported.beside_questions(today, FIRST), requests.some_open(today, FIRST)
    twice = results.left_open()
    lines = _lines(asked, wrong, wishes, len(twice), rules, now)
    twice = twice[:FIRST]
    people = people_of([row.learner_id for row in (*asked.values, *wishes.values, *twice)])
    return Waiting(
        tuple(sorted((line for line in lines if line.total), key=_urgency)),
        _cases(asked.values, people, today), _requests(wishes.values, people, today),
        tuple((row, people[row.learner_id]) for row in twice),
    )  # fmt: skip


def _urgency(line: Line) -> tuple[bool, date]:
    """What is late first, then by the day until which it should be done."""
    return not line.late, line.first_due or date.max


def _lines(
    asked: Some[CaseValue], wrong: Some[date], wishes: Some[RequestValue], twice: int, rules: Programme, now: datetime
) -> list[Line]:  # fmt: skip
    days, today = rules.policies.answer_within_working_days, now.astimezone(rules.zone).date()
    before = datetime.combine(working_days.first_in_time(today, days), time.min, rules.zone)
    rows, entries = queue.in_numbers(before)
    soon = now + timedelta(days=rules.policies.safe_days_before_expiry)

    def came(kind: str, name: str, told: Numbers, page: str, query: str = "") -> Line:
        oldest = told.oldest
        due = working_days.working_days_after(oldest.astimezone(rules.zone).date(), days) if oldest else None
        return Line(kind, name, told.total, told.late, due, page, query)

    codeless, ends = stocks.in_numbers(before, now, soon)
    return [
        Line("case", _("Questions to WINS"), asked.total, asked.late,
             asked.values[0].deadline if asked.values else None, "wins:desk", "?list=case"),
        Line("request", _("Requests of learners"), wishes.total, wishes.late,
             wishes.values[0].deadline if wishes.values else None, "wins:desk", "?list=request"),
        Line("reported", _("Reported questions"), wrong.total, wrong.late,
             wrong.values[0] if wrong.values else None, "wins:reported"),
        came("book", _("Book hours"), book.in_numbers(None, before), "wins:desk_book"),
        came("row", _("Results without a learner"), rows, "wins:results"),
        came("", _("Results and vouchers that a second person confirms"), entries, "wins:results"),
        came("", _("Learners without a code"), codeless, "wins:pool", "#waiting"),
        Line("", _("Codes that end soon and nobody has booked with"), ends.total, 0,
             ends.oldest.astimezone(rules.zone).date() if ends.oldest else None, "wins:pool"),
        Line("", _("Replaced codes with a result, while the new one still works"), twice, 0, None, "wins:desk",
             "#twice"),
    ]  # fmt: skip


def listing(kind: str, asked_page: str, rules: Programme, now: datetime) -> Listing:
    """All questions, or all requests, the most urgent first."""
    today = now.astimezone(rules.zone).date()
    if kind == "case":
        own = part(cases.count_open(), asked_page)
        asked = cases.some_open(today, own.per_page, own.start).values
        return Listing(kind, _cases(asked, people_of([row.learner_id for row in asked]), today), (), own)
    own = part(requests.count_open(), asked_page)
    wishes = requests.some_open(today, own.per_page, own.start).values
    return Listing(kind, (), _requests(wishes, people_of([row.learner_id for row in wishes]), today), own)


def _cases(found: tuple[CaseValue, ...], people: dict[int, Person], today: date) -> tuple[CaseRow, ...]:
    return tuple(CaseRow(case, people[case.learner_id], case.deadline < today) for case in found)


def _requests(found: tuple[RequestValue, ...], people: dict[int, Person], today: date) -> tuple[RequestRow, ...]:
    return tuple(RequestRow(row, people[row.learner_id], request_words(row), row.deadline < today) for row in found)
