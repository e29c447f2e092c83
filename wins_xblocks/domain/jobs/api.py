"""Jobs: what takes too long for one request is done line by line, each line and its mark in one transaction.

A worker holds a lease, which each line prolongs. When it dies, the next worker goes on with the first line that has no
mark; a line that has one is never done again. No permissions are checked here.
"""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet

from .. import Refusal, tables
from .. import marked as _
from ..audit import api as audit
from ..transactions import outermost
from . import rules
from .data import OPEN, Act, JobValue, LineValue, NewLine, Work
from .models import Job, JobLine

LEASE = timedelta(minutes=5)  # longer than one line may wait for another's locks
MOST_TRIES = 5  # a job whose worker dies so often at the same line has failed
PATIENCE = timedelta(minutes=1)  # so long a job waits for a worker of its own
DRAFT = timedelta(days=1)
KEPT = timedelta(days=30)
MOST_DROPPED = 200  # in one run
WHOLE = ("keys",)  # kinds of jobs that nobody cancels
BROKEN = _("It could not be done because of an error, which stands in the log of the platform. Nothing was changed.")
CLOSED = _("The learner has closed the account.")
_COLUMNS = ("job_id", "seq", "number", "exam", "learner_id", "voucher_id", "attempt_id", "state", "sentence", "values")
_FIELDS = (
    "id", "kind", "cause", "reason", "state", "made_by", "made_at", "started_by", "started_at", "ended_by", "ended_at",
    "total", "left_out", "done", "refused", "heard_at",
)  # fmt: skip

log = logging.getLogger(__name__)


class NotPossible(Refusal):
    """The job is not there, or not in a state for this (any more)."""


@outermost
def draft(kind: str, lines: Sequence[NewLine], by: int, reason: str, cause: str, now: datetime) -> int:
    """Keep what was checked, in the order in which it is to be done; nothing is done yet. The job's number."""
    bad = sum(bool(one.problem) for one in lines)
    own = Job.objects.create(
        kind=kind, cause=cause, reason=reason, digest=rules.digest(kind, lines), made_by=by, made_at=now, until=now,
        total=len(lines), left_out=bad,
    )  # fmt: skip
    tables.insert_many(JobLine, _COLUMNS, (
        (own.id, seq, one.number, one.exam, one.learner_id, one.voucher_id, one.attempt_id,
         "left_out" if one.problem else "waiting", one.problem, rules.packed(one.values))
        for seq, one in enumerate(lines)
    ))  # fmt: skip
    return int(own.id)


def start(job_id: int, by: int, now: datetime, leave_out: bool = False) -> JobValue:
    """Let what was checked be done; the same again for the rest of a job that failed.

    ``leave_out`` says that lines with a problem are known to be left out. Raises NotPossible: also for a second press,
    and while another job does the same lines.
    """
    try:
        _start(job_id, by, now, leave_out)
    except IntegrityError:  # another job with the same lines was started at this moment
        raise _same(job_id) from None
    return found(job_id)


@outermost
def _start(job_id: int, by: int, now: datetime, leave_out: bool) -> None:
    own = Job.objects.filter(id=job_id, state__in=["checked", "failed"], dropped_at__isnull=True)
    begun = own.update(
        state="waiting", open_slot=1, started_by=by, started_at=now, until=now, tries=0, ended_at=None, ended_by=None
    )
    job = found(job_id)
    if not begun:
        gone = _("The lines of this job are not kept any more. Send the file again.")
        raise NotPossible(_("This was started before. Nothing was done twice.") if job.kept else gone)
    if job.left_out and not leave_out:
        raise NotPossible(_("Some lines have a problem. Say that they are left out, or correct the file."))
    if not job.left:
        raise NotPossible(_("No line can be done."))
    facts: dict[str, object] = {"kind": job.kind, "lines": job.left, "left_out": job.left_out}
    audit.append(f"job:{job_id}", "job.started", now, actor_id=by, facts=facts, text=job.reason)


