"""The part of the port that hears of retired accounts: the platform's signals under a path that is always there.

The platform imports every path of ``plugin_app`` when it starts, and does not start without one.
"""

import logging

from django.dispatch import Signal
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

THEIRS = "openedx.core.djangoapps.user_api.accounts.signals"


def __getattr__(name: str) -> Signal:
    """The platform's signal of this name; a silent one where there is none."""
    if not name.startswith("USER_RETIRE_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        found: Signal = import_string(f"{THEIRS}.{name}")
    except ImportError:
        log.warning("This platform does not send %s. Erase by hand: manage.py lms wins_person --forget", name)
        return Signal()
    return found
