"""What happened at the test centre, kept and read."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from django.db.models import QuerySet

from .. import Refusal, tables
from .. import marked as _
from ..prepared import prepared
from ..together import Read
from . import rules
from .data import KINDS, Booking, Event, Heard, NewEvent, Outcome, Told
from .models import ExamEvent

TOLD_BEFORE = timedelta(days=400)  # nobody books longer ahead


def record(
    learner_id: int, exam: str, kind: str, happened_at: datetime, now: datetime, by: int | None = None,
    voucher_id: int | None = None, facts: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """Add one event. ``facts`` are what JSON can hold. Raises Refusal for a kind that is not known."""
    if kind not in KINDS:
        raise Refusal(_("{kind} is not a kind of exam event."), kind=kind)
    ExamEvent.objects.create(
        learner_id=learner_id, exam=exam, kind=kind, happened_at=happened_at, recorded_at=now, recorded_by=by,
        voucher_id=voucher_id, facts=dict(facts or {}),
    )  # fmt: skip


def book(learner_id: int, exam: str, booking: Booking, voucher_id: int, now: datetime) -> None:
    """The learner tells what she booked, or what she moved it to."""
    facts = {"day": booking.day.isoformat(), "city": booking.city}
    record(learner_id, exam, "booked", now, now, learner_id, voucher_id, facts)


def _event(row: ExamEvent) -> Event:
    """A booking whose place was erased says nothing any more but that there was one."""
    told = row.facts if row.kind == "booked" else {}
    booking = Booking(date.fromisoformat(told["day"]), told["city"]) if {"day", "city"} <= told.keys() else None
    return Event(row.id, row.kind, row.happened_at, booking, str(row.facts.get("reason", "")))


def record_many(events: Iterable[NewEvent], now: datetime, by: int | None) -> None:
    """Add many events of known kinds, inside the caller's transaction."""
    columns = ("learner_id", "exam", "kind", "happened_at", "recorded_at", "recorded_by", "voucher_id", "facts")
    tables.insert_many(
        ExamEvent, columns,
        (
            (one.learner_id, one.exam, one.kind, one.happened_at, now, by, one.voucher_id, dict(one.facts))
            for one in events
        ),
    )  # fmt: skip


def booked_on(exam: str, day: date, zone: tzinfo, most: int) -> list[int]:
    """Learners who told a booking of this exam for this day, each once, who told last first."""
    since = datetime.combine(day, time.min, zone) - TOLD_BEFORE
    told = ExamEvent.objects.filter(exam=exam, kind="booked", happened_at__gte=since, facts__day=day.isoformat())
    return list(dict.fromkeys(told.order_by("-id").values_list("learner_id", flat=True)[: most * 5]))[:most]


def heard(learner_ids: Iterable[int], exams: Iterable[str]) -> Mapping[tuple[int, str], list[datetime]]:
    """When these learners sat these exams, as far as results are recorded; one query."""
    found: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    for learner_id, exam, at in _heard(learner_ids=sorted(learner_ids), exams=sorted(set(exams))):
        found[learner_id, exam].append(at)
    return found


@prepared
def _heard(learner_ids: list[int], exams: list[str]) -> QuerySet:
    rows = ExamEvent.objects.filter(learner_id__in=learner_ids, exam__in=exams, kind__in=sorted(rules.SAT))
    return rows.values_list("learner_id", "exam", "happened_at")


def paid(voucher_ids: Iterable[int], kinds: Iterable[str]) -> set[int]:
    """Which of these vouchers paid for something of these kinds."""
    told = ExamEvent.objects.filter(voucher_id__in=sorted(voucher_ids), kind__in=sorted(kinds))
    return set(told.values_list("voucher_id", flat=True))


def events_of(learner_id: int, exam: str) -> tuple[Told, ...]:
    """Everything that happened with this learner's exam, in the order in which it happened."""
    rows = ExamEvent.objects.filter(learner_id=learner_id, exam=exam).order_by("happened_at", "id")
    return tuple(map(_told, rows))


def _told(row: ExamEvent) -> Told:
    return Told(
        row.kind, row.happened_at, row.recorded_at, row.recorded_by, row.voucher_id, row.facts.get("score"),
        str(row.facts.get("reason", "")),
    )  # fmt: skip


def heard_of(learner_id: int) -> Read[Mapping[str, Heard]]:
    """All that happened with each exam of one learner, and what it comes to."""
    return Read(ExamEvent.objects.filter(learner_id=learner_id), _by_exam)


def _by_exam(rows: list[ExamEvent]) -> Mapping[str, Heard]:
    found: dict[str, list[ExamEvent]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.happened_at, row.id)):
        found[row.exam].append(row)
    return {exam: Heard(rules.fold(map(_event, own)), tuple(map(_told, own))) for exam, own in found.items()}


def exams_of(learner_ids: Collection[int]) -> dict[int, set[str]]:
    """Exams of which anything was heard of each of these learners; every one is there. One query."""
    found: dict[int, set[str]] = {id_: set() for id_ in learner_ids}
    rows = ExamEvent.objects.filter(learner_id__in=list(learner_ids)).order_by()
    for learner_id, exam in rows.values_list("learner_id", "exam").distinct():
        found[learner_id].add(exam)
    return found


def foreseen(learner_id: int, exam: str, kind: str, at: datetime) -> tuple[Outcome, Outcome]:
    """(the outcome as it is, the outcome with this event added): what an act would do, before it is done."""
    now, after = foreseen_each(learner_id, exam, at)
    return now, after(kind)


def foreseen_each(learner_id: int, exam: str, at: datetime) -> tuple[Outcome, Callable[[str], Outcome]]:
    """The outcome as it is, and what it would be with one more event of a kind; one query for all kinds."""
    events = [_event(row) for row in ExamEvent.objects.filter(learner_id=learner_id, exam=exam)]
    last = max((one.id for one in events), default=0)
    return rules.fold(events), lambda kind: rules.fold([*events, Event(last + 1, kind, at)])


def outcome(learner_id: int, exam: str) -> Outcome:
    """What the learner's events for this exam come to."""
    rows = ExamEvent.objects.filter(learner_id=learner_id, exam=exam)
    return rules.fold(map(_event, rows))


@prepared
def _events(learner_ids: list[int]) -> QuerySet:
    return ExamEvent.objects.filter(learner_id__in=learner_ids)


def outcomes(learner_ids: Iterable[int]) -> Mapping[tuple[int, str], Outcome]:
    """Outcomes by (learner, exam), for many learners in one query."""
    events: dict[tuple[int, str], list[Event]] = defaultdict(list)
    for row in _events(learner_ids=list(learner_ids)):
        events[row.learner_id, row.exam].append(_event(row))
    return {key: rules.fold(own) for key, own in events.items()}
