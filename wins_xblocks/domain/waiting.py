"""The first of what waits for a person, and how many wait: one query, however many there are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Case, F, Func, Q, QuerySet, Subquery, Value, When

T = TypeVar("T")


@dataclass(frozen=True)
class First(Generic[T]):
    """``total`` of those that wait; ``value`` the first one. ``put_off``: nothing is left but what was put off."""

    total: int = 0
    value: T | None = None
    put_off: bool = False


def first(rows: QuerySet, order: tuple[str, ...], value: Callable[[Any], T], put_off: Q | None = None) -> First[T]:
    """The first of ``rows`` in this order; those that were put off come after all others."""
    count = rows.order_by().annotate(waiting=Func(F("pk"), function="COUNT")).values("waiting")
    found = rows.annotate(waiting=Subquery(count))
    if put_off is not None:
        found = found.annotate(passed=Case(When(put_off, then=Value(1)), default=Value(0)))
        row = found.order_by("passed", *order).first()
    else:
        row = found.order_by(*order).first()
    if row is None:
        return First()
    return First(row.waiting, value(row), put_off is not None and bool(row.passed))
