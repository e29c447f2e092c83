"""Values that cross the results' border. None of them shows a code: it travels in ``Secret``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from ..vouchers.data import Secret

# What a row of Pearson VUE may say, in our kinds of exam events; "taken" is an exam whose grade is still to come.
KINDS = ("pass", "fail", "no_show", "refused", "incomplete", "taken")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one line: a marked sentence and the column, never what stands in it."""

    line: int
    column: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One line of an EXAM file. ``raw`` is the line as JSON, unknown columns too and without the code."""

    line: int
    same: Secret  # what makes the row the same in another file; a damaged one may have a code in it
    exam: str
    happened_at: datetime
    kind: str
    score: Decimal | None
    code: Secret
    masked: str
    raw: Secret


@dataclass(frozen=True)
class Contents:
    """What a file turned out to be: which of its members are read, in which encoding, and which are left alone."""

    read: tuple[str, ...]
    encodings: tuple[str, ...]
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fate:
    """What becomes, or became, of one line: ``state`` applied, waiting or known; ``code`` is masked."""

    line: int
    code: str
    state: str
    sentence: str


@dataclass(frozen=True)
class Report:
    """What an import did or would do: numbers, and the first lines. With a problem nothing is taken over."""

    file_id: int
    contents: Contents
    counts: Mapping[str, int]
    fates: tuple[Fate, ...]
    problems: tuple[Problem, ...]
    bad: int
    seen_before: bool  # the same bytes were there
    done: bool


@dataclass(frozen=True)
class Recorded:
    """A result that was just entered."""

    learner_id: int
    exam: str
    kind: str
    happened_at: datetime
    at: datetime


@dataclass(frozen=True)
class WaitingRow:
    """A row that nobody has placed yet. ``told`` and ``holders`` are learners it may belong to, the likeliest first."""

    id: int
    file: str
    line: int
    exam: str
    kind: str
    happened_at: datetime
    reason: str
    told: tuple[int, ...]
    holders: tuple[int, ...]
