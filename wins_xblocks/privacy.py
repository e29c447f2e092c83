"""One person's data over all applets: told as plain values, erased, and kept no longer than promised.

Who may ask is the caller's matter.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from .domain.audit import api as audit
from .domain.audit import privacy as trail
from .domain.cases import privacy as cases
from .domain.exams import privacy as exams
from .domain.integrity import api as integrity_api
from .domain.integrity import privacy as integrity
from .domain.jobs import privacy as jobs
from .domain.outbox import privacy as outbox
from .domain.programme.data import Policies
from .domain.quiz import privacy as quiz
from .domain.registration import privacy as registration
from .domain.results import api as results_api
from .domain.results import privacy as results
from .domain.study_time import privacy as study_time
from .domain.tables import Told
from .domain.vouchers import privacy as vouchers
from .domain.vouchers import requests

log = logging.getLogger(__name__)

MOST_VISITS = 20_000  # deleted in one run: a year's backlog must not hold up the mails behind it


@dataclass(frozen=True)
class Forgotten:
    """How many rows an erasure changed, by subject, and which subjects could not be done."""

    rows: Mapping[str, int]
    failed: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def told_of(learner_id: int) -> Told:
    """Everything we hold of one person, by table; a table without a row of hers is there, empty. Never a code."""
    found: Told = {}
    for part in (
        vouchers.told_of(learner_id), registration.told_of(learner_id), quiz.told_of(learner_id),
        study_time.told_of(learner_id, registration.ids_of(learner_id)), exams.told_of(learner_id),
        results.told_of(learner_id), integrity.told_of(learner_id),
        cases.told_of(learner_id), outbox.told_of(learner_id), jobs.told_of(learner_id),
        trail.told_of([trail.subject(learner_id)], learner_id),
    ):  # fmt: skip
        for table, rows in part.items():
            found.setdefault(table, []).extend(rows)
    return found


def forget(learner_id: int, now: datetime, by_hand: bool = False) -> Forgotten:
    """Erase what need not be kept; ``docs/privacy.md`` says what stays and why. Repeating it is safe.

    One subject that fails keeps back no other. What was done is a fact of the trail, in numbers only; a repetition
    that found nothing is noted only when it was ``by_hand``.
    """
    rows, failed = dict[str, int](), list[str]()
    for name, step in _steps(learner_id, now).items():
        try:
            rows[name] = step()
        except Exception as error:  # noqa: BLE001  whatever is broken; no traceback, since an error may quote a row
            log.error("user %s: %s were not erased: %s", learner_id, name, type(error).__name__)
            failed.append(name)
    done = Forgotten(rows, tuple(failed))
    if by_hand or done.total:
        note(learner_id, trail.FORGOTTEN, now, {"by_hand": by_hand, "rows": rows, "failed": failed})
    return done


def _steps(learner_id: int, now: datetime) -> dict[str, Callable[[], int]]:
    """In this order: a voucher given back returns a place, ends a wait, and writes a message."""
    return {
        "jobs": partial(jobs.forget, learner_id, now),  # before anything that a job would do again
        "vouchers": partial(vouchers.forget, learner_id, now),
        "registrations": partial(registration.forget, learner_id, now),
        "hints": partial(integrity.forget, learner_id),
        "quiz answers": partial(quiz.forget, learner_id, now),
        "study time": lambda: study_time.forget(learner_id, registration.ids_of(learner_id), now),
        "exams": partial(exams.forget, learner_id, now),
        "rows of results": partial(results.forget, learner_id, now),
        "questions": partial(cases.forget, learner_id, now),
        "notes": partial(cases.forget_notes, learner_id),
        "messages": partial(outbox.forget, learner_id, now),
    }


def note(learner_id: int, action: str, now: datetime, facts: Mapping[str, object] | None = None) -> None:
    """Write to the person's own chain what was done with her data as a whole."""
    with transaction.atomic():
        audit.append(trail.subject(learner_id), action, now, facts=facts)


def drop_hints(days: int, now: datetime) -> int:
    """Delete hints about tries that are so many days old; how many."""
    return integrity_api.drop(now - timedelta(days=days))


def drop_details(policies: Policies, now: datetime) -> tuple[int, int]:
    """Delete the visits of registrations that ended long enough ago; (visits, registrations) done in this run.

    What of them was attached to a question goes as long after the question.
    """
    # Never before the last late span may come: it could be a copy of one that is gone.
    days = max(policies.keep_spans_days, policies.late_days + 1)
    before = now - timedelta(days=days)
    cases.drop_attached(before)
    results_api.drop_files(before, now)
    requests.drop(before)
    return study_time.drop_details(registration.ended_before(before), MOST_VISITS)
