"""Values that cross the quiz's border."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from .items import Bank as Bank
from .items import Case as Case
from .items import Item as Item
from .items import Objective as Objective
from .items import Option as Option
from .items import Pair as Pair
from .items import Problem as Problem
from .items import Quota as Quota
from .shown import Body as Body
from .shown import Corrected as Corrected
from .shown import DrawnItem as DrawnItem
from .shown import DrawnOption as DrawnOption
from .shown import Marks as Marks
from .shown import ShownCase as ShownCase
from .shown import ShownField as ShownField
from .shown import ShownOption as ShownOption
from .shown import ShownPrompt as ShownPrompt
from .shown import ShownQuestion as ShownQuestion
from .shown import points as points

PURPOSES = ("practice", "unit", "test")
ON_THEIR_WAY = timedelta(seconds=5)  # answers sent in the last second still count


def is_over(deadline: datetime | None, now: datetime) -> bool:
    """Is the deadline past, and with it the time that answers under way are given?"""
    return deadline is not None and now >= deadline + ON_THEIR_WAY


@dataclass(frozen=True)
class Counted:
    """The tries that use one up: how many, when the last one was sent, and whether one of them passed.

    ``extra`` is how many more staff gave, ``extra_at`` when they did so last: the pause of before is over then.
    """

    tries: int = 0
    last_at: datetime | None = None
    passed: bool = False
    extra: int = 0
    extra_at: datetime | None = None

    @property
    def rests_from(self) -> datetime | None:
        """When a pause begins, if one does."""
        if self.last_at is None or self.passed or (self.extra_at and self.extra_at >= self.last_at):
            return None
        return self.last_at


@dataclass(frozen=True)
class TestStanding:
    """What a registration's tries at the module test came to: all sent, and ``counted`` those that use one up.

    Percentages are whole, rounded down.
    """

    __test__ = False

    tries: int = 0
    passed_at: datetime | None = None
    passed_percent: int | None = None
    last_at: datetime | None = None
    last_percent: int | None = None
    running: bool = False
    counted: Counted = Counted()

    @property
    def passed(self) -> bool:
        return self.passed_at is not None


@dataclass(frozen=True)
class ObjectiveMark(Marks):
    """What the questions on one objective came to."""

    objective: Objective
    correct: int
    possible: int
    units: int | None = None


@dataclass(frozen=True)
class Grade:
    """What a set of answers came to; ``shares`` holds, by ref, how much of each question is right (0 to 1)."""

    correct: int
    possible: int
    shares: Mapping[str, Fraction]
    objectives: tuple[ObjectiveMark, ...]
    units: int | None = None

    @property
    def share(self) -> Fraction:
        return Fraction(self.correct, self.possible)


@dataclass(frozen=True)
class Limits:
    """What is needed to pass, how many tries there are (0: no limit), and the pause after a failed one."""

    pass_percent: int
    max_tries: int
    pause_hours: int = 0

    def chance(self, counted: Counted, now: datetime, once: bool = False) -> "Chance":
        """What is left after ``counted`` tries. ``once``: whoever passed needs no other one."""
        left = max(self.max_tries + counted.extra - counted.tries, 0) if self.max_tries else None
        if once and counted.passed:
            left = 0
        end = counted.rests_from + timedelta(hours=self.pause_hours) if counted.rests_from else now
        return Chance(left, end if end > now and left != 0 else None)


@dataclass(frozen=True)
class Chance:
    """May there be another try? ``left`` is None without a limit; ``next_at`` is the end of a pause still running."""

    left: int | None
    next_at: datetime | None

    @property
    def may_start(self) -> bool:
        return self.left != 0 and self.next_at is None


@dataclass(frozen=True)
class Quiz:
    """A quiz block as the domain sees it. No try begins after ``deadline``, or lasts over ``minutes`` (0: no limit).

    ``draw`` 0 takes all questions. ``draw_by``: by chance (empty), objective (each in its share) or blueprint.
    """

    block: str
    purpose: str
    limits: Limits
    module: str = ""
    draw: int = 0
    draw_by: str = ""
    deadline: datetime | None = None
    minutes: int = 0


@dataclass(frozen=True)
class Taker:
    """Who takes a quiz."""

    learner_id: int
    registration_id: int | None = None
    is_staff: bool = False


@dataclass(frozen=True)
class OpenTry:
    """A try that is not sent yet; ``checked`` with keys."""

    number: int
    revision: int
    questions: tuple[ShownQuestion, ...]
    deadline: datetime | None = None
    checked: tuple[ShownQuestion, ...] = ()

    @property
    def answered(self) -> int:
        return sum(question.answered for question in self.questions)


@dataclass(frozen=True)
class Result(Marks):
    """A submitted try. ``questions`` is empty while keys may not be seen; not ``in_time``: closed at its end, which
    does not count when the connection was lost at ``cut_at``."""

    number: int
    correct: int
    possible: int
    passed: bool
    pass_percent: int
    submitted_at: datetime
    objectives: tuple[ObjectiveMark, ...]
    questions: tuple[ShownQuestion, ...]
    in_time: bool = True
    units: int | None = None
    cut_at: datetime | None = None
    corrections: tuple[Corrected, ...] = ()

    @property
    def read_again(self) -> tuple[Objective, ...]:
        """Objectives below what is needed to pass; for a practice (nothing needed) those with a wrong answer."""
        needed = self.pass_percent or 100
        own = (mark for mark in self.objectives if mark.objective.id)
        return tuple(mark.objective for mark in own if mark.correct * 100 < needed * mark.possible)


@dataclass(frozen=True)
class Submitted:
    """What ``submit`` did. ``first`` is False when the answers had been sent before; ``result`` holds the keys."""

    attempt_id: int
    number: int
    passed: bool
    first: bool
    result: Result


@dataclass(frozen=True)
class Done(Marks):
    """A submitted try in one line."""

    number: int
    submitted_at: datetime
    correct: int
    possible: int
    passed: bool
    units: int | None = None


@dataclass(frozen=True)
class TryLine:
    """One try of any quiz as staff read it. ``correct`` and ``passed`` are None until it is sent; not ``counts``: given
    back by a reset, or since a connection was lost at ``cut_at``."""

    block: str
    purpose: str
    module: str
    registration_id: int | None
    number: int
    started_at: datetime
    submitted_at: datetime | None
    correct: int | None
    possible: int
    passed: bool | None
    counts: bool
    cut_at: datetime | None


@dataclass(frozen=True)
class Tries(Chance):
    """Where a learner stands: tries ``used`` since a reset, all ``done`` at this block, may the ``keys`` be seen? A try
    ``elsewhere`` at the same module test must be sent first. ``overdue``: one is open whose time is over."""

    used: int
    passed: bool
    keys: bool
    done: tuple[Done, ...]
    elsewhere: str = ""
    overdue: bool = False

    @property
    def may_start(self) -> bool:
        return super().may_start and not self.elsewhere


@dataclass(frozen=True)
class Unpublished:
    """A grade that the gradebook may not have yet: the learner's best at this block. ``complete``: this try did it.

    ``held`` is what it was told before a correction of the key; what stands there otherwise was set by staff.
    """

    attempt_id: int
    learner_id: int
    block: str
    earned: float
    possible: float
    registration_id: int | None = None
    held: tuple[float, float] | None = None
    complete: bool = False
