"""The required hours of a module are reached: written down and told once, whoever crosses the line."""

from collections.abc import Callable
from datetime import datetime

from . import context, events
from .domain.programme.data import Module
from .domain.registration import api as registration
from .domain.registration.data import LIVING


def note(registration_id: int, learner_id: int, course_id: str, module: Module, now: datetime) -> None:
    """Call inside the transaction that made hours count."""
    if registration.note_hours(registration_id, module, context.factor(), now):
        events.hours_reached(registration_id, learner_id, course_id, module.id, now)


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
