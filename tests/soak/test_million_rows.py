"""Migrations forward and back over a million rows, on SQLite, MariaDB and PostgreSQL."""

import os
import time

import pytest
from django.db import connection
from django.db.models import Model

from tests.conftest import NOW
from tests.races.conftest import bare_database, mariadb, postgresql  # noqa: F401  fixtures
from tests.races.test_migrations import furnished, migrate, ours
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.study_time.models import StudyDay

pytestmark = pytest.mark.soak
MINUTES = 10  # for one way; a window of maintenance


def rows():
    """Of both tables together: WINS_SOAK_ROWS."""
    return int(os.environ.get("WINS_SOAK_ROWS", "1000000"))


def multiply(model: type[Model], wanted: int, people: tuple[str, ...]) -> None:
    """Copy what is there, each time as much again, for other ``people``: the columns that hold whose the row is."""
    quoted = connection.ops.quote_name
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    table, names = quoted(model._meta.db_table), ", ".join(map(quoted, columns))
    while (there := model.objects.count()) < wanted:
        new = ", ".join(f"{quoted(one)} + {there}" if one in people else quoted(one) for one in columns)
        with connection.cursor() as cursor:
            most = min(there, wanted - there)
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {new} FROM {table} ORDER BY id LIMIT {most}")


def filled() -> list[int]:
    furnished()
    Attempt.objects.exclude(open_slot=1).delete()
    StudyDay.objects.create(learner_id=1, registration_id=1, module="foundation", day=NOW.date(), ms=1)
    for model in (Attempt, StudyDay):
        multiply(model, rows() // 2, ("learner_id", "registration_id"))
    return told()


def told() -> list[int]:
    """How many there are, and that each still belongs to somebody of its own."""
    days = StudyDay.objects
    return [Attempt.objects.count(), days.count(), days.values("learner_id").distinct().count()]


def test_a_million_rows_go_back_and_forward(bare_database, bounded):  # noqa: F811
    migrate()
    before = filled()
    assert before == [rows() // 2] * 3
    for way, target in (("back to the first", ["0001"]), ("forward again", [])):
        began = time.monotonic()
        migrate(*target)
        seconds = time.monotonic() - began
        assert told() == before
        assert seconds < MINUTES * 60
        bounded("Migrations", f"{rows():,} rows, {bare_database}: {way}, seconds", seconds, MINUTES * 60)
    began = time.monotonic()
    migrate("zero")
    assert ours() == set()
    assert time.monotonic() - began < MINUTES * 60
