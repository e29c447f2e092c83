"""Values that cross the vouchers' border. None of them holds a code, but ``Secret``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from ..exams.data import Booking, Outcome
from ..programme.data import Module
from ..registration.data import Verdict

LIVE = frozenset({"issued", "shown", "booked"})  # the learner has a voucher that works


@dataclass(frozen=True, slots=True)
class Secret:
    """A code or a file of codes on its way: a report of an error shows what names hold, and of this nothing."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Name:
    """A name as printed on an identity document, in Latin letters; ``given`` is empty where it shows one name only.

    ``native`` is the same in the document's own script. ``country``: whose document it is, where the policy asks.
    """

    given: str
    family: str
    native: str = ""
    country: str = ""
    confirmed_at: datetime | None = None
    text_version: str = ""

    @property
    def latin(self) -> str:
        return f"{self.given} {self.family}".strip()

    def same(self, other: "Name") -> bool:
        """The same name, whenever and under whatever text it was confirmed."""
        return (self.given, self.family, self.native) == (other.given, other.family, other.native)


@dataclass(frozen=True)
class RequestValue:
    """What a person must decide, or has decided. ``kind``: arrangement or country; ``state``: asked, granted, refused,
    withdrawn. ``what``: which arrangement, or which country."""

    id: int
    learner_id: int
    exam: str
    kind: str
    what: str
    text: str
    state: str
    asked_at: datetime
    deadline: date
    answer: str = ""
    decided_at: datetime | None = None
    decided_by: int | None = None

    @property
    def open(self) -> bool:
        return self.state == "asked"


@dataclass(frozen=True)
class Ending:
    """When and why a voucher ended that WINS ended, in the words of whoever did it."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class FreeSlot:
    """A voucher of the pool that can be issued for an exam."""

    id: int  # of what opens it for the exam
    voucher_id: int
    last_day: date


@dataclass(frozen=True)
class HeldVoucher:
    """The newest voucher of one learner for one exam, as stored. ``instead_of``: the end of the one it replaces."""

    id: int
    state: str
    expires_on: date
    expires_at: datetime
    issued_at: datetime
    revealed_at: datetime | None
    ending: Ending | None = None
    instead_of: Ending | None = None
    expires_zone: str = "UTC"

    def lapsed(self, now: datetime) -> bool:
        """Has its last day passed unseen? Then the place is the learner's again, whether or not the job has run."""
        return self.state == "issued" and self.expires_at <= now


@dataclass(frozen=True)
class TakenBackVoucher:
    """That WINS took a voucher back before it was seen, and why, in the words of whoever did it."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class Handed:
    """A voucher that has just gone to a learner, been seen by her, or come back from her."""

    voucher_id: int
    learner_id: int
    exam: str
    at: datetime


OnHanded = Callable[[Handed], None] | None  # called inside the transaction: what it does must wait for the commit


@dataclass(frozen=True)
class VoucherPosition:
    """Where one learner stands with the voucher for one exam.

    ``state``: no_place, not_ready, ready, waiting, issued, shown, booked, expired, lost, void, taken_back, passed,
    failed, pending, review, withdrawn, arranging (a person decides about her arrangements), country (about her
    country). ``sat_as`` is the kind of the last result; ``again_from`` when another try may begin; ``told_by`` the day
    by which WINS writes of a result on hold.
    ``safe_on`` is the last day on which booking is safe; ``place_in_queue`` counts from 1 and is 0 outside the queue.
    """

    learner_id: int
    module: Module
    state: str
    verdict: Verdict
    voucher: HeldVoucher | None = None
    safe_on: date | None = None
    days_left: int | None = None
    place_in_queue: int = 0
    taken_back: TakenBackVoucher | None = None
    passed_at: datetime | None = None
    booking: Booking | None = None
    sat_as: str = ""
    again_from: datetime | None = None
    result: Outcome = field(default_factory=Outcome)
    told_by: date | None = None
    name: Name | None = None
    arrangement: RequestValue | None = None
    country: RequestValue | None = None
    unnamed: bool = False  # she must confirm her name, or her country, before she asks
    country_due: bool = False  # a person must be asked about her country first
    by_staff: bool = False  # WINS gives it: she cannot take one herself
    included: bool = False  # the package holds a place for another try, which is given when it is used

    @property
    def exam(self) -> str:
        return self.module.exam

    @property
    def live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True)
class Holding:
    """What one learner holds for one exam, as staff see it. ``state`` as stored; "expired" after the last day."""

    voucher_id: int
    state: str
    expires_on: date
    expires_at: datetime

    @property
    def may_take_back(self) -> bool:
        return self.state == "issued"


@dataclass(frozen=True)
class VoucherRecord:
    """All that staff read of one voucher, never its code. ``state`` as stored."""

    id: int
    exam: str
    state: str
    holder_id: int | None
    order_number: str
    imported_at: datetime
    expires_on: date
    expires_zone: str
    issued_at: datetime | None
    revealed_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    replaced_by: int | None
    instead_of: int | None

    @property
    def is_open(self) -> bool:
        return self.state in ("imported", "issued", "revealed", "booked")

    @property
    def is_seen(self) -> bool:
        return self.state in ("revealed", "booked")

    @property
    def is_usable(self) -> bool:
        """May evidence still say that it was used?"""
        seen = self.revealed_at is not None and self.replaced_by is None
        return seen and self.state in ("revealed", "booked", "lost", "expired")


@dataclass(frozen=True)
class KnownVoucher:
    """A voucher as evidence of its use meets it: ``state`` as stored."""

    id: int
    state: str
    holder_id: int | None
    exams: tuple[str, ...]
    seen_at: datetime | None
    replaced: bool

    @property
    def pooled(self) -> bool:
        """Is its code still to be given to somebody?"""
        return self.state == "imported"


@dataclass(frozen=True)
class OwnVoucher:
    """One of a learner's vouchers for one exam, as who places a result meets it: ``state`` as stored."""

    id: int
    state: str
    issued_at: datetime | None
    expires_on: date
    seen: bool
    replaced_by: int | None


@dataclass(frozen=True)
class LeftOpen:
    """A voucher that was given instead of another one, and still works."""

    before: int
    voucher_id: int
    learner_id: int


@dataclass(frozen=True)
class Ended:
    """How many vouchers a run ended: from the pool, reserved but never seen, and seen."""

    pool: int = 0
    issued: int = 0
    seen: int = 0
