"""What stands behind one registration's hours, read at rest: days, book hours, what was taken out, and flags."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Sum, Value

from .. import Refusal
from .. import marked as _
from . import api, book, flags, rules, statements
from .data import BookEntry, DaySum, Flag, FlagLimits, LedgerHours, StruckTime, UnitFacts, VisitSeen
from .limits import COUNTING
from .models import OfflineClaim, Strike, StudyDay, StudySession

MOST_LINES = 5_000  # of one list: a record is whole, or it is refused
MOST_VISITS = 50_000
_DAY = ("registration_id", "day", "ms", "sealed")


class RecordTooLong(Refusal):
    """More than a page holds, and more than anybody's study makes."""


@dataclass(frozen=True)
class Ledger:
    """All of one registration, oldest first; what was struck, newest first, as on the learner's page."""

    days: tuple[DaySum, ...]
    book: tuple[BookEntry, ...]
    struck: tuple[StruckTime, ...]
    flags: tuple[Flag, ...]


def hold(learner_id: int) -> None:
    """Inside the caller's transaction: no beat and no decision comes between what is read after this."""
    statements.lock(learner_id)


def read(learner_id: int, registration_id: int, limits: FlagLimits, units: UnitFacts, zone: ZoneInfo) -> Ledger:
    """Raises RecordTooLong; four queries."""
    days = list(StudyDay.objects.filter(learner_id=learner_id).order_by("day").values_list(*_DAY))
    told = book.all_of_learner(learner_id, MOST_LINES + 1)
    own = tuple(DaySum(day, ms, sealed) for id_, day, ms, sealed in days if id_ == registration_id)
    entries = tuple(entry for entry in told if entry.registration_id == registration_id)
    struck = api.struck(registration_id)
    _bounded(own, told, struck)
    whole = _whole_days(
        {day.day for day in own} | {entry.told.day for entry in entries if entry.counts},
        [(day, ms) for _id, day, ms, _sealed in days]
        + [(entry.told.day, entry.told.ms) for entry in told if entry.counts],
    )
    return Ledger(own, entries, struck, _flags(registration_id, whole, limits, units, zone))


def _bounded(*lists: Collection[object]) -> None:
    if any(len(one) > MOST_LINES for one in lists):
        raise RecordTooLong(_("This record is too long for a page. Ask WINS."))


def _flags(
    registration_id: int, days: Mapping[date, int], limits: FlagLimits, units: UnitFacts, zone: ZoneInfo
) -> tuple[Flag, ...]:
    """What people may ask about one registration's time, as far as its visits are still kept."""
    columns = ("begins", "unit", "kind", "credited_ms", "inputs", "flags")
    rows = StudySession.objects.filter(registration_id=registration_id, credited_ms__gt=0).order_by("id")
    seen = list(rows.values_list(*columns)[: MOST_VISITS + 1])
    if len(seen) > MOST_VISITS:
        raise RecordTooLong(_("This record is too long for a page. Ask WINS."))
    visits = [
        VisitSeen(rules.day_of(begins, zone), unit, kind, ms, touches, "late" in marks)
        for begins, unit, kind, ms, touches, marks in seen
    ]
    return flags.find(days, visits, units, limits)


def _whole_days(own: Collection[date], studied: Iterable[tuple[date, int]]) -> dict[date, int]:
    """Of each of these days, ms over all modules, online and book."""
    found = defaultdict[date, int](int)
    for day, ms in studied:
        if day in own:
            found[day] += ms
    return dict(found)


def hours_and_pace(registration_ids: Collection[int], day: date) -> tuple[dict[int, LedgerHours], dict[int, int]]:
    """``api.hours_of``, and the online study from this day on; who has none of that is not there. One query."""
    ids = list(registration_ids)
    days = StudyDay.objects.filter(registration_id__in=ids)
    parts = {
        "credited": days, "struck": Strike.objects.filter(registration_id__in=ids),
        "book": OfflineClaim.objects.filter(registration_id__in=ids, state__in=COUNTING),
        "recent": days.filter(day__gte=day),
    }  # fmt: skip
    first, *others = (
        rows.order_by().values("registration_id").annotate(what=Value(what), sum=Sum("ms"))
        .values_list("registration_id", "what", "sum")
        for what, rows in parts.items()
    )  # fmt: skip
    found = {(id_, what): ms for id_, what, ms in first.union(*others, all=True)}
    hours = {id_: LedgerHours(*(found.get((id_, what), 0) for what in ("credited", "struck", "book"))) for id_ in ids}
    return hours, {id_: ms for (id_, what), ms in found.items() if what == "recent"}
