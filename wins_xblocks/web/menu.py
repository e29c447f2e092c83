"""The desk's sections, in the order of a day's work; each reader sees those that she may open."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from .roles import COURSE_TEAM, TABLE, Action, Role


@dataclass(frozen=True)
class Section:
    """One section: what its pages say of themselves (``here``), its name, its first page and who may open that."""

    key: str
    name: str
    page: str
    action: Action


@dataclass(frozen=True)
class Entry:
    """A section in the menu of one page."""

    name: str
    page: str
    current: bool


SECTIONS = (
    Section("desk", gettext_noop("Waiting for me"), "wins:desk", Action.SEE_DESK),
    Section("learners", gettext_noop("Learners"), "wins:learners", Action.SEE_LEARNERS),
    Section("book_hours", gettext_noop("Book hours"), "wins:desk_book", Action.SEE_LEARNERS),
    Section("quizzes", gettext_noop("Quizzes"), "wins:quiz_banks", Action.SEE_STATISTICS),
    Section("pool", gettext_noop("Vouchers"), "wins:pool", Action.SEE_VOUCHERS),
    Section("results", gettext_noop("Results"), "wins:results", Action.SEE_RESULTS),
    Section("policies", gettext_noop("Policies"), "wins:policies", Action.SEE_POLICIES),
    Section("reports", gettext_noop("Reports"), "wins:reports", Action.SEE_REPORTS),
    Section("mails", gettext_noop("Mails"), "wins:mails", Action.SEE_MAILS),
    Section("audit", gettext_noop("Audit"), "wins:audit", Action.SEE_AUDIT),
)


def sections(here: str, mine: frozenset[Role]) -> Sequence[Entry]:
    """The menu of a page of the desk; nothing elsewhere.

    Who has no role of the Academy and stands on one of these pages is of a course's team: the page let her in.
    """
    if all(section.key != here for section in SECTIONS):
        return ()
    own = mine or COURSE_TEAM
    return [Entry(_(one.name), one.page, one.key == here) for one in SECTIONS if TABLE[one.action] & own]
