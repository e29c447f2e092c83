"""Fold events into an outcome. Nothing derived is stored."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from .data import Event, Outcome

SAT = {"pass", "fail", "no_show", "refused", "incomplete"}


def fold(events: Iterable[Event]) -> Outcome:
    """The outcome, by when things happened and then by id, in whatever order they arrive."""
    outcome, before_revoke = Outcome(), Outcome()
    for event in sorted(events, key=lambda e: (e.happened_at, e.id)):
        match event.kind:
            case "booked":
                outcome = replace(outcome, booked=True)
            case "returned":
                outcome = replace(outcome, booked=False)
            case "pass":
                outcome = replace(
                    outcome, passed=True, passed_at=event.happened_at, booked=False, failed=False,
                    last_sat_at=event.happened_at,
                )  # fmt: skip
            case kind if kind in SAT:
                outcome = replace(outcome, booked=False, failed=not outcome.passed, last_sat_at=event.happened_at)
            case "hold":
                outcome = replace(outcome, on_hold=True)
            case "release":
                outcome = replace(outcome, on_hold=False)
            case "revoke":
                before_revoke, outcome = outcome, replace(outcome, passed=False, passed_at=None)
            case "restore":
                outcome = replace(outcome, passed=before_revoke.passed, passed_at=before_revoke.passed_at)
    return outcome


def retake_from(outcome: Outcome, wait_days: int) -> datetime | None:
    """When the learner may try again; None when nothing stands in the way of a first try."""
    if outcome.passed or outcome.last_sat_at is None:
        return None
    return outcome.last_sat_at + timedelta(days=wait_days)
