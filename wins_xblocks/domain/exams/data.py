"""Values that cross the exams' border."""

from dataclasses import dataclass
from datetime import datetime

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
class Event:
    """One thing that happened; ``id`` decides between two at the same instant."""

    id: int
    kind: str
    happened_at: datetime


@dataclass(frozen=True)
class Outcome:
    """What a learner's events for one exam come to."""

    passed: bool = False
    passed_at: datetime | None = None
    booked: bool = False
    on_hold: bool = False
    last_sat_at: datetime | None = None
    failed: bool = False
