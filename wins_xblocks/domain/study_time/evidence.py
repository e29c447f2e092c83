"""What stands behind one registration's hours, read at rest: days, book hours, what was taken out, and flags."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Sum

from .. import Refusal
from .. import marked as _
from . import api, book, flags, rules, statements
from .data import BookEntry, DaySum, Flag, FlagLimits, StruckTime, UnitFacts, VisitSeen
from .limits import COUNTING
from .models import OfflineClaim, StudyDay, StudySession

MOST_LINES = 5_000  # of one list: a record is whole, or it is refused
MOST_VISITS = 50_000


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
    """Raises RecordTooLong; a fixed number of queries."""
    sealed = set(StudyDay.objects.filter(registration_id=registration_id, sealed=True).values_list("day", flat=True))
    days = tuple(DaySum(day, ms, day in sealed) for day, ms in api.by_day(registration_id))
    entries = book.of_registration(registration_id, MOST_LINES + 1)
    struck = api.struck(registration_id)
    _bounded(days, entries, struck)
    return Ledger(days, entries, struck, flags_of(learner_id, registration_id, limits, units, zone))


def _bounded(*lists: Collection[object]) -> None:
    if any(len(one) > MOST_LINES for one in lists):
        raise RecordTooLong(_("This record is too long for a page. Ask WINS."))


def flags_of(
    learner_id: int, registration_id: int, limits: FlagLimits, units: UnitFacts, zone: ZoneInfo
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
    return flags.find(_whole_days(learner_id, registration_id), visits, units, limits)


def _whole_days(learner_id: int, registration_id: int) -> dict[date, int]:
    """Of each day with study of this registration, ms over all modules, online and book."""
    found = defaultdict[date, int](int)
    own = set(api.book_by_day(registration_id)) | {day for day, _ms in api.by_day(registration_id)}
    told = OfflineClaim.objects.filter(learner_id=learner_id, state__in=COUNTING)
    for rows in (StudyDay.objects.filter(learner_id=learner_id), told):
        for day, ms in rows.order_by().values_list("day").annotate(sum=Sum("ms")):
            found[day] += ms
    return {day: ms for day, ms in found.items() if day in own}


def online_since(registration_ids: Collection[int], day: date) -> dict[int, int]:
    """Online study of these registrations from this day on; who has none is not there."""
    rows = StudyDay.objects.filter(registration_id__in=list(registration_ids), day__gte=day).order_by()
    return dict(rows.values_list("registration_id").annotate(total=Sum("ms")))
