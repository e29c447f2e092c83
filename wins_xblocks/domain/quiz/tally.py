"""Tries for reports: counted by the database, or read part by part. The course team's own are left out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from .. import tables
from ..period import Period
from .data import Marks
from .models import Attempt

_COLUMNS = (
    "id", "learner_id", "registration_id", "module", "purpose", "block", "number", "started_at", "submitted_at",
    "correct", "possible", "pass_percent", "passed", "counts",
    "units",
)  # fmt: skip


@dataclass(frozen=True)
class TryMade(Marks):
    """A try that was sent, with its marks. ``counts`` is False for one that staff gave back."""

    id: int
    learner_id: int
    registration_id: int | None
    module: str
    purpose: str
    block: str
    number: int
    started_at: datetime
    submitted_at: datetime
    correct: int
    possible: int
    pass_percent: int
    passed: bool
    counts: bool
    units: int | None


def passed_tests() -> QuerySet:
    """Ids of registrations whose module test is passed, as a query within another one."""
    rows = Attempt.objects.filter(purpose="test", passed=True, is_staff=False, cleared_at__isnull=True)
    return rows.filter(registration_id__isnull=False).order_by().values("registration_id")


def _sent(modules: Collection[str] | None, period: Period) -> QuerySet:
    rows = Attempt.objects.filter(
        period.moments("submitted_at"), submitted_at__isnull=False, is_staff=False, cleared_at__isnull=True
    ).order_by()
    return rows if modules is None else rows.filter(module__in=sorted(modules))


def tries(modules: Collection[str] | None, period: Period) -> Iterator[list[TryMade]]:
    """Tries sent in the period, about a thousand at a time, in the order in which they began."""
    for part in tables.windows(_sent(modules, period).values_list(*_COLUMNS)):
        yield [TryMade(*row) for row in part]


def count(modules: Collection[str] | None, period: Period) -> int:
    return int(_sent(modules, period).count())


def by_purpose(modules: Collection[str] | None, period: Period) -> dict[tuple[str, str], dict[str, int]]:
    """By module and purpose: tries, those that passed (``good``), and learners."""
    rows = _sent(modules, period).values("module", "purpose").annotate(
        tries=Count("id"), good=Count("id", Q(passed=True)), learners=Count("learner_id", distinct=True),
    )  # fmt: skip
    return {(row.pop("module"), row.pop("purpose")): row for row in rows}
