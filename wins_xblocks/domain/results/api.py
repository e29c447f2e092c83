"""Results from Pearson VUE: kept, looked at, taken over row by row, and the queue of those that need a person.

It stands above the vouchers: a row is matched by its voucher's digest, and what it changes is a voucher and an event
of the exams, which the vouchers themselves build on. A file with one bad line changes nothing; a good one is taken
over in steps of ``STEP`` rows, each a transaction whose first statement locks the file, so that an import that was
cut off goes on where it stopped. No permissions are checked here.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import islice
from typing import IO

from django.db import IntegrityError

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..exams import api as exams
from ..transactions import outermost
from ..vouchers import api as vouchers
from ..vouchers import canary, usage
from ..vouchers.keys import Keys
from . import archive, lines, placing, rules
from .data import Fate, Problem, Recorded, Report, Row, WaitingRow
from .files import File
from .models import ExamFile, ExamRow

STEP = 500
SHOWN = 100
SUGGESTED = 10
OnRecorded = Callable[[Sequence[Recorded]], None] | None  # called inside the transaction


class NotWaiting(Refusal):
    """The row is not there, or somebody has decided about it."""


def check(stream: IO[bytes], name: str, keys: Keys, zone: tzinfo, by: int | None, now: datetime) -> Report:
    """Keep the file, then say each row's fate; nothing is recorded. Raises Refusal when it cannot be read."""
    vouchers.check_keys(keys)
    canary.refuse_while_changing(keys)  # a code could not be compared with both digests
    file, new = archive.keep(stream, name, keys, by, now)
    return _report(file, not new, keys, zone, now)


def take_over(file_id: int, keys: Keys, zone: tzinfo, by: int | None, now: datetime, on: OnRecorded = None) -> Report:
    """Record what the file says, from where the last try stopped; with one bad line nothing. Raises Refusal."""
    vouchers.check_keys(keys)
    canary.refuse_while_changing(keys)  # a code could not be compared with both digests
    file = ExamFile.objects.filter(id=file_id).first()
    if file is None:
        raise Refusal(_("There is no such file."))
    if file.state in ("kept", "done"):
        report = _report(file, file.state == "done", keys, zone, now)
        if report.bad or file.state == "done":
            return report
    rows = _rows(file, keys, zone, now)
    for _done in islice(rows, file.rows_done):
        pass
    done, counts = file.rows_done, Counter[str]()
    while step := list(islice(rows, STEP)):
        try:
            counts.update(_step(file, done, step, keys, by, now, on))
        except IntegrityError:  # the same rows came in by another file meanwhile: now they are seen
            counts.update(_step(file, done, step, keys, by, now, on))
        done += len(step)
    ExamFile.objects.filter(id=file.id).update(state="done")
    return Report(file.id, _opened(file, keys).contents, counts, (), (), 0, seen_before=False, done=True)


def _opened(file: ExamFile, keys: Keys) -> File:
    return File(io.BufferedReader(archive.Kept(file, keys)))


def _rows(file: ExamFile, keys: Keys, zone: tzinfo, now: datetime) -> Iterator[Row]:
    return (row for row in _read(_opened(file, keys), zone, now) if isinstance(row, Row))


def _read(opened: File, zone: tzinfo, now: datetime) -> Iterator[Row | Problem]:
    """Rows of exams that ever had a pool. Where a column is shifted, a code would stand as the exam, and be kept."""
    known = usage.exams()
    for one in lines.read(opened, zone, now):
        if isinstance(one, Row) and one.exam not in known:
            yield Problem(one.line, "ExamSeriesCode", _("The exam is not one for which WINS has had codes."))
        else:
            yield one


def _report(file: ExamFile, seen_before: bool, keys: Keys, zone: tzinfo, now: datetime) -> Report:
    opened = _opened(file, keys)
    counts, fates, problems, bad = Counter[str](), list[Fate](), list[Problem](), 0
    found = _read(opened, zone, now)
    while step := list(islice(found, STEP)):
        wrong = [one for one in step if isinstance(one, Problem)]
        bad += len(wrong)
        problems += wrong[: SHOWN - len(problems)]
        told = placing.fates([one for one in step if isinstance(one, Row)], keys)
        counts.update(fate.state for fate in told)
        fates += told[: SHOWN - len(fates)]
    if not bad and not counts:
        raise Refusal(_("The file has no results."))
    if not bad:  # then taking it over needs no second look
        ExamFile.objects.filter(id=file.id, state="kept").update(state="good")
    return Report(file.id, opened.contents, counts, tuple(fates), tuple(problems), bad, seen_before,
                  file.state == "done")  # fmt: skip


