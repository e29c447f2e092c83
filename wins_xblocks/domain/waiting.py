"""What waits for a person: the first of it, or some of it, with how many wait: one query, however many there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Case, F, Func, Q, QuerySet, Subquery, Value, When

T = TypeVar("T")


@dataclass(frozen=True)
class First(Generic[T]):
    """``total`` of those that wait; ``value`` the first one. ``put_off``: nothing is left but what was put off."""

    total: int = 0
    value: T | None = None
    put_off: bool = False


@dataclass(frozen=True)
class Some(Generic[T]):
    """``total`` of those that wait, ``late`` of them past their day; ``values`` the first ones."""

    total: int = 0
    late: int = 0
    values: tuple[T, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """How many wait, how many of them too long, and since when the oldest waits."""

    total: int = 0
    late: int = 0
    oldest: datetime | None = None


def first(rows: QuerySet, order: tuple[str, ...], value: Callable[[Any], T], put_off: Q | None = None) -> First[T]:
    """The first of ``rows`` in this order; those that were put off come after all others."""
    found = rows.annotate(waiting=how_many(rows))
    if put_off is not None:
        found = found.annotate(passed=Case(When(put_off, then=Value(1)), default=Value(0)))
        row = found.order_by("passed", *order).first()
    else:
        row = found.order_by(*order).first()
    if row is None:
        return First()
    return First(row.waiting, value(row), put_off is not None and bool(row.passed))


def some(
    rows: QuerySet, order: tuple[str, ...], value: Callable[[Any], T], late: Q, most: int, skip: int = 0
) -> Some[T]:  # fmt: skip
    """At most ``most`` of ``rows`` in this order, without the first ``skip``."""
    found = list(
        rows.annotate(waiting=how_many(rows), over=how_many(rows.filter(late))).order_by(*order)[skip : skip + most]
    )
    return Some(found[0].waiting, found[0].over, tuple(map(value, found))) if found else Some()


def how_many(rows: QuerySet) -> Subquery:
    """Their number, as a column of a query of others."""
    return Subquery(rows.order_by().annotate(counted=Func(F("pk"), function="COUNT")).values("counted"))