def _same(job_id: int) -> NotPossible:
    digest = Job.objects.values_list("digest", flat=True).get(id=job_id)
    other = Job.objects.filter(digest=digest, open_slot=1).values_list("id", flat=True).first()
    return NotPossible(_("Job {number} does the same lines at this moment. Nothing was started."), number=other or "")


@outermost
def cancel(job_id: int, by: int, now: datetime) -> JobValue:
    """Do not begin with what has not begun; what is done stays done. Raises NotPossible for a job that has ended."""
    own = Job.objects.filter(id=job_id, state__in=OPEN)
    if own.filter(kind__in=WHOLE).exists():
        raise NotPossible(_("Marks that follow a corrected key cannot stop half way. Nothing was cancelled."))
    if not own.update(state="cancelled", open_slot=None, holder="", ended_by=by, ended_at=now):
        raise NotPossible(_("This job has ended already. Nothing was cancelled."))
    job = found(job_id)
    audit.append(f"job:{job_id}", "job.cancelled", now, actor_id=by, facts=_counts(job))
    return job


def _counts(job: JobValue) -> dict[str, object]:
    return {"done": job.done, "refused": job.refused, "not_begun": job.left}


def due(now: datetime) -> tuple[int, ...]:
    """Jobs that wait for longer than a worker of their own takes, and those whose worker has died."""
    waiting = Job.objects.filter(state="waiting", until__lte=now - PATIENCE)
    dead = Job.objects.filter(state="running", until__lte=now)
    return tuple(sorted([*waiting.values_list("id", flat=True), *dead.values_list("id", flat=True)]))


@outermost
def take(job_id: int, now: datetime) -> Work | None:
    """Become the job's worker; None when it is not to be done, somebody else does it, or it was tried too often."""
    token = secrets.token_hex(16)
    free = Job.objects.filter(id=job_id, state__in=OPEN, until__lte=now)
    if not free.update(state="running", holder=token, until=now + LEASE, tries=F("tries") + 1):
        return None
    row = Job.objects.get(id=job_id)
    if row.tries > MOST_TRIES:
        _end(row.id, "failed", now)
        return None
    return Work(row.id, token, row.kind, row.cause, row.reason, row.started_by)


def run(work: Work, act: Act, clock: Callable[[], datetime]) -> None:
    """Do the job's lines to the end, or until it is cancelled or somebody else's."""
    while step(work, act, clock()):
        pass


