"""The four statements of a beat, as plain SQL of every database. The first one is the lock of all that is written.

A page sends one every 90 seconds, and composing these by the ORM took half of a beat's time.
"""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from .data import PageTicket
from .models import StudyDay, StudyLearner, StudySession

_READ = ("id", "learner_id", "key", "registration_id", "begins", "ends", "reported", "credited", "credited_ms",
         "inputs", "flags")  # fmt: skip
_JSON = [_READ.index(name) for name in ("reported", "credited", "flags")]  # no driver of ours reads them
_DAY = "FROM {day} d WHERE d.learner_id = %s AND d.registration_id = %s"
_SQL = {
    "lock": "UPDATE {learner} SET beats = beats + 1 WHERE learner_id = %s",
    "read": "SELECT {columns}, (SELECT SUM(d.ms) {of_day}) AS total, (SELECT d.ms {of_day} AND d.{date} = %s) AS today "
    "FROM {visit} s WHERE s.learner_id = %s AND s.ends >= %s",
    "visit": "UPDATE {visit} SET reported = %s, credited = %s, credited_ms = %s, ends = %s, inputs = %s, flags = %s "
    "WHERE id = %s",
    "day": "UPDATE {day} SET ms = ms + %s WHERE learner_id = %s AND registration_id = %s AND {date} = %s",
}


@lru_cache(maxsize=16)
def _sql(name: str, vendor: str) -> str:
    """The statement with names quoted as this database does it."""
    quoted = connection.ops.quote_name
    day = quoted(StudyDay._meta.db_table)
    return _SQL[name].format(
        learner=quoted(StudyLearner._meta.db_table), visit=quoted(StudySession._meta.db_table),
        day=day, of_day=_DAY.format(day=day), date=quoted("day"),
        columns=", ".join(f"s.{quoted(column)}" for column in _READ),
    )  # fmt: skip


def _update(name: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_sql(name, connection.vendor), values)
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


def read(page: PageTicket, epoch: int, today: date) -> list[StudySession]:
    """The learner's visits that end after ``epoch``; each brings the registration's ``total`` and its ``today``."""
    own, day = (page.learner_id, page.registration_id), connection.ops.adapt_datefield_value(today)
    with connection.cursor() as cursor:
        cursor.execute(_sql("read", connection.vendor), [*own, *own, day, page.learner_id, epoch])
        return [_visit(row) for row in cursor.fetchall()]


def _visit(columns: Sequence[Any]) -> StudySession:
    """One row of ``read``. The manager's own ``raw`` does the same in twice the time."""
    *values, total, today = columns
    for place in _JSON:
        values[place] = json.loads(values[place])
    row = StudySession.from_db(connection.alias, _READ, values)
    row.total, row.today = total, today
    return row


def write_visit(row: StudySession) -> None:
    """Bring a visit's row up to date."""
    spans = [json.dumps(row.reported), json.dumps(row.credited)]
    _update("visit", [*spans, row.credited_ms, row.ends, row.inputs, json.dumps(row.flags), row.pk])


def add_to_day(page: PageTicket, day: date, ms: int) -> None:
    """Add to a day that has a row."""
    _update("day", [ms, page.learner_id, page.registration_id, connection.ops.adapt_datefield_value(day)])
