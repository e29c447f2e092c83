"""The four statements of a beat, as plain SQL of every database. The first one is the lock of all that is written.

A page sends one every 90 seconds, and composing these by the ORM took half of a beat's time.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from .data import PageTicket
from .models import StudyDay, StudyLearner, StudySession
from .rules import length

_READ = ("id", "key", "begins", "ends", "reported", "credited", "inputs", "flags")
_DAY = "FROM {day} d WHERE d.learner_id = %s AND d.registration_id = %s"
_SQL = {
    "lock": "UPDATE {learner} SET beats = beats + 1 WHERE learner_id = %s",
    "read": "SELECT {columns}, (SELECT SUM(d.ms) {of_day}) AS total, (SELECT d.ms {of_day} AND d.{date} = %s) AS today "
    "FROM {visit} s WHERE s.learner_id = %s AND s.ends >= %s",
    "visit": "UPDATE {visit} SET reported = %s, credited = %s, credited_ms = %s, ends = %s, inputs = %s, flags = %s "
    "WHERE id = %s",
    "day": "UPDATE {day} SET ms = ms + %s WHERE learner_id = %s AND registration_id = %s AND {date} = %s",
}


@dataclass(slots=True)
class Row:
    """What a beat reads and writes of a visit (``StudySession``); without ``id`` as long as it has no row.

    Not the model: to build one took a tenth of a beat's time here.
    """

    id: int | None
    key: str
    begins: int
    ends: int
    reported: Sequence[Sequence[int]]
    credited: Sequence[Sequence[int]]
    inputs: int
    flags: list[str]


@lru_cache(maxsize=16)
def _sql(name: str, vendor: str) -> str:
    """The statement with names quoted as this database does it."""
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    day = quoted(StudyDay._meta.db_table)
    return _SQL[name].format(
        learner=quoted(StudyLearner._meta.db_table), visit=quoted(StudySession._meta.db_table),
        day=day, of_day=_DAY.format(day=day), date=quoted("day"),
        columns=", ".join(f"s.{quoted(column)}" for column in _READ),
    )  # fmt: skip


def _update(name: str, values: list[Any]) -> int:
    own = connections[DEFAULT_DB_ALIAS]
    with own.cursor() as cursor:
        cursor.execute(_sql(name, own.vendor), values)
        return int(cursor.rowcount)


def lock(learner_id: int) -> bool:
    """By UPDATE: SQLite does not let a reader become a writer. False when the learner has no row yet."""
    return _update("lock", [learner_id]) > 0


def add_learner(learner_id: int) -> None:
    """The row that is locked, where there is none yet."""
    StudyLearner.objects.bulk_create([StudyLearner(learner_id=learner_id)], ignore_conflicts=True)


def lock_learner(learner_id: int) -> None:
    """An absent row cannot be locked: it is made first, once."""
    if not lock(learner_id):
        add_learner(learner_id)
        lock(learner_id)


def read(page: PageTicket, epoch: int, today: date) -> tuple[list[Row], int, int | None]:
    """The learner's visits that end after ``epoch``; with the first of them, the registration's total and its today."""
    own, whose = connections[DEFAULT_DB_ALIAS], (page.learner_id, page.registration_id)
    with own.cursor() as cursor:
        values = [*whose, *whose, own.ops.adapt_datefield_value(today), page.learner_id, epoch]
        cursor.execute(_sql("read", own.vendor), values)
        found = cursor.fetchall()
    total, of_today = found[0][-2:] if found else (0, None)
    return [_row(*columns[:-2]) for columns in found], int(total or 0), of_today


def _row(id_: int, key: str, begins: int, ends: int, reported: str, credited: str, inputs: int, flags: str) -> Row:
    """No driver of ours reads JSON."""
    return Row(id_, key, begins, ends, json.loads(reported), json.loads(credited), inputs, json.loads(flags))


def write_visit(row: Row) -> None:
    """Bring a visit's row up to date."""
    spans = [json.dumps(row.reported), json.dumps(row.credited)]
    _update("visit", [*spans, length(row.credited), row.ends, row.inputs, json.dumps(row.flags), row.id])


def add_to_day(page: PageTicket, day: date, ms: int) -> None:
    """Add to a day that has a row."""
    told = connections[DEFAULT_DB_ALIAS].ops.adapt_datefield_value(day)
    _update("day", [ms, page.learner_id, page.registration_id, told])
