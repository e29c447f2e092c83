"""Hints about tries at module tests, in words an administrator can act on. Never a verdict."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from . import words
from .desk_view import people_of
from .domain.integrity import api as integrity
from .domain.integrity.data import ANSWERS, KEPT, OPEN, HintLine
from .domain.programme.data import Programme
from .domain.quiz.compared import SameAnswer
from .marked_text import inline
from .paging import PER_PAGE, Part, part
from .people import Person

SELDOM = 10**9  # what is less likely than once in so many is not told more exactly


@dataclass(frozen=True)
class HintRow:
    """A hint: what stands out in a sentence, whose tries these are, and what became of it."""

    line: HintLine
    text: str
    module: str
    people: tuple[Person, ...]
    state: str
    by: Person | None

    @property
    def open(self) -> bool:
        return self.line.state == OPEN

    @property
    def kept(self) -> bool:
        return self.line.state == KEPT


@dataclass(frozen=True)
class HintList:
    rows: tuple[HintRow, ...]
    part: Part


@dataclass(frozen=True)
class HintPage:
    """One hint with its numbers, and the wrong answers that both gave."""

    row: HintRow
    facts: tuple[tuple[str, str], ...]
    same: tuple[SameAnswer, ...]


def listing(asked: str, rules: Programme) -> HintList:
    """Fifty a page, what is open first. Three queries."""
    own = part(integrity.count(("open", "kept", "dismissed")), asked)
    return HintList(rows_of(integrity.lines(PER_PAGE, own.start), rules), own)


def rows_of(lines: Sequence[HintLine], rules: Programme) -> tuple[HintRow, ...]:
    ids = [id_ for line in lines for id_ in (line.learner_id, line.other_id, line.decided_by) if id_]
    people = people_of(ids)
    return tuple(
        HintRow(
            line, text(line), _module(line.module, rules), tuple(people[id_] for id_ in _learners(line)),
            states()[line.state], people[line.decided_by] if line.decided_by else None,
        )
        for line in lines
    )  # fmt: skip


def page_of(line: HintLine, rules: Programme) -> HintPage:
    [row] = rows_of([line], rules)
    same = tuple(SameAnswer(inline(one.stem), inline(one.text)) for one in integrity.same_answers(line))
    return HintPage(row, tuple(_facts(line, row)), same)


def _learners(line: HintLine) -> Iterable[int]:
    return [line.learner_id, *([line.other_id] if line.other_id else [])]


def _module(module_id: str, rules: Programme) -> str:
    module = rules.module(module_id) if module_id else None
    return words.staff_title(module) if module else module_id


def states() -> dict[str, str]:
    return {"open": _("Not looked at"), "kept": _("Kept for a conversation"), "dismissed": _("Put aside")}


def text(line: HintLine) -> str:
    """What stands out, and how often chance alone does so."""
    facts = line.facts
    if line.kind == ANSWERS:
        told = _("These two tries gave the same wrong answer to {same} of {missed} questions that both missed.")
        return told.format(**facts) + " " + chance(line.chance, two=True)
    told = _("This try reached {percent} % in {time}. Half of the learners took {usual} or more.")
    shown = told.format(
        percent=floor(facts["share"] * 100), time=_time(facts["seconds"]), usual=_time(facts["usual"])
    )  # fmt: skip
    return shown + " " + chance(line.chance, two=False)


def _time(seconds: int) -> str:
    return words.duration(seconds * 1000) if seconds >= 60 else _("less than a minute")


def chance(likely: float, two: bool) -> str:
    """About how often chance does so: one digit, since more would promise what no model can."""
    number = 1 / likely if likely * SELDOM > 1 else float(SELDOM)
    if number == SELDOM:
        told = (
            _("By chance fewer than 1 in {n} pairs of tries would be so alike.") if two
            else _("By chance fewer than 1 in {n} tries would be so quick.")
        )  # fmt: skip
    else:
        told = (
            _("By chance about 1 in {n} pairs of tries would be so alike.") if two
            else _("By chance about 1 in {n} tries would be so quick.")
        )  # fmt: skip
    step = 10 ** floor(log10(number))
    return told.format(n=number_format(int(number // step * step), 0, force_grouping=True))


def _facts(line: HintLine, row: HintRow) -> Iterable[tuple[str, str]]:
    facts = line.facts
    yield _("Module test"), row.module
    yield _("Found on"), words.day(line.made_at)
    if line.kind == ANSWERS:
        names = [person.name or person.username for person in row.people]
        yield _("Questions that both answered"), str(facts["asked"])
        yield _("Missed by {name}").format(name=names[0]), str(facts["one"])
        yield _("Missed by {name}").format(name=names[-1]), str(facts["other"])
        yield _("Missed by both"), str(facts["missed"])
        yield _("Same wrong answer"), str(facts["same"])
        yield _("To be expected by chance"), number_format(round(facts["expected"], 1), 1)
    else:
        yield _("Questions"), str(facts["asked"])
        yield _("Time of this try"), _time(facts["seconds"])
        yield _("Time of a try (median)"), _time(facts["usual"])
