"""Study time and book hours for reports: counted by the database, or read part by part."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery, Sum

from .. import tables
from ..period import Period
from .book import entry_of
from .data import BookEntry
from .limits import COUNTING
from .models import OfflineClaim, Strike, StudyDay

STATES = ("counted", "waiting", "accepted", "refused", "withdrawn")


def by_module(registrations: QuerySet | None, module_of: Subquery) -> Iterator[tuple[str, str, int]]:
    """(module, credited | struck | book, ms) of these registrations' ids, None: of all. Three queries."""
    book = OfflineClaim.objects.filter(state__in=COUNTING)
    struck = Strike.objects.annotate(module=module_of)
    for what, rows in (("credited", StudyDay.objects.all()), ("struck", struck), ("book", book)):
        own = rows if registrations is None else rows.filter(registration_id__in=registrations)
        for module, ms in own.order_by().values_list("module").annotate(sum=Sum("ms")):
            yield module, what, ms


def waiting_of(registration_ids: Iterable[int]) -> dict[int, int]:
    """Ms of book hours that wait for a decision, by registration."""
    rows = OfflineClaim.objects.filter(registration_id__in=list(registration_ids), state=OfflineClaim.WAITING)
    return dict(rows.order_by().values_list("registration_id").annotate(sum=Sum("ms")))


def _told(modules: Collection[str] | None, period: Period) -> QuerySet:
    rows = OfflineClaim.objects.filter(period.days("day")).order_by()
    return rows if modules is None else rows.filter(module__in=sorted(modules))


def entries(modules: Collection[str] | None, period: Period) -> Iterator[list[BookEntry]]:
    """Book hours of days in the period, about a thousand at a time, in the order in which they were told."""
    for part in tables.windows(_told(modules, period)):
        yield [entry_of(row) for row in part]


def count_entries(modules: Collection[str] | None, period: Period) -> int:
    return int(_told(modules, period).count())


def book_by_module(modules: Collection[str] | None, period: Period) -> dict[str, dict[str, int]]:
    """By module: learners, entries by their state, and ms that count."""
    states = {state: Count("id", Q(state=state)) for state in STATES}
    rows = _told(modules, period).values("module").annotate(
        persons=Count("learner_id", distinct=True), ms=Sum("ms", filter=Q(state__in=COUNTING)), **states
    )  # fmt: skip
    found: dict[str, dict[str, Any]] = {row.pop("module"): row for row in rows}
    return {module: {**row, "ms": row["ms"] or 0} for module, row in found.items()}
