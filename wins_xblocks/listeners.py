"""The part of the port that speaks: to the tracking log, to other plugins, to monitoring.

Like all of the port it may lack what it speaks to; that is said once, and the rest works.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import ModuleType

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def own_signals() -> ModuleType | None:
    """Our openedx-events; None where the package is missing. The event bus wants them known before any app is ready."""
    try:
        from . import signals
    except ImportError:
        return None
    return signals


@lru_cache(maxsize=8)
def missing(package: str, lost: str) -> None:
    """Say once what a platform without ``package`` does without."""
    log.warning("%s is not installed: %s. Everything else works.", package, lost)


class Listeners:
    """What ``OpenEdx`` tells."""

    def emit(self, name: str, user_id: int, course_id: str, data: Mapping[str, object]) -> None:
        """A tracking event. Who acts is in the request's context; without a request, the learner it is about."""
        try:
            from eventtracking import tracker
        except ImportError:
            return missing("event-tracking", "no tracking events are emitted")
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
        signals = own_signals()
        if signals is None:
            return missing("openedx-events", "other plugins are not told of hours and vouchers")
        signals.send(event_type, at, data)

    def count(self, name: str) -> None:
        """A custom attribute of this request in the platform's monitoring; outside a request nobody collects it."""
        try:
            from edx_django_utils.monitoring import increment
        except ImportError:
            return missing("edx-django-utils", "nothing is counted for monitoring")
        increment(name)
