"""Questions that learners reported, as staff read them: which, how often, what each learner wrote, what she saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from . import context, words
from .desk_view import people_of
from .domain import Refusal
from .domain.cases import api as cases
from .domain.cases import reported
from .domain.cases.data import CaseValue, Counts, ReportedLine, ReportValue
from .domain.programme.data import Programme
from .domain.quiz import asked
from .domain.quiz.data import ShownQuestion
from .paging import PER_PAGE, Part, part
from .people import Person

Modules = frozenset[str] | None  # those that the reader may see; None: all


@dataclass(frozen=True)
class QuestionRow:
    """One reported question in the list."""

    line: ReportedLine
    place: str
    module: str
    late: bool


@dataclass(frozen=True)
class QuestionList:
    rows: tuple[QuestionRow, ...]
    part: Part


@dataclass(frozen=True)
class ReportRow:
    """One report with its learner. ``own``: the reader's, which somebody else answers. ``by`` answered it."""

    report: ReportValue
    person: Person
    by: Person | None
    own: bool
    late: bool


@dataclass(frozen=True)
class Reported:
    """A question with its reports: ``report`` is the one that was opened, ``seen`` what its learner was asked."""

    report: ReportValue
    seen: ShownQuestion | None
    pairs: tuple[tuple[str, str], ...]
    place: str
    module: str
    counts: Counts
    rows: tuple[ReportRow, ...]

    @property
    def waiting(self) -> list[ReportRow]:
        return [row for row in self.rows if row.report.case.open]

    @property
    def answered(self) -> list[ReportRow]:
        return [row for row in self.rows if not row.report.case.open]


def questions(modules: Modules, asked_page: str, rules: Programme, today: date) -> QuestionList:
    """Fifty a page, what waits first. Three queries."""
    own = part(reported.count(modules), asked_page)
    rows = tuple(
        QuestionRow(
            line, place_words(line.newest), module_words(line.newest, rules), line.due is not None and line.due < today
        )
        for line in reported.lines(modules, own.per_page, own.start)
    )
    return QuestionList(rows, own)


def place_words(report: ReportValue) -> str:
    """Where the learner met the question."""
    return _("{quiz}, question {number}").format(quiz=report.about.page or "–", number=report.about.place)


def module_words(report: ReportValue, rules: Programme) -> str:
    """The module of the quiz; "" for a quiz of none."""
    module = rules.module(report.about.module) if report.about.module else None
    return words.staff_title(module) if module else report.about.module


def question(report: ReportValue, modules: Modules, keys: bool, reader: int, now: datetime) -> Reported:
    """The question of a report with at most fifty of its reports; ``keys``: may the reader see its right answer?"""
    about, rules = report.about, context.programme()
    found = reported.of_question(about.bank_id, about.item, modules, PER_PAGE)
    seen = asked.as_seen(about.bank_hash, about.item, about.learner_id, about.block, about.number, keys)
    today = now.astimezone(rules.zone).date()
    counts = reported.counts(about.bank_id, about.item, modules)
    rows = _rows(found, reader, today)
    return Reported(report, seen, _pairs(seen), place_words(report), module_words(report, rules), counts, rows)


def _rows(found: Sequence[ReportValue], reader: int, today: date) -> tuple[ReportRow, ...]:
    answered = [one.case.answered_by for one in found if one.case.answered_by]
    people = people_of([*(one.case.learner_id for one in found), *answered])
    return tuple(
        ReportRow(
            one, people[one.case.learner_id], people.get(one.case.answered_by or 0), one.case.learner_id == reader,
            one.case.open and one.case.deadline < today,
        )
        for one in found
    )  # fmt: skip


def _pairs(seen: ShownQuestion | None) -> tuple[tuple[str, str], ...]:
    """(left side, right one) of a matching question; "" for the right one where the key is not shown."""
    if seen is None:
        return ()
    texts: Mapping[str, str] = {option.ref: option.text for option in seen.body.options}
    return tuple((prompt.text, texts.get(prompt.right or "", "")) for prompt in seen.body.prompts)


def what_became(case: CaseValue | None, refusal: Refusal) -> str:
    """Why a report was not answered by who tried: what somebody else answered and when, or what stands against it."""
    if case is None or case.open or case.answered_by is None or case.answered_at is None:
        return words.refusal(refusal)
    person = people_of([case.answered_by])[case.answered_by]
    told = _("{number}: {who} answered on {at}: “{text}”")
    who, at = person.name or person.username, words.moment(case.answered_at)
    return told.format(number=case.number, who=who, at=at, text=case.answer)


def answer(numbers: Sequence[str], text: str, by: int, now: datetime) -> tuple[int, list[str]]:
    """Answer each of these cases by itself: how many were, and why the others were not.

    Raises AnswerWrong for a text that is no answer: then none was.
    """
    done, left = 0, []
    for number in numbers:
        try:
            cases.answer(number, text, by, now)
        except cases.AnswerWrong:
            raise
        except Refusal as refusal:
            left.append(what_became(cases.case(number), refusal))
        else:
            done += 1
    return done, left
