"""Load the text and the questions of one module. Each error names file, place and reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self, TypeVar

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from wins_xblocks.domain.programme.data import Module
from wins_xblocks.domain.programme.items import Slug
from wins_xblocks.domain.programme.loader import NO_VALUE, is_endless, is_tagged, line_of, second_key

from . import ExportError
from .bank import Blueprint, Cases, Items, first_reason
from .items import NOT_IN_XML, Case, Frozen, Item, Line, Objective, Quota, Text, normalised, twice

SHIPPED = Path(__file__).with_name("content")
LARGEST = 1_000_000  # bytes of one file
DEEPEST = 20  # levels of YAML

MarkdownFile = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,99}\.md$")]
YamlFile = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,99}\.yaml$")]
UnitId = Annotated[str, Field(pattern=r"^u[1-9][0-9]?$")]
WholeHours = Annotated[int, Field(strict=True, ge=0, le=1000)]
Model = TypeVar("Model", bound=BaseModel)


class Textbook(Frozen):
    title: Line
    pages: Annotated[int, Field(strict=True, ge=0, le=5000)]


class Declared(Frozen):
    """Hours declared for one part; ``reason`` says why its sample content explains fewer."""

    hours: WholeHours
    reason: Line | None = None


class DeclaredHours(Frozen):
    online_text: Declared
    exercises: Declared
    questions: Declared
    textbook: Declared


class UnitFile(Frozen):
    """A unit as ``module.yaml`` writes it: the names of its files, not yet their text."""

    id: UnitId
    title: Line
    expected_hours: WholeHours
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1, max_length=20)]
    readings: Annotated[tuple[MarkdownFile, ...], Field(min_length=1, max_length=50)]
    exercise: MarkdownFile | None = None
    quiz: YamlFile


class ModuleFile(Frozen):
    module: Slug
    overview: Text
    textbook: Textbook
    hours: DeclaredHours
    units: Annotated[tuple[UnitFile, ...], Field(min_length=1, max_length=50)]
    module_test: YamlFile

    @model_validator(mode="after")
    def _agree(self) -> Self:
        named = [name for u in self.units for name in (*u.readings, u.exercise, u.quiz) if name]
        for what, names in (
            ("unit", [unit.id for unit in self.units]),
            ("objective", [objective.id for unit in self.units for objective in unit.objectives]),
            ("file", [*named, self.module_test]),
        ):
            if repeated := twice(names):
                raise ValueError(f"{what} {', '.join(repeated)} stands twice")
        return self


class ItemsFile(Frozen):
    """``blueprint`` says how a try at the module test is drawn."""

    cases: Cases = ()
    items: Items
    blueprint: Blueprint = ()


@dataclass(frozen=True)
class Page:
    """A text with its title; ``body`` is Markdown."""

    title: str
    body: str


@dataclass(frozen=True)
class Unit:
    id: str
    title: str
    expected_hours: int
    objectives: tuple[Objective, ...]
    readings: tuple[Page, ...]
    exercise: Page | None
    quiz: tuple[Item, ...]


@dataclass(frozen=True)
class Content:
    """Everything a module's course shows beside what the programme says of it."""

    overview: str
    textbook: Textbook
    hours: DeclaredHours
    units: tuple[Unit, ...]
    module_test: tuple[Item, ...]
    cases: tuple[Case, ...] = ()
    blueprint: tuple[Quota, ...] = ()

    @property
    def objectives(self) -> tuple[Objective, ...]:
        return tuple(objective for unit in self.units for objective in unit.objectives)


def load(module: Module, root: Path = SHIPPED) -> Content:
    """The content of ``module`` in the folder of its name under ``root``."""
    folder = root / module.id
    file = folder / "module.yaml"
    plan = _model(ModuleFile, file)
    if plan.module != module.id:
        raise ExportError(f"{file}: module: says {plan.module}, its folder says {module.id}")
    _add_up(plan, module.nominal_hours, file)
    files = {name: _model(ItemsFile, folder / "items" / name) for name in _quiz_files(plan)}
    _cases_agree(plan, files, folder)
    quizzes = {name: read.items for name, read in files.items()}
    _agree(plan, quizzes, folder)
    units = tuple(_unit(unit, folder / "units", quizzes) for unit in plan.units)
    cases = tuple(case for read in files.values() for case in read.cases)
    test = files[plan.module_test]
    return Content(plan.overview, plan.textbook, plan.hours, units, test.items, cases, test.blueprint)


def _quiz_files(plan: ModuleFile) -> Iterator[str]:
    yield from (unit.quiz for unit in plan.units)
    yield plan.module_test


def _unit(unit: UnitFile, folder: Path, quizzes: dict[str, Items]) -> Unit:
    return Unit(
        unit.id,
        unit.title,
        unit.expected_hours,
        unit.objectives,
        tuple(_page(folder / name) for name in unit.readings),
        _page(folder / unit.exercise) if unit.exercise else None,
        quizzes[unit.quiz],
    )


