"""What runs in the background: each kind of job with what does one of its lines, and who takes jobs up."""

import logging
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import partial

from . import context, events, marking
from .domain.jobs import api
from .domain.jobs.data import Act, JobValue, LineValue, NewLine, Work
from .domain.quiz import corrections, regrading
from .domain.vouchers import each
from .domain.vouchers.bulk import BulkReport
from .platform import platform

log = logging.getLogger(__name__)


def _voucher_line(what: str, work: Work, line: LineValue, now: datetime) -> str:
    terms = each.Terms(
        context.programme(), context.first_rules(), context.factor(), work.reason, work.by, now,
        on_issued=events.voucher_issued,
    )  # fmt: skip
    wanted = each.Wanted(line.number, "", line.learner_id, line.exam, None, line.voucher_id)
    return each.alone(what, wanted, work.cause, terms)


def _keys_line(_work: Work, line: LineValue, now: datetime) -> str:
    return marking.one(int(line.learner_id or 0), regrading.block_of(int(line.attempt_id or 0)), now)


KINDS: Mapping[str, Act] = {
    **{what: partial(_voucher_line, what) for what in ("grant", "issue", "replace")}, "keys": _keys_line
}  # fmt: skip
AT_ONCE = 50  # tries that are marked anew while staff wait


def draft(kind: str, report: BulkReport, by: int, reason: str, cause: str) -> int:
    """Keep a checked file as what may become a job: whom it means, never what stood in it."""
    told = {line.number: line for line in report.lines if not line.good}
    lines = []
    for one in report.targets:
        bad = told.get(one.number)
        problem, values = (bad.sentence, bad.values) if bad else ("", {})
        lines.append(NewLine(one.number, one.exam, one.learner_id, one.voucher_id, problem, values))
    return api.draft(kind, lines, by, reason, cause, context.now())


def start(job_id: int, by: int, leave_out: bool = False) -> tuple[JobValue, bool]:
    """Start it, and hand it to a worker; False when none could be reached, and the periodic work takes it up."""
    job = api.start(job_id, by, context.now(), leave_out)
    return job, platform().run_job(job_id)


class Began(Enum):
    """What became of marks that follow a corrected key; ALONE: no worker was reached. SOME: the others are tried again
    by the periodic work.
    """

    DONE, SOME, HANDED, ALONE = range(4)


def correct_keys(correction_id: int, by: int) -> Began:
    """Mark anew what follows keys of before a correction: a few tries at once, more of them as a job.

    Pressed again, or cut off: nothing is done twice.
    """
    found = corrections.due(correction_id)
    if sum(own.tries for own in found) <= AT_ONCE:
        _done, failed = marking.each(found, context.now())
        return Began.SOME if failed else Began.DONE
    lines = [
        NewLine(number, learner_id=own.learner_id, attempt_id=own.attempt_id) for number, own in enumerate(found, 1)
    ]
    job_id = api.draft("keys", lines, by, "", str(correction_id), context.now())
    corrections.note_job(correction_id, job_id)
    return Began.HANDED if start(job_id, by)[1] else Began.ALONE


def go_on_correcting(now: datetime) -> tuple[int, int]:
    """Corrections that were cut off, but for those at which a job is: (learners done, failed)."""
    done = failed = 0
    for correction_id, job_id in corrections.unfinished():
        if job_id is None or not api.is_open(job_id):
            one = marking.go_on(correction_id, now)
            done, failed = done + one[0], failed + one[1]
    return done, failed


def run(job_id: int) -> bool:
    """Do a job to its end in this process; False when somebody else does it, or there is nothing to do."""
    context.programme()  # without rules no line is begun
    work = api.take(job_id, context.now())
    if work is None:
        return False
    api.run(work, KINDS[work.kind], context.now)
    return True


def run_due() -> tuple[int, int]:
    """Jobs that no worker has taken, and those whose worker died: (gone on with, could not be)."""
    done = failed = 0
    for job_id in api.due(context.now()):
        try:
            done += run(job_id)
        except Exception as error:  # noqa: BLE001  the next job is not to wait for it
            log.error("job %s was not taken up: %s", job_id, type(error).__name__)
            failed += 1
    return done, failed
