"""What is wrong with a quiz's questions, in its author's words, and where in the editor it is mended."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import words
from .domain.quiz import banks, drawing, sharing
from .domain.quiz.data import Bank, Problem
from .platform import platform

OBJECTIVES = "objectives"  # where an id is written by hand, as no question's or case's is


@dataclass(frozen=True)
class Told:
    """A sentence; ``item`` is the question's id, ``about`` its field. Both are empty where it is about no question."""

    text: str
    item: str = ""
    about: str = ""

    def __str__(self) -> str:
        return self.text


class QuizProblems:
    """Mixed into the quiz block, whose bank is looked at."""

    def readable_bank(self) -> Bank | None:
        """The bank as its author wrote it; None when it has not the shape of one."""
        try:
            return banks.parse(self.bank.text)
        except banks.BankInvalid:
            return None

    def problems(self) -> list[Told]:
        """What learners do not get until it is fixed."""
        try:
            bank = banks.parse(self.bank.text)
        except banks.BankInvalid as error:
            return [Told(words.refusal(error))]
        return list(found(bank, self.purpose, self.draw_by))

    def problems_in_course(self) -> list[Told]:
        """The same, and questions that the course asks both in a module test and elsewhere."""
        bank, course_id = self.readable_bank(), self.actor().course_id
        if not bank or not course_id:
            return self.problems()
        beside = platform().settings_of(course_id, "wins_quiz", "scope_ids", "display_name", "purpose", "bank")
        shared = sharing.shared(bank, self.purpose, _others(beside, self.key))
        return self.problems() + [_told(problem) for problem in shared]


def found(bank: Bank, purpose: str, draw_by: str) -> Iterator[Told]:
    """What is wrong with the questions of ``bank``, and with its blueprint where tries are drawn by it."""
    fix = _("Learners will not get it until this is fixed.")
    for problem in (*bank.problems, *drawing.misplaced(bank, purpose)):
        yield _told(problem, fix)
    if draw_by == "blueprint":
        fix = _("No try can begin until this is fixed.")
        for sentence, values in drawing.unmet(bank.blueprint, drawing.askable(bank, purpose)):
            yield Told(f"{words.sentence(sentence, values)} {fix}", "", "blueprint")


def of_refusal(error: banks.BankInvalid, body: object) -> Told:
    """Why ``body`` is no bank, with the question's id where its author gave it one."""
    number, items = error.values.get("number"), body.get("items") if isinstance(body, dict) else None
    item = items[number - 1] if isinstance(items, list) and isinstance(number, int) else None
    name = item.get("id") if isinstance(item, dict) else ""
    about = str(error.values.get("name", "")) if number or "name" in error.values else OBJECTIVES
    return Told(words.refusal(error), name if isinstance(name, str) else "", about)


def plain_problems(told: Iterable[Told]) -> list[dict[str, str]]:
    """As the editor's script reads them."""
    return [asdict(one) for one in told]


def _told(problem: Problem, fix: str = "") -> Told:
    text = " ".join(part for part in (words.sentence(problem.sentence, problem.values), fix) if part)
    return Told(text, str(problem.values.get("id", "")), problem.about)


def _others(beside: Iterable[tuple[Any, ...]], key: str) -> Iterator[tuple[str, str, Bank]]:
    """Other quizzes of the course: title, purpose and bank. What cannot be read says so to its own author."""
    for ids, title, purpose, bank in beside:
        if str(ids.usage_id) != key:
            with suppress(banks.BankInvalid):
                yield title, purpose, banks.parse(bank.text)
