"""Tries whose time is over: closed at their deadline, with the answers that were saved by then."""

import json
import logging
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import F, OuterRef, Subquery

from . import banks, correcting, rules
from .data import ON_THEIR_WAY, Bank, Corrected, Grade, points
from .models import Attempt, BankVersion, CorrectedVersion, Regraded

log = logging.getLogger(__name__)


def bank_of(digest: str, newest: int | None = None) -> Bank:
    """The bank of a version as it was drawn from, with the keys of its newest correction."""
    return _as_drawn(digest) if newest is None else _corrected(digest, newest)


@lru_cache(maxsize=16)
def _as_drawn(digest: str) -> Bank:
    return banks.bank_of(json.loads(BankVersion.objects.values_list("body", flat=True).get(hash=digest)))


@lru_cache(maxsize=16)
def _corrected(digest: str, newest: int) -> Bank:
    done = CorrectedVersion.objects.values_list("done", flat=True).get(id=newest)
    return correcting.corrected(_as_drawn(digest), done)


def newest(version: Any) -> Any:
    """The newest correction of a version (or of the row of a query around this one), as a query for its id."""
    return CorrectedVersion.objects.filter(old_id=version).order_by("-id").values("id")[:1]


def version_of(bank_text: str, now: datetime) -> BankVersion:
    """The bank as it stands in the course, written down at the first time."""
    body, digest = banks.canonical(bank_text)
    made = {"bank_id": banks.parse(bank_text).bank_id[:128], "body": body, "made_at": now}
    return BankVersion.objects.get_or_create(hash=digest, defaults=made)[0]


def held_before(found: Regraded | None) -> tuple[float, float] | None:
    """What the gradebook held before a correction, where that is known."""
    return None if found is None or found.held_earned is None else (found.held_earned, found.held_possible)


def rows() -> Any:
    """Tries with the hash of their bank as ``bank_hash`` and its newest correction as ``newest``, for ``bank_of``."""
    return Attempt.objects.annotate(bank_hash=F("bank__hash"), newest=Subquery(newest(OuterRef("bank_id"))))


def bank_of_row(row: Any) -> Bank:
    """What a try of ``rows`` is served, graded and reviewed from."""
    return bank_of(row.bank_hash, row.newest)


def marked(row: Any, grade: Grade) -> dict[str, Any]:
    """The columns that a grade fills, with the correction whose keys it follows."""
    return {
        "correct": grade.correct, "possible": grade.possible, "units": grade.units,
        "passed": rules.passed(grade.share, row.pass_percent), "marked_by": row.newest,
    }  # fmt: skip


def corrections_of(row: Attempt) -> tuple[Corrected, ...]:
    """How corrections changed a sent try, the newest first. No query for one that none has touched."""
    if row.marked_by is None:
        return ()
    found = Regraded.objects.filter(attempt_id=row.id).order_by("-id")
    columns = ("at", "correct_before", "possible_before", "units_before", "passed_before", "kept", "correction__told")
    return tuple(
        Corrected(at, points(correct, units), points(possible, units), passed, kept, told)
        for at, correct, possible, units, passed, kept, told in found.values_list(*columns)
    )


def close(row: Attempt) -> bool:
    """Send what is saved, as of the deadline; False when somebody was faster."""
    grade = rules.grade(bank_of_row(row), rules.drawn_of(row.drawn), row.responses)
    current = Attempt.objects.filter(id=row.id, open_slot=1, revision=row.revision)
    closed = current.update(open_slot=None, test_slot=None, submitted_at=row.deadline, **marked(row, grade))
    return bool(closed)


def close_over(now: datetime, learner_id: int | None = None, most: int = 500) -> tuple[int, int]:
    """Close the tries (of one learner) whose time is over, the oldest first: how many were closed, how many not."""
    # That nothing was sent stands in an index.
    found = rows().filter(submitted_at__isnull=True, open_slot=1, deadline__lte=now - ON_THEIR_WAY)
    if learner_id is not None:
        found = found.filter(learner_id=learner_id)
    closed = failed = 0
    for row in found.order_by("deadline", "id")[:most]:
        try:
            closed += close(row)
        except Exception:  # one bank that cannot be read must not keep back everybody else's grade
            log.exception("attempt %s was not closed", row.id)
            failed += 1
    return closed, failed
