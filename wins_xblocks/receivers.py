"""Open edX events in; one domain call each. Nothing here may raise: the platform's own work must go on."""

import logging
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from . import context, privacy
from .domain.programme.loader import ProgrammeError
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
    # The first visit of a page opens it again, so nothing is lost but the exact day.
    try:
        with context.told_in_words():
            _join(enrollment.user.id, course_id)
    except ProgrammeError:  # the log has it
        log.info("no registration was opened for user %s in %s", enrollment.user.id, course_id)
    except Exception:
        log.exception("no registration was opened for user %s in %s", enrollment.user.id, course_id)


def _join(user_id: int, course_id: str) -> None:
    rules = context.programme()
    module = context.module_of_course(course_id, rules)
    if module and not _teaches(user_id, course_id):
        registration.open_for_enrolment(
            user_id, module, course_id, rules.version, context.now(), entitlement=rules.policies.entitlement
        )


def on_state_deleted(instance: Any = None, **kwargs: Any) -> None:
    """``post_delete`` of a row in which the platform keeps somebody's state of a block.

    "Delete state" tells the gradebook only of blocks that have no ``clear_student_state``; the quiz has one, and is
    asked before the row is gone.
    """
    if getattr(instance, "module_type", "") != "wins_quiz":
        return
    user_id, course_id, block = instance.student_id, str(instance.course_id), str(instance.module_state_key)
    try:
        platform().grade_deleted(user_id, course_id, block, instance.max_grade, context.now())
    except Exception:
        log.exception("the gradebook was not told that the state of user %s at %s is gone", user_id, block)


def on_retirement(user: Any = None, **kwargs: Any) -> None:
    """``USER_RETIRE_LMS_MISC`` / ``_CRITICAL``, which the platform sends one after the other: erase what need not stay.

    Once the platform's own transaction is committed: inside it, a failed statement of ours would spoil the platform's.
    """
    if user is None or not user.id:
        return
    try:
        transaction.on_commit(partial(_forget, user.id))
    except Exception as error:  # noqa: BLE001  an error here would stop the person's retirement everywhere
        _say_undone(user.id, error)


def _forget(user_id: int) -> None:
    try:
        done = privacy.forget(user_id, context.now())
    except Exception as error:  # noqa: BLE001  as above
        _say_undone(user_id, error)
        return
    log.info("retirement of user %s: %s rows erased or changed", user_id, done.total)
    if done.failed:
        _say_undone(user_id)


def _say_undone(user_id: int, error: Exception | None = None) -> None:
    """The name of the error only: its text may quote what should be gone."""
    told = f" ({type(error).__name__})" if error else ""
    log.error(
        "retirement of user %s: not everything was erased%s. Run: manage.py lms wins_person --id %s --forget --yes",
        user_id, told, user_id,
    )  # fmt: skip
