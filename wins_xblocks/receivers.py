"""Open edX events in; one domain call each. Nothing here may raise: the platform's own work must go on."""

import logging
from typing import Any

from django.contrib.auth import get_user_model

from . import context
from .domain.registration import api as registration
from .platform import platform

log = logging.getLogger(__name__)


def _teaches(user_id: int, course_id: str) -> bool:
    """The platform enrols a course's authors in it; they are not its learners."""
    user = get_user_model().objects.filter(id=user_id).first()
    return user is not None and platform().is_course_staff(user, course_id)


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
        if module and not _teaches(enrollment.user.id, course_id):
            registration.open_for_enrolment(enrollment.user.id, module, course_id, rules.version, context.now())
    except Exception:
        # The first visit of a page opens it again, so nothing is lost but the exact day.
        log.exception("no registration was opened for user %s in %s", enrollment.user.id, course_id)
