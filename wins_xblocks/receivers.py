"""Open edX events in; one domain call each. Nothing here may raise: the platform's own work must go on."""

import logging
from typing import Any

from . import context
from .domain.registration import api as registration

log = logging.getLogger(__name__)


def on_enrolment(enrollment: Any = None, **kwargs: Any) -> None:
    """``COURSE_ENROLLMENT_CREATED`` / ``_CHANGED``: the first active enrolment opens a registration.

    ``enrollment`` is openedx-events' CourseEnrollmentData: user.id, course.course_key, is_active.
    """
    if enrollment is None or not enrollment.is_active:
        return
    course_id = str(enrollment.course.course_key)
    try:
        rules = context.programme()
        module = context.module_of_course(course_id, rules)
        if module:
            registration.open_for_enrolment(enrollment.user.id, module, course_id, rules.version, context.now())
    except Exception:
        # The first visit of a page opens it again, so nothing is lost but the exact day.
        log.exception("no registration was opened for user %s in %s", enrollment.user.id, course_id)
