"""Tries whose time is over: closed at their deadline, with the answers that were saved by then."""

import json
import logging
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import F

from . import banks, rules
from .data import ON_THEIR_WAY, Bank
from .models import Attempt, BankVersion

log = logging.getLogger(__name__)


@lru_cache(maxsize=16)
def bank_of(digest: str) -> Bank:
    """The bank of a version."""
    return banks.bank_of(json.loads(BankVersion.objects.values_list("body", flat=True).get(hash=digest)))


def rows() -> Any:
    """Tries with the hash of their bank as ``bank_hash``: the text is known or read by ``bank_of``."""
    return Attempt.objects.annotate(bank_hash=F("bank__hash"))


def close(row: Attempt) -> bool:
    """Send what is saved, as of the deadline; False when somebody was faster."""
    grade = rules.grade(bank_of(row.bank_hash), rules.drawn_of(row.drawn), row.responses)
    current = Attempt.objects.filter(id=row.id, open_slot=1, revision=row.revision)
    closed = current.update(
        open_slot=None, test_slot=None, submitted_at=row.deadline, correct=grade.correct,
        passed=rules.passed(grade.share, row.pass_percent),
    )  # fmt: skip
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
