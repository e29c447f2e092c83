"""Registrations for reports: counted by the database, or read part by part."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from .. import tables
from ..period import Period
from ..quiz import tally as quiz
from ..study_time import tally as study_time
from .data import RegistrationValue
from .models import Registration, Waiver

_COLUMNS = (
    "id", "learner_id", "module", "course_id", "state", "rule_version", "started_at", "ended_at", "reached_at",
)  # fmt: skip
Modules = Collection[str] | None


def _begun(modules: Modules, period: Period) -> QuerySet:
    rows = Registration.objects.filter(period.moments("started_at")).order_by()
    return rows if modules is None else rows.filter(module__in=sorted(modules))


def parts(modules: Modules, period: Period) -> Iterator[list[RegistrationValue]]:
    """Those that began in the period, oldest first, about a thousand at a time."""
    for part in tables.windows(_begun(modules, period).values_list(*_COLUMNS)):
        yield [RegistrationValue(*row) for row in part]


def count(modules: Modules, period: Period) -> int:
    return int(_begun(modules, period).count())


def learners(modules: Modules, period: Period) -> QuerySet:
    """Ids of the learners of these, as a query within another one."""
    return _begun(modules, period).values("learner_id")


def by_learner(modules: Modules, period: Period) -> Iterator[dict[int, list[RegistrationValue]]]:
    """The same by learner, in the order of their numbers."""
    for part in tables.windows(_begun(modules, period).values_list(*_COLUMNS), by="learner_id"):
        found: dict[int, list[RegistrationValue]] = {}
        for row in part:
            found.setdefault(row[1], []).append(RegistrationValue(*row))
        yield found


def _counted(rows: QuerySet, by: str) -> dict[Any, dict[str, int]]:
    """Registrations, those that are open, whose hours were reached, whose test is passed, with both; and learners.

    Two queries: to ask each row for its test is far slower than to look for those that have one.
    """
    reached = Count("id", Q(reached_at__isnull=False))
    found = rows.values(by).annotate(
        rows=Count("id"), studying=Count("id", Q(state="open")), reached=reached,
        learners=Count("learner_id", distinct=True),
    )  # fmt: skip
    counts = {row.pop(by): row for row in found}
    for row in rows.filter(id__in=quiz.passed_tests()).values(by).annotate(tested=Count("id"), both=reached):
        counts[row.pop(by)] |= row
    return counts


def by_module(modules: Modules, period: Period) -> dict[str, dict[str, int]]:
    """How far the learners of each module are."""
    return _counted(_begun(modules, period), "module")


def by_month(modules: Modules, period: Period, months: list[date]) -> dict[int, dict[str, int]]:
    """The same by the month in which they began, by its place in ``months``."""
    rows = _begun(modules, period).annotate(month=period.month_of("started_at", months))
    return _counted(rows, "month")


def persons(modules: Modules, period: Period) -> dict[str, int]:
    """How many learners each module has, or had."""
    return dict(_begun(modules, period).values_list("module").annotate(persons=Count("learner_id", distinct=True)))


def hours(modules: Modules, period: Period) -> Mapping[str, dict[str, int]]:
    """Ms by module: credited, struck, book, waived, of the registrations that began in the period."""
    every = modules is None and period.first is None and period.last is None
    own = None if every else _begun(modules, period).values("id")
    module_of = Registration.objects.filter(id=OuterRef("registration_id")).values("module")
    found: dict[str, dict[str, int]] = {}
    for module, what, ms in study_time.by_module(own, Subquery(module_of)):
        found.setdefault(module, {})[what] = ms
    waived = Waiver.objects.order_by() if own is None else Waiver.objects.filter(registration__in=own).order_by()
    for module, ms in waived.values_list("registration__module").annotate(sum=Sum("ms")):
        found.setdefault(module, {})["waived"] = ms
    return found


def learners_among(modules: Modules, period: Period, learner_ids: QuerySet) -> QuerySet:
    """Those of these learners, as a query within another one."""
    return _begun(modules, period).filter(learner_id__in=learner_ids).values("learner_id")
