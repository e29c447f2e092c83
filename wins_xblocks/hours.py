"""The required hours of a module are reached, or the whole module is: written down and told once, whoever did it."""

from collections.abc import Callable
from datetime import datetime

from . import context, events
from .domain.outbox import api as outbox
from .domain.programme.data import Module
from .domain.registration import api as registration
from .domain.registration.data import LIVING, RegistrationValue


def note(registration_id: int, learner_id: int, course_id: str, module: Module, now: datetime) -> None:
    """Call inside the transaction that made hours count."""
    if registration.note_hours(registration_id, module, context.factor(), now):
        events.hours_reached(registration_id, learner_id, course_id, module.id, now)
        if not tell_complete(registration_id, now):
            subject = f"registration:{registration_id}"
            outbox.write("hours_reached", subject, now, now, learner_id, {"module": module.title})


def tell_complete(registration_id: int, now: datetime) -> bool:
    """``tell_if_complete``, of a registration that is not read yet."""
    own = registration.by_id([registration_id]).get(registration_id)
    return own is not None and tell_if_complete(own, now)


def tell_if_complete(own: RegistrationValue, now: datetime) -> bool:
    """A mail to the learner when her module is complete, once: its moment is that of the registration's start.

    Call in the transaction that made hours count, or after a test that was passed. False where something is missing.
    """
    if own.state not in LIVING:
        return False
    found = registration.standings([own], context.programme(), context.first_rules(), context.factor())
    if not found or not found[0].complete:
        return False
    told = {"module": found[0].module.title}
    outbox.write("module_complete", f"registration:{own.id}", own.started_at, now, own.learner_id, told)
    return True


def reached(now: datetime) -> Callable[[int], None]:
    """For whoever makes hours of a registration count, but for the beat, which knows its line before it looks."""

    def counted(registration_id: int) -> None:
        own = registration.by_id([registration_id]).get(registration_id)
        if own is None or own.state not in LIVING or own.reached_at:
            return
        module = registration.rules_of(own, context.programme(), context.first_rules()).module(own.module)
        if module:
            note(own.id, own.learner_id, own.course_id, module, now)

    return counted
