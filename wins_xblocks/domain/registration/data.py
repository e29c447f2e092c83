"""Values that cross the registration's border."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..duration import Duration
from ..programme.data import Module
from ..quiz.data import TestStanding

LIVING = ("open", "passed")  # states of a registration that has not ended without a pass


@dataclass(frozen=True)
class Hours:
    """A registration's study time in ms: counted = credited − struck + book + waived.

    ``online_factor`` is 1 everywhere but in the demo host, where a minute stands for ten hours.
    """

    credited_ms: int = 0
    struck_ms: int = 0
    book_ms: int = 0
    waived_ms: int = 0
    online_factor: int = 1

    @property
    def online(self) -> Duration:
        return Duration(max(self.credited_ms - self.struck_ms, 0) * self.online_factor)

    @property
    def book(self) -> Duration:
        return Duration(self.book_ms)

    @property
    def waived(self) -> Duration:
        return Duration(self.waived_ms)

    @property
    def counted(self) -> Duration:
        return Duration(self.online + self.book_ms + self.waived_ms)


@dataclass(frozen=True)
class Accepted:
    """Hours that WINS accepted without a record of study. ``reason`` is empty once it was erased."""

    length: Duration
    reason: str
    at: datetime
    by: int | None = None


@dataclass(frozen=True)
class Condition:
    """One thing that must be so, whether it is, and the sentence that says it.

    ``kind`` is one of hours, test, module, place, passed, pending, order, wait, open, review, arrangement,
    country.
    """

    kind: str
    met: bool
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    module: str = ""

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


@dataclass(frozen=True)
class Verdict:
    """All conditions of a completion or of a voucher; those not met are what is missing."""

    conditions: tuple[Condition, ...]

    @property
    def met(self) -> bool:
        return all(condition.met for condition in self.conditions)

    @property
    def missing(self) -> tuple[Condition, ...]:
        return tuple(condition for condition in self.conditions if not condition.met)


@dataclass(frozen=True)
class RegistrationValue:
    """A registration as others see it. ``state``: open, passed, lapsed or cancelled."""

    id: int
    learner_id: int
    module: str
    course_id: str
    state: str
    rule_version: int
    started_at: datetime
    ended_at: datetime | None
    reached_at: datetime | None

    @property
    def open(self) -> bool:
        return self.state == "open"


@dataclass(frozen=True)
class Standing:
    """Where one registration stands under its rules, which give ``tries`` at the module test; 0: nobody asks."""

    registration: RegistrationValue
    module: Module
    hours: Hours
    test: TestStanding
    completion: Verdict
    tries: int = 0

    @property
    def complete(self) -> bool:
        return self.completion.met


@dataclass(frozen=True)
class ExamFacts:
    """What decides about a voucher for one exam, beside the modules."""

    exam: str
    place: bool  # an unused entitlement is held
    passed: bool = False
    pending: bool = False  # booked, or used without a result yet
    under_review: bool = False
    open_voucher: bool = False
    retake_from: datetime | None = None
    arrangement_open: bool = False  # a person decides about special arrangements first
    first: str = ""  # the title of the module whose exam comes first; empty: nothing stands in the way
    country: str = ""  # what a person says of her country: asked, refused; empty: nothing stands in the way


@dataclass(frozen=True)
class PlacesHeld:
    """One learner's places in exams: how many are unused, by exam; the exams for which the package gave another."""

    unused: Mapping[str, int] = field(default_factory=dict)
    included: frozenset[str] = frozenset()
