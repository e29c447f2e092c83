"""Django's SQLite with transactions that take the write lock at their start.

A transaction that reads first and writes later fails at once ("database is locked") when another wrote in between; the
time-out does not help there. Django has a setting for this from 5.1 on, and we run on 4.2 too.
"""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """``BEGIN IMMEDIATE`` instead of ``BEGIN``."""

    def _start_transaction_under_autocommit(self) -> None:
        self.cursor().execute("BEGIN IMMEDIATE")
