"""Codes into the pool's tables by the thousand, in the transaction of the caller."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import DEFAULT_DB_ALIAS, connections

from .. import tables
from .models import Voucher, VoucherExam

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
    return tables.at_once(len(_COLUMNS))


def add(codes: Sequence[NewCode]) -> None:
    """Raises IntegrityError for one that is there."""
    tables.insert_many(
        Voucher, _COLUMNS,
        (
            (one.batch_id, one.digest, one.cipher, "imported", one.expires_on, one.expires_zone, one.expires_at, "")
            for one in codes
        ),
    )  # fmt: skip


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
