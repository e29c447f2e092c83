"""Results from Pearson VUE: kept, looked at, taken over row by row, and the queue of those that need a person.

It stands above the vouchers: a row is matched by its voucher's digest, and what it changes is a voucher and an event
of the exams, which the vouchers themselves build on. A file with one bad line changes nothing; a good one is taken
over in steps of ``STEP`` rows, each a transaction whose first statement locks the file, so that an import that was
cut off goes on where it stopped. No permissions are checked here.
"""

import io
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import IO

from django.db import IntegrityError
from django.db.models import Subquery

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..exams import api as exams
from ..hushed import hushed, hushed_each
from ..registration import api as registration
from ..transactions import outermost
from ..vouchers import api as vouchers
from ..vouchers import canary, usage
from ..vouchers.data import LeftOpen
from ..vouchers.keys import Keys
from . import archive, decisions, lines, placing, rules
from .data import Choice, Fate, OnRecorded, Problem, Report, Row, Suggested, WaitingRow
from .files import File
from .listing import count_rows as count_rows
from .listing import count_waiting as count_waiting
from .listing import waiting as waiting
from .listing import waiting_row as waiting_row
from .listing import waiting_rows as waiting_rows
from .models import ExamFile, ExamRow, ResultEntry

STEP = 500
SHOWN = 100
SUGGESTED = 10
STILL = timedelta(minutes=10)  # an import that has not gone on for so long was cut off
Find = Callable[[str], int | None]  # whose a user name is

log = logging.getLogger(__name__)


def nobody(name: str) -> None:
    """Finds nobody: for files that name no learners."""


@dataclass(frozen=True)
class Reading:
    """What reading a file needs beside it."""

    zone: tzinfo
    now: datetime
    find: Find


class NotWaiting(Refusal):
    """The row is not there, or somebody has decided about it."""


def check(
    stream: IO[bytes], name: str, keys: Keys, zone: tzinfo, by: int | None, now: datetime, find: Find = nobody
) -> Report:
    """Keep the file, then say each row's fate; nothing is recorded. Raises Refusal when it cannot be read.

    ``find`` says whose a user name in a sheet of our own is.
    """
    vouchers.check_keys(keys)
    canary.refuse_while_changing(keys)  # a code could not be compared with both digests
    file, new = archive.keep(stream, name, keys, by, now)
    return _report(file, not new, keys, Reading(zone, now, find), by)


def take_over(
    file_id: int, keys: Keys, zone: tzinfo, by: int | None, now: datetime, on: OnRecorded = None, find: Find = nobody
) -> Report:
    """Record what the file says, from where the last try stopped; with one bad line nothing. Raises Refusal."""
    vouchers.check_keys(keys)
    canary.refuse_while_changing(keys)  # a code could not be compared with both digests
    file, reading = ExamFile.objects.filter(id=file_id).first(), Reading(zone, now, find)
    if file is None:
        raise Refusal(_("There is no such file."))
    if file.state in ("kept", "done"):
        report = _report(file, file.state == "done", keys, reading, by)
        if report.bad or file.state == "done":
            return report
    rows = (row for row in _read(_opened(file, keys), reading, checked=True) if isinstance(row, Row))
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


@hushed
def _opened(file: ExamFile, keys: Keys) -> File:
    return File(io.BufferedReader(archive.Kept(file, keys)))


@hushed_each
def _read(opened: File, reading: Reading, checked: bool = False) -> Iterator[Row | Problem]:
    """Rows of exams that ever had a pool. Where a column is shifted, a code would stand as the exam, and be kept.

    ``checked``: a learner who is not found any more, having changed her name since, leaves a row without one.
    """
    known, people = usage.exams(), dict[str, int | None]()
    for one in lines.read(opened, reading.zone, reading.now):
        if isinstance(one, Row) and one.exam not in known:
            yield Problem(one.line, one.exam_column, _("The exam is not one for which WINS has had codes."))
        elif isinstance(one, Row) and one.meant:
            if one.meant not in people:
                people[one.meant] = _learner(reading.find(one.meant))
            found = people[one.meant]
            problem = Problem(one.line, "learner", _("No learner of the programme has this user name."))
            yield problem if found is None and not checked else replace(one, meant_id=found)
        else:
            yield one


def _learner(user_id: int | None) -> int | None:
    return user_id if user_id is not None and registration.of_learners([user_id]) else None


def _report(file: ExamFile, seen_before: bool, keys: Keys, reading: Reading, by: int | None) -> Report:
    opened = _opened(file, keys)
    counts, fates, problems, bad = Counter[str](), list[Fate](), list[Problem](), 0
    found = _read(opened, reading)
    while step := list(islice(found, STEP)):
        wrong = [one for one in step if isinstance(one, Problem)]
        bad += len(wrong)
        problems += wrong[: SHOWN - len(problems)]
        told = placing.fates([one for one in step if isinstance(one, Row)], keys, by)
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
    if not own.update(rows_done=done + len(rows), state="open", stepped_at=now, imported_by=by):
        raise Refusal(_("Somebody else is taking this file over at the same time."))
    counts, recorded = placing.take(file, rows, keys, by, now)
    if on and recorded:
        on(recorded)
    return counts


