"""Values of hints: tries as they are compared, what stands out, and a hint as a person reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ANSWERS, TIME = "answers", "time"  # kinds of hints
OPEN, KEPT, DISMISSED = "open", "kept", "dismissed"  # states


@dataclass(frozen=True)
class Compared:
    """A try in bits: ``answered`` has one for each question of the bank, ``wrong`` one for each different wrong answer.

    ``share`` is of its marks, 0 to 1.
    """

    id: int
    learner_id: int
    answered: int
    wrong: int
    share: float
    seconds: int
    asked: int
    sent_at: datetime | None = None


@dataclass(frozen=True)
class Wrong:
    """A wrong answer that somebody gave: ``question`` is that question's bit, ``share`` of all who answered gave it."""

    question: int
    share: float


@dataclass(frozen=True)
class Field:
    """The tries at one bank, and what each bit of ``Compared.wrong`` stands for."""

    tries: Sequence[Compared]
    wrongs: Sequence[Wrong]


@dataclass(frozen=True)
class Found:
    """What stands out: one try or two, numbers as JSON can hold them, and how seldom chance alone does so."""

    kind: str
    tries: tuple[Compared, ...]
    facts: Mapping[str, Any]
    chance: float


@dataclass(frozen=True)
class HintLine:
    """A hint as it is kept. ``other_id`` is None and ``other_attempt_id`` 0 where it is about one try."""

    id: int
    kind: str
    bank: int
    module: str
    learner_id: int
    other_id: int | None
    attempt_id: int
    other_attempt_id: int
    facts: Mapping[str, Any]
    chance: float
    state: str
    made_at: datetime
    note: str
    decided_at: datetime | None
    decided_by: int | None
