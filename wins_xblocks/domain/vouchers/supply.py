"""Fill the pool: check the keys, read a supplier's file, and serve who waits. All or nothing."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError

from .. import marked as _
from ..audit import api as audit
from ..programme.data import Programme
from ..transactions import outermost
from . import giving, imports, pool
from . import rules as voucher_rules
from .data import ImportLine, ImportReport, OnHanded, Secret
from .imports import Row
from .keys import CANARY, Keys, KeyWrong
from .models import Batch, KeyCanary, Voucher, VoucherExam

_GOOD = _("Good.")
_IN_POOL = _("This code is in the pool already.")


def check_keys(keys: Keys) -> bool:
    """Are these the keys that the stored codes were written with? False before the first import, when nothing is known.

    Raises KeyMissing and KeyWrong, in words for an operator.
    """
    keys.check()
    row = KeyCanary.objects.filter(name="codes").first()
    if row is None:
        return False
    if row.digest != keys.digest(CANARY):
        raise KeyWrong(_("WINS_VOUCHER_DIGEST_KEY is not the key that the stored codes were imported with."))
    keys.decrypt(row.cipher)
    return True


def import_codes(
    file: Secret, order: str, expires: date | None, keys: Keys, rules: Programme, first_rules: str | None, factor: int,
    by: int | None, now: datetime, dry_run: bool = False, on_issued: OnHanded = None,
) -> ImportReport:  # fmt: skip
    """Put a file's codes into the pool, when all its lines are good; learners who wait get theirs at once.

    ``order`` and ``expires`` (last day, in the programme's zone) fill what a line leaves empty; ``by`` is None for the
    command. Raises Refusal for a file that cannot be read and KeyTrouble for keys that do not fit.
    """
    check_keys(keys)
    today = now.astimezone(rules.zone).date()
    rows = imports.read(file, {module.exam for module in rules.modules}, order, expires, today)
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
        problem = row.problem or (_IN_POOL if digests[row.number] in known else "")
        lines.append(ImportLine(row.number, row.masked, not problem, problem or _GOOD))
    return ImportReport(tuple(lines), 0, 0, dry_run)


@outermost
def _import(
    rows: Sequence[Row], exams: set[str], file_digest: str, keys: Keys, rules: Programme, first_rules: str | None,
    factor: int, by: int | None, now: datetime, on_issued: OnHanded,
) -> int:  # fmt: skip
    pool.lock(exams)
    _write_canary(keys)
    for exam, order in sorted({(row.exam, row.order) for row in rows}):
        own = [row for row in rows if (row.exam, row.order) == (exam, order)]
        _fill(exam, order, own, file_digest, keys, rules, by, now)
    return sum(len(giving.serve(exam, rules, first_rules, factor, now, on_issued)) for exam in sorted(exams))


def _write_canary(keys: Keys) -> None:
    KeyCanary.objects.get_or_create(
        name="codes", defaults={"cipher": keys.encrypt(CANARY), "digest": keys.digest(CANARY)}
    )


def _fill(
    exam: str, order: str, rows: Sequence[Row], file_digest: str, keys: Keys, rules: Programme, by: int | None,
    now: datetime,
) -> None:  # fmt: skip
    batch = Batch.objects.create(
        exam=exam, order_number=order, file_digest=file_digest, imported_at=now, imported_by=by
    )
    Voucher.objects.bulk_create(
        [
            Voucher(
                batch=batch, digest=keys.digest(row.code), cipher=keys.encrypt(row.code), expires_on=last_day,
                expires_zone=rules.time_zone, expires_at=voucher_rules.ends_at(last_day, rules.zone),
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
