"""Explained hours: what a module declares for each part, beside what its content accounts for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from wins_xblocks.domain.programme.data import Workload

from .items import Frozen, Key

Part = Literal["online_text", "exercises", "questions", "textbook"]
Number = Annotated[int | float, Field(ge=0, le=1000)]
TOLERANCE = 0.5  # hours that may stay without a reason: hours are declared whole, and this much is lost by rounding


@dataclass(frozen=True)
class Counts:
    """How much of each part there is; ``questions`` counts those that one learner meets."""

    words: int
    exercises: int
    questions: int
    pages: int

    def explain(self, workload: Workload) -> dict[Part, float]:
        """Hours of study per part, at the rates of the programme."""
        minutes: dict[Part, float] = {
            "online_text": self.words / workload.reading_words_per_minute.value,
            "exercises": self.exercises * workload.minutes_per_exercise.value,
            "questions": self.questions * workload.minutes_per_question.value,
            "textbook": self.pages * workload.minutes_per_textbook_page.value,
        }
        return {part: spent / 60 for part, spent in minutes.items()}

    def minutes(self, workload: Workload) -> int:
        """The same of all parts together, in whole minutes; nothing takes no time."""
        return max(round(sum(self.explain(workload).values()) * 60), 1)

    def of(self, part: Part) -> int:
        return {"online_text": self.words, "exercises": self.exercises, "questions": self.questions}.get(
            part, self.pages
        )


class PartHours(Frozen):
    """One row of the hours of a module. The textbook says its ``pages``, the others their ``count``."""

    part: Part
    hours: Number
    explained: Number
    reason: str = ""
    count: Annotated[int, Field(ge=0)] | None = None
    pages: Annotated[int, Field(ge=0)] | None = None


class UnitHours(Frozen):
    """``unit`` is the url_name of the chapter; ``minutes`` of its pages stand by the url_names of those.

    ``objectives`` are the ids of what the unit teaches.
    """

    unit: str
    title: str
    hours: Number
    objectives: tuple[Key, ...] = ()
    minutes: dict[str, Annotated[int, Field(ge=1, le=6000)]] = {}


class HoursTable(Frozen):
    """What ``wins_module`` gets in ``hours``."""

    parts: Annotated[tuple[PartHours, ...], Field(max_length=4)]
    units: tuple[UnitHours, ...]

    @property
    def pages(self) -> int:
        return sum(part.pages or 0 for part in self.parts)


def problems(table: HoursTable, counts: Counts, workload: Workload, nominal: int) -> Iterator[str]:
    """What an auditor would ask about: sums that do not add up, and hours that nothing explains."""
    explained = counts.explain(workload)
    if sorted(row.part for row in table.parts) != sorted(explained):
        yield f"the hours must name each of {', '.join(explained)} once"
    for row in table.parts:
        found = explained[row.part]
        if row.hours - found > TOLERANCE and not row.reason.strip():
            yield f"{row.part}: {row.hours - found:.1f} of {row.hours:g} hours have no explanation and no reason"
        if found - row.hours > TOLERANCE:
            yield f"{row.part}: the content takes {found:.1f} hours, only {row.hours:g} are declared"
        if abs(row.explained - found) > 0.06 or counts.of(row.part) != (row.pages if row.count is None else row.count):
            yield f"{row.part}: the figures written in the course are not those of its content; build it again"
    for what, total in (
        ("parts", sum(row.hours for row in table.parts)),
        ("units", sum(unit.hours for unit in table.units)),
    ):
        if abs(total - nominal) > 0.001:
            yield f"the hours of the {what} add up to {total:g}, the module has {nominal}"


def lines(table: HoursTable, counts: Counts, workload: Workload) -> Iterator[str]:
    """The table as text, one line for each part and one for the sum."""
    explained = counts.explain(workload)
    yield f"{'part':<12}{'declared':>9}{'explained':>10}{'open':>7}"
    for row in table.parts:
        found = explained[row.part]
        yield f"{row.part:<12}{row.hours:>9.1f}{found:>10.1f}{row.hours - found:>7.1f}  {row.reason}".rstrip()
    declared, found = sum(row.hours for row in table.parts), sum(explained.values())
    yield f"{'together':<12}{declared:>9.1f}{found:>10.1f}{declared - found:>7.1f}"
