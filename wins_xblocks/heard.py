"""The part of the port that hears: signals of the platform and of its packages, under paths that are always there.

The platform imports every path of ``plugin_app`` when it starts, and does not start without one.
"""

import logging

from django.dispatch import Signal
from django.utils.module_loading import import_string

from . import lacking

ENROLMENT = "openedx_events.learning.signals"
RETIREMENT = "openedx.core.djangoapps.user_api.accounts.signals"


def __getattr__(name: str) -> Signal:
    """The signal of this name; a silent one where there is none."""
    if name.startswith("COURSE_ENROLLMENT_"):
        where = ENROLMENT
    elif name.startswith("USER_RETIRE_LMS_"):
        where = RETIREMENT
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        found: Signal = import_string(f"{where}.{name}")
    except ImportError as error:
        _say(where, error)
        return Signal()
    return found


def _say(where: str, error: ImportError) -> None:
    if where == ENROLMENT:
        lacking.note(error, "openedx-events")
    else:
        lacking.say(
            "This platform does not tell of retired accounts. Erase by hand: manage.py lms wins_person --forget",
            logging.WARNING,
        )
