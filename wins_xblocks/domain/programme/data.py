"""The rule set of the programme as frozen values (design §3). Shapes only: no Django, no files."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from .items import (
    Bounds,
    Check,
    Days,
    Flag,
    Frozen,
    Hours,
    KeyPart,
    Minutes,
    Percent,
    Reason,
    Short,
    Slug,
    SomeHours,
    Source,
    Title,
    WorkingDays,
    each_once,
    known_zone,
    shaped,
    this_century,
    written_day,
)  # fmt: skip

MS_PER_HOUR = 3_600_000

# Policies that WINS can set and that nothing reads yet, by their place in the file: another value than the shipped one
# changes nothing until the part that reads it exists. programme.yaml marks them, the doctor names those that differ.
NOT_YET_APPLIED = (
    "policies.exams_per_code", "policies.months_between_passes", "policies.access",
    "policies.appeals_within_working_days",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CourseNumber(Frozen):
    """What every run of a module's course shares: organisation and course number."""

    org: KeyPart
    number: KeyPart


@dataclass(frozen=True, kw_only=True)
class Module(Frozen):
    """A Foundation or elective module. A provisional title is a working title, not WINS's own."""

    id: Slug
    title: Title
    kind: Literal["foundation", "elective"]
    title_status: Literal["confirmed", "provisional"]
    nominal_hours: Hours
    required_hours: Hours
    exam: Annotated[str, shaped(r"[A-Z0-9-]{2,32}", "2 to 32 capital letters, digits and hyphens")]
    course: CourseNumber

    @property
    def required_ms(self) -> int:
        return self.required_hours * MS_PER_HOUR


@dataclass(frozen=True, kw_only=True)
class Price(Frozen):
    amount: Annotated[Decimal, Bounds(gt=0, le=100_000, decimal_places=2)]
    currency: Annotated[str, shaped(r"[A-Z]{3}", "three capital letters, as in EUR")]
    per: Literal["module"]


@dataclass(frozen=True, kw_only=True)
class Designation(Frozen):
    """Which exams make a title: the one of ``foundation`` and those of ``electives`` elective modules."""

    id: Slug
    title: Title
    short: Short
    foundation: Slug
    electives: Annotated[int, Bounds(strict=True, ge=0, le=99)]
    valid_years: Annotated[int, Bounds(strict=True, gt=0, le=10)]


@dataclass(frozen=True, kw_only=True)
class BookHours(Frozen):
    """Hours of study with the printed book: counted at once up to, counted at most, share that is checked.

    None at once: people of the Academy look at each. None at most: only what is read online counts.
    """

    at_once: SomeHours
    most: SomeHours
    checked_percent: Percent


@dataclass(frozen=True, kw_only=True)
class IdleMinutes(Frozen):
    """How long a page is read without a touch before its time is paused, by what is read."""

    text: Minutes
    quiz: Minutes
    pdf: Minutes
    film: Minutes = 10


@dataclass(frozen=True, kw_only=True)
class IdleBounds(Frozen):
    """How short and how long the author of a page may make that time."""

    least: Minutes = 2
    most: Minutes = 15

    def hold(self, minutes: int) -> bool:
        return self.least <= minutes <= self.most

    def nearest(self, minutes: int) -> int:
        return min(max(minutes, self.least), self.most)


@dataclass(frozen=True, kw_only=True)
class FlagPolicy(Frozen):
    """From where on study time is shown to staff as a question. It counts until they strike it."""

    day_hours: Annotated[int, Bounds(strict=True, ge=4, le=24)] = 10
    unit_times: Annotated[int, Bounds(strict=True, ge=2, le=20)] = 3
    even_hours: Annotated[int, Bounds(strict=True, ge=1, le=24)] = 3
    touches_an_hour: Annotated[int, Bounds(strict=True, ge=0, le=60)] = 3
    bare_hours: Annotated[int, Bounds(strict=True, ge=1, le=100)] = 6


@dataclass(frozen=True, kw_only=True)
class TestPolicy(Frozen):
    """What passes a module test, how often it may be tried, and how long after a failed try; None: no time limit."""

    __test__ = False  # pytest would collect the name

    pass_percent: Annotated[int, Bounds(strict=True, gt=0, le=100)]
    tries: Annotated[int, Bounds(strict=True, gt=0, le=100)]
    pause_hours: Annotated[int, Bounds(strict=True, ge=0, le=24 * 30)]
    time_limit_minutes: Annotated[int, Bounds(strict=True, ge=5, le=600)] | None = None


@dataclass(frozen=True, kw_only=True)
class Retake(Frozen):
    """Of an exam that was not passed: wait before the next, most in a year, and is one in the package?"""

    wait_days: Days
    most_per_year: Annotated[int, Bounds(strict=True, gt=0, le=50)]
    in_package: Flag = False


