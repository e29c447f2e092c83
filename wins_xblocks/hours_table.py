"""The hours in a module's block: what the course declares, and what is planned for each unit, which its author sets."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, ClassVar

from django.utils.translation import gettext as _

from .bank_field import JsonValue
from .domain.programme.items import Bounds, Check, Frozen
from .module_view import Planned

MOST_HOURS = 1000
PREFIX = "unit_hours."  # of a unit's name, in the settings form


def _whole(text: str) -> str:
    text.encode()  # a ValueError for half a character, which no page can hold
    return text


def _counted(hours: float) -> float:
    return round(hours, 2)  # as the form does: smaller parts of an hour are no plan


Text = Annotated[str, Check(_whole)]
# Far beyond any course, and small enough to be multiplied: pages and records work with what stands here.
Hours = Annotated[float, Bounds(ge=-100_000, le=100_000)]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One row of the hours table: declared, and what the content explains."""

    __pydantic_config__: ClassVar[dict[str, object]] = {"allow_inf_nan": False}

    part: Text
    hours: Hours
    explained: Hours = 0
    reason: Text = ""

    @property
    def title(self) -> str:
        titles = {
            "online_text": _("Online text"), "exercises": _("Exercises"), "questions": _("Questions"),
            "textbook": _("Printed textbook"),
        }  # fmt: skip
        return titles.get(self.part, self.part)

    @property
    def unexplained(self) -> float:
        return round(max(self.hours - self.explained, 0), 1)


@dataclass(frozen=True, kw_only=True)
class PlannedUnit:
    """One unit's share of the hours, the ids of its objectives, and the minutes of its pages by their names.

    No hours: nothing is planned for it.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = {"allow_inf_nan": False}

    unit: Text
    title: Text = ""
    hours: Annotated[Hours, Check(_counted)]
    objectives: tuple[Text, ...] = ()
    minutes: dict[Text, Annotated[int, Bounds(ge=1, le=6000)]] = field(default_factory=dict)

    @property
    def planned(self) -> Planned:
        return Planned(self.unit, self.title, self.hours, self.objectives, self.minutes)


@dataclass(frozen=True, kw_only=True)
class HoursTable(Frozen):
    """The field ``hours`` as the exporter writes it: both names or, where nothing is written, neither."""

    parts: tuple[Part, ...]
    units: tuple[PlannedUnit, ...]

    @property
    def declared(self) -> float:
        return sum(part.hours for part in self.parts)

    @property
    def explained(self) -> float:
        return round(sum(part.explained for part in self.parts), 1)

    @property
    def planned(self) -> tuple[Planned, ...]:
        return tuple(unit.planned for unit in self.units)

    @property
    def planned_hours(self) -> float:
        return round(sum(unit.hours for unit in self.units), 2)


@cache
def _shape() -> Any:
    from pydantic import TypeAdapter  # as with the rules: not when we start

    return TypeAdapter(HoursTable)


def parse(body: Mapping[str, Any]) -> HoursTable:
    """The table of these plain values. Raises ValueError."""
    table: HoursTable = _shape().validate_python(body)
    return table


def read(hours: JsonValue) -> HoursTable | None:
    """The hours table; an empty one where nothing is written, None where it cannot be read."""
    if hours.text.strip() in ("", "{}"):
        return HoursTable(parts=(), units=())
    try:
        return parse(dict(hours))
    except ValueError:
        return None


@dataclass(frozen=True)
class UnitSetting:
    """A line of the settings form. ``here``: is it a unit of this course?"""

    name: str
    title: str
    hours: str
    here: bool = True

    @property
    def field(self) -> str:
        return PREFIX + self.name


def units_of(block: Any) -> tuple[tuple[str, str], ...]:
    """Names and titles of the units of the block's course, without the one in which the block itself stands."""
    here, own = block, None
    while getattr(here, "parent", None) and here.scope_ids.block_type != "course":
        own, here = here, here.get_parent()
    if here is None or here.scope_ids.block_type != "course":
        return ()
    others = (unit for unit in here.get_children() if unit.scope_ids.usage_id != own.scope_ids.usage_id)
    return tuple((unit.scope_ids.usage_id.block_id, str(unit.display_name or "")) for unit in others)


def settings(table: HoursTable, units: Sequence[tuple[str, str]]) -> tuple[UnitSetting, ...]:
    """What the form shows: the units of the course in their order, then those that only the table knows."""
    hours = {row.unit: f"{row.hours:g}" if row.hours else "" for row in table.units}
    known = {name for name, _title in units}
    rows = [UnitSetting(name, title or name, hours.get(name, "")) for name, title in units]
    rest = (row for row in table.units if row.unit not in known)
    return (*rows, *(UnitSetting(row.unit, row.title or row.unit, hours[row.unit], not units) for row in rest))


def asked(values: Mapping[str, Any], rows: Sequence[UnitSetting]) -> dict[str, float]:
    """The hours of the form by the unit's name; 0 for none. Raises ValueError, in words."""
    titles, found = {row.name: row.title for row in rows}, {}
    for key, value in values.items():
        if not key.startswith(PREFIX):
            continue
        name = key.removeprefix(PREFIX)
        if name not in titles:
            raise ValueError(_("The course has changed meanwhile. Open the settings again."))
        number = 0 if value is None else value
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= MOST_HOURS:
            told = _("{title}: write hours from 0 to {most}, or nothing.")
            raise ValueError(told.format(title=titles[name], most=MOST_HOURS))
        found[name] = round(float(number), 2)
    return found


def changed(hours: JsonValue, wanted: Mapping[str, float], rows: Sequence[UnitSetting]) -> dict[str, Any] | None:
    """The field with these hours of its units; None where it says so already. What else it holds stays as it is."""
    titles = {row.name: row.title for row in rows}
    units = [dict(unit) for unit in hours.get("units", ())]
    for unit in units:
        unit["hours"] = _plain(wanted.get(unit["unit"], unit["hours"]))
    there = {unit["unit"] for unit in units}
    units = [unit for unit in units if unit["hours"] or unit.get("objectives") or unit.get("minutes")]
    units += [
        {"unit": name, "title": titles[name], "hours": _plain(number)}
        for name, number in wanted.items() if number and name not in there
    ]  # fmt: skip
    order = {row.name: number for number, row in enumerate(rows)}
    units.sort(key=lambda unit: order.get(unit["unit"], len(order)))
    if units == list(hours.get("units", ())):
        return None
    return {"parts": list(hours.get("parts", ())), "units": units}


def _plain(number: float) -> float:
    """8 rather than 8.0, as the exporter writes it."""
    return int(number) if math.isfinite(number) and number == int(number) else number