@outermost
def _step(
    file: ExamFile, done: int, rows: Sequence[Row], keys: Keys, by: int | None, now: datetime, on: OnRecorded
) -> Counter[str]:
    own = ExamFile.objects.filter(id=file.id, rows_done=done)
    if not own.update(rows_done=done + len(rows), state="open"):
        raise Refusal(_("Somebody else is taking this file over at the same time."))
    counts, recorded = placing.take(file, rows, keys, by, now)
    if on and recorded:
        on(recorded)
    return counts


def waiting(zone: tzinfo, most: int = 50) -> tuple[int, tuple[WaitingRow, ...]]:
    """(how many rows wait, the oldest of them with suggestions)."""
    rows = ExamRow.objects.filter(state="waiting")
    shown = []
    for row in rows.select_related("file").order_by("id")[:most]:
        told = exams.booked_on(row.exam, row.happened_at.astimezone(zone).date(), zone, SUGGESTED)
        held = [id_ for id_ in usage.holders(row.exam, SUGGESTED) if id_ not in told]
        sentence = rules.REASONS[row.reason]
        shown.append(WaitingRow(row.id, row.file.name, row.line, row.exam, row.kind, row.happened_at, sentence,
                                tuple(told), tuple(held)))  # fmt: skip
    return rows.count(), tuple(shown)


@outermost
def confirm(row_id: int, learner_id: int, by: int, now: datetime, on: OnRecorded = None) -> None:
    """A person says whose result a waiting row is, nobody her own. Raises NotWaiting; of two who decide, one wins."""
    if learner_id == by:
        raise Refusal(_("This is your own result. Somebody else must place it."))
    own = ExamRow.objects.filter(id=row_id, state="waiting")
    if not own.update(state="applied", learner_id=learner_id, decided_at=now, decided_by=by):
        raise _gone()
    row = ExamRow.objects.get(id=row_id)
    voucher_id = _paid_with(row, learner_id, now)
    ExamRow.objects.filter(id=row_id).update(voucher_id=voucher_id)
    recorded = placing.record([placing.Placed(row, learner_id, voucher_id, row.id)], by, now)
    if on and recorded:
        on(recorded)


def _paid_with(row: ExamRow, learner_id: int, now: datetime) -> int | None:
    """The voucher of a placed row, used up by it. Only where nothing else is known of which one it was.

    A row that names a replaced, withdrawn or used voucher must not use up the one that its learner holds now.
    """
    earlier = ExamRow.objects.filter(key=row.key, state="applied", learner_id=learner_id).exclude(id=row.id).first()
    if earlier:
        return earlier.voucher_id
    if row.reason not in rules.WITHOUT_A_VOUCHER:
        return None
    found = usage.of_holder(learner_id, row.exam, row.happened_at)
    return found if found is not None and usage.use([found], now) else None


@outermost
def ignore(row_id: int, reason: str, by: int, now: datetime) -> None:
    """A person says that a waiting row is nobody's, and why. Raises NotWaiting, and Refusal without a reason."""
    if not reason.strip():
        raise Refusal(_("Give a reason."))
    own = ExamRow.objects.filter(id=row_id, state="waiting")
    if not own.update(state="ignored", note=reason.strip()[:2000], decided_at=now, decided_by=by):
        raise _gone()
    audit.append(f"examrow:{row_id}", "result.ignored", now, actor_id=by, text=reason.strip()[:2000])


def _gone() -> NotWaiting:
    return NotWaiting(_("This row does not wait any more. Somebody may have decided about it. Load the page again."))


def rotate(keys: Keys) -> tuple[int, int]:
    """Files and rows under the newest key: (how many were written anew, how many cannot be read)."""
    return archive.rotate(keys)


def drop_files(before: datetime) -> int:
    """Delete the pieces of files that came before then, when all their rows are taken over; how many files."""
    return archive.drop(before)
