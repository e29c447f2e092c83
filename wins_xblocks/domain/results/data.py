"""Values that cross the results' border. None of them shows a code: it travels in ``Secret``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..vouchers.data import OwnVoucher, Secret

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
    """One line of a file of results. ``raw`` is the line as JSON, unknown columns too and without the code.

    ``meant`` is the user name in a sheet of our own, ``meant_id`` whose it is.
    """

    line: int
    same: Secret  # what makes the row the same in another file; a damaged one may have a code in it
    exam: str
    happened_at: datetime
    kind: str
    score: Decimal | None
    code: Secret
    masked: str
    raw: Secret
    meant: str = ""
    meant_id: int | None = None

    @property
    def exam_column(self) -> str:
        """How its file calls the column of the exam."""
        return "exam" if self.meant else "ExamSeriesCode"


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


OnRecorded = Callable[[Sequence[Recorded]], None] | None  # called inside the transaction


@dataclass(frozen=True)
class WaitingRow:
    """A row that nobody has placed yet; ``voucher_id`` is the one that its code names, ``meant_id`` whom it names."""

    id: int
    file: str
    line: int
    exam: str
    kind: str
    happened_at: datetime
    reason: str
    voucher_id: int | None
    meant_id: int | None
    cause: str  # the key of ``reason``
    came_at: datetime
    sent_by: int | None


@dataclass(frozen=True)
class Near:
    """Somebody a row may be of. ``why``: before (the same registration), named, told (a booking), holds (a code).

    ``voucher`` pays for it; None: whoever decides must choose one herself, unless the result before was ``unpaid`` too.
    """

    learner_id: int
    why: str
    voucher: OwnVoucher | None
    unpaid: bool = False


@dataclass(frozen=True)
class Settled:
    """What became of a row: applied to a learner, or ignored; by whom, when."""

    state: str
    learner_id: int | None
    by: int | None
    at: datetime | None


@dataclass(frozen=True)
class Suggested:
    """Learners a row may belong to, each once: the one it names, who told a booking that day, who has a code."""

    meant: tuple[int, ...]
    told: tuple[int, ...]
    holders: tuple[int, ...]


@dataclass(frozen=True)
class Choice:
    """The vouchers by which a learner may have sat, and the one that is offered first."""

    vouchers: tuple[OwnVoucher, ...]
    offered: int | None


@dataclass(frozen=True)
class Entered:
    """What a form says of a learner's exam. ``reason``: why a pass is withdrawn, or why no voucher paid."""

    learner_id: int
    exam: str
    kind: str
    happened_at: datetime
    token: str
    score: Decimal | None = None
    voucher_id: int | None = None
    reason: str = ""
    evidence: str = ""

    def with_(self, **values: Any) -> "Entered":
        """The same with these values."""
        return replace(self, **values)


@dataclass(frozen=True)
class WaitingEntry:
    """What one person has entered and nobody has confirmed yet."""

    id: int
    learner_id: int
    exam: str
    kind: str
    happened_at: datetime
    score: Decimal | None
    voucher_id: int | None
    reason: str
    evidence: str
    entered_at: datetime
    entered_by: int
