"""The ledger of study time: record a beat, and say what was counted.

No permissions are checked here; whoever calls must have done so. A span that is sent again maps to the same instants:
their union is the idempotency.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Max, Sum

from .. import Refusal
from .. import marked as _
from ..together import Read
from ..transactions import outermost
from . import rules, statements
from .counted import hours_of as hours_of
from .counted import ledger as ledger
from .counted import sums as sums
from .data import LastPage, PageTicket, Recorded, SessionTicket, StruckTime, Visit
from .limits import COUNTING
from .models import OfflineClaim, Strike, StudyDay, StudyLearner, StudySession
from .placing import begun as begun
from .placing import placed
from .recount import recount as recount
from .rules import Span
from .statements import Row

MOST_SPANS = 200  # in one beat
MOST_PIECES = 2_000  # in one session's row: two hours of nothing but changes of mind have fewer
MOST_INPUTS = 1_000_000
# Our page begins a new visit every two hours, and each asks again who is enrolled. Without this bound one visit could
# tell of a week, long after its page was closed.
LONGEST_MS = 130 * 60_000


class BeatInvalid(Refusal):
    """Not what our page sends."""


class BeatTooOld(Refusal):
    """Time that was kept longer than the policy allows."""


class BeatStale(Refusal):
    """The page's clock and ours have parted: the visit must be begun anew, its spans sent as late."""


@outermost
def accept_notice(learner_id: int, now: datetime) -> None:
    """The learner has read "How your time is counted". The first time stands."""
    statements.add_learner(learner_id)
    StudyLearner.objects.filter(learner_id=learner_id, notice_at__isnull=True).update(notice_at=now)


def notice_accepted(learner_id: int) -> bool:
    """Was "How your time is counted" read? Nothing is counted before."""
    return bool(StudyLearner.objects.filter(learner_id=learner_id, notice_at__isnull=False).exists())


def notice_of(learner_id: int) -> Read[bool]:
    """The same as a part of a statement."""
    return Read(StudyLearner.objects.filter(learner_id=learner_id, notice_at__isnull=False), bool)


def idle_factor(learner_id: int) -> int:
    """1, 2 or 3: how much longer than usual this learner may read without a touch."""
    learner = StudyLearner.objects.filter(learner_id=learner_id)
    factor: int | None = learner.values_list("idle_factor", flat=True).first()
    return factor or 1


def record(
    ticket: SessionTicket,
    at: int,
    spans: Sequence[tuple[int, int]],
    inputs: int,
    late: bool,
    zone: ZoneInfo,
    now: datetime,
    late_days: int,
    on_credit: Callable[[int, int], None] | None = None,
) -> Recorded:
    """Enter what a page tells: spans as ms since its visit began, at ``at`` ms of that clock.

    ``inputs`` is the number of touches since the visit began; ``late`` says that the spans were kept on the device.
    ``on_credit`` is called inside the transaction when something was credited, with the registration's total before
    and after.
    Raises BeatInvalid, BeatTooOld, BeatStale; nothing is written then.
    """
    _check(at, spans, inputs)
    moment = rules.milliseconds(now)
    if ticket.epoch + at > moment + rules.AHEAD_MS:
        # A visit begins for us when its hello arrives: a beat on a better line than that is early, and comes again.
        raise BeatStale(_("This page's clock is ahead of ours. Load it again."))
    if moment - ticket.epoch > late_days * rules.DAY_MS:
        raise BeatTooOld(_("This time is too old to be added. Ask WINS."))
    if not late and moment - ticket.epoch - at > rules.STALE_MS:
        raise BeatStale(_("This page was away for a while. Counting starts again."))
    return _enter(ticket, spans, inputs, late, zone, moment, on_credit)


