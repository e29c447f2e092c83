"""A bank as its author wrote it: questions of every kind, their cases, how tries are drawn, and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DIFFICULTIES = ("easy", "medium", "hard")
BLOOM = ("remember", "understand", "apply", "analyse", "evaluate", "create")
STATUSES = ("draft", "live", "retired")
USES = ("practice", "test")
CREDITS = ("all", "part")


@dataclass(frozen=True)
class Objective:
    id: str
    text: str


@dataclass(frozen=True)
class Option:
    id: str
    text: str
    correct: bool


@dataclass(frozen=True)
class Pair:
    """What belongs together. Without a ``left`` it is an answer that fits nothing."""

    id: str
    left: str
    right: str


@dataclass(frozen=True)
class Unit:
    """Another unit that an answer may have: one of it is ``factor`` of the right answer's unit."""

    name: str
    factor: str


@dataclass(frozen=True)
class Number:
    """The right answer of a calculation. Numbers are decimals as text, so that none is ever rounded.

    ``tolerance`` is how far an answer may be off: in the answer's unit, or in per cent of ``value``.
    """

    value: str
    tolerance: str = "0"
    percent: bool = False
    unit: str = ""
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True)
class Case:
    """A text that several questions share."""

    id: str
    stem: str


@dataclass(frozen=True)
class Quota:
    """One row of a blueprint: how many questions of this category and difficulty; an empty one is any."""

    category: str
    difficulty: str
    count: int


@dataclass(frozen=True)
class Item:
    """One question. What its answers are depends on the kind (``kinds``): options, pairs or a number.

    ``credit`` is "all" (right or not) or "part"; ``use`` says where it may be asked: practice, test, or (empty)
    wherever its bank is. The last two are a correction's, no author's: ``free`` gives everybody the points; ``rights``
    is the key of a matching question by pair, where it is no longer what stands beside the pair.
    """

    id: str
    kind: str
    objective: str
    stem: str
    options: tuple[Option, ...]
    rationale: str
    pairs: tuple[Pair, ...] = ()
    number: Number | None = None
    credit: str = "all"
    points: int = 1
    category: str = ""
    difficulty: str = ""
    bloom: str = ""
    reference: str = ""
    status: str = "live"
    use: str = ""
    case: str = ""
    free: bool = False
    rights: tuple[tuple[str, str], ...] = ()

    @property
    def right(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.correct)


@dataclass(frozen=True)
class Problem:
    """Why learners do not get a question: a sentence for its author. ``number`` counts from 1.

    ``about`` is the field to be mended: one of ``banks.COMMON``, or "answers", whatever a kind calls them.
    """

    number: int
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    about: str = "stem"

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


@dataclass(frozen=True)
class Bank:
    """The questions of one quiz as their author wrote them, and what is wrong with some."""

    bank_id: str
    objectives: tuple[Objective, ...]
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    cases: tuple[Case, ...] = ()
    blueprint: tuple[Quota, ...] = ()

    @property
    def usable(self) -> tuple[Item, ...]:
        """What learners may get: live questions without a problem."""
        broken = {problem.number for problem in self.problems}
        return tuple(
            item for number, item in enumerate(self.items, 1) if number not in broken and item.status == "live"
        )
