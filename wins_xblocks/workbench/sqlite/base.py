"""Django's SQLite with transactions that take the write lock at their start.

A transaction that reads first and writes later fails at once ("database is locked") when another wrote in between; the
time-out does not help there. Django has a setting for this from 5.1 on, and we run on 4.2 too.
"""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """``BEGIN IMMEDIATE`` instead of ``BEGIN``, and a journal that lets others read meanwhile."""

    def init_connection_state(self) -> None:
        super().init_connection_state()
        with self.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")  # safe with WAL: a power cut loses the last moments, no more

    def _start_transaction_under_autocommit(self) -> None:
        self.cursor().execute("BEGIN IMMEDIATE")
