"""Real databases for threads: a SQLite file, MariaDB under both isolation levels, and PostgreSQL.

A test that asks for ``database`` runs on each of them; the default connection points there while it runs, with
``ATOMIC_REQUESTS`` on as in the LMS.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.utils import ConnectionHandler

from . import mariadb as server
from . import postgresql as postgresql_server

DATABASES = [
    "sqlite",
    pytest.param("read committed", marks=pytest.mark.mariadb),
    pytest.param("repeatable read", marks=pytest.mark.mariadb),
    "postgresql",
]


def _unless(reason: str) -> None:
    """Without the program: a skip, but a failure where CI is told to be complete."""
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[int]:
    """The port of a private PostgreSQL."""
    _unless(postgresql_server.missing())
    with postgresql_server.running() as port:
        yield port


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory) -> Iterator[int]:
    """The port of a private MariaDB."""
    _unless(server.missing())
    with server.running(tmp_path_factory.mktemp("mariadb")) as port:
        yield port


def _settings(kind: str, folder: Path, port: int) -> dict[str, Any]:
    given: dict[str, Any] = {"ATOMIC_REQUESTS": True, "USER": "root", "PASSWORD": ""}
    if kind == "sqlite":
        given |= {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "races.sqlite3", "OPTIONS": {"timeout": 20}}
    elif kind == "postgresql":
        given |= {"ENGINE": "django.db.backends.postgresql", "NAME": "wins", "HOST": "127.0.0.1", "PORT": port}
        given["USER"] = "wins"
    else:
        given |= {"ENGINE": "django.db.backends.mysql", "NAME": "wins", "HOST": "127.0.0.1", "PORT": port}
        given["OPTIONS"] = {"charset": "utf8mb4", "isolation_level": kind}
    return ConnectionHandler({"default": given}).settings["default"]


def _tables() -> list[Any]:
    return list(apps.get_app_config("wins_xblocks").get_models())


def _make_tables() -> None:
    with connection.schema_editor() as editor:
        for model in _tables():
            editor.create_model(model)


def _drop_tables() -> None:
    _drop([model._meta.db_table for model in _tables()])


def _drop(names: Iterable[str]) -> None:
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table in names:
            # MariaDB and PostgreSQL take the word, for what hangs on the table; SQLite does not know it.
            more = "" if connection.vendor == "sqlite" else " CASCADE"
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)}{more}")


@contextmanager
def _pointed_at(kind: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """The default connection leads to this database instead of the suite's own."""
    servers = {"sqlite": None, "postgresql": "postgresql"}
    server_of_kind = servers.get(kind, "mariadb")
    port = request.getfixturevalue(server_of_kind) if server_of_kind else 0
    blocker, folder = request.getfixturevalue("django_db_blocker"), request.getfixturevalue("tmp_path")
    kept_settings, kept = connections.settings["default"], connections["default"]
    with blocker.unblock():
        connections.settings["default"] = _settings(kind, folder, port)
        del connections["default"]
        try:
            yield
        finally:
            connections["default"].close()
            connections.settings["default"] = kept_settings
            connections["default"] = kept


@pytest.fixture(params=DATABASES)
def database(request) -> Iterator[str]:
    """Our tables, empty, on each database in turn; its name."""
    with _pointed_at(request.param, request):
        _drop_tables()
        _make_tables()
        yield request.param
        _drop_tables()


@pytest.fixture(params=[*DATABASES[:2], DATABASES[3]])
def bare_database(request) -> Iterator[str]:
    """No table at all, on SQLite, MariaDB and PostgreSQL; its name."""
    with _pointed_at(request.param, request):
        _drop_everything()
        yield request.param
        _drop_everything()


def _drop_everything() -> None:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    _drop(names)


def race(work: Callable[[Any], Any], holders: Sequence[Any]) -> list[Any]:
    """``work(holder)`` in a thread each, all let go at once; answers in order. What a thread raises is its answer."""
    gate, answers = threading.Barrier(len(holders)), [None] * len(holders)

    def run(number: int, holder: Any) -> None:
        try:
            gate.wait()
            answers[number] = work(holder)
        except Exception as error:  # noqa: BLE001  the test looks at it
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(holders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