def _check(at: int, spans: Sequence[tuple[int, int]], inputs: int) -> None:
    """Integers within their bounds; ``bool`` is an int to Python and nonsense to us."""
    if not _is_number(at, 0, 1 << 40) or not _is_number(inputs, 0, MOST_INPUTS):
        raise BeatInvalid(_("The request is not one of our pages'."))
    if not isinstance(spans, list | tuple) or len(spans) > MOST_SPANS:
        raise BeatInvalid(_("The request holds too many times, or none."))
    for span in spans:
        if not isinstance(span, list | tuple) or len(span) != 2:
            raise BeatInvalid(_("The request is not one of our pages'."))
        begin, end = span
        if not (_is_number(begin, 0, at) and _is_number(end, 0, min(at, LONGEST_MS)) and begin < end):
            raise BeatInvalid(_("The request holds a time that cannot be."))


def _is_number(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


@outermost
def _enter(
    ticket: SessionTicket,
    spans: Sequence[tuple[int, int]],
    inputs: int,
    late: bool,
    zone: ZoneInfo,
    moment: int,
    on_credit: Callable[[int, int], None] | None,
) -> Recorded:
    """One beat's transaction. Its first statement is the learner's lock; what is read later is read plainly."""
    statements.lock_learner(ticket.page.learner_id)
    today = rules.day_of(moment, zone)
    ticket, (rows, total_ms, today_ms) = placed(ticket, today)
    own = next((row for row in rows if row.key == ticket.key), None) or _new_row(ticket)
    new = rules.map_spans(spans, ticket.epoch, moment + rules.AHEAD_MS)
    fresh = rules.minus(new, rules.merge(*(row.reported for row in rows)))
    elsewhere = rules.length(fresh) < rules.length(rules.minus(new, rules.merge(own.reported)))
    changed = _write_session(own, ticket.page, new, fresh, inputs, late)
    days = rules.by_day(fresh, zone)
    known = _known_days(ticket.page, days, {today: today_ms is not None})
    for day, ms in days.items():
        _write_day(ticket.page, day, ms, day in known)
    after_ms = total_ms + rules.length(fresh)
    if fresh and on_credit:
        on_credit(total_ms, after_ms)
    return Recorded(after_ms, (today_ms or 0) + days.get(today, 0), changed, elsewhere)


def _new_row(ticket: SessionTicket) -> Row:
    return Row(None, ticket.key, ticket.epoch, ticket.epoch, [], [], 0, [])


def _write_session(own: Row, page: PageTicket, new: list[Span], fresh: list[Span], inputs: int, late: bool) -> bool:
    """Add to the visit's row; False when it says so already. A visit without a span gets no row."""
    reported, credited = rules.merge(own.reported, new), rules.merge(own.credited, fresh)
    if not reported or (reported == rules.merge(own.reported) and inputs <= own.inputs):
        return False
    if len(reported) > MOST_PIECES:
        raise BeatInvalid(_("This visit is in too many pieces. Load the page again."))
    own.reported, own.credited, own.ends, own.inputs = reported, credited, reported[-1][1], max(own.inputs, inputs)
    if late and fresh:
        own.flags = sorted({*own.flags, "late"})
    if own.id:
        statements.write_visit(own)
    else:
        _add_session(own, page)
    return True


def _add_session(row: Row, page: PageTicket) -> None:
    StudySession.objects.create(
        learner_id=page.learner_id, key=row.key, registration_id=page.registration_id, module=page.module,
        unit=page.unit, page=page.page, kind=page.kind, begins=row.begins, ends=row.ends, reported=row.reported,
        credited=row.credited, credited_ms=rules.length(row.credited), inputs=row.inputs, flags=row.flags,
    )  # fmt: skip


def _known_days(page: PageTicket, days: Collection[date], told: Mapping[date, bool]) -> set[date]:
    """Those of ``days`` that have a row. ``told`` says it of some; the others are around midnight, or late.

    By a plain read, behind the learner's lock: an UPDATE that finds no row locks the gap where it would be, under
    MariaDB's REPEATABLE READ, and learners who begin a day together would deadlock.
    """
    unknown = [day for day in days if day not in told]
    found = {day for day, known in told.items() if known}
    if unknown:
        own = StudyDay.objects.filter(learner_id=page.learner_id, registration_id=page.registration_id)
        found.update(own.filter(day__in=unknown).values_list("day", flat=True))
    return found


def _write_day(page: PageTicket, day: date, ms: int, known: bool) -> None:
    if known:
        statements.add_to_day(page, day, ms)
    else:
        keys = {"learner_id": page.learner_id, "registration_id": page.registration_id, "day": day}
        StudyDay.objects.create(**keys, module=page.module, ms=ms)


def learners() -> Iterator[int]:
    """Everybody of whom study time is kept."""
    days = StudyDay.objects.order_by().values_list("learner_id", flat=True)
    rows = days.union(StudySession.objects.order_by().values_list("learner_id", flat=True))
    yield from rows.order_by("learner_id").iterator(chunk_size=2_000)


@outermost
def recount_at_rest(learner_id: int, zone: ZoneInfo) -> list[str]:
    """``recount`` behind the learner's lock: a beat that arrives meanwhile waits, and is no difference."""
    statements.lock(learner_id)
    return recount(learner_id, zone)


def by_unit(registration_id: int) -> dict[str, int]:
    """Credited ms by the unit's key, as far as the visits are still kept."""
    rows = StudySession.objects.filter(registration_id=registration_id).order_by()
    return dict(rows.values_list("unit").annotate(sum=Sum("credited_ms")))


def by_units(registration_ids: Iterable[int]) -> list[tuple[int, str, int]]:
    """(registration, unit's key, credited ms) of many registrations, as far as the visits are kept. One query."""
    rows = StudySession.objects.filter(registration_id__in=list(registration_ids)).order_by()
    return list(rows.values_list("registration_id", "unit").annotate(sum=Sum("credited_ms")))


def by_day(registration_id: int) -> list[tuple[date, int]]:
    """Credited ms by calendar day, oldest first."""
    return list(StudyDay.objects.filter(registration_id=registration_id).order_by("day").values_list("day", "ms"))


def book_by_day(registration_id: int) -> dict[date, int]:
    """Book hours that count, in ms by the day for which they were told."""
    rows = OfflineClaim.objects.filter(registration_id=registration_id, state__in=COUNTING).order_by()
    return dict(rows.values_list("day").annotate(sum=Sum("ms")))


def visits(registration_id: int, begin: int, end: int, most: int) -> tuple[tuple[Visit, ...], int]:
    """Visits that touch ``begin`` to ``end`` (UTC ms), the last ``most`` of them, oldest first; and how many more."""
    rows = StudySession.objects.filter(registration_id=registration_id, begins__lt=end, ends__gt=begin)
    last = list(rows.order_by("-begins", "-id")[:most])
    more = rows.count() - len(last) if len(last) == most else 0
    return tuple(_visit(row) for row in reversed(last)), more


def _visit(row: StudySession) -> Visit:
    reported, credited = (tuple(rules.merge(spans)) for spans in (row.reported, row.credited))
    return Visit(row.unit, row.page, row.kind, reported, credited, row.inputs, "late" in row.flags)


def struck(registration_id: int) -> tuple[StruckTime, ...]:
    """What staff took out of the count and why, newest first."""
    rows = Strike.objects.filter(registration_id=registration_id).order_by("-made_at", "-id")
    return tuple(StruckTime(row.ms, row.reason, row.made_at, row.made_by) for row in rows)


def today(registration_id: int, day: date) -> int:
    """Credited ms of one calendar day."""
    rows = StudyDay.objects.filter(registration_id=registration_id, day=day)
    return int(rows.aggregate(sum=Sum("ms"))["sum"] or 0)


def last_page(registration_id: int) -> LastPage | None:
    """Where the registration's learner was last; None before the first counted visit."""
    return last_pages([registration_id]).get(registration_id)


def last_pages(registration_ids: Iterable[int]) -> dict[int, LastPage]:
    """Where each was last; without those who have no counted visit. Two queries."""
    visits = StudySession.objects.filter(registration_id__in=list(registration_ids)).order_by()
    ends = dict(visits.values_list("registration_id").annotate(last=Max("ends")))
    rows = visits.filter(ends__in=set(ends.values())).order_by("id") if ends else ()
    return {
        row.registration_id: LastPage(row.unit, row.page, row.ends)
        for row in rows
        if ends[row.registration_id] == row.ends
    }
