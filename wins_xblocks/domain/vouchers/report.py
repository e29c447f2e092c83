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


@dataclass(frozen=True, slots=True)
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
    """What an import did, or would do. ``imported`` is 0 for a dry run and when any line is bad.

    ``good`` and ``bad`` count all lines; ``lines`` are the first of either, in the file's order.
    """

    lines: tuple[ImportLine, ...]
    good: int
    bad: int
    imported: int
    served: int  # waiting learners who got one of the new codes
    dry_run: bool

    @property
    def told(self) -> tuple[ImportLine, ...]:
        """What is to be looked at: the first lines with a problem, or where there is none the first lines."""
        return tuple(line for line in self.lines if not line.good) if self.bad else self.lines

    @property
    def more(self) -> int:
        """How many lines like those of ``told`` there are beside them."""
        return (self.bad or self.good) - len(self.told)
