"""Fill the pool: read a supplier's file, and serve who waits. All or nothing, in chunks: a file may be large."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.db import IntegrityError
from django.db.models import QuerySet

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..prepared import prepared
from ..programme.data import Programme
from ..transactions import outermost
from . import canary, giving, imports, pool, statements
from .data import OnHanded, Secret
from .fields import Filling, Problem, Row
from .keys import Keys
from .models import Batch, Voucher
from .report import ImportLine, ImportReport
from .statements import NewCode

_Delivery = tuple[str, str, Decimal | None, str]  # exam, order number, price, currency: what makes a batch
_Rows = Callable[[], Iterator[Row]]  # the file's lines from its first, each time anew
MOST_BATCHES = 1000  # each is entered in the trail, while the pool is locked
TOLD = 1000  # lines that a report repeats, of each kind
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
    known = {module.exam for module in rules.modules}

    def rows() -> Iterator[Row]:
        return imports.read(file, known, filling, now)

    report, exams = _look(rows(), keys, dry_run)
    if dry_run or report.bad:
        return report
    pool.ensure(exams)
    try:
        imported = _import(rows, keys.digest(file.text), keys, by, now)
    except IntegrityError:  # the same codes came in by another import meanwhile: say which
        return _look(rows(), keys, dry_run)[0]
    served = sum(len(serve(exam, rules, first_rules, factor, now, on_issued)) for exam in sorted(exams))
    return ImportReport(report.lines, report.good, 0, imported, served, False)


def _look(rows: Iterator[Row], keys: Keys, dry_run: bool) -> tuple[ImportReport, set[str]]:
    """Each line's fate, and the exams of the good ones; nothing is written. Raises Refusal."""
    told: dict[bool, list[ImportLine]] = {True: [], False: []}
    counts, deliveries = {True: 0, False: 0}, set[_Delivery]()
    for chunk in _chunks(rows, pool.CHUNK):
        digests = {row.number: keys.digest(row.code) for row in chunk if row.code}
        in_pool = {digest for (digest,) in _known(digests=list(digests.values()))}
        for row in chunk:
            problem = row.problem or (_IN_POOL if digests[row.number] in in_pool else None)
            good = problem is None
            counts[good] += 1
            if good:
                deliveries.add(_delivery(row))
            if len(told[good]) < TOLD:
                say = problem or Problem("", _GOOD)
                told[good].append(ImportLine(row.number, row.masked, good, say.sentence, say.values, say.column))
        if len(deliveries) > MOST_BATCHES:
            words = _("The file names too many orders, or prices. It may name at most {most}.")
            raise Refusal(words, most=MOST_BATCHES)
    lines = tuple(sorted(told[True] + told[False], key=lambda line: line.number))
    return ImportReport(lines, counts[True], counts[False], 0, 0, dry_run), {exam for exam, *_rest in deliveries}


@prepared
def _known(digests: list[str]) -> QuerySet:
    return Voucher.objects.filter(digest__in=digests).values_list("digest")


def _chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk


def _delivery(row: Row) -> _Delivery:
    return row.rest.exam, row.rest.order, row.rest.price, row.rest.currency


@outermost
def _import(rows: _Rows, file_digest: str, keys: Keys, by: int | None, now: datetime) -> int:
    """Store all, and how many. Learners meet the pool's lock at the end only: codes that come in hinder nobody.

    Up to there nothing is read plainly: with repeatable reads, what the trail holds by then would not be seen.
    """
    canary.hold(keys)
    batches: dict[_Delivery, Batch] = {}
    codes: dict[int, int] = {}
    for chunk in _chunks(rows(), statements.at_once()):
        for row in chunk:
            delivery = _delivery(row)
            batch = batches.get(delivery)
            if batch is None:
                batch = batches[delivery] = _batch(delivery, file_digest, by, now)
            codes[batch.id] = codes.get(batch.id, 0) + 1
        statements.add([_new(row, batches[_delivery(row)].id, keys) for row in chunk])
    for (exam, *_rest), batch in batches.items():
        statements.open_for(exam, batch.id)
    pool.lock({batch.exam for batch in batches.values()})
    for batch in batches.values():
        facts = {"batch": batch.id, "order": batch.order_number, "codes": codes[batch.id]}
        audit.append(f"pool:{batch.exam}", "codes.imported", now, actor_id=by, facts=facts)
    return sum(codes.values())


def _batch(delivery: _Delivery, file_digest: str, by: int | None, now: datetime) -> Batch:
    exam, order, price, currency = delivery
    return Batch.objects.create(
        exam=exam, order_number=order, price=price, currency=currency, file_digest=file_digest, imported_at=now,
        imported_by=by,
    )  # fmt: skip


def _new(row: Row, batch_id: int, keys: Keys) -> NewCode:
    rest = row.rest
    if rest.expires_on is None or rest.expires_at is None:
        raise RuntimeError("a line without a last day was found good")
    return NewCode(batch_id, keys.digest(row.code), keys.encrypt(row.code), rest.expires_on, rest.zone, rest.expires_at)


@outermost
def serve(
    exam: str, rules: Programme, first_rules: str | None, factor: int, now: datetime, on_issued: OnHanded = None
) -> list[int]:
    """Issue to whoever waits for this exam while codes are there; to whom."""
    pool.lock([exam])
    return giving.serve(exam, rules, first_rules, factor, now, on_issued)
