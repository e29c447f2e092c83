"""Fill the pool: read a supplier's file, and serve who waits. All or nothing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import IntegrityError

from .. import marked as _
from ..audit import api as audit
from ..programme.data import Programme
from ..transactions import outermost
from . import canary, giving, imports, pool
from . import rules as voucher_rules
from .data import OnHanded, Secret
from .fields import Filling, Problem, Row
from .keys import Keys
from .models import Batch, Voucher, VoucherExam
from .report import ImportLine, ImportReport

_Delivery = tuple[str, str, Decimal | None, str]  # exam, order number, price, currency: what makes a batch
_GOOD = _("Good.")
_IN_POOL = Problem("code", _("This code is in the pool already."))


def import_codes(
    file: Secret, order: str, expires: date | None, keys: Keys, rules: Programme, first_rules: str | None, factor: int,
    by: int | None, now: datetime, dry_run: bool = False, on_issued: OnHanded = None, zone: str = "",
) -> ImportReport:  # fmt: skip
    """Put a file's codes into the pool, when all its lines are good; learners who wait get theirs at once.

    ``order``, ``expires`` (last day) and ``zone`` (of that day; empty: the programme's) fill what a line leaves empty,
    the programme's currency too; ``by`` is None for the command. Raises Refusal for a file that cannot be read and
    KeyTrouble for keys that do not fit.
    """
    canary.check_keys(keys)
    canary.refuse_while_changing(keys)
    filling = Filling(order.strip(), expires, zone.strip() or rules.time_zone, rules.price.currency)
    rows = imports.read(file, {module.exam for module in rules.modules}, filling, now)
    report = _report(rows, keys, dry_run)
    if dry_run or report.bad:
        return report
    exams = {row.exam for row in rows}
    pool.ensure(exams)
    try:
        digest = keys.digest(file.text)
        served = _import(rows, exams, digest, keys, rules, first_rules, factor, by, now, on_issued)
    except IntegrityError:  # the same codes came in by another import meanwhile: say which
        return _report(rows, keys, dry_run)
    return ImportReport(report.lines, len(rows), served, False)


def _report(rows: Sequence[Row], keys: Keys, dry_run: bool) -> ImportReport:
    """Each line's fate; nothing is written."""
    digests = {row.number: keys.digest(row.code) for row in rows if row.code}
    known: set[str] = set()
    wanted = list(digests.values())
    for start in range(0, len(wanted), pool.CHUNK):
        chunk = wanted[start : start + pool.CHUNK]
        known.update(Voucher.objects.filter(digest__in=chunk).values_list("digest", flat=True))
    lines = []
    for row in rows:
        problem = row.problem or (_IN_POOL if digests[row.number] in known else None)
        told = problem or Problem("", _GOOD)
        lines.append(ImportLine(row.number, row.masked, not problem, told.sentence, told.values, told.column))
    return ImportReport(tuple(lines), 0, 0, dry_run)


@outermost
def _import(
    rows: Sequence[Row], exams: set[str], file_digest: str, keys: Keys, rules: Programme, first_rules: str | None,
    factor: int, by: int | None, now: datetime, on_issued: OnHanded,
) -> int:  # fmt: skip
    pool.lock(exams)
    canary.hold(keys)
    deliveries: dict[_Delivery, list[Row]] = defaultdict(list)
    for row in rows:
        deliveries[row.exam, row.order, row.price, row.currency].append(row)
    for delivery in sorted(deliveries, key=str):
        _fill(delivery, deliveries[delivery], file_digest, keys, by, now)
    return sum(len(giving.serve(exam, rules, first_rules, factor, now, on_issued)) for exam in sorted(exams))


def _fill(
    delivery: _Delivery, rows: Sequence[Row], file_digest: str, keys: Keys, by: int | None, now: datetime
) -> None:
    exam, order, price, currency = delivery
    batch = Batch.objects.create(
        exam=exam, order_number=order, price=price, currency=currency, file_digest=file_digest, imported_at=now,
        imported_by=by,
    )  # fmt: skip
    Voucher.objects.bulk_create(
        [
            Voucher(
                batch=batch, digest=keys.digest(row.code), cipher=keys.encrypt(row.code), expires_on=last_day,
                expires_zone=row.zone, expires_at=voucher_rules.ends_at(last_day, ZoneInfo(row.zone)),
            )
            for row in rows
            if (last_day := row.expires_on)
        ],
        batch_size=pool.CHUNK,
    )  # fmt: skip
    # Asked for again: not every database answers the ids of rows made in bulk.
    ids = Voucher.objects.filter(batch=batch).order_by("id").values_list("id", flat=True)
    VoucherExam.objects.bulk_create([VoucherExam(voucher_id=id_, exam=exam) for id_ in ids], batch_size=pool.CHUNK)
    facts = {"batch": batch.id, "order": order, "codes": len(rows)}
    audit.append(f"pool:{exam}", "codes.imported", now, actor_id=by, facts=facts)
