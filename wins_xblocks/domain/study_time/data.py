"""Values that cross the ledger's border. Times are UTC milliseconds since 1970."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LedgerHours:
    """What the ledger and the book say of one registration, in ms."""

    credited_ms: int = 0
    struck_ms: int = 0
    book_ms: int = 0


@dataclass(frozen=True)
class PageTicket:
    """Says that the server showed this page to this learner; good for opening sessions for twelve hours."""

    learner_id: int
    registration_id: int
    module: str
    unit: str
    page: str
    kind: str  # text | quiz | pdf
    issued_at: int


@dataclass(frozen=True)
class SessionTicket:
    """One visit of one page: a random key and the instant it began, in the server's time."""

    page: PageTicket
    key: str
    epoch: int


@dataclass(frozen=True)
class Recorded:
    """The answer to a beat: credited ms of the registration and of its today."""

    total_ms: int
    today_ms: int
    changed: bool


@dataclass(frozen=True)
class LastPage:
    """Where the learner was last: the unit's and the page's keys."""

    unit: str
    page: str
    at: int
