"""What new rules would do to those who study now, before they are made. Reads only.

Hours and tests only ever open a module together, so whoever has not passed a module test neither gains nor loses a
complete module: those who have are looked at one by one, and the others counted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q

from ..duration import Duration
from ..exams import api as exams
from ..programme.data import Programme
from ..quiz import api as quiz
from ..quiz.data import TestStanding
from . import rules
from .api import hours_of, of_learners
from .data import LIVING, Hours, RegistrationValue, Standing
from .models import Entitlement, Registration

_CHUNK = 500  # registrations that are looked at together
Group = tuple[int, str]  # registrations of one version and module stand under the same rules


@dataclass(frozen=True)
class Side:
    """One registration under one rule set: what is asked, is it there, and may she have the exam's voucher?"""

    required: Duration
    complete: bool
    opens: bool


@dataclass(frozen=True)
class Touched:
    """One registration under the rules as they are and as they would be."""

    registration_id: int
    learner_id: int
    module: str
    counted: Duration
    passed: bool
    before: Side
    after: Side

    @property
    def loses(self) -> bool:
        return (self.before.complete and not self.after.complete) or (self.before.opens and not self.after.opens)

    @property
    def gains(self) -> bool:
        return (self.after.complete and not self.before.complete) or (self.after.opens and not self.before.opens)


@dataclass(frozen=True)
class Rehearsal:
    """``easier`` and ``harder`` count registrations of which less or more is asked; the lists name who crosses a line.

    ``others`` are the first of the rest of them. ``looked_at`` learners were looked at, all of them when ``whole``.
    """

    living: int = 0
    touched: int = 0
    easier: int = 0
    harder: int = 0
    losing: tuple[Touched, ...] = ()
    gaining: tuple[Touched, ...] = ()
    others: tuple[Touched, ...] = ()
    looked_at: int = 0
    whole: bool = True


@dataclass(frozen=True)
class Change:
    """The rules as they are and as they would be, and those under which people began."""

    before: Programme
    after: Programme
    starts: Mapping[int, Programme]
    factor: int
    _bound: dict[Group, tuple[Programme, Programme]] = field(default_factory=dict)

    def bound(self, group: Group) -> tuple[Programme, Programme]:
        """The two rule sets that bind these registrations."""
        if group not in self._bound:
            version, module = group
            start = self.starts.get(version) or self.starts[min(self.starts)]
            sides = (rules.binding(start, self.before, module), rules.binding(start, self.after, module))
            self._bound[group] = sides
        return self._bound[group]

    def demands(self, group: Group) -> tuple[tuple[int, ...], ...]:
        return tuple(rules.demands(one, group[1]) for one in self.bound(group))

    def differs(self, group: Group) -> bool:
        """Could anything be otherwise for these?"""
        before, after = (_opening(one, group[1]) for one in self.bound(group))
        return before != after


def _opening(programme: Programme, module_id: str) -> tuple[object, ...]:
    policies = programme.policies
    return (rules.demands(programme, module_id), policies.release, policies.exam_order)


def rehearse(change: Change, most_named: int, go_on: Callable[[], bool]) -> Rehearsal:
    """Who would gain or lose, as far as ``go_on`` allows: it is asked before each few hundred people."""
    rows = Registration.objects.filter(state__in=LIVING).order_by().values_list("rule_version", "module")
    groups = {(version, module): count for version, module, count in rows.annotate(count=Count("id"))}
    differing = {group for group in groups if change.differs(group)}
    easier = sum(groups[group] for group in differing if _eased(*change.demands(group)))
    harder = sum(groups[group] for group in differing if _hardened(*change.demands(group)))
    living, touched = sum(groups.values()), sum(groups[group] for group in differing)
    if not differing:
        return Rehearsal(living)
    found, looked_at, whole = _crossing(change, differing, go_on)
    crossing = {one.registration_id for one in found}
    asked = {group for group in differing if len(set(change.demands(group))) > 1}
    others = [one for one in _first(change, asked, most_named) if one.registration_id not in crossing]
    return Rehearsal(
        living, touched, easier, harder, tuple(one for one in found if one.loses),
        tuple(one for one in found if one.gains), tuple(others), looked_at, whole,
    )  # fmt: skip