@dataclass(frozen=True, kw_only=True)
class Access(Frozen):
    """How long a course is open after the start, and how often it may be made longer by how much."""

    months: Annotated[int, Bounds(strict=True, gt=0, le=120)] = 12
    more_months: Annotated[int, Bounds(strict=True, gt=0, le=60)] = 6
    times: Annotated[int, Bounds(strict=True, ge=0, le=10)] = 1


ReplacementReason = Literal["not_readable", "sent_twice", "supplier_fault"]
Act = Literal["result_by_hand", "revoke", "void_after_shown"]
PolicyName = Annotated[str, shaped(r"[a-z_]{1,60}", "the name of a policy")]
Country = Annotated[str, shaped(r"[A-Z]{2}", "two capital letters of ISO 3166, as in AT")]


@dataclass(frozen=True, kw_only=True)
class Policies(Frozen):
    """What WINS decides (``programme.yaml`` says what each means). Those with a default came after the first files."""

    hours: Literal["required", "advisory", "attest"]
    book_hours: BookHours
    idle_minutes: IdleMinutes
    idle_bounds: IdleBounds = IdleBounds()
    late_days: Days
    module_test: TestPolicy
    release: Literal["after_both", "after_module"]
    days_left_at_issue: Days
    safe_days_before_expiry: Days
    retake: Retake
    answer_within_working_days: WorkingDays
    keep_spans_days: Days
    which_rules: Literal["better_of", "of_start"]
    flags: FlagPolicy = FlagPolicy()
    low_stock: Annotated[int, Bounds(strict=True, ge=0, le=10_000)] = 20
    exams_per_code: Annotated[int, Bounds(strict=True, gt=0, le=10)] = 1
    get_by: Literal["learner", "staff"] = "learner"
    exam_order: Literal["any", "foundation_first"] = "any"
    months_between_passes: Annotated[int, Bounds(strict=True, gt=0, le=120)] = 24
    replacement_reasons: Annotated[tuple[ReplacementReason, ...], Check(each_once)] = (
        "not_readable", "sent_twice", "supplier_fault",
    )  # fmt: skip
    entitlement: Literal["first_enrolment", "by_staff"] = "first_enrolment"
    access: Access = Access()
    arrangements_before_booking: Flag = True
    country_review: Annotated[tuple[Country, ...], Check(each_once)] = ()
    two_people: Annotated[tuple[Act, ...], Check(each_once)] = ("result_by_hand", "revoke", "void_after_shown")
    appeals_within_working_days: WorkingDays = 30
    # Names of policies that WINS has not decided: what stands there is our guess, as with a provisional title.
    provisional: Annotated[tuple[PolicyName, ...], Check(each_once)] = (
        "months_between_passes", "retake", "access",
    )  # fmt: skip

    def idle(self, kind: str, own: int | None = None) -> int:
        """Minutes without a touch on a page of this kind; its author's ``own`` as far as the bounds allow."""
        return int(getattr(self.idle_minutes, kind)) if own is None else self.idle_bounds.nearest(own)


@dataclass(frozen=True, kw_only=True)
class Rate(Frozen):
    """A planning figure and where it comes from."""

    value: Annotated[float, Bounds(strict=True, gt=0, le=10_000, allow_inf_nan=False)]
    source: Source


@dataclass(frozen=True, kw_only=True)
class Workload(Frozen):
    """How long each part of a module takes: the figures that explain its hours."""

    reading_words_per_minute: Rate
    minutes_per_question: Rate
    minutes_per_exercise: Rate
    minutes_per_textbook_page: Rate


@dataclass(frozen=True, kw_only=True)
class Programme(Frozen):
    """One dated version of the rules. Whether its parts agree is asked by ``rules.misfits``."""

    version: Annotated[int, Bounds(strict=True, gt=0, lt=1 << 31)]  # a registration keeps it
    effective: Annotated[date, Check(written_day, before=True), Check(this_century)]
    reason: Reason
    time_zone: Annotated[str, Check(known_zone)]
    price: Price
    modules: Annotated[tuple[Module, ...], Bounds(min_length=1)]
    designations: Annotated[tuple[Designation, ...], Bounds(min_length=1)]
    policies: Policies
    workload: Workload

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def module(self, module_id: str) -> Module | None:
        """The module of this id, or None: an unknown id is an answer, not an error."""
        return next((module for module in self.modules if module.id == module_id), None)

    def module_of_exam(self, exam: str) -> Module | None:
        return next((module for module in self.modules if module.exam == exam), None)

    def module_of_course(self, org: str, number: str) -> Module | None:
        """The module that any run of course ``org``+``number`` belongs to; case does not matter, as in the LMS."""
        wanted = (org.casefold(), number.casefold())
        return next((m for m in self.modules if (m.course.org.casefold(), m.course.number.casefold()) == wanted), None)