def step(work: Work, act: Act, now: datetime) -> bool:
    """Do the next line; False when there is none, or the job is not this worker's any more.

    Trouble with the database is raised: the lease runs out, and whoever is next goes on. Any other error is the line's,
    when it comes twice: two who write the same trail at once make one, too.
    """
    row = JobLine.objects.filter(job_id=work.id, state="waiting").order_by("seq").first()
    if row is None:
        _finish(work, now)
        return False
    line = _line(row)
    for _again in range(2):
        try:
            return _do(work, line, act, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the other lines are not to wait for it
            log.error("job %s, line %s: %s", work.id, line.number, type(error).__name__)  # its words may quote a row
    return _mark_broken(work, line, now)


@outermost
def _do(work: Work, line: LineValue, act: Act, now: datetime) -> bool:
    if not _hold(work, now):
        return False
    if not JobLine.objects.filter(id=line.id, state="waiting").update(state="done", at=now):
        return True
    try:
        with transaction.atomic():  # what the line began before it said no is undone
            _mark(work, line, "done", act(work, line, now), {})
    except Refusal as refusal:
        _mark(work, line, "refused", refusal.sentence, refusal.values)
    return True


@outermost
def _mark_broken(work: Work, line: LineValue, now: datetime) -> bool:
    if not _hold(work, now):
        return False
    if JobLine.objects.filter(id=line.id, state="waiting").update(at=now):
        _mark(work, line, "refused", BROKEN, {})
    return True


def _hold(work: Work, now: datetime) -> bool:
    """The lock, and the proof that nobody else has taken the job up."""
    own = Job.objects.filter(id=work.id, holder=work.token, state="running")
    return bool(own.update(until=now + LEASE, heard_at=now, tries=0))


def _mark(work: Work, line: LineValue, state: str, sentence: str, values: Mapping[str, object]) -> None:
    own = JobLine.objects.filter(id=line.id)
    own.update(state=state, sentence=sentence, values=rules.packed(values))
    Job.objects.filter(id=work.id).update(**{state: F(state) + 1})


@outermost
def _finish(work: Work, now: datetime) -> None:
    if Job.objects.filter(id=work.id, holder=work.token, state="running").update(heard_at=now):
        _end(work.id, "done", now)


def _end(job_id: int, state: str, now: datetime) -> None:
    Job.objects.filter(id=job_id).update(state=state, open_slot=None, holder="", ended_at=now)
    audit.append(f"job:{job_id}", f"job.{state}", now, facts=_counts(found(job_id)))


def is_open(job_id: int) -> bool:
    """Is it still to be done? One that was never started is forgotten after a day."""
    return bool(Job.objects.filter(id=job_id, state__in=OPEN).exists())


def found(job_id: int) -> JobValue:
    """Raises NotPossible when there is none."""
    row = Job.objects.filter(id=job_id).values(*_FIELDS, "dropped_at").first()
    if row is None:
        raise NotPossible(_("There is no such job."))
    return _value(row)


def _value(row: dict[str, object]) -> JobValue:
    kept = row.pop("dropped_at") is None
    return JobValue(**row, kept=kept)  # type: ignore[arg-type]


def count() -> int:
    """How many were ever started."""
    return int(Job.objects.exclude(state="checked").count())


def listed(start: int, most: int) -> tuple[JobValue, ...]:
    """The newest first; what was checked only is nobody's matter."""
    rows = Job.objects.exclude(state="checked").order_by("-id").values(*_FIELDS, "dropped_at")
    return tuple(_value(row) for row in rows[start : start + most])


def count_lines(job_id: int, states: Sequence[str] = ()) -> int:
    return int(_lines(job_id, states).count())


def lines(job_id: int, start: int = 0, most: int | None = None, states: Sequence[str] = ()) -> tuple[LineValue, ...]:
    """In the order of the file."""
    rows = _lines(job_id, states).order_by("number", "seq")
    return tuple(map(_line, rows[start : None if most is None else start + most]))


def _lines(job_id: int, states: Sequence[str]) -> QuerySet:
    own = JobLine.objects.filter(job_id=job_id)
    return own.filter(state__in=states) if states else own


def _line(row: JobLine) -> LineValue:
    return LineValue(row.id, row.number, row.exam, row.learner_id, row.voucher_id, row.attempt_id, row.state,
                     row.sentence, rules.unpacked(row.values))  # fmt: skip


def drop(now: datetime) -> tuple[int, int]:
    """Forget what was checked and not started, and the lines and reasons of jobs that ended long ago: how many each."""
    checks = Job.objects.filter(state="checked", made_at__lt=now - DRAFT).values_list("id", flat=True)
    ended = Job.objects.exclude(state="checked").filter(dropped_at__isnull=True, ended_at__lt=now - KEPT)
    ended_ids = ended.values_list("id", flat=True)[:MOST_DROPPED]
    return sum(map(_drop_check, list(checks[:MOST_DROPPED]))), sum(_drop_lines(id_, now) for id_ in list(ended_ids))


@outermost
def _drop_check(job_id: int) -> bool:
    own = Job.objects.filter(id=job_id, state="checked")
    return bool(own.update(dropped_at=F("made_at")) and own.delete()[0])  # locked first: it may be started just now


@outermost
def _drop_lines(job_id: int, now: datetime) -> bool:
    own = Job.objects.filter(id=job_id, open_slot__isnull=True, dropped_at__isnull=True)
    dropped = bool(own.update(dropped_at=now, reason=""))
    if dropped:
        JobLine.objects.filter(job_id=job_id).delete()
    return dropped
