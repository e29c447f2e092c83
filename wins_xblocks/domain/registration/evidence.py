"""The study record of one registration, read at rest: no beat, decision or acceptance comes in between."""

from .. import Refusal
from .. import marked as _
from ..duration import HOUR_MS
from ..programme.data import FlagPolicy, Module, Programme
from ..study_time import evidence as study_time
from ..study_time.data import FlagLimits, UnitFacts
from ..transactions import outermost
from . import api
from .data import RegistrationValue
from .record import Record


class NoRecord(Refusal):
    """Nothing can be said of a module that no rules know."""


def record_of(
    own: RegistrationValue, current: Programme, first_rules: str | None, factor: int, units: UnitFacts
) -> Record:
    """Raises NoRecord, RecordTooLong."""
    bound = api.rules_of(own, current, first_rules)
    module = bound.module(own.module)
    if module is None:
        raise NoRecord(_("The rules do not know this module any more. Ask WINS."))
    return _at_rest(own, module, bound, current, factor, units)


@outermost
def _at_rest(
    own: RegistrationValue, module: Module, bound: Programme, current: Programme, factor: int, units: UnitFacts
) -> Record:
    """The lock first: what is read before it may be out of date. What WINS accepts is read once, for list and sum."""
    study_time.hold(own.learner_id)
    ledger = study_time.read(own.learner_id, own.id, _limits(bound.policies.flags), units, current.zone)
    accepted = api.accepted(own.id, study_time.MOST_LINES + 1)
    if len(accepted) > study_time.MOST_LINES:
        raise study_time.RecordTooLong(_("This record is too long for a page. Ask WINS."))
    hours = api.hours_with(own.id, sum(int(row.length) for row in accepted), factor)
    return Record(
        own, module, bound, current.time_zone, hours, ledger.days, ledger.book, ledger.struck, accepted, ledger.flags
    )


def _limits(policy: FlagPolicy) -> FlagLimits:
    return FlagLimits(
        policy.day_hours * HOUR_MS, policy.unit_times, policy.even_hours * HOUR_MS, policy.touches_an_hour,
        policy.bare_hours * HOUR_MS,
    )  # fmt: skip
