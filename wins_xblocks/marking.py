"""Tries are marked anew after a correction of keys: with what follows for grades, completion, hours and mails."""

import logging
from collections.abc import Iterable
from datetime import datetime
from math import isclose

from django.db import transaction

from . import hours
from .domain import marked as _
from .domain.quiz import api, corrections, regrading
from .domain.quiz.corrections import Due
from .domain.quiz.data import Unpublished
from .domain.transactions import outermost
from .domain.vouchers import holdings
from .platform import platform

log = logging.getLogger(__name__)

CHANGED = _("The mark was changed.")
KEPT = _("The mark stays as it was. It would have gone down.")
SAME = _("The mark is the same.")


def one(learner_id: int, block: str, now: datetime) -> str:
    """One learner's tries at one quiz: what became of them. Call inside a transaction; the grade is told after it."""

    def has_a_voucher() -> bool:
        return bool(holdings.of_learners([learner_id], now))

    found = regrading.regrade(learner_id, block, has_a_voucher, now)
    for registration_id in found.passed:
        hours.tell_complete(registration_id, now)
    if found.to_publish:
        attempt_id = found.to_publish
        transaction.on_commit(lambda: _published(attempt_id, now))
    return CHANGED if found.changed else KEPT if found.kept else SAME


@outermost
def _alone(own: Due, now: datetime) -> None:
    one(own.learner_id, own.block, now)


def each(found: Iterable[Due], now: datetime) -> tuple[int, int]:
    """One after the other, each by itself: (done, failed). What failed is found again by the periodic work."""
    done = failed = 0
    for own in found:
        try:
            _alone(own, now)
        except Exception as error:  # noqa: BLE001  whatever it is, the others are not to wait for it
            log.error("try %s was not marked anew: %s", own.attempt_id, type(error).__name__)
            failed += 1
        else:
            done += 1
    return done, failed


def go_on(correction_id: int, now: datetime) -> tuple[int, int]:
    """What was cut off, or sent while the correction was made: (done, failed)."""
    left = corrections.due(correction_id)
    if not left:
        corrections.settle(correction_id, now)
    return each(left, now)


def _published(attempt_id: int, now: datetime) -> None:
    for found in api.to_publish(attempt_id):
        try:
            publish(found, now)
        except Exception:  # the repair of grades tries again
            log.exception("grade of attempt %s was not published", attempt_id)


def publish(found: Unpublished, now: datetime) -> None:
    """Tell the gradebook a learner's best at a quiz. What staff have set there by hand stays."""
    edge = platform()
    if found.held is None or _ours(edge.score_of(found.learner_id, found.block), found):
        edge.publish_grade_for(found.learner_id, found.block, found.earned, found.possible)
        if found.held:
            edge.hold_score(found.learner_id, found.block, found.earned, found.possible)
    if found.complete:
        edge.publish_completion_for(found.learner_id, found.block)
    api.mark_published(found.attempt_id, now)


def _ours(stands: tuple[float, float] | None, found: Unpublished) -> bool:
    """Of before, or this one already: a crash may have kept what comes after it."""
    ours = (found.held, (found.earned, found.possible))
    return stands is None or any(_same(stands, one) for one in ours if one)


def _same(stands: tuple[float, float], mark: tuple[float, float]) -> bool:
    return all(isclose(one, other, abs_tol=1e-6) for one, other in zip(stands, mark, strict=True))
