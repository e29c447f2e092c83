""" "This looks wrong": what of a learner's study time goes with her question, and how staff read it.

It is attached as it stood when she asked: what is counted later, or deleted by retention, does not change it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import context, words
from .desk_view import people_of
from .domain import Refusal
from .domain.cases import api as cases
from .domain.cases.data import CaseValue
from .domain.registration.data import RegistrationValue
from .domain.study_time import api as study_time
from .domain.study_time import rules
from .domain.study_time.data import Visit
from .outline import name_of
from .people import Person
from .platform import platform

KIND, SUBJECT = "study_time", "Study time"
MOST_DAYS = 31
FIRST_YEAR = 1970  # the first days of the calendar are no instants east of Greenwich
# What goes with one question: with these bounds about 200 KB, a tenth of it as a rule.
MOST_VISITS, MOST_SPANS = 200, 60


class DaysWrong(Refusal):
    """The days cannot be read, are too many, or are still to come."""


@dataclass(frozen=True)
class DayRow:
    """One day in words: its online time and its book hours that counted."""

    day: str
    online: str
    book: str


@dataclass(frozen=True)
class VisitRow:
    """One visit in words. ``why`` says what became of time that was told and not counted."""

    day: str
    times: str
    page: str
    told: str
    counted: str
    why: str


@dataclass(frozen=True)
class CaseView:
    """One case as staff read it; days and visits where study time was attached."""

    case: CaseValue
    person: Person
    late: bool
    module: str = ""
    zone: str = ""
    days: tuple[DayRow, ...] = ()
    visits: tuple[VisitRow, ...] = ()
    more: str = ""


def period(first: str, last: str, today: date) -> tuple[date, date]:
    """The days that a form names. Raises DaysWrong."""
    try:
        begin, end = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError:
        raise DaysWrong(_("Write both days as dates like 2027-03-14.")) from None
    if begin.year < FIRST_YEAR:
        raise DaysWrong(_("Write both days as dates like 2027-03-14."))
    if begin > end:
        raise DaysWrong(_("The first day is after the last day."))
    if end > today:
        raise DaysWrong(_("These days are not over yet. Choose today or a day before."))
    if (end - begin).days >= MOST_DAYS:
        raise DaysWrong(_("Choose at most {most} days. For more, send a second question."), most=MOST_DAYS)
    return begin, end


def attached(user: Any, own: RegistrationValue, first: date, last: date) -> dict[str, Any]:
    """The days and visits of the user's registration from ``first`` to ``last``, as JSON can hold them. UTC ms."""
    zone = context.programme().zone
    begin, end = rules.day_begins(first, zone), rules.day_begins(last + timedelta(days=1), zone)
    online, book = dict(study_time.by_day(own.id)), study_time.book_by_day(own.id)
    days = [day for day in sorted({*online, *book}) if first <= day <= last]
    visits, more = study_time.visits(own.id, begin, end, MOST_VISITS)
    titles = {page.key: page.title for unit in platform().outline(own.course_id, user) for page in unit.pages}
    return {
        "registration": own.id, "module": own.module, "first": first.isoformat(), "last": last.isoformat(),
        "zone": zone.key, "days": [[day.isoformat(), online.get(day, 0), book.get(day, 0)] for day in days],
        "visits": [{**_plain(visit), "title": titles.get(visit.page, "")} for visit in visits if visit.reported],
        "more": more,
    }  # fmt: skip


def _plain(visit: Visit) -> dict[str, Any]:
    """Sums are of all spans; of a visit in very many pieces the first ones stand for it."""
    return {
        "unit": visit.unit, "page": visit.page, "kind": visit.kind, "late": visit.late, "inputs": visit.inputs,
        "from": visit.reported[0][0], "to": visit.reported[-1][1],
        "told": rules.length(visit.reported), "counted": rules.length(visit.credited),
        "reported": visit.reported[:MOST_SPANS], "credited": visit.credited[:MOST_SPANS],
    }  # fmt: skip


def case_view(found: CaseValue, now: datetime) -> CaseView:
    """A case with its learner and what was attached, in words."""
    person = people_of([found.learner_id])[found.learner_id]
    today = now.astimezone(context.programme().zone).date()
    late, told = found.open and found.deadline < today, cases.attached_to(found.number)
    if found.kind != KIND or not told:
        return CaseView(found, person, late)
    module, zone = context.programme().module(told["module"]), ZoneInfo(told["zone"])
    return CaseView(
        found, person, late, module.title if module else told["module"], told["zone"],
        tuple(_day(*row) for row in told["days"]), tuple(_visit(row, zone) for row in told["visits"]),
        _more(told["more"]),
    )  # fmt: skip


def _day(day: str, online: int, book: int) -> DayRow:
    return DayRow(words.day(date.fromisoformat(day)), words.duration(online * context.factor()), words.duration(book))


def _visit(told: Mapping[str, Any], zone: ZoneInfo) -> VisitRow:
    begin, end = _moment(told["from"], zone), _moment(told["to"], zone)
    factor = context.factor()
    return VisitRow(
        words.day(begin.date()), f"{date_format(begin, 'H:i')}–{date_format(end, 'H:i')}",
        told["title"] or name_of(told["page"]),
        words.duration(told["told"] * factor), words.duration(told["counted"] * factor), " ".join(_why(told)),
    )  # fmt: skip


def _moment(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at // 1000, zone)


def _why(told: Mapping[str, Any]) -> Sequence[str]:
    elsewhere = (told["told"] - told["counted"]) * context.factor()
    return [
        *([_("{time} were counted on another page or device.").format(time=words.duration(elsewhere))]
          if elsewhere >= 1000 else []),
        *([_("Some of it was kept on the device and came later.")] if told["late"] else []),
    ]  # fmt: skip


def _more(count: int) -> str:
    told = ngettext("{n} earlier visit is left out.", "{n} earlier visits are left out.", count)
    return told.format(n=count) if count else ""
