"""Values that cross the cases' border."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Question:
    """What a learner sends: ``token`` is of its form."""

    learner_id: int
    kind: str
    subject: str
    text: str
    token: str
    page: str = ""


@dataclass(frozen=True)
class CaseValue:
    """One case as others see it. ``answer`` is empty until WINS has answered, and once it was erased."""

    number: str
    kind: str
    subject: str
    learner_id: int
    page: str
    text: str
    state: str
    opened_at: datetime
    deadline: date
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: int | None = None
    id: int = 0

    @property
    def open(self) -> bool:
        return self.state == "open"


@dataclass(frozen=True)
class NoteValue:
    """A note of staff about a learner."""

    id: int
    text: str
    made_at: datetime
    made_by: int