def _add_up(plan: ModuleFile, nominal: int, file: Path) -> None:
    hours = plan.hours
    for place, total in (
        ("hours", sum(part.hours for part in (hours.online_text, hours.exercises, hours.questions, hours.textbook))),
        ("units", sum(unit.expected_hours for unit in plan.units)),
    ):
        if total != nominal:
            raise ExportError(f"{file}: {place}: add up to {total} hours, the programme says {nominal}")


def _agree(plan: ModuleFile, quizzes: dict[str, Items], folder: Path) -> None:
    """Ids once in the module, objectives that exist, no question of the module test elsewhere."""
    objectives = {objective.id for unit in plan.units for objective in unit.objectives}
    seen: dict[str, str] = {}
    for name, items in quizzes.items():
        for place, item in enumerate(items):
            where = f"{folder / 'items' / name}: items.{place}"
            if item.use and (item.use == "test") is not (name == plan.module_test):
                raise ExportError(f"{where}.use: a question for {item.use} stands in the wrong file")
            if item.objective not in objectives:
                raise ExportError(f"{where}.objective: {item.objective} is no objective of this module")
            keys = [f"id {item.id}"]
            if name == plan.module_test:
                keys.append(f"stem {normalised(item.stem)}")
            for key in keys:
                if key in seen:
                    raise ExportError(f"{where}: question {item.id} ({key.split()[0]}) stands already in {seen[key]}")
            seen |= {f"id {item.id}": name, f"stem {normalised(item.stem)}": name}


def _cases_agree(plan: ModuleFile, files: Mapping[str, ItemsFile], folder: Path) -> None:
    """Ids of cases once in the module, each in the file of its questions; a blueprint for the test alone."""
    seen: dict[str, str] = {}
    for name, read in files.items():
        file = folder / "items" / name
        if read.blueprint and name != plan.module_test:
            raise ExportError(f"{file}: blueprint: is for the module test")
        for case in read.cases:
            if case.id in seen:
                raise ExportError(f"{file}: cases: {case.id} stands already in {seen[case.id]}")
            seen[case.id] = name
        for place, item in enumerate(read.items):
            if item.case and seen.get(item.case) != name:
                raise ExportError(f"{file}: items.{place}.case: {item.case} is no case of this file")


def _page(file: Path) -> Page:
    lines = _text(file).split("\n")
    if not lines[0].startswith("# ") or not lines[0][2:].strip():
        raise ExportError(f"{file}: line 1: must be the title, as in '# Title'")
    for number, line in enumerate(lines[1:], start=2):
        if line.startswith("# "):
            raise ExportError(f"{file}: line {number}: a second title; headings below it begin with '##'")
    body = "\n".join(lines[1:]).strip()
    if not body:
        raise ExportError(f"{file}: line 2: there is no text below the title")
    return Page(lines[0][2:].strip(), body)


def _text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise ExportError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ExportError(f"{file}: byte {error.start}: is not UTF-8 text") from error
    if len(raw) > LARGEST:
        raise ExportError(f"{file}: larger than {LARGEST:,} bytes")
    if unfit := NOT_IN_XML.search(text):
        line = text.count("\n", 0, unfit.start()) + 1
        raise ExportError(f"{file}: line {line}: holds the character U+{ord(unfit.group()):04X}")
    return text.replace("\r\n", "\n")


def _model(kind: type[Model], file: Path) -> Model:
    text = _text(file)
    try:
        return kind.model_validate(_value(text))
    except ValidationError as error:
        raise ExportError(f"{file}: {first_reason(error)}") from error
    except yaml.YAMLError as error:
        raise ExportError(f"{file}: {_yaml_reason(error)}") from error
    except NO_VALUE as error:  # ours, or a date that does not exist
        raise ExportError(f"{file}: {error}") from error


def _value(text: str) -> object:
    _shallow(text)
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        if key := second_key(node):
            raise ValueError(f"line {line_of(key)}: key {key.value} stands twice")
        value: object = loader.construct_document(node)
        return value
    finally:
        loader.dispose()


def _shallow(text: str) -> None:
    """Refuse what the loader must not see.

    Aliases can blow up a small file, depth kills the fast loader, and tags promise a value that need not be one.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise ValueError(f"line {line_of(event)}: aliases are not allowed")
        if is_tagged(event):
            raise ValueError(f'line {line_of(event)}: tags ("!") are not allowed')
        if is_endless(event):
            raise ValueError(f"line {line_of(event)}: a number is too long")
        if depth > DEEPEST:
            raise ValueError(f"line {line_of(event)}: is nested too deeply")


def _yaml_reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}: " if mark else ""
    return f"{place}is not YAML: {getattr(error, 'problem', None) or 'it cannot be read'}"
