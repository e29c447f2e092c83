"""Codes into the pool's tables by the thousand, as plain SQL of every database, in the transaction of the caller.

The ORM took longer to compose these rows than the codes took to be encrypted and stored together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS, connections

from .models import Voucher, VoucherExam

CHUNK = 500  # rows of one statement
_COLUMNS = ("batch_id", "digest", "cipher", "state", "expires_on", "expires_zone", "expires_at", "end_reason")


@dataclass(frozen=True, slots=True)
class NewCode:
    """What is stored of a code that comes in."""

    batch_id: int
    digest: str = field(repr=False)
    cipher: str = field(repr=False)
    expires_on: date
    expires_zone: str
    expires_at: datetime


def at_once() -> int:
    """How many codes one statement takes on this database."""
    most = connections[DEFAULT_DB_ALIAS].features.max_query_params
    return min(CHUNK, most // len(_COLUMNS)) if most else CHUNK


@lru_cache(maxsize=16)
def _insert(rows: int, vendor: str) -> str:
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns, one = ", ".join(map(quoted, _COLUMNS)), f"({', '.join(['%s'] * len(_COLUMNS))})"
    return f"INSERT INTO {quoted(Voucher._meta.db_table)} ({columns}) VALUES {', '.join([one] * rows)}"  # noqa: S608  names of our own


def add(codes: Sequence[NewCode]) -> None:
    """At most ``at_once()`` codes. Raises IntegrityError for one that is there."""
    own = connections[DEFAULT_DB_ALIAS]
    day, moment = own.ops.adapt_datefield_value, own.ops.adapt_datetimefield_value
    values: list[object] = []
    for one in codes:
        values += (one.batch_id, one.digest, one.cipher, "imported", day(one.expires_on), one.expires_zone,
                   moment(one.expires_at), "")  # fmt: skip
    if codes:
        with own.cursor() as cursor:
            cursor.execute(_insert(len(codes), own.vendor), values)


def open_for(exam: str, batch_id: int) -> None:
    """A batch's codes pay for its exam: their slots, free."""
    own = connections[DEFAULT_DB_ALIAS]
    quoted = own.ops.quote_name
    names = ", ".join(map(quoted, ("voucher_id", "exam", "state")))
    sql = (
        f"INSERT INTO {quoted(VoucherExam._meta.db_table)} ({names}) "  # noqa: S608  names of our own
        f"SELECT id, %s, 'free' FROM {quoted(Voucher._meta.db_table)} WHERE batch_id = %s ORDER BY id"
    )
    with own.cursor() as cursor:
        cursor.execute(sql, [exam, batch_id])
