"""Values that cross the cases' border."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class CaseValue:
    """One case as others see it."""

    number: str
    kind: str
    subject: str
    learner_id: int
    page: str
    text: str
    state: str
    opened_at: datetime
    deadline: date
