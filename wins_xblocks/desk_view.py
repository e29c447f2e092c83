"""What the Academy and course staff see of learners and stock. The numbers come from the learner's own functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import context, words
from .domain.cases import api as cases
from .domain.cases.data import CaseValue
from .domain.programme.data import Module, Programme
from .domain.programme.loader import ProgrammeError
from .domain.quiz.data import TestStanding
from .domain.registration import api as registration
from .domain.registration import listing
from .domain.registration.data import RegistrationValue, Standing
from .domain.results import api as results
from .domain.study_time import book
from .domain.vouchers import api as vouchers
from .domain.vouchers import names, requests
from .domain.vouchers.data import Holding, LeftOpen, RequestValue
from .domain.vouchers.stock_data import Waiting
from .people import Person
from .platform import platform
from .voucher_says import arrangement_words

PER_PAGE = 50
MOST_FOUND = 500


@dataclass(frozen=True)
class LearnerRow:
    """One learner in one module. ``own_voucher`` is her voucher, ``voucher_id`` the same where it may be taken back."""

    person: Person
    module: str
    state: str
    hours: str
    percent: int
    test: str
    voucher: str = ""
    expires_on: date | None = None
    voucher_id: int | None = None
    registration_id: int = 0
    own_voucher: int | None = None
    exam: str = ""


@dataclass(frozen=True)
class LearnerList:
    """One page of learners. ``total`` counts learners, not rows."""

    rows: tuple[LearnerRow, ...]
    total: int
    page: int
    pages: int
    cut: bool  # the search found more people than we look at


@dataclass(frozen=True)
class CaseRow:
    case: CaseValue
    person: Person
    late: bool


@dataclass(frozen=True)
class WaitingRow:
    waiting: Waiting
    person: Person
    module: str


@dataclass(frozen=True)
class RequestRow:
    """What a learner asked for before her voucher, in words."""

    asked: RequestValue
    person: Person
    told: str
    late: bool


@dataclass(frozen=True)
class CourseSummary:
    """One course in two numbers, for the platform's dashboard: learners now, and those with all hours."""

    module: Module | None
    living: int = 0
    reached: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Desk:
    """The Academy's first page."""

    cases: tuple[CaseRow, ...]
    waiting: tuple[WaitingRow, ...]
    book_asked: int
    results_wait: int
    left_open: tuple[tuple[LeftOpen, Person], ...]
    requests: tuple[RequestRow, ...]


def desk(rules: Programme, now: datetime) -> Desk:
    """What waits for the Academy."""
    asked, queue = cases.open_cases(), vouchers.waiting()
    twice, wishes = results.left_open(), requests.open_requests()
    people = people_of([row.learner_id for row in (*asked, *queue, *twice, *wishes)])
    titles = {module.exam: words.staff_title(module) for module in rules.modules}
    today = now.astimezone(rules.zone).date()
    return Desk(
        tuple(CaseRow(case, people[case.learner_id], case.deadline < today) for case in asked),
        tuple(WaitingRow(row, people[row.learner_id], titles.get(row.exam, row.exam)) for row in queue),
        book.count_asked(None),
        results.count_waiting(),
        tuple((row, people[row.learner_id]) for row in twice),
        tuple(RequestRow(row, people[row.learner_id], request_words(row), row.deadline < today) for row in wishes),
    )


def request_words(asked: RequestValue) -> str:
    """What a person must decide, in a table's cell."""
    if asked.kind == requests.COUNTRY:
        return _("Country of the policy: {country}").format(country=asked.what)
    return _("Special arrangements: {what}").format(what=arrangement_words(asked.what))


def summary(course_id: str) -> CourseSummary:
    """What the platform's instructor dashboard says of a course. A broken rule file is told in words."""
    try:
        with context.told_in_words():
            module = context.module_of_course(course_id)
            counts = registration.living_and_reached(module.id) if module else ()
    except ProgrammeError as error:
        return CourseSummary(None, problem=str(error))
    return CourseSummary(module, *counts)


