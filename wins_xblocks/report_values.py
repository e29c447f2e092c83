"""What a report's page is made of before it is words: what was asked for, columns, groups as they may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from .domain.period import Period
from .domain.programme.data import Module, Programme
from .domain.reports.data import Breakdown

MONTHS = 12  # of a breakdown by month, where no first day is asked for
MOST_MONTHS = 36


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see: of one module, or all; of a period; broken down by what."""

    rules: Programme
    period: Period
    module: Module | None = None
    by: str = ""

    @property
    def modules(self) -> frozenset[str] | None:
        return frozenset({self.module.id}) if self.module else None

    @property
    def exams(self) -> frozenset[str] | None:
        return frozenset({self.module.exam}) if self.module else None

    def months(self, now: datetime) -> list[date]:
        return self.period.months(now.astimezone(self.rules.zone).date(), MOST_MONTHS if self.period.first else MONTHS)


@dataclass(frozen=True)
class Column:
    """``kind``: persons; part or sum, by its place ``at``; ms: a sum that is a length; rate: of part ``at`` among part
    ``of``, or among all persons where that is None."""

    title: str
    kind: str = "persons"
    at: int = 0
    of: int | None = None


@dataclass(frozen=True)
class Found:
    """A report's table. ``first``: what a line is; ``names``: short and long, by a group's key; ``bars``: columns
    that are drawn. ``more``: further cells by a group's key, "" for the total, under ``more_titles``.
    """

    first: str
    columns: tuple[Column, ...]
    breakdown: Breakdown
    names: Mapping[str, tuple[str, str]]
    bars: tuple[int, ...] = (0,)
    more: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more_titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
