"""Places in exams that staff give, one by one or many at once; and how many there are. Inside the caller's transaction.

A place hangs on a registration, as the one that came with the enrolment.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count, F, Max, Q

from ..audit import api as audit
from ..outbox import api as outbox
from ..together import Read
from .data import LIVING, PlacesHeld
from .models import Entitlement, Registration

RETAKE = "retake"  # the source of a place that the package holds for another try


def grant(learner_id: int, module: str, exam: str, reason: str, by: int, now: datetime) -> bool:
    """Give one more place, on the learner's living registration for the module; False when there is none."""
    own = Registration.objects.filter(learner_id=learner_id, module=module, state__in=LIVING).order_by("id")
    id_ = own.values_list("id", flat=True).last()
    if id_ is None:
        return False
    _add(id_, learner_id, exam, "staff", reason, by, now)
    return True


def _add(id_: int, learner_id: int, exam: str, source: str, reason: str, by: int | None, now: datetime) -> None:
    Registration.objects.filter(id=id_).update(state=F("state"))  # the lock, for the trail and the number
    newest = Entitlement.objects.filter(registration_id=id_, exam=exam).aggregate(last=Max("number"))["last"]
    number = 0 if newest is None else newest + 1
    Entitlement.objects.create(
        registration_id=id_, learner_id=learner_id, exam=exam, number=number, source=source, granted_at=now,
        granted_by=by, reason=reason,
    )  # fmt: skip
    facts = {"exam": exam, "learner": learner_id, "number": number}
    action = "place.included" if source == RETAKE else "place.granted"
    audit.append(f"registration:{id_}", action, now, actor_id=by, facts=facts, text=reason)
    if source == RETAKE:
        outbox.write("place_included", f"registration:{id_}:{exam}", now, now, learner_id, {"exam": exam})


def had_retake(learner_id: int, exam: str) -> bool:
    """Was the place given that comes with a first try that failed?"""
    return Entitlement.objects.filter(learner_id=learner_id, exam=exam, source=RETAKE).exists()


def grant_retake(learner_id: int, exam: str, now: datetime) -> None:
    """Give the place that the package holds for another try, where the first one was used up."""
    first = Entitlement.objects.filter(learner_id=learner_id, exam=exam).order_by("id").last()
    if first is None or had_retake(learner_id, exam):
        return
    _add(first.registration_id, learner_id, exam, RETAKE, "", None, now)


def counts(exams: Collection[str]) -> Mapping[str, tuple[int, int]]:
    """(unused, used up) places of each exam."""
    rows = Entitlement.objects.filter(exam__in=list(exams)).values("exam").order_by()
    found = rows.annotate(
        held=Count("id", Q(state=Entitlement.HELD, registration__state__in=LIVING)),
        used=Count("id", Q(state=Entitlement.USED)),
    )
    numbers = {row["exam"]: (row["held"], row["used"]) for row in found}
    return {exam: numbers.get(exam, (0, 0)) for exam in exams}


def of_learner(learner_id: int) -> Read[PlacesHeld]:
    """Her unused places by exam, as ``registration.places`` counts them, and the exams with a place of the package."""
    rows = Entitlement.objects.filter(learner_id=learner_id)
    return Read(rows.values_list("exam", "state", "source", "registration__state"), _places)


def _places(rows: list[tuple[str, str, str, str]]) -> PlacesHeld:
    unused = Counter(exam for exam, state, _source, own in rows if state == Entitlement.HELD and own in LIVING)
    return PlacesHeld(dict(unused), frozenset(exam for exam, _state, source, _own in rows if source == RETAKE))
