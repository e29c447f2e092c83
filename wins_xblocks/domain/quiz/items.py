"""A bank as its author wrote it: questions, their answers, and what is wrong with some."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
class Item:
    """One question. ``kind`` is single (one right option) or multiple (exactly the right set)."""

    id: str
    kind: str
    objective: str
    stem: str
    options: tuple[Option, ...]
    rationale: str

    @property
    def right(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.correct)


@dataclass(frozen=True)
class Problem:
    """Why learners do not get a question: a sentence for its author. ``number`` counts from 1."""

    number: int
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


@dataclass(frozen=True)
class Bank:
    """The questions of one quiz as their author wrote them, and what is wrong with some."""

    bank_id: str
    objectives: tuple[Objective, ...]
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]

    @property
    def usable(self) -> tuple[Item, ...]:
        """What learners may get: questions without a problem."""
        broken = {problem.number for problem in self.problems}
        return tuple(item for number, item in enumerate(self.items, 1) if number not in broken)
