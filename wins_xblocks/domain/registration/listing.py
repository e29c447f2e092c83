"""Learners page by page, by their registrations: the database counts, sorts and cuts, however many there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from ..quiz import api as quiz
from .data import RegistrationValue
from .models import Registration

STUDYING, REACHED, PASSED, ENDED = "studying", "reached", "passed", "ended"
STATES = (STUDYING, REACHED, PASSED, ENDED)
_COLUMNS = [field.name for field in fields(RegistrationValue)]


@dataclass(frozen=True)
class Wanted:
    """Which registrations a list is about. What is empty asks for nothing, and ``modules`` None for any module.

    ``reached``: has the hours and still has to pass the module test. ``ended``: without a pass, and not begun again.
    ``learners``: each entry, ids or a query that finds them, leaves those alone who are in it.
    """

    modules: Collection[str] | None = None
    state: str = ""
    since: datetime | None = None
    before: datetime | None = None
    learners: tuple[Any, ...] = ()


def of(wanted: Wanted) -> QuerySet:
    """These registrations, in no order: for the queries of applets above."""
    rows = Registration.objects.order_by()
    if wanted.modules is not None:
        rows = rows.filter(module__in=sorted(wanted.modules))
    if wanted.since:
        rows = rows.filter(started_at__gte=wanted.since)
    if wanted.before:
        rows = rows.filter(started_at__lt=wanted.before)
    for learners in wanted.learners:
        rows = rows.filter(learner_id__in=learners)
    return _STATE[wanted.state](rows) if wanted.state else rows


def _reached(rows: QuerySet) -> QuerySet:
    passed = quiz.passed_tests(OuterRef("id"))
    return rows.filter(~Exists(passed), state=Registration.OPEN, reached_at__isnull=False)


def _ended(rows: QuerySet) -> QuerySet:
    return rows.filter(state__in=[Registration.LAPSED, Registration.CANCELLED], followed__isnull=True)


_STATE = {
    STUDYING: lambda rows: rows.filter(state=Registration.OPEN), REACHED: _reached,
    PASSED: lambda rows: rows.filter(state=Registration.PASSED), ENDED: _ended,
}  # fmt: skip


def learners(wanted: Wanted) -> QuerySet:
    """Their learners' ids, as a query to look others up in."""
    return of(wanted).values("learner_id")


def count(wanted: Wanted) -> int:
    """How many learners these are."""
    return int(of(wanted).aggregate(learners=Count("learner_id", distinct=True))["learners"])


def newest(wanted: Wanted, start: int, most: int, total: int) -> list[int]:
    """Ids of at most ``most`` of ``total`` learners from place ``start``, who registered last first."""
    rows = of(wanted).values("learner_id").annotate(place=Max("id")).order_by("-place")
    return cut(rows.values_list("learner_id", flat=True), start, most, total)


def oldest(wanted: Wanted, start: int, most: int, total: int) -> list[int]:
    """The same, who registered first first."""
    rows = of(wanted).values("learner_id").annotate(place=Min("id")).order_by("place")
    return cut(rows.values_list("learner_id", flat=True), start, most, total)


def by_user_name(
    wanted: Wanted, users: QuerySet, start: int, most: int, total: int, without: QuerySet | None = None
) -> list[int]:
    """The same by the names of ``users``; who left the platform stands first. ``without``: ids to leave out.

    Counted from the end, for how many have left is not known, and mostly nobody has.
    """
    stay = Q() if without is None else ~Q(learner_id__in=without)
    here = Q() if without is None else ~Q(id__in=without)
    own = users.filter(here, id__in=learners(wanted)).order_by("-username")  # unique, and indexed as it is
    stop = min(start + most, total)
    found: list[int] = list(own.values_list("id", flat=True)[total - stop : total - start])[::-1]
    if missing := stop - start - len(found):
        gone = of(wanted).filter(stay, ~Q(learner_id__in=users.values("id"))).values_list("learner_id", flat=True)
        found = [*gone.distinct().order_by("learner_id")[start : start + missing], *found]
    return found


def cut(rows: QuerySet, start: int, most: int, total: int) -> list[Any]:
    """Part of a query that finds ``total`` rows. What is nearer to the end is read from there."""
    stop = min(start + most, total)
    if start >= stop:
        return []
    if start + stop <= total:
        return list(rows[start:stop])
    return list(rows.reverse()[total - stop : total - start])[::-1]


def glances(wanted: Wanted, learner_ids: Iterable[int]) -> Mapping[int, tuple[bool, int]]:
    """Of each of these learners who has such registrations: whether one is open, and the id of the newest."""
    known = of(wanted).filter(learner_id__in=list(learner_ids)).values("learner_id")
    found = known.annotate(studies=Count("open_slot"), newest=Max("id")).values_list("learner_id", "studies", "newest")
    return {id_: (studies > 0, newest) for id_, studies, newest in found}


def rows(wanted: Wanted, learner_ids: Iterable[int]) -> Mapping[int, list[RegistrationValue]]:
    """The newest of these registrations by module, of each of these learners; in the order of the learners."""
    ids = list(learner_ids)
    known = of(wanted).filter(learner_id__in=ids).order_by("id").values(*_COLUMNS)
    latest = {(row["learner_id"], row["module"]): RegistrationValue(**row) for row in known}
    found: dict[int, list[RegistrationValue]] = defaultdict(list)
    for value in latest.values():
        found[value.learner_id].append(value)
    return {id_: found[id_] for id_ in ids if id_ in found}
