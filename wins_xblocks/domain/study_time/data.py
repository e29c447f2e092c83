"""Values that cross the ledger's border. Times are UTC milliseconds since 1970."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from ..duration import MINUTE_MS


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
    by: int | None = None


@dataclass(frozen=True)
class DaySum:
    """One day of the programme's calendar. ``sealed``: its single visits are deleted, its sum stands."""

    day: date
    ms: int
    sealed: bool = False


@dataclass(frozen=True)
class VisitSeen:
    """What is known of one visit beside its spans: counts only, never what was pressed or where."""

    day: date
    unit: str
    kind: str  # text | quiz | pdf
    ms: int
    touches: int
    late: bool = False


@dataclass(frozen=True)
class UnitFacts:
    """What is known of a module's units beside the ledger: minutes that are expected of each, as far as known.

    ``signs``: units of which something else shows study: a quiz that was done, a page that was completed.
    """

    minutes: Mapping[str, int] = field(default_factory=dict)
    signs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FlagLimits:
    """From where on study time is a question, in ms; see the policy ``flags``."""

    day_ms: int
    unit_times: int
    even_ms: int
    touches_an_hour: int
    bare_ms: int


@dataclass(frozen=True)
class Flag:
    """One question about study time that counts: of a day or of a unit. Words for people, never a verdict.

    ``kind``: long_day, long_unit, few_touches, same_touches, bare or late. ``limit`` is what it was measured against.
    """

    kind: str
    ms: int
    day: date | None = None
    unit: str = ""
    limit: int = 0


@dataclass(frozen=True)
class Visit:
    """One visit of one page: what it told and what of that was counted, as spans in UTC ms.

    The difference had been counted already by another page or device. ``late``: some of it was kept on the device.
    """

    unit: str
    page: str
    kind: str
    reported: tuple[tuple[int, int], ...]
    credited: tuple[tuple[int, int], ...]
    inputs: int
    late: bool


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


@dataclass(frozen=True)
class BookTerms:
    """What binds the book hours of one registration: its days from ``since`` on, and the policy's limits in ms."""

    registration_id: int
    module: str
    since: date
    zone: ZoneInfo
    at_once_ms: int
    most_ms: int
    checked_percent: int


@dataclass(frozen=True)
class BookTold:
    """What a learner tells of one day with the book."""

    day: date
    minutes: int
    what: str

    @property
    def ms(self) -> int:
        return self.minutes * MINUTE_MS


@dataclass(frozen=True)
class BookEntry:
    """One entry as others see it. ``state``: counted, waiting, accepted, refused or withdrawn.

    ``what`` and ``reason`` are empty once they were erased.
    """

    id: int
    learner_id: int
    registration_id: int
    module: str
    told: BookTold
    state: str
    reason: str
    revision: int
    made_at: datetime
    decided_at: datetime | None
    decided_by: int | None = None

    @property
    def undecided(self) -> bool:
        """May the learner still change it, and staff decide it?"""
        return self.state in ("counted", "waiting")

    @property
    def counts(self) -> bool:
        return self.state in ("counted", "accepted")


@dataclass(frozen=True)
class BookSums:
    """Ms of one registration's book hours that count, and that wait."""

    counting_ms: int = 0
    waiting_ms: int = 0


@dataclass(frozen=True)
class Decision:
    """What staff say to entries: accepted, or not counted for a reason that the learner reads."""

    accept: bool
    reason: str
    by: int
    at: datetime


class Outcome(StrEnum):
    """What became of a decision on one entry. But for the first, nothing was changed."""

    DONE = "done"
    BEFORE = "decided or withdrawn meanwhile"
    CHANGED = "changed by the learner since it was looked at"
    OVER = "more than the policy allows"
    OWN = "the entry of whoever decides"
    GONE = "no such entry"


@dataclass(frozen=True)
class BookWaiting:
    """Entries that staff are asked about, the oldest first: one page of them, and how many there are in all."""

    entries: tuple[BookEntry, ...]
    total: int
    sums: Mapping[int, BookSums]  # by registration
