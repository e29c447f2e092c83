"""The part of the port that speaks: to the tracking log, to other plugins, to monitoring, to the gradebook.

Like all of the port it may lack what it speaks to; that is said once, and the rest works.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.module_loading import import_string

from . import lacking

log = logging.getLogger(__name__)


def own_signals() -> None:
    """Make our openedx-events known where the package is there; the event bus wants them before any app is ready."""
    with suppress(ImportError):
        from . import signals  # noqa: F401


class Listeners:
    """What ``OpenEdx`` tells."""

    def emit(self, name: str, user_id: int, course_id: str, data: Mapping[str, object]) -> None:
        """A tracking event. Who acts is in the request's context; without a request, the learner it is about."""
        try:
            from eventtracking import tracker
        except ImportError as error:
            return lacking.note(error, "event-tracking")
        from common.djangoapps.track.contexts import course_context_from_course_id
        from crum import get_current_request
        from opaque_keys.edx.keys import CourseKey

        own = course_context_from_course_id(CourseKey.from_string(course_id) if course_id else None)
        if get_current_request() is None:
            own["user_id"] = user_id
        with tracker.get_tracker().context("wins", own):
            tracker.emit(name, dict(data))

    def send_event(self, event_type: str, at: datetime, data: Mapping[str, object]) -> None:
        """One of our own openedx-events, to other plugins and the event bus."""
        try:
            from . import signals
        except ImportError as error:
            return lacking.note(error, "openedx-events")
        signals.send(event_type, at, data)

    def score_of(self, user_id: int, usage_key: str) -> tuple[float, float] | None:
        """(earned, possible) that the gradebook holds of a learner at a block."""
        from lms.djangoapps.courseware.models import StudentModule
        from opaque_keys.edx.keys import UsageKey

        rows = StudentModule.objects.filter(student_id=user_id, module_state_key=UsageKey.from_string(usage_key))
        earned, possible = rows.values_list("grade", "max_grade").first() or (None, None)
        return None if earned is None or possible is None else (earned, possible)

    def completion_is_on(self) -> bool:
        """Does the platform keep which blocks were completed?"""
        from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH

        return bool(ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled())

    def publish_completion_for(self, user_id: int, usage_key: str) -> None:
        """Tick a block for a learner who is not there: after a crash, or at her deadline."""
        try:
            from completion.models import BlockCompletion
        except ImportError as error:
            lacking.note(error, "edx-completion")
            return
        from opaque_keys.edx.keys import UsageKey

        if self.completion_is_on():
            user, key = get_user_model().objects.get(id=user_id), UsageKey.from_string(usage_key)
            BlockCompletion.objects.submit_completion(user=user, block_key=key, completion=1.0)

    def hold_score(self, user_id: int, usage_key: str, earned: float, possible: float) -> None:
        """A quiz's own state after a correction: a grade that is published by signal reaches an unbound block only."""
        from lms.djangoapps.courseware.user_state_client import DjangoXBlockUserStateClient
        from opaque_keys.edx.keys import UsageKey

        user = get_user_model().objects.get(id=user_id)
        state = {"raw_earned": earned, "raw_possible": possible}
        DjangoXBlockUserStateClient(user).set(user.username, UsageKey.from_string(usage_key), state)

    def count(self, name: str) -> None:
        """A custom attribute of this request in the platform's monitoring; outside a request nobody collects it."""
        try:
            from edx_django_utils.monitoring import increment
        except ImportError as error:
            return lacking.note(error, "edx-django-utils")
        increment(name)

    def run_job(self, job_id: int) -> bool:
        """Hand a job to a worker of the platform; False when none can be asked: ``wins_periodic`` takes it up then."""
        try:
            task = import_string("wins_xblocks.tasks.run_job")
            task.apply_async((job_id,), retry=False)
        except Exception as error:  # noqa: BLE001  a broker can fail in any way, and its words may hold its password
            log.warning("Job %s was not handed to a worker: %s", job_id, type(error).__name__)
            return False
        return True

    def grade_deleted(self, user_id: int, course_id: str, block: str, possible: float | None, at: datetime) -> None:
        """A learner's state was deleted: the gradebook counts again, now that the platform's row is gone.

        The platform says so itself, but not for a block that has something of its own to clear.
        """
        from lms.djangoapps.grades.api import constants, signals

        tell = partial(
            signals.PROBLEM_RAW_SCORE_CHANGED.send, sender=None, raw_earned=0, raw_possible=possible, weight=None,
            user_id=user_id, course_id=course_id, usage_id=block, score_deleted=True, only_if_higher=False,
            modified=at, score_db_table=constants.ScoreDatabaseTableEnum.courseware_student_module,
        )  # fmt: skip
        transaction.on_commit(tell, robust=True)