def learners(
    search: str, page: int, rules: Programme, modules: frozenset[str] | None, with_vouchers: bool, now: datetime
) -> LearnerList:
    """One page of learners: the newest registration first, of a search the likeliest. ``modules`` None: all of them.

    Who sees vouchers also finds people by the family name of their documents.
    """
    found = _named(search, with_vouchers) if search else None
    order = [] if found is None else list(_shown(found[:MOST_FOUND], modules))
    total = listing.count(modules) if found is None else len(order)
    pages = max(-(-total // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    start = (page - 1) * PER_PAGE
    ids = listing.newest(modules, start, PER_PAGE) if found is None else order[start : start + PER_PAGE]
    own = _shown(ids, modules)
    rows = _rows([row for id_ in ids for row in own.get(id_, ())], rules, with_vouchers, now)
    return LearnerList(rows, total, page, pages, found is not None and len(found) > MOST_FOUND)


def _shown(learner_ids: Sequence[int], modules: frozenset[str] | None) -> dict[int, list[RegistrationValue]]:
    """The newest registrations of these learners, as far as the reader may see their modules; in the same order."""
    known = registration.of_learners(learner_ids)
    seen = {id_: [row for row in known.get(id_, ()) if modules is None or row.module in modules] for id_ in learner_ids}
    return {id_: rows for id_, rows in seen.items() if rows}


def _named(search: str, by_document: bool) -> list[int]:
    """The likeliest first, each once; one more than we look at tells that there are too many."""
    told = names.called(search, MOST_FOUND) if by_document else ()
    return list(dict.fromkeys([*told, *platform().find_people(search, MOST_FOUND + 1)]))[: MOST_FOUND + 1]


def _rows(
    shown: Sequence[RegistrationValue], rules: Programme, with_vouchers: bool, now: datetime
) -> tuple[LearnerRow, ...]:
    people = people_of([row.learner_id for row in shown])
    standings = registration.standings(shown, rules, context.first_rules(), context.factor())
    held = vouchers.of_learners(list(people), now) if with_vouchers else {}
    return tuple(
        _row(standing, people[standing.registration.learner_id], held)
        for standing in standings
    )  # fmt: skip


def _row(standing: Standing, person: Person, held: Mapping[tuple[int, str], Holding]) -> LearnerRow:
    module, counted = standing.module, standing.hours.counted
    holding = held.get((person.id, module.exam))
    return LearnerRow(
        person,
        words.staff_title(module),
        registration_words(standing.registration.state),
        _("{counted} of {hours} hours").format(counted=words.duration(counted), hours=module.required_hours),
        min(int(counted * 100 // module.required_ms), 100),
        test_words(standing.test),
        voucher_words(holding.state) if holding else "",
        holding.expires_on if holding else None,
        holding.voucher_id if holding and holding.may_take_back else None,
        standing.registration.id,
        holding.voucher_id if holding else None,
        module.exam,
    )


def registration_words(state: str) -> str:
    """A registration's state in a table's cell: whoever has left the module must not look like somebody who studies."""
    return {
        "open": _("Studying"), "passed": _("Passed"), "lapsed": _("Ended: time is over"),
        "cancelled": _("Ended: cancelled"),
    }.get(state, state)  # fmt: skip


def test_words(test: TestStanding) -> str:
    """A module test in a table's cell."""
    if test.passed:
        return _("Passed, {percent} %").format(percent=test.passed_percent)
    if not test.tries:
        return _("Not taken")
    tries = ngettext("{tries} try, last {percent} %", "{tries} tries, last {percent} %", test.tries)
    return tries.format(tries=test.tries, percent=test.last_percent)


def voucher_words(state: str) -> str:
    """A voucher's state in a table's cell, in the words of the Academy."""
    return {
        "issued": _("Issued, not seen"), "revealed": _("Code shown"), "booked": _("Exam booked"), "used": _("Used"),
        "imported": _("In the pool"), "lost": _("Lost"), "expired": _("Expired"), "void": _("Cancelled"),
    }.get(state, state)  # fmt: skip


def people_of(ids: Sequence[int]) -> dict[int, Person]:
    """Everybody of these ids; who has left the platform is shown by number."""
    known = platform().people(set(ids))
    return {id_: known.get(id_) or Person(id_, f"#{id_}", "", "") for id_ in ids}
