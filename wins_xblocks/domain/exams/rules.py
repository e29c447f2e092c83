"""Fold events into an outcome. Nothing derived is stored."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from .data import Event, Outcome

SAT = {"pass", "fail", "no_show", "refused", "incomplete"}
YEAR = timedelta(days=365)


def fold(events: Iterable[Event]) -> Outcome:
    """The outcome, by when things happened and then by id, in whatever order they arrive."""
    outcome, revoked_at = Outcome(), None  # when the revoked pass was passed
    for event in sorted(events, key=lambda e: (e.happened_at, e.id)):
        if event.kind in SAT - {"no_show"}:
            outcome = replace(outcome, tries=(*outcome.tries, event.happened_at))
        match event.kind:
            case "booked":
                outcome = replace(outcome, booked=True, booking=event.booking)
            case "returned":
                outcome = replace(outcome, booked=False, booking=None)
            case "pass":
                revoked_at = None
                outcome = replace(
                    outcome, passed=True, passed_at=event.happened_at, booked=False, booking=None, failed=False,
                    last_sat_at=event.happened_at, sat_as="pass", withdrawn_at=None, withdrawn_for="", restored_at=None,
                )  # fmt: skip
            case kind if kind in SAT:
                outcome = replace(
                    outcome, booked=False, booking=None, failed=not outcome.passed, last_sat_at=event.happened_at,
                    sat_as=kind,
                )  # fmt: skip
            case "hold":
                outcome = replace(outcome, on_hold=True, held_at=event.happened_at)
            case "release":
                outcome = replace(outcome, on_hold=False, held_at=None)
            case "revoke" if outcome.passed:
                revoked_at = outcome.passed_at
                outcome = replace(
                    outcome, passed=False, passed_at=None, withdrawn_at=event.happened_at, withdrawn_for=event.reason,
                    restored_at=None,
                )  # fmt: skip
            case "restore" if revoked_at:
                outcome = replace(
                    outcome, passed=True, passed_at=revoked_at, failed=False, withdrawn_at=None, withdrawn_for="",
                    restored_at=event.happened_at,
                )  # fmt: skip
                revoked_at = None
    return outcome


def retake_from(outcome: Outcome, wait_days: int, most_per_year: int) -> datetime | None:
    """When the learner may try again; None when nothing stands in the way of a first try.

    So many days after the last try, or after she did not come; and never more than ``most_per_year`` in 365 days.
    """
    if outcome.passed or outcome.last_sat_at is None:
        return None
    rested = outcome.last_sat_at + timedelta(days=wait_days)
    year = outcome.tries[-most_per_year:]
    return max(rested, year[0] + YEAR) if len(year) == most_per_year else rested
