"""Reads of many tables in one statement: a page about one person asks a dozen of them.

Each part stays the ORM's own query, with its order and its cut. Its rows travel as JSON beside the number of the part,
and become what the query alone would have brought. For pages of staff: what runs by the thousand is ``prepared``.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable

T = TypeVar("T")
_ARRAYS = {"postgresql": "json_build_array"}


@dataclass(frozen=True)
class Read(Generic[T]):
    """A query of models or of ``values_list``, and what makes a value of its rows; asked by ``together``.

    The rows come in no order: a database keeps none in a part of a statement. ``make`` sorts them.
    """

    rows: QuerySet
    make: Callable[[list[Any]], T]


def together(reads: dict[str, Read[Any]]) -> dict[str, Any]:
    """What each read makes of its rows, by name. One statement."""
    own = connections[DEFAULT_DB_ALIAS]
    parts = {name: part for name, read in reads.items() if (part := _part(read.rows, own)) is not None}
    found: dict[str, list[Any]] = {name: [] for name in reads}
    if parts:
        names = list(parts)
        sql = " UNION ALL ".join(f"SELECT {number} AS part, {parts[name].sql}" for number, name in enumerate(names))
        with own.cursor() as cursor:
            cursor.execute(sql, [value for part in parts.values() for value in part.values])
            for number, cells in cursor.fetchall():
                name = names[number]
                found[name].append(parts[name].row(cells, own.alias))
    return {name: read.make(found[name]) for name, read in reads.items()}


@dataclass(frozen=True)
class _Part:
    sql: str
    values: tuple[Any, ...]
    model: Any  # None: tuples
    names: tuple[str, ...]
    convert: tuple[Callable[[Any], Any], ...]

    def row(self, cells: Any, alias: str) -> Any:
        told = json.loads(cells) if isinstance(cells, str | bytes) else cells
        own = [None if cell is None else make(cell) for make, cell in zip(self.convert, told, strict=True)]
        return self.model.from_db(alias, self.names, own) if self.model else tuple(own)


def _part(rows: QuerySet, own: Any) -> _Part | None:
    """None where nothing can be found, as of an empty list."""
    assert rows._iterable_class in (ModelIterable, ValuesListIterable), "models or values_list, nothing else"
    compiler = rows.query.get_compiler(connection=own)
    try:
        inner, values = compiler.as_sql(with_col_aliases=True)
    except EmptyResultSet:
        return None
    quote, models = own.ops.quote_name, rows._iterable_class is ModelIterable
    cells = ", ".join(f"told.{quote(alias)}" for _column, _sql, alias in compiler.select)
    array = f"{_ARRAYS.get(own.vendor, 'JSON_ARRAY')}({cells})"
    sql = f"{array} AS cells FROM ({inner}) told"
    columns = [column for column, _sql, _alias in compiler.select]
    return _Part(
        sql, tuple(values), rows.model if models else None,
        tuple(column.target.attname for column in columns) if models else (),
        tuple(_CONVERT.get(column.output_field.get_internal_type(), _as_it_is) for column in columns),
    )  # fmt: skip


def _as_it_is(cell: Any) -> Any:
    return cell


def _moment(cell: str) -> datetime:
    at = datetime.fromisoformat(cell)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _json(cell: Any) -> Any:
    """Some databases put a JSON column into the list as what it is, others as its text."""
    return json.loads(cell) if isinstance(cell, str) else cell


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": _moment, "DateField": date.fromisoformat, "BooleanField": bool, "JSONField": _json,
    "DecimalField": lambda cell: Decimal(str(cell)),
}  # fmt: skip
