"""Whether a course is whole: its structure, its questions, its hours. Works from the OLX alone, whoever wrote it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from wins_xblocks.domain.programme.data import Module, Programme

from . import hours, outline
from .bank import Bank, first_reason, unmet
from .hours import Counts, HoursTable
from .items import normalised
from .markdown import has_notice, words
from .olx import BLOCKS
from .outline import Node, Outline

Shape = TypeVar("Shape", bound=BaseModel)


class Rules(BaseModel):
    """The settings of ``wins_quiz`` beside its bank; numbers arrive as text."""

    purpose: Literal["practice", "unit", "test"]
    pass_percent: Annotated[int, Field(ge=0, le=100)]
    max_tries: Annotated[int, Field(ge=0, le=100)]
    draw: Annotated[int, Field(ge=0)]
    draw_by: Literal["", "objective", "blueprint"]


class Grader(BaseModel):
    type: str
    weight: Annotated[float, Field(ge=0, le=1)]


class Grading(BaseModel):
    GRADER: Annotated[tuple[Grader, ...], Field(min_length=1)]
    GRADE_CUTOFFS: dict[str, Annotated[float, Field(ge=0, le=1)]]


@dataclass(frozen=True)
class Quiz:
    node: Node
    rules: Rules
    bank: Bank

    @property
    def asked(self) -> int:
        """How many questions one learner meets."""
        if self.rules.draw_by == "blueprint":
            return self.bank.drawn
        return min(self.rules.draw, len(self.bank.live)) if self.rules.draw else len(self.bank.live)


class Report:
    """What a check found. ``problems`` is empty when the course is right."""

    def __init__(self, course: Outline, programme: Programme) -> None:
        self.course, self.programme = course.course, programme
        self.problems: list[str] = []
        self.quizzes = tuple(quiz for node in self.course.each("wins_quiz") if (quiz := self._quiz(node)))
        self.table = self._table()
        self.problems += [
            *self._blocks(),
            *_pages(self.course),
            *_settings(course),
            *_shared_questions(self.quizzes),
            *self._explained(),
        ]

    @cached_property
    def module(self) -> Module | None:
        """The module whose organisation and number the course has."""
        attributes = self.course.attributes
        return self.programme.module_of_course(attributes["org"], attributes["course"])

    @cached_property
    def counts(self) -> Counts:
        """Recounted from the OLX: the text of the units, their exercises, the questions of all quizzes."""
        units = {unit.unit for unit in self.table.units} if self.table else set()
        parts = [part for chapter in self.course.children if chapter.name in units for part in chapter.children]
        exercises = [part for part in parts if _is_exercise(part)]
        reading = [part for part in parts if not _is_exercise(part) and not any(part.each("wins_quiz"))]
        return Counts(
            words=sum(words(html.text) for part in reading for html in part.each("html")),
            exercises=sum(len(part.children) for part in exercises),
            questions=sum(quiz.asked for quiz in self.quizzes),
            pages=self.table.pages if self.table else 0,
        )

    def lines(self) -> Iterator[str]:
        """The hours of the module as a table."""
        if self.table:
            yield from hours.lines(self.table, self.counts, self.programme.workload)

    def _quiz(self, node: Node) -> Quiz | None:
        rules = self._shape(Rules, node, dict(node.attributes))
        bank = self._shape(Bank, node, self._loaded(node, "bank"), "bank: ")
        if rules is None or bank is None:
            return None
        if rules.draw_by == "blueprint":
            self.problems += [f"{_at(node)}: {reason}" for reason in [unmet(bank)] if reason]
        elif rules.draw > len(bank.live):
            self.problems.append(f"{_at(node)}: draws {rules.draw} questions, the bank has {len(bank.live)}")
        return Quiz(node, rules, bank)

    def _table(self) -> HoursTable | None:
        nodes = tuple(self.course.each("wins_module"))
        if len(nodes) != 1:
            self.problems.append(f"{self.course.place}: there must be one wins_module, found {len(nodes)}")
            return None
        return self._shape(HoursTable, nodes[0], self._loaded(nodes[0], "hours"), "hours: ")

    def _loaded(self, node: Node, attribute: str) -> object:
        try:
            value: object = json.loads(node.attributes.get(attribute, ""))
        except (ValueError, RecursionError):
            return f"{attribute} is not JSON"
        return value

    def _shape(self, kind: type[Shape], node: Node, value: object, what: str = "") -> Shape | None:
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            self.problems.append(f"{_at(node)}: {what}{first_reason(error)}")
            return None

    def _blocks(self) -> Iterator[str]:
        if self.module is None:
            attributes = self.course.attributes
            yield f"course.xml: {attributes['org']}+{attributes['course']} is no course of the programme"
        for node in (node for tag in BLOCKS for node in self.course.each(tag)):
            if node.attributes.get("xblock-family") != "xblock.v1":
                yield f'{_at(node)}: needs xblock-family="xblock.v1"'
            if self.module and node.attributes.get("module_id") != self.module.id:
                yield f"{_at(node)}: module_id must be {self.module.id}"

    def _explained(self) -> Iterator[str]:
        if not self.table or not self.module:
            return
        chapters = {chapter.name for chapter in self.course.children}
        for unit in self.table.units:
            if unit.unit not in chapters:
                yield f"hours: there is no unit {unit.unit} in the course"
        yield from self._minutes()
        for problem in hours.problems(self.table, self.counts, self.programme.workload, self.module.nominal_hours):
            yield f"hours: {problem}"

    def _minutes(self) -> Iterator[str]:
        """Minutes that are not those of their page. A course need not say any."""
        asked = {quiz.node.name: quiz.asked for quiz in self.quizzes}
        found = {
            page.name: _page_counts(part, page, asked).minutes(self.programme.workload)
            for part in self.course.each("sequential") for page in part.children
        }  # fmt: skip
        for unit in self.table.units if self.table else ():
            for name, minutes in unit.minutes.items():
                if found.get(name) != minutes:
                    yield f"hours: {name}: is said to take {minutes} minutes, which its content does not"


def _page_counts(part: Node, page: Node, asked: Mapping[str, int]) -> Counts:
    if _is_exercise(part):
        return Counts(0, 1, 0, 0)
    text = sum(words(html.text) for html in page.each("html"))
    return Counts(text, 0, sum(asked.get(quiz.name, 0) for quiz in page.each("wins_quiz")), 0)


def check(files: Mapping[str, bytes], programme: Programme) -> Report:
    """Raises ExportError when the files do not make a course at all."""
    return Report(outline.read(files), programme)


def _is_exercise(part: Node) -> bool:
    return part.name.endswith("-exercise")


def _at(node: Node) -> str:
    return f"{node.place}: {node.name}"


def _pages(course: Node) -> Iterator[str]:
    """Every page counts time, and says so when its text or its questions are samples."""
    for page in course.each("vertical"):
        texts = [block.text for block in page.children if block.tag == "html"]
        if not any(block.tag == "wins_study_time" for block in page.children):
            yield f"{_at(page)}: has no wins_study_time, its time would not be counted"
        asks = any(block.tag == "wins_quiz" for block in page.children)
        if (texts or asks) and not any(has_notice(text) for text in texts):
            yield f"{_at(page)}: does not say that it is sample text"


def _settings(course: Outline) -> Iterator[str]:
    listed = course.settings.get("advanced_modules")
    for tag in BLOCKS:
        if any(course.course.each(tag)) and not (isinstance(listed, list) and tag in listed):
            yield f"policy.json: advanced_modules lacks {tag}"
    try:
        grading = Grading.model_validate(course.grading)
    except ValidationError as error:
        yield f"grading_policy.json: {first_reason(error)}"
        return
    if abs(sum(grader.weight for grader in grading.GRADER) - 1) > 1e-6:
        yield "grading_policy.json: the weights do not add up to 1"
    known = {grader.type for grader in grading.GRADER}
    for part in course.course.each("sequential"):
        counted = part.attributes.get("graded") == "true"
        if counted and part.attributes.get("format") not in known:
            yield f"{_at(part)}: format {part.attributes.get('format')} is not in the grading policy"


def _shared_questions(quizzes: tuple[Quiz, ...]) -> Iterator[str]:
    """A bank or question id that two quizzes use, and a question of the module test that another quiz gives away."""
    tests = {normalised(i.stem): i.id for quiz in quizzes if quiz.rules.purpose == "test" for i in quiz.bank.items}
    ids: dict[str, Node] = {}
    for quiz in quizzes:
        for key in (f"bank {quiz.bank.bank_id}", *(f"question {item.id}" for item in quiz.bank.items)):
            if (first := ids.setdefault(key, quiz.node)) is not quiz.node:
                yield f"{_at(quiz.node)}: {key} is also in {first.name}"
        for item in quiz.bank.items:
            if item.use and (item.use == "test") is not (quiz.rules.purpose == "test"):
                yield f"{_at(quiz.node)}: question {item.id} is for {item.use}"
        if quiz.rules.purpose == "test":
            continue
        for item in quiz.bank.items:
            if (twin := tests.get(normalised(item.stem))) is not None:
                yield f"{_at(quiz.node)}: question {item.id} asks the same as {twin} of the module test"