def _eased(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    return bool(before and after) and rules.harder(after, before)


def _hardened(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    return bool(before and after) and rules.harder(before, after)


def _crossing(
    change: Change, differing: set[Group], go_on: Callable[[], bool]
) -> tuple[list[Touched], int, bool]:  # fmt: skip
    found: list[Touched] = []
    seen: set[int] = set()
    last = 0
    while chunk := quiz.passed_after(last, _CHUNK):
        if not go_on():
            return found, len(seen), False
        last = chunk[-1]
        rows = Registration.objects.filter(id__in=chunk, state__in=LIVING)
        own = rows.values_list("learner_id", "rule_version", "module")
        learners = {learner for learner, *group in own if tuple(group) in differing} - seen
        seen |= learners
        found += [one for one in _of(change, learners, crossing=True) if one.loses or one.gains]
    return found, len(seen), True


def _first(change: Change, differing: set[Group], most: int) -> list[Touched]:
    """The first of those of whom less or more is asked."""
    wanted = Q(pk__in=[])
    for version, module in differing:
        wanted |= Q(rule_version=version, module=module)
    rows = Registration.objects.filter(wanted, state__in=LIVING).order_by("id")
    ids = list(rows.values_list("id", "learner_id")[:most])
    shown = {registration for registration, _learner in ids}
    return [one for one in _of(change, {learner for _id, learner in ids}) if one.registration_id in shown]


def _of(change: Change, learners: Iterable[int], crossing: bool = False) -> list[Touched]:
    """Each living registration of these learners under both rule sets; a few queries however many there are.

    ``crossing``: those who could not cross a line are left out.
    """
    who = sorted(learners)
    if not who:
        return []
    known = of_learners(who)
    own = {learner: [row for row in known.get(learner, ()) if row.state in LIVING] for learner in who}
    ids = [row.id for rows in own.values() for row in rows]
    hours, tests = hours_of(ids, change.factor), quiz.tests_of(ids)
    if crossing:
        own = {learner: rows for learner, rows in own.items() if _may_cross(change, rows, hours, tests)}
        who = list(own)
    outcomes = exams.outcomes(who)
    places = Entitlement.objects.filter(learner_id__in=who, state=Entitlement.HELD, registration__state__in=LIVING)
    held = set(places.values_list("learner_id", "exam"))
    passed_exams = {key for key, outcome in outcomes.items() if outcome.passed}
    wanted = held - passed_exams
    found: list[Touched] = []
    for rows in own.values():
        sides = [_sides(change, number, rows, hours, tests, wanted, passed_exams) for number in (0, 1)]
        for row in rows:
            if row.id in sides[0] and row.id in sides[1]:
                passed = tests.get(row.id, TestStanding()).passed
                counted, pair = hours[row.id].counted, (sides[0][row.id], sides[1][row.id])
                found.append(Touched(row.id, row.learner_id, row.module, counted, passed, *pair))
    return found


def _may_cross(
    change: Change, rows: Iterable[RegistrationValue], hours: Mapping[int, Hours], tests: Mapping[int, TestStanding]
) -> bool:
    """Is a module complete on one side only, or does an exam open otherwise? Else both sides are alike to the end."""
    for row in rows:
        sides, test = change.bound((row.rule_version, row.module)), tests.get(row.id, TestStanding())
        found = {
            (
                one.policies.release, one.policies.exam_order,
                rules.is_complete(module, hours[row.id], test, one.policies.hours),
            )
            for one in sides if (module := one.module(row.module))
        }  # fmt: skip
        if len(found) > 1:
            return True
    return False


def _sides(
    change: Change, number: int, rows: Sequence[RegistrationValue], hours: Mapping[int, Hours],
    tests: Mapping[int, TestStanding], wanted: set[tuple[int, str]], passed: set[tuple[int, str]],
) -> dict[int, Side]:  # fmt: skip
    """One learner's registrations under the rules before (0) or after (1)."""
    bound = {row.id: change.bound((row.rule_version, row.module))[number] for row in rows}
    standings = []
    for row in rows:
        module = bound[row.id].module(row.module)
        if module:
            own, test = hours[row.id], tests.get(row.id, TestStanding())
            verdict = rules.completion(module, own, test, bound[row.id].policies.hours)
            standings.append(Standing(row, module, own, test, verdict))
    return {
        one.registration.id: Side(
            Duration(one.module.required_ms), one.complete,
            _opens(bound[one.registration.id], one, standings, wanted, passed),
        )
        for one in standings
    }  # fmt: skip


def _opens(
    programme: Programme, own: Standing, standings: Sequence[Standing], wanted: set[tuple[int, str]],
    passed: set[tuple[int, str]],
) -> bool:  # fmt: skip
    """Has she all that the rules ask before she may have this module's voucher? Who passed the exam wants none."""
    learner = own.registration.learner_id
    if (learner, own.module.exam) not in wanted:
        return False
    ordered = programme.policies.exam_order == "foundation_first" and own.module.kind == "elective"
    if ordered and not any((learner, one.exam) in passed for one in programme.modules if one.kind == "foundation"):
        return False
    return all(condition.met for condition in rules.modules_for_exam(programme, own.module, standings))
