"""What a file of codes or of learners brings, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .. import marked as _

# What is missing, said to staff; hours and tests are said alike to everybody.
MISSING: Mapping[str, str] = {
    "module": _("The learner has not joined every module that this exam asks for."),
    "place": _("The learner has no unused place in this exam."), "passed": _("The learner has passed this exam."),
    "pending": _("The exam is booked, or its result is to come."),
    "review": _("The learner’s result is on hold."), "wait": _("The learner can try again from {date}."),
    "order": _("The learner must pass the exam of {module} first."),
    "arrangement": _("The learner’s special arrangements are not decided yet."),
    "country": _("A person has to say yes to the learner’s country first."),
}  # fmt: skip


@dataclass(frozen=True)
class ImportLine:
    """The fate of one line of the file. ``code`` is masked; nothing else of the line is repeated, since a code may
    stand in any column of a wrong file."""

    number: int
    code: str
    good: bool
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    column: str = ""  # in which the problem is


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do. ``imported`` is 0 for a dry run and when any line is bad."""

    lines: tuple[ImportLine, ...]
    imported: int
    served: int  # waiting learners who got one of the new codes
    dry_run: bool

    @property
    def bad(self) -> tuple[ImportLine, ...]:
        return tuple(line for line in self.lines if not line.good)

    @property
    def good(self) -> int:
        return len(self.lines) - len(self.bad)
