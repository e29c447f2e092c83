"""What the applets' tables share."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import islice
from typing import Any

import django
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import CheckConstraint, DateField, DecimalField, JSONField, Max, Min, Q, QuerySet
from django.db.models.constants import OnConflict

Told = dict[str, list[dict[str, Any]]]  # one person's rows by table, as JSON's own values

# Django 5.1 renamed the argument; 4.2 knows only the old name, and 5.2 warns about it.
_CONDITION = "condition" if django.VERSION >= (5, 1) else "check"


def rule(name: str, condition: Q) -> CheckConstraint:
    """A constraint that the database itself keeps, under one spelling for every Django we run on."""
    return CheckConstraint(name=name, **{_CONDITION: condition})


def plain(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a ``values()`` query as JSON's own values; moments and days in ISO 8601."""
    told: list[dict[str, Any]] = json.loads(json.dumps(list(rows), cls=DjangoJSONEncoder))
    return told


def windows(rows: QuerySet, by: str = "id", size: int = 1000) -> Iterator[list[Any]]:
    """All rows, part by part, in the order of the whole number ``by``: what came in meanwhile is not among them.

    By a range of numbers, not by LIMIT: MySQL's drivers hold whole answers, and its planner sorts a table for a LIMIT.
    """
    every = rows.model._default_manager.order_by()
    ends = every.aggregate(first=Min(by), last=Max(by))
    start = ends["first"]
    while start is not None:
        part = list(rows.filter(**{f"{by}__gte": start, f"{by}__lt": start + size}).order_by(by, "id"))
        if part:
            yield part
        left = every.filter(**{f"{by}__gte": start + size, f"{by}__lte": ends["last"]})
        start = left.aggregate(next=Min(by))["next"]


MOST_ROWS = 500  # of one statement
_CONVERTED = (DateField, DecimalField, JSONField)  # and DateTimeField, which is a DateField


def insert_many(table: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]], once: bool = False) -> int:
    """Write many rows of ``columns`` (as the database names them), a few hundred in a statement; how many are new.

    For what comes in by the thousand: the ORM takes longer to compose such rows than any database to store them.
    Columns that are left out must be NULL or have a default in the database. ``once``: what is there already stays.
    """
    own = connections[DEFAULT_DB_ALIAS]
    most, left, count = at_once(len(columns)), iter(rows), 0
    convert = _converters(table, columns)
    while chunk := list(islice(left, most)):
        values = [make(value) if make else value for row in chunk for make, value in zip(convert, row, strict=True)]
        with own.cursor() as cursor:
            cursor.execute(_insert(table, tuple(columns), len(chunk), once, own.vendor), values)
            count += max(cursor.rowcount, 0)
    return count


def at_once(columns: int) -> int:
    """How many rows of so many columns one statement takes on this database."""
    most = connections[DEFAULT_DB_ALIAS].features.max_query_params
    return min(MOST_ROWS, most // columns) if most else MOST_ROWS


def _converters(table: Any, columns: Sequence[str]) -> list[Callable[[Any], Any] | None]:
    """What makes a value the database's, by column; None where Python's own will do."""
    own = connections[DEFAULT_DB_ALIAS]
    fields = {field.column: field for field in table._meta.concrete_fields}

    def made(field: Any) -> Callable[[Any], Any] | None:
        if not isinstance(field, _CONVERTED):
            return None
        convert = partial(field.get_db_prep_save, connection=own)
        return convert if isinstance(field, JSONField) else lru_cache(maxsize=8)(convert)  # many rows say the same

    return [made(fields[name]) for name in columns]


@lru_cache(maxsize=64)
def _insert(table: Any, columns: tuple[str, ...], rows: int, once: bool, vendor: str) -> str:
    own = connections[DEFAULT_DB_ALIAS]
    names = ", ".join(map(own.ops.quote_name, columns))
    one = f"({', '.join(['%s'] * len(columns))})"
    conflicts = OnConflict.IGNORE if once else None
    head = own.ops.insert_statement(on_conflict=conflicts)
    tail = own.ops.on_conflict_suffix_sql([], conflicts, [], []) if once else ""
    return f"{head} {own.ops.quote_name(table._meta.db_table)} ({names}) VALUES {', '.join([one] * rows)} {tail}"
