"""Values that cross the cases' border."""

from dataclasses import dataclass
from datetime import date, datetime

REPORTED = "reported"  # the kind of a case that is about a question of a quiz


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
class About:
    """The question that a learner reports, as she was asked it. ``number`` is of the try, ``place`` of the
    question in it.

    ``stem`` is its text: the beginning is kept. ``page`` is the quiz's name.
    """

    learner_id: int
    bank_id: str
    item: str
    bank_hash: str
    module: str
    block: str
    number: int
    place: int
    stem: str
    page: str = ""


@dataclass(frozen=True)
class ReportValue:
    """One report: the case, and the question that it is about."""

    id: int
    case: CaseValue
    about: About


@dataclass(frozen=True)
class Counts:
    """How often one question was reported, and how many of the reports wait for an answer."""

    total: int
    open: int


@dataclass(frozen=True)
class ReportedLine:
    """One question that was reported, with its newest report. ``due`` is the first day of an answer still to come."""

    newest: ReportValue
    counts: Counts
    due: date | None


@dataclass(frozen=True)
class NoteValue:
    """A note of staff about a learner."""

    id: int
    text: str
    made_at: datetime
    made_by: int
