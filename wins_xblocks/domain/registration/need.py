"""How many voucher codes will be asked for, from how far the learners with an unused place are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet, Subquery, Sum
from django.db.models.functions import Mod

from ..programme.data import MS_PER_HOUR, Module, Programme
from ..study_time import evidence
from .api import hours_of
from .data import LIVING, Hours
from .models import Entitlement, Waiver

NEAR_HOURS = 10
AHEAD, PACE = timedelta(days=30), timedelta(days=28)
SAMPLE = 1_000  # places that are looked at for an estimate, or a few more
SLOTS = 10_007  # a prime: neither the order of modules nor that of learners shows in it
LOOKED = 2_500  # the same, for the need by exam


@dataclass(frozen=True)
class Need:
    """Learners with an unused place in one exam: with all hours, with at most ``NEAR_HOURS`` to go, and the rest.

    ``about``: a part of them was looked at, and the numbers are an estimate.
    """

    exam: str
    reached: int = 0
    near: int = 0
    studying: int = 0
    about: bool = False

    @property
    def soon(self) -> int:
        """Codes that may be asked for soon. Whoever has the hours may still lack the test."""
        return self.reached + self.near


def forecast(modules: Iterable[Module], factor: int) -> tuple[Need, ...]:
    """The need of each module's exam, in their order. A learner with two places in an exam is counted once.

    Three queries; of many places some thousands, all of a learner's or none of them, speak for the rest.
    """
    required = {module.exam: module.required_ms for module in modules}
    rows = list(
        _spread(_held(required), "learner_id", LOOKED).values_list("exam", "learner_id", "registration_id", "newest")
    )
    share = max(rows[0][3] / LOOKED, 1.0) if rows else 1.0
    counted = {id_: hours.counted for id_, hours in hours_of(sorted({row[2] for row in rows}), factor).items()}
    most: dict[tuple[str, int], int] = {}
    for exam, learner_id, registration_id, _newest in rows:
        most[exam, learner_id] = max(most.get((exam, learner_id), 0), counted[registration_id])
    of = Counter((exam, _step(required[exam] - ms)) for (exam, _learner), ms in most.items())
    told = {key: round(count * share) for key, count in of.items()}
    return tuple(
        Need(
            exam, told.get((exam, "reached"), 0), told.get((exam, "near"), 0), told.get((exam, "studying"), 0),
            share > 1,
        )
        for exam in required
    )  # fmt: skip


def _held(exams: Iterable[str]) -> QuerySet:
    living = Entitlement.objects.filter(state=Entitlement.HELD, registration__state__in=LIVING)
    return living.filter(exam__in=list(exams)).order_by("id")


def _spread(held: QuerySet, by: str, most: int) -> QuerySet:
    """About ``most`` of these places, spread over all of them by a column; all of them while there are few.

    ``newest`` is the highest number of a place: so many have been given, or fewer.
    """
    newest = Entitlement.objects.order_by("-id").values("id")[:1]
    slots = held.annotate(newest=Subquery(newest), slot=Mod(F(by) * 7919, SLOTS))
    return slots.filter(slot__lt=SLOTS * most / F("newest"))


def _step(left_ms: int) -> str:
    if left_ms <= 0:
        return "reached"
    return "near" if left_ms <= NEAR_HOURS * MS_PER_HOUR else "studying"


@dataclass(frozen=True)
class Estimate:
    """How many of ``places`` unused places may ask for their code within ``AHEAD``, by exam.

    ``sampled``: a part of them was looked at.
    """

    places: int
    sampled: bool
    by_exam: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_exam.values())


def ready_soon(rules: Programme, factor: int, now: datetime) -> Estimate:
    """An estimate: who has the hours, or will have them when the online hours of the last four weeks go on so.

    The test is left out, and book hours to come: some will be later, some sooner. Three queries; of many places
    about a thousand, spread over all of them, speak for the rest.
    """
    required = {module.exam: module.required_ms for module in rules.modules}
    rows = list(_spread(_held(required), "id", SAMPLE).values_list("exam", "registration_id", "newest"))
    if not rows:
        return Estimate(0, False, {})
    ids, share = [row[1] for row in rows], max(rows[0][2] / SAMPLE, 1.0)
    ledger, paces = evidence.hours_and_pace(ids, now.astimezone(rules.zone).date() - PACE)
    waivers = Waiver.objects.filter(registration_id__in=ids).order_by().values_list("registration_id")
    waived = dict(waivers.annotate(total=Sum("ms")))
    soon: Counter[str] = Counter()
    for exam, own, _newest in rows:
        told = ledger[own]
        counted = Hours(told.credited_ms, told.struck_ms, told.book_ms, waived.get(own, 0), factor).counted
        soon[exam] += counted + paces.get(own, 0) * factor * (AHEAD / PACE) >= required[exam]
    return Estimate(round(len(rows) * share), share > 1, {exam: round(count * share) for exam, count in soon.items()})
