"""Queries of the ORM that are composed once for a connection, and then sent with other values.

For reads that a request makes by the dozen, some under a lock: the ORM takes longer to compose such a query than a
database near by to answer it. Conditions, columns and order stay in the ORM's own words (decision 18).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable

MOST = 1024  # values of one list; a longer one is rare, and its query composed by the ORM as ever
Rows = list[Any]
_LISTS = (list, tuple, set, frozenset)


class _Given(Expression):
    """A value that is not known before the query is sent: a single one, or one of a list by its place."""

    def __init__(self, name: str, place: int | None = None) -> None:
        super().__init__()
        self.name, self.place = name, place

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]

    def of(self, values: Mapping[str, Any], ops: Any) -> Any:
        value = values[self.name] if self.place is None else values[self.name][self.place]
        if isinstance(value, datetime):
            return ops.adapt_datetimefield_value(value)
        return ops.adapt_datefield_value(value) if isinstance(value, date) else value


class _Composed:
    """One query as text, with what makes Python's values of its columns. It belongs to one connection."""

    def __init__(self, rows: QuerySet, own: Any) -> None:
        assert rows._iterable_class in (ModelIterable, ValuesListIterable), "models or values_list, nothing else"
        compiler = rows.query.get_compiler(connection=own)
        self.sql, self.values = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        self.model, models = rows.model, rows._iterable_class is ModelIterable
        self.names = tuple(column.target.attname for column in columns) if models else ()
        self.converters = list(compiler.get_converters(columns).items())

    def ask(self, given: Mapping[str, Any], own: Any) -> Rows:
        values = [value.of(given, own.ops) if isinstance(value, _Given) else value for value in self.values]
        with own.cursor() as cursor:
            cursor.execute(self.sql, values)
            found = list(map(list, cursor.fetchall()))
        for at, (converters, column) in self.converters:
            for row in found:
                for convert in converters:
                    row[at] = convert(row[at], column, own)
        if self.names:
            return [self.model.from_db(own.alias, self.names, row) for row in found]
        return list(map(tuple, found))


def prepared(compose: Callable[..., QuerySet]) -> Callable[..., Rows]:
    """The rows of the query that ``compose`` makes of its named values: models, or tuples of ``values_list``.

    ``compose`` sees stand-ins, so it must use each value as a condition as it is, and decide nothing by it. A list
    stands for ``__in``; over a foreign key write ``registration__id__in``. None is no value. No related rows.
    """

    @wraps(compose)
    def rows(**given: Any) -> Rows:
        lists = {name: list(value) for name, value in given.items() if isinstance(value, _LISTS)}
        if not all(lists.values()):
            return []
        if any(len(value) > MOST for value in lists.values()):
            return list(compose(**given).using(DEFAULT_DB_ALIAS))
        padded = {name: _padded(value) for name, value in lists.items()}
        own = connections[DEFAULT_DB_ALIAS]
        shape = (compose, *sorted((name, len(value)) for name, value in padded.items()))
        # Kept by the connection itself: what was composed holds on to it, and must go when it goes.
        shapes = vars(own).setdefault("wins_prepared", {})
        if shape not in shapes:
            stand_ins = {
                name: [_Given(name, place) for place in range(len(padded[name]))] if name in padded else _Given(name)
                for name in given
            }
            shapes[shape] = _Composed(compose(**stand_ins), own)
        return shapes[shape].ask({**given, **padded}, own)

    return rows


def _padded(values: list[Any]) -> list[Any]:
    """To the next power of two, by its last value: few lengths, few queries."""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))
