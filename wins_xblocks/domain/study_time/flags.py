"""What of a learner's study time people may ask about. Rules over counts: a flag is a question, never a verdict. Pure.

Flagged time counts like any other, until staff strike it with a reason that the learner reads.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from ..duration import HOUR_MS, MINUTE_MS
from .data import Flag, FlagLimits, UnitFacts, VisitSeen

LEAST_MS = 15 * MINUTE_MS  # a shorter visit says nothing about how evenly a page was touched
ALIKE = 3  # visits that must be alike: two are by chance
TEXT = "text"  # the kind of page on which nothing is asked and nothing is looked up


def find(
    days: Mapping[date, int],
    visits: Sequence[VisitSeen],
    units: UnitFacts,
    limits: FlagLimits,
) -> tuple[Flag, ...]:
    """All questions, by kind, then by day or unit. ``days``: ms of each day, online and book, over all modules."""
    by_unit, by_day = defaultdict[str, int](int), defaultdict[date, list[VisitSeen]](list)
    for visit in visits:
        by_unit[visit.unit] += visit.ms
        by_day[visit.day].append(visit)
    return (
        *(Flag("long_day", ms, day, limit=limits.day_ms) for day, ms in sorted(days.items()) if ms > limits.day_ms),
        *_long_units(by_unit, units.minutes, limits),
        *_few_touches(by_day, limits),
        *_same_touches(by_day, limits),
        *_bare(by_unit, {*units.signs, *(visit.unit for visit in visits if visit.kind != TEXT)}, limits),
        *_late(by_day),
    )


def _long_units(by_unit: Mapping[str, int], expected: Mapping[str, int], limits: FlagLimits) -> Iterator[Flag]:
    for unit, ms in sorted(by_unit.items()):
        planned = expected.get(unit, 0) * MINUTE_MS
        if planned and ms > limits.unit_times * planned:
            yield Flag("long_unit", ms, unit=unit, limit=planned)


def _few_touches(by_day: Mapping[date, Sequence[VisitSeen]], limits: FlagLimits) -> Iterator[Flag]:
    """Hours that only a film explains: without one, counting pauses when nothing is touched."""
    for day, visits in sorted(by_day.items()):
        ms = sum(visit.ms for visit in visits if visit.ms >= LEAST_MS and _few(visit, limits))
        if ms >= limits.even_ms:
            yield Flag("few_touches", ms, day, limit=limits.touches_an_hour)


def _few(visit: VisitSeen, limits: FlagLimits) -> bool:
    return visit.touches * HOUR_MS <= limits.touches_an_hour * visit.ms


def _same_touches(by_day: Mapping[date, Sequence[VisitSeen]], limits: FlagLimits) -> Iterator[Flag]:
    """Three long visits or more of a day that were touched equally often: a hand is never so even."""
    for day, visits in sorted(by_day.items()):
        long = [visit for visit in visits if visit.ms >= LEAST_MS and not _few(visit, limits)]
        ms = _most_alike(sorted((visit.touches * HOUR_MS / visit.ms, visit.ms) for visit in long))
        if ms >= limits.even_ms:
            yield Flag("same_touches", ms, day)


def _most_alike(rates: Sequence[tuple[float, int]]) -> int:
    """The longest time of visits whose touches an hour differ by one or two in a hundred, if there are enough."""
    best = first = ms = 0
    for last, (rate, length) in enumerate(rates):
        ms += length
        while rate - rates[first][0] > max(1.0, rate / 50):
            ms -= rates[first][1]
            first += 1
        if last - first + 1 >= ALIKE:
            best = max(best, ms)
    return best


def _bare(by_unit: Mapping[str, int], signs: Collection[str], limits: FlagLimits) -> Iterator[Flag]:
    for unit, ms in sorted(by_unit.items()):
        if ms > limits.bare_ms and unit not in signs:
            yield Flag("bare", ms, unit=unit, limit=limits.bare_ms)


def _late(by_day: Mapping[date, Sequence[VisitSeen]]) -> Iterator[Flag]:
    for day, visits in sorted(by_day.items()):
        ms = sum(visit.ms for visit in visits if visit.late)
        if ms:
            yield Flag("late", ms, day)
