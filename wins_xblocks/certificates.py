"""The platform's course certificate, a record of module completion: held until the module is complete, then asked for.

Off by default. "Certificate" alone means the CNSP, which the platform knows nothing of.
"""

import logging
from datetime import datetime

from django.utils.translation import gettext as _

from . import context, words
from .domain.registration import api as registration
from .platform import platform

log = logging.getLogger(__name__)
MOST_AT_ONCE = 500


def held(learner_id: int, course_id: str) -> str:
    """Why this learner gets no record for this course yet, in words, and remembered; empty when nothing is missing."""
    missing = _missing(learner_id, course_id)
    if missing:
        registration.hold_certificate(learner_id, course_id, context.now())
    return missing


def ask_again(now: datetime) -> tuple[int, int]:
    """Ask the platform for the held records of complete modules: (asked for, failed). The platform tries only once."""
    asked = failed = 0
    for learner_id, course_id in registration.held_certificates(MOST_AT_ONCE):
        if _missing(learner_id, course_id):
            registration.looked_at_certificate(learner_id, course_id, now)
            continue
        try:
            platform().request_certificate(learner_id, course_id)
        except Exception:  # a course or a person that is gone must not keep back everybody else's record
            log.exception("no record of completion for user %s in %s", learner_id, course_id)
            registration.looked_at_certificate(learner_id, course_id, now)
            failed += 1
            continue
        registration.release_certificate(learner_id, course_id)
        asked += 1
    return asked, failed


def _missing(learner_id: int, course_id: str) -> str:
    """The first thing that is missing; empty for a complete module, and for a course outside the programme."""
    rules = context.programme()
    module = context.module_of_course(course_id, rules)
    if module is None:
        return ""
    found = registration.latest(learner_id, module.id)
    if found is None:
        return _("The module was not begun.")
    standings = registration.standings([found], rules, context.first_rules(), context.factor())
    if not standings or standings[0].complete:
        return ""
    return words.condition(standings[0].completion.missing[0])
