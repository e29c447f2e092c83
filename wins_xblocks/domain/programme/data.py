"""The rule set of the programme as frozen values (design §3). Shapes only: no Django, no files."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Hours = Annotated[int, Field(gt=0, le=1000)]
Days = Annotated[int, Field(ge=0, le=3660)]
Percent = Annotated[int, Field(ge=0, le=100)]
MS_PER_HOUR = 3_600_000


class Frozen(BaseModel):
    """A value that cannot change and knows no field but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CourseNumber(Frozen):
    """What every run of a module's course shares: organisation and course number."""

    org: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
    number: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]


class Module(Frozen):
    """A Foundation or elective module. A provisional title is a working title, not WINS's own."""

    id: Slug
    title: str
    kind: Literal["foundation", "elective"]
    title_status: Literal["confirmed", "provisional"]
    nominal_hours: Hours
    required_hours: Hours
    exam: Annotated[str, Field(pattern=r"^[A-Z0-9-]{2,32}$")]
    course: CourseNumber

    @property
    def required_ms(self) -> int:
        return self.required_hours * MS_PER_HOUR


class Price(Frozen):
    amount: Decimal
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    per: Literal["module"]


class Designation(Frozen):
    """Which exams make a title: the one of ``foundation`` and those of ``electives`` elective modules."""

    id: Slug
    title: str
    short: str
    foundation: Slug
    electives: Annotated[int, Field(ge=0, le=9)]
    valid_years: Annotated[int, Field(gt=0, le=10)]


class BookHours(Frozen):
    """Hours of study with the printed book: counted at once up to, counted at most, share that is checked."""

    at_once: Hours
    most: Hours
    checked_percent: Percent


class IdleMinutes(Frozen):
    text: Annotated[int, Field(gt=0, le=30)]
    quiz: Annotated[int, Field(gt=0, le=30)]
    pdf: Annotated[int, Field(gt=0, le=30)]


class TestPolicy(Frozen):
    __test__ = False  # pytest would collect the name

    pass_percent: Percent
    tries: Annotated[int, Field(gt=0, le=100)]
    pause_hours: Annotated[int, Field(ge=0, le=24 * 30)]


class Retake(Frozen):
    wait_days: Days
    most_per_year: Annotated[int, Field(gt=0, le=50)]


class Policies(Frozen):
    """What WINS decides; each has a default (``reference/ux.md`` §6)."""

    hours: Literal["required", "advisory", "attest"]
    book_hours: BookHours
    idle_minutes: IdleMinutes
    late_days: Days
    module_test: TestPolicy
    release: Literal["after_both", "after_module"]
    days_left_at_issue: Days
    safe_days_before_expiry: Days
    retake: Retake
    answer_within_working_days: Days
    keep_spans_days: Days
    which_rules: Literal["better_of", "of_start"]


class Rate(Frozen):
    """A planning figure and where it comes from."""

    value: Annotated[float, Field(gt=0)]
    source: Annotated[str, Field(min_length=10)]


class Workload(Frozen):
    """How long each part of a module takes: the figures that explain its hours."""

    reading_words_per_minute: Rate
    minutes_per_question: Rate
    minutes_per_exercise: Rate
    minutes_per_textbook_page: Rate


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder of zones, as "Europe"
        raise ValueError(f"{name!r} is not a time zone") from error
    return name


class Programme(Frozen):
    """One dated version of the rules."""

    version: Annotated[int, Field(gt=0, lt=1 << 31)]  # a registration keeps it
    effective: date
    reason: Annotated[str, Field(min_length=3)]
    time_zone: Annotated[str, AfterValidator(_zone)]
    price: Price
    modules: Annotated[tuple[Module, ...], Field(min_length=1)]
    designations: Annotated[tuple[Designation, ...], Field(min_length=1)]
    policies: Policies
    workload: Workload

    @model_validator(mode="after")
    def _agree(self) -> "Programme":
        for name, values in (
            ("module id", [m.id for m in self.modules]),
            ("exam", [m.exam for m in self.modules]),
            ("course", [f"{m.course.org}+{m.course.number}".casefold() for m in self.modules]),
        ):
            twice = {value for value in values if values.count(value) > 1}
            if twice:
                raise ValueError(f"{name} {', '.join(sorted(twice))} stands twice in modules")
        known = {module.id: module for module in self.modules}
        for designation in self.designations:
            if designation.foundation not in known:
                raise ValueError(f"designation {designation.id}: no module {designation.foundation!r}")
        return self

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
