"""Values that cross the ledger's border. Times are UTC milliseconds since 1970."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class LedgerHours:
    """What the ledger and the book say of one registration, in ms."""

    credited_ms: int = 0
    struck_ms: int = 0
    book_ms: int = 0


@dataclass(frozen=True)
class StruckTime:
    """Time that staff took out of the count. ``reason`` is empty once it was erased."""

    ms: int
    reason: str
    at: datetime


@dataclass(frozen=True)
class PageTicket:
    """Says that the server showed this page to this learner; good for opening sessions for twelve hours."""

    learner_id: int
    registration_id: int
    course_id: str
    module: str
    unit: str
    page: str
    kind: str  # text | quiz | pdf
    issued_at: int


@dataclass(frozen=True)
class SessionTicket:
    """One visit of one page: a random key and the instant it began, in the server's time.

    The last two are what was known when the visit began, so that a beat looks nothing up: ms that count beside the
    ledger's (book, waived, less struck), and the counted ms at which the required hours are reached (0: they were).
    """

    page: PageTicket
    key: str
    epoch: int
    other_ms: int = 0
    reach_ms: int = 0


@dataclass(frozen=True)
class Recorded:
    """The answer to a beat: credited ms of the registration and of its today.

    ``elsewhere``: part of what was told had been counted by another page or device.
    """

    total_ms: int
    today_ms: int
    changed: bool
    elsewhere: bool = False


@dataclass(frozen=True)
class LastPage:
    """Where the learner was last: the unit's and the page's keys."""

    unit: str
    page: str
    at: int
