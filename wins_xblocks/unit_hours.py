"""Hours planned for a module's units beside those that were counted, over all of its learners and runs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from django.core.cache import cache
from django.utils.translation import gettext as _

from . import context, hours_table, words
from .domain.duration import HOUR_MS
from .domain.programme.data import Module
from .domain.registration import api as registration
from .domain.study_time import api as study_time
from .module_view import Planned
from .outline import MODULE, name_of
from .platform import platform

LEAST_LEARNERS = 5  # fewer could be told apart
MOST_LEARNERS = 1000  # the newest: a middle that more people would hardly move, read in a second or two
KEPT_SECONDS = 600
MOST_SHOWN = 200  # percent of the plan, at which the bar ends


@dataclass(frozen=True)
class UnitCompared:
    """One unit, in words: planned, counted by half of its learners or fewer, and how that compares.

    ``percent`` is None where there is nothing to compare.
    """

    title: str
    planned: str
    counted: str
    learners: str
    compared: str
    percent: int | None


def compared(module_id: str, planned: Sequence[Planned]) -> tuple[UnitCompared, ...]:
    """Each unit for which hours are planned. Names nobody, and says nothing of fewer than five learners."""
    times = _times(module_id) if planned else {}
    return tuple(_line(unit, times.get(unit.unit, ())) for unit in planned if unit.hours > 0)


def _times(module_id: str) -> Mapping[str, Sequence[int]]:
    """The counted ms of each learner who has read in a unit, by the unit's name, which reruns of a course share.

    Read from the ledger once in ten minutes: it is the same for everybody who may see it.
    """
    key = f"wins.unit_hours.{module_id}"
    found: dict[str, list[int]] | None = cache.get(key)
    if found is None:
        sums: dict[tuple[str, int], int] = defaultdict(int)
        for id_, unit, ms in study_time.by_units(registration.living(module_id, MOST_LEARNERS)):
            sums[name_of(unit), id_] += ms
        found = defaultdict(list)
        for (unit, _id), ms in sums.items():
            if ms:
                found[unit].append(ms)
        found = dict(found)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _line(unit: Planned, times: Sequence[int]) -> UnitCompared:
    title, planned = unit.title or unit.unit, _("{hours} h").format(hours=f"{unit.hours:g}")
    if len(times) < LEAST_LEARNERS:
        few = _("fewer than {number}").format(number=LEAST_LEARNERS)
        return UnitCompared(title, planned, "–", few, "–", None)
    half = int(median(times)) * context.factor()
    percent = round(half * 100 / (unit.hours * HOUR_MS))
    told = _("{number}\u00a0%").format(number=percent)
    return UnitCompared(title, planned, words.duration(half), str(len(times)), told, min(percent, MOST_SHOWN))


def expected_minutes(module: Module, course_id: str, unit_keys: Iterable[str]) -> dict[str, int]:
    """Minutes planned for each unit of a course, by its usage key; asked outside of a block's page.

    ``unit_keys``: all study units of the course. One for which its author plans nothing gets an equal share of the
    module's nominal hours.
    """
    keys = list(unit_keys)
    tables = (hours_table.read(hours) for (hours,) in platform().settings_of(course_id, MODULE, "hours"))
    planned = {unit.unit: unit.hours for table in tables if table for unit in table.units if unit.hours > 0}
    share = module.nominal_hours / max(len(keys), 1)
    return {key: round(planned.get(name_of(key), share) * 60) for key in keys}