def resume(keys: Keys, zone: tzinfo, now: datetime, on: OnRecorded = None, find: Find = nobody) -> tuple[int, int]:
    """Go on with imports that were cut off: (how many are done now, how many could not go on)."""
    done = failed = 0
    cut = ExamFile.objects.filter(state="open", stepped_at__lt=now - STILL, dropped_at__isnull=True)
    for file in cut.order_by("id"):
        try:
            take_over(file.id, keys, zone, file.imported_by, now, on, find)
        except Refusal as refusal:
            log.warning("Results of file %s cannot be taken over to their end: %s", file.id, refusal.sentence)
            failed += 1
            continue
        done += 1
    return done, failed


def suggested(row: WaitingRow, zone: tzinfo) -> Suggested:
    """Whose the row may be, each learner once."""
    named = {row.meant_id, usage.holder_of(row.voucher_id) if row.voucher_id else None} - {None}
    booked = exams.booked_on(row.exam, row.happened_at.astimezone(zone).date(), zone, SUGGESTED)
    known = named | placing.sat(booked, row.exam, row.happened_at)
    told = [id_ for id_ in booked if id_ not in known]
    held = [id_ for id_ in usage.holders(row.exam, SUGGESTED) if id_ not in named and id_ not in told]
    return Suggested(tuple(sorted(id_ for id_ in named if id_ is not None)), tuple(told), tuple(held))


def choice(row: WaitingRow, learner_id: int) -> Choice:
    """The vouchers by which this learner may have sat, and the likeliest of them."""
    own = usage.of_learner(learner_id, row.exam, row.voucher_id)
    same = ExamRow.objects.filter(key=Subquery(ExamRow.objects.filter(id=row.id).values("key")[:1]), state="applied")
    earlier = same.filter(learner_id=learner_id).exclude(id=row.id).first()
    if earlier:
        return Choice(own, earlier.voucher_id)
    if row.voucher_id in {one.id for one in own}:
        return Choice(own, row.voucher_id)
    return Choice(own, usage.of_holder(learner_id, row.exam, row.happened_at) if row.voucher_id is None else None)


def confirm(
    row_id: int, learner_id: int, voucher_id: int | None, by: int, now: datetime, on: OnRecorded = None,
    two_people: bool = True,
) -> None:  # fmt: skip
    """A person says whose result a waiting row is, and by which voucher; nobody her own.

    With ``two_people`` what a file says without a code of ours is placed by another than who sent it.
    Raises NotWaiting, and Refusal for somebody or a voucher that cannot be; of two who decide, one wins.
    """
    decisions.check_learner(learner_id, by)
    row = ExamRow.objects.filter(id=row_id, state="waiting").select_related("file").first()
    if row is None:
        raise _gone()
    if two_people and rules.is_nobodys(row.meant_id, row.reason) and row.file.imported_by == by:
        raise Refusal(_("You sent this file. Somebody else must say whose result this is."))
    _confirm(row, learner_id, voucher_id, by, now, on)


@outermost
def _confirm(
    row: ExamRow, learner_id: int, voucher_id: int | None, by: int, now: datetime, on: OnRecorded
) -> None:  # fmt: skip
    usage.lock([row.exam])
    own = ExamRow.objects.filter(id=row.id, state="waiting")
    named = row.voucher_id
    if not own.update(state="applied", learner_id=learner_id, voucher_id=voucher_id, decided_at=now, decided_by=by):
        raise _gone()
    decisions.once(learner_id, row.exam, row.kind, row.happened_at, known=row.reason in ("changed", "same_day"))
    decisions.spend(voucher_id, learner_id, row.exam, now, named)
    found = placing.placed_row(row, learner_id, voucher_id, row.id, row.key)
    recorded = placing.record([found], by, now)
    if on and recorded:
        on(recorded)


@outermost
def ignore(row_id: int, reason: str, by: int, now: datetime) -> None:
    """A person says that a waiting row is nobody's, and why. Raises NotWaiting, and Refusal without a reason."""
    why = decisions.reason(reason)
    own = ExamRow.objects.filter(id=row_id, state="waiting")
    for meant, voucher_id in own.values_list("meant_id", "voucher_id"):
        if by in (meant, usage.holder_of(voucher_id) if voucher_id else None):
            raise Refusal(_("This is your own result. Somebody else must decide about it."))
    if not own.update(state="ignored", note=why, decided_at=now, decided_by=by):
        raise _gone()
    audit.append(f"examrow:{row_id}", "result.ignored", now, actor_id=by, text=why)


def _gone() -> NotWaiting:
    return NotWaiting(_("This row does not wait any more. Somebody may have decided about it. Load the page again."))


def left_open() -> tuple[LeftOpen, ...]:
    """Vouchers that still work although a result names the code before them: a person must decide."""
    found = usage.left_open()
    before = {one.before for one in found}
    rows = ExamRow.objects.filter(voucher_id__in=before).exclude(state="ignored").values_list("voucher_id", flat=True)
    entered = ResultEntry.objects.filter(voucher_id__in=before, state="applied")
    named = set(rows.union(entered.values_list("voucher_id", flat=True)))
    return tuple(one for one in found if one.before in named)


def rotate(keys: Keys) -> tuple[int, int]:
    """Files and rows under the newest key: (how many were written anew, how many cannot be read)."""
    return archive.rotate(keys)


def rotate_digest(keys: Keys) -> int:
    """Files and rows without a number under the present digest key; how many were under the one before."""
    return archive.redigest(keys)


def drop_files(before: datetime, now: datetime) -> int:
    """Delete the pieces of files that came before then, those that were cut off too; how many files."""
    return archive.drop(before, now)
