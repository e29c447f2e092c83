"""When a module is complete and when a voucher may be had: pure functions that also say what is missing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from .. import marked as _
from ..duration import Duration
from ..programme.data import Module, Programme
from ..quiz.data import TestStanding
from .data import Condition, ExamFacts, Hours, Standing, Verdict


def completion(module: Module, hours: Hours, test: TestStanding, hours_policy: str = "required") -> Verdict:
    """Is the module complete? Counted hours at least the required ones (policy ``required``), and the test passed."""
    return Verdict((*_hours(module, hours, hours_policy), _test(module, test)))


def is_complete(module: Module, hours: Hours, test: TestStanding, hours_policy: str) -> bool:
    """``completion(…).met`` without its sentences, for those who ask of everybody."""
    return test.passed and (hours_policy == "advisory" or hours.counted >= module.required_ms)


def _hours(module: Module, hours: Hours, hours_policy: str) -> tuple[Condition, ...]:
    if hours_policy == "advisory":
        return ()
    # ``attest`` takes a signed statement instead; until one can be signed, the hours themselves are asked for.
    required, counted = Duration(module.required_ms), hours.counted
    values = {"module": module.title, "counted": counted, "required": required, "left": Duration(required - counted)}
    if counted >= required:
        return (Condition("hours", True, _("{module}: {counted} of {required}"), values, module.id),)
    # Rounded up, so that "0 min to go" is never said of a module that is not complete.
    values["left"] = Duration(-((counted - required) // 60_000) * 60_000)
    return (Condition("hours", False, _("{module}: {counted} of {required} – {left} to go"), values, module.id),)


def _test(module: Module, test: TestStanding) -> Condition:
    values = {"module": module.title}
    if test.passed:
        return Condition("test", True, _("{module}: module test passed"), values, module.id)
    if test.tries:
        return Condition("test", False, _("{module}: module test not passed yet"), values, module.id)
    return Condition("test", False, _("{module}: module test not taken yet"), values, module.id)


STRICTNESS = ("advisory", "attest", "required")
NO_LIMIT = 1_000_000  # minutes


def better(then: Programme, now: Programme, module_id: str) -> bool:
    """Are today's rules of a module better for a learner than those of her start: none worse, and one better?"""
    before, after = demands(then, module_id), demands(now, module_id)
    return bool(before and after) and before != after and not harder(before, after)


def demands(programme: Programme, module_id: str) -> tuple[int, ...]:
    """What completing a module asks of a learner, the less the better in each place; nothing of an unknown module."""
    module, test = programme.module(module_id), programme.policies.module_test
    if module is None:
        return ()
    hours = STRICTNESS.index(programme.policies.hours)
    minutes = test.time_limit_minutes or NO_LIMIT
    return (module.required_hours, hours, test.pass_percent, -test.tries, test.pause_hours, -minutes)


def harder(before: Sequence[int], after: Sequence[int]) -> bool:
    """Is anything more asked than before?"""
    return any(new > old for old, new in zip(before, after, strict=True))


def binding(start: Programme, current: Programme, module_id: str) -> Programme:
    """Of the rules of her start and those of today, the ones that bind a registration for this module.

    ``better_of``: today's when nothing in them is worse for her, else those of her start. A module is called as today.
    """
    if start.version == current.version:
        return current
    if start.policies.which_rules == "better_of" and better(start, current, module_id):
        return current
    return _called_as(current, start) if start.module(module_id) else current


def _called_as(current: Programme, programme: Programme) -> Programme:
    """A rule set with today's titles: a title that was corrected is meant for whoever began before, too."""
    titles = {one.id: (one.title, one.title_status) for one in current.modules}
    modules = tuple(
        replace(one, title=titles[one.id][0], title_status=titles[one.id][1]) if one.id in titles else one
        for one in programme.modules
    )
    return programme if modules == programme.modules else replace(programme, modules=modules)


def modules_for_exam(programme: Programme, module: Module, standings: Sequence[Standing]) -> tuple[Condition, ...]:
    """The conditions on modules for ``module``'s exam, by the release policy.

    ``after_both``: an elective's exam opens with the Foundation Module and that elective; the Foundation exam with
    the Foundation Module and any one elective (a complete one, else the one with the most hours).
    """
    wanted = [module.id]
    if programme.policies.release == "after_both":
        foundations = [m.id for m in programme.modules if m.kind == "foundation"]
        wanted = [*foundations, module.id] if module.kind == "elective" else [module.id, *_nearest_elective(standings)]
    conditions: list[Condition] = []
    for module_id in dict.fromkeys(wanted):
        conditions.extend(_of_module(programme, module_id, standings))
    if module.kind == "foundation" and programme.policies.release == "after_both" and len(wanted) == 1:
        conditions.append(Condition("module", False, _("You have not joined an elective module yet")))
    return tuple(conditions)


def _nearest_elective(standings: Sequence[Standing]) -> list[str]:
    electives = [s for s in standings if s.module.kind == "elective"]
    best = max(electives, key=lambda s: (s.complete, s.hours.counted, -s.registration.id), default=None)
    return [best.module.id] if best else []


def _of_module(programme: Programme, module_id: str, standings: Sequence[Standing]) -> tuple[Condition, ...]:
    standing = next((s for s in standings if s.module.id == module_id), None)
    if standing:
        return standing.completion.conditions
    module = programme.module(module_id)
    title = module.title if module else module_id
    return (Condition("module", False, _("You have not joined {module} yet"), {"module": title}, module_id),)


def eligibility(modules: Sequence[Condition], facts: ExamFacts, now: datetime) -> Verdict:
    """May the learner get a voucher for this exam now? The conditions, in the order a learner should read them."""
    rest = [
        Condition(
            "place", facts.place, _("You have a place in this exam") if facts.place else _("You have no exam place")
        ),
    ]
    if facts.passed:
        rest.append(Condition("passed", False, _("You passed this exam already")))
    if facts.open_voucher:
        rest.append(Condition("open", False, _("You have a voucher for this exam already")))
    if facts.pending:
        rest.append(Condition("pending", False, _("Your exam is booked, or we wait for its result")))
    if facts.under_review:
        rest.append(Condition("review", False, _("WINS is looking at your request")))
    if facts.arrangement_open:
        rest.append(Condition("arrangement", False, _("WINS decides about your special arrangements")))
    if facts.country == "asked":
        rest.append(Condition("country", False, _("WINS has to look at your request")))
    if facts.country == "refused":
        rest.append(Condition("country", False, _("WINS cannot give you a voucher now")))
    if facts.first:
        rest.append(Condition("order", False, _("Pass the exam of {module} first"), {"module": facts.first}))
    if facts.retake_from and now < facts.retake_from:
        rest.append(Condition("wait", False, _("You can try again from {date}"), {"date": facts.retake_from}))
    return Verdict((*modules, *rest))
