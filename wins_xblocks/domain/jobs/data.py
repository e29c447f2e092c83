"""Values that cross the jobs' border."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

OPEN = ("waiting", "running")


@dataclass(frozen=True)
class NewLine:
    """A line as it was checked. With a ``problem`` it is not done; ``learner_id`` is whom it is about."""

    number: int
    exam: str = ""
    learner_id: int | None = None
    voucher_id: int | None = None
    problem: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    attempt_id: int | None = None


@dataclass(frozen=True)
class LineValue:
    """A line with what became of it: waiting, done, refused, or left out because the check found it bad."""

    id: int
    number: int
    exam: str
    learner_id: int | None
    voucher_id: int | None
    attempt_id: int | None
    state: str
    sentence: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class JobValue:
    """A job: checked (nobody has started it), waiting, running, done, failed or cancelled.

    ``kept``: its lines are there yet. ``heard_at`` is when a line was last done.
    """

    id: int
    kind: str
    cause: str
    reason: str
    state: str
    made_by: int
    made_at: datetime
    started_by: int | None
    started_at: datetime | None
    ended_by: int | None
    ended_at: datetime | None
    total: int
    left_out: int
    done: int
    refused: int
    heard_at: datetime | None
    kept: bool

    @property
    def left(self) -> int:
        """Lines that are still to be done, or never will be."""
        return self.total - self.left_out - self.done - self.refused

    @property
    def good(self) -> int:
        """Lines that the check found good."""
        return self.total - self.left_out

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True)
class Work:
    """A job in the hands of one worker: what its lines are done with. ``by`` is who started it."""

    id: int
    token: str
    kind: str
    cause: str
    reason: str
    by: int


# Does one line inside the caller's transaction and answers the sentence of what was done; raises Refusal.
Act = Callable[[Work, LineValue, datetime], str]
