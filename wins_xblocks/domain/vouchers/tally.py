"""Vouchers for reports: counted by the database, or read part by part. Never a code."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from .. import tables
from ..period import Period
from .models import Batch, Voucher

ENDS = ("imported", "issued", "revealed", "booked")  # what can still end unused
_COLUMNS = (
    "id", "batch_id", "state", "expires_on", "expires_zone", "holder_id", "issued_at", "revealed_at", "ended_at",
    "replaced_by_id",
)  # fmt: skip


@dataclass(frozen=True)
class BatchCount:
    """What became of one delivery: ``pool`` + ``held`` + ``used`` + ``lost`` + ``expired`` + ``void`` = ``bought``.

    ``ending``: of those in the pool and held, what ends soon. ``price`` is of one code, None where it is not known.
    """

    id: int
    exam: str
    order_number: str
    price: Decimal | None
    currency: str
    imported_at: datetime
    bought: int
    pool: int
    held: int
    used: int
    lost: int
    expired: int
    void: int
    ending: int


@dataclass(frozen=True)
class VoucherLine:
    """One voucher as a report tells it: never a code."""

    id: int
    exam: str
    order_number: str
    price: Decimal | None
    currency: str
    imported_at: datetime
    state: str
    expires_on: date
    expires_zone: str
    holder_id: int | None
    issued_at: datetime | None
    revealed_at: datetime | None
    ended_at: datetime | None
    replaced_by: int | None


def _bought(exams: Collection[str] | None, period: Period) -> QuerySet:
    rows = Batch.objects.filter(period.moments("imported_at")).order_by("id")
    return rows if exams is None else rows.filter(exam__in=sorted(exams))


def batches(exams: Collection[str] | None, period: Period, safe_days: int, now: datetime) -> list[BatchCount]:
    """What became of each delivery of the period, oldest first. Two queries."""
    own = {batch.id: batch for batch in _bought(exams, period)}
    soon = Q(state__in=ENDS, expires_at__gt=now, expires_at__lte=now + timedelta(days=safe_days))
    # One that nobody has marked yet is over all the same.
    over = Q(state="expired") | Q(state__in=ENDS, expires_at__lte=now)
    open_ = Q(expires_at__gt=now)
    rows = Voucher.objects.filter(batch_id__in=list(own)).order_by().values("batch_id").annotate(
        bought=Count("id"), pool=Count("id", open_ & Q(state="imported")),
        held=Count("id", open_ & Q(state__in=["issued", "revealed", "booked"])), used=Count("id", Q(state="used")),
        lost=Count("id", Q(state="lost")), expired=Count("id", over), void=Count("id", Q(state="void")),
        ending=Count("id", soon),
    )  # fmt: skip
    counts = {row.pop("batch_id"): row for row in rows}
    return [
        BatchCount(
            batch.id, batch.exam, batch.order_number, batch.price, batch.currency, batch.imported_at, **counts[id_]
        )
        for id_, batch in own.items()
        if id_ in counts
    ]


def lines(exams: Collection[str] | None, period: Period) -> Iterator[list[VoucherLine]]:
    """The vouchers of the period's deliveries, about a thousand at a time."""
    own = {batch.id: batch for batch in _bought(exams, period)}
    rows = Voucher.objects.filter(batch_id__in=list(own)) if len(own) < tables.MOST_ROWS else Voucher.objects.all()
    for part in tables.windows(rows.values_list(*_COLUMNS)):
        yield [_line(own[row[1]], row) for row in part if row[1] in own]


def _line(batch: Batch, row: tuple[Any, ...]) -> VoucherLine:
    return VoucherLine(
        row[0], batch.exam, batch.order_number, batch.price, batch.currency, batch.imported_at, *row[2:]
    )  # fmt: skip


def count(exams: Collection[str] | None, period: Period) -> int:
    return int(Voucher.objects.filter(batch__in=_bought(exams, period).order_by().values("id")).count())
