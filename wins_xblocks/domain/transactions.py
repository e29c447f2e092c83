"""How a domain function opens its transaction: outermost, and again after a lock error."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, OperationalError, transaction

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 4  # one try and three more
# MySQL: lock wait timeout, deadlock. PostgreSQL: serialization failure, deadlock.
LOCK_ERRORS = {1205, 1213, "40001", "40P01"}
NO_TABLE, NO_TABLE_WORDS = {1146, "42P01"}, "no such table"
NO_COLUMN, NO_COLUMN_WORDS = {1054, "42703"}, ("no such column", "has no column named")


def _code(error: DatabaseError) -> Any:
    """Each database names the same trouble its own way; SQLite in words only."""
    cause = error.__cause__
    return getattr(cause, "pgcode", None) or getattr(cause, "sqlstate", None) or (error.args[0] if error.args else None)


def is_lock_error(error: OperationalError) -> bool:
    """Is it worth trying again?"""
    return _code(error) in LOCK_ERRORS or "database is locked" in str(error)


def lacks_table(error: DatabaseError) -> bool:
    """Did a statement ask for a table or a column of ours that is not there? Names of columns do not say whose."""
    code, words = _code(error), str(error)
    if code in NO_COLUMN or any(part in words for part in NO_COLUMN_WORDS):
        return True
    return (code in NO_TABLE or NO_TABLE_WORDS in words) and "wins_xblocks_" in words


def outermost(function: Callable[P, R]) -> Callable[P, R]:
    """Run ``function`` in a transaction that nobody can nest unknowingly; lock errors are tried again three times.

    Raises RuntimeError inside another transaction: a lock taken there would be held by somebody else's work.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for number in range(1, TRIES + 1):
            try:
                with transaction.atomic(durable=True):
                    return function(*args, **kwargs)
            except OperationalError as error:
                if number == TRIES or not is_lock_error(error):
                    raise
                time.sleep(random.uniform(0.01, 0.05) * number)  # noqa: S311  no secret: two waiters should not meet again
        raise AssertionError("unreachable")

    return run
