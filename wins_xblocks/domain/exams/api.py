"""What happened at the test centre, kept and read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from .. import Refusal
from .. import marked as _
from . import rules
from .data import KINDS, Booking, Event, NewEvent, Outcome
from .models import ExamEvent


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
    return Event(row.id, row.kind, row.happened_at, booking)


def record_many(events: Iterable[NewEvent], now: datetime, by: int | None) -> None:
    """Add many events of known kinds, in one statement, inside the caller's transaction."""
    ExamEvent.objects.bulk_create(
        ExamEvent(
            learner_id=one.learner_id, exam=one.exam, kind=one.kind, happened_at=one.happened_at, recorded_at=now,
            recorded_by=by, voucher_id=one.voucher_id, facts=dict(one.facts),
        )
        for one in events
    )  # fmt: skip


def booked_on(exam: str, day: date, zone: tzinfo, most: int) -> list[int]:
    """Learners who told a booking of this exam for this day."""
    told = ExamEvent.objects.filter(exam=exam, kind="booked", happened_at__gte=datetime.combine(
        day, time.min, zone) - timedelta(days=400)).order_by("-id")[:1000]  # fmt: skip
    return [row.learner_id for row in told if row.facts.get("day") == day.isoformat()][:most]


def outcome(learner_id: int, exam: str) -> Outcome:
    """What the learner's events for this exam come to."""
    rows = ExamEvent.objects.filter(learner_id=learner_id, exam=exam)
    return rules.fold(map(_event, rows))


def outcomes(learner_ids: Iterable[int]) -> Mapping[tuple[int, str], Outcome]:
    """Outcomes by (learner, exam), for many learners in one query."""
    events: dict[tuple[int, str], list[Event]] = defaultdict(list)
    for row in ExamEvent.objects.filter(learner_id__in=list(learner_ids)):
        events[row.learner_id, row.exam].append(_event(row))
    return {key: rules.fold(own) for key, own in events.items()}
