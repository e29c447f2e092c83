"""Values that cross the exams' border."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

KINDS = (
    "booked",
    "returned",
    "pass",
    "fail",
    "no_show",
    "refused",
    "incomplete",
    "hold",
    "release",
    "revoke",
    "restore",
)


@dataclass(frozen=True)
class Booking:
    """What a learner told of her booking: the day at the test centre's place, and the city. A second key to results."""

    day: date
    city: str


@dataclass(frozen=True)
class Event:
    """One thing that happened; ``id`` decides between two at the same instant. ``booking`` is told with "booked"."""

    id: int
    kind: str
    happened_at: datetime
    booking: Booking | None = None
    reason: str = ""


@dataclass(frozen=True)
class Told:
    """One event as staff read it."""

    kind: str
    happened_at: datetime
    recorded_at: datetime
    recorded_by: int | None
    voucher_id: int | None
    score: float | None
    reason: str


@dataclass(frozen=True)
class NewEvent:
    """An event to record, with the voucher that paid for it and what else is known."""

    learner_id: int
    exam: str
    kind: str
    happened_at: datetime
    voucher_id: int | None
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a learner's events for one exam come to."""

    passed: bool = False
    passed_at: datetime | None = None
    booked: bool = False
    on_hold: bool = False
    last_sat_at: datetime | None = None
    failed: bool = False
    sat_as: str = ""  # the kind of what was heard last: pass, fail, no_show, refused, incomplete
    booking: Booking | None = None
    held_at: datetime | None = None  # while it is on hold
    withdrawn_at: datetime | None = None  # while a pass is withdrawn, and why
    withdrawn_for: str = ""
    tries: tuple[datetime, ...] = ()  # when an exam was sat, whatever came of it; a no-show is none
    restored_at: datetime | None = None  # of a pass that was withdrawn and is valid again


@dataclass(frozen=True)
class Heard:
    """Everything that was heard of one learner's exam, oldest first, and what it comes to."""

    outcome: Outcome
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Happened:
    """One event as a report tells it."""

    id: int
    learner_id: int
    exam: str
    kind: str
    happened_at: datetime
    recorded_at: datetime
    voucher_id: int | None
    score: float | None
