"""Registrations: open one, say where it stands, and hold the right to a voucher.

No permissions are checked here; whoever calls must have done so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet, Sum, Value

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..prepared import prepared
from ..programme import api as programme_api
from ..programme.data import Module, Programme
from ..quiz import api as quiz
from ..quiz.data import TestStanding
from ..study_time import api as study_time
from ..study_time.data import LedgerHours
from . import rules
from .data import LIVING, Hours, RegistrationValue, Standing
from .models import Entitlement, HeldCertificate, Registration, Waiver
from .waivers import accepted as accepted
from .waivers import waive as waive

FIRST_ENROLMENT = "first_enrolment"
WAIVED = "waived"


class NoPlace(Refusal):
    """No unused entitlement for this exam."""


def _value(row: Registration) -> RegistrationValue:
    return RegistrationValue(
        id=row.id, learner_id=row.learner_id, module=row.module, course_id=row.course_id, state=row.state,
        rule_version=row.rule_version, started_at=row.started_at, ended_at=row.ended_at, reached_at=row.reached_at,
    )  # fmt: skip


def open_for_enrolment(
    learner_id: int, module: Module, course_id: str, rule_version: int, now: datetime, source: str = "enrolment",
    entitlement: str = FIRST_ENROLMENT,
) -> RegistrationValue:  # fmt: skip
    """The learner's registration for ``module``: the latest open or passed one, else a new one.

    By the policy ``entitlement`` her first one brings one exam place, or staff give it. Repeating it is safe; a rerun
    of the course changes nothing.
    """
    found = latest(learner_id, module.id)
    if found and found.state in LIVING:
        return found
    try:
        return _open(learner_id, module, course_id, rule_version, now, source, entitlement, again=found is not None)
    except IntegrityError:  # two requests at once: the other one was first
        row = Registration.objects.get(learner_id=learner_id, module=module.id, open_slot=1)
        return _value(row)


def _open(
    learner_id: int, module: Module, course_id: str, rule_version: int, now: datetime, source: str, entitlement: str,
    again: bool,
) -> RegistrationValue:  # fmt: skip
    with transaction.atomic():
        row = Registration.objects.create(
            learner_id=learner_id, module=module.id, course_id=course_id, rule_version=rule_version, source=source,
            started_at=now,
        )  # fmt: skip
        if again:
            ended = Registration.objects.filter(learner_id=learner_id, module=module.id, id__lt=row.id)
            ended.update(followed=True)
        first = not Entitlement.objects.filter(learner_id=learner_id, exam=module.exam).exists()
        place = entitlement == FIRST_ENROLMENT if first else _move_unused(row, module.exam, now)
        if first and place:
            _grant(row, module.exam, now)
        facts = {"module": module.id, "course": course_id, "rules": rule_version, "place": place}
        audit.append(f"registration:{row.id}", "registration.opened", now, actor_id=learner_id, facts=facts)
        return _value(row)


def _grant(row: Registration, exam: str, now: datetime) -> None:
    Entitlement.objects.create(
        registration=row, learner_id=row.learner_id, exam=exam, source=row.source, granted_at=now
    )


def _move_unused(row: Registration, exam: str, now: datetime) -> bool:
    """Withdraw what ended registrations left unused and grant it here, once; False when there is nothing to move."""
    held = Entitlement.objects.filter(learner_id=row.learner_id, exam=exam, state=Entitlement.HELD)
    unused = list(held.exclude(registration__state__in=LIVING).values_list("id", flat=True))
    if not held.filter(id__in=unused).update(state=Entitlement.WITHDRAWN):
        return False
    _grant(row, exam, now)
    return True


def latest(learner_id: int, module_id: str) -> RegistrationValue | None:
    """The learner's newest registration for the module, open or ended."""
    row = Registration.objects.filter(learner_id=learner_id, module=module_id).order_by("id").last()
    return _value(row) if row else None


def by_id(registration_ids: Iterable[int]) -> dict[int, RegistrationValue]:
    """These registrations, open or ended; unknown ids are not there."""
    return {row.id: _value(row) for row in Registration.objects.filter(id__in=list(registration_ids))}


def all_of(learner_id: int) -> list[RegistrationValue]:
    """Every registration the learner ever had, oldest first."""
    return [_value(row) for row in Registration.objects.filter(learner_id=learner_id).order_by("id")]


def of_learners(learner_ids: Iterable[int] | None = None) -> dict[int, list[RegistrationValue]]:
    """Each learner's newest registration per module, by learner; all learners when none are named."""
    rows = Registration.objects.order_by("id") if learner_ids is None else _of(learner_ids=list(learner_ids))
    newest = {(row.learner_id, row.module): _value(row) for row in rows}
    found: dict[int, list[RegistrationValue]] = defaultdict(list)
    for value in newest.values():
        found[value.learner_id].append(value)
    return dict(found)


@prepared
def _of(learner_ids: list[int]) -> QuerySet:
    return Registration.objects.filter(learner_id__in=learner_ids).order_by("id")


def courses() -> dict[str, frozenset[str]]:
    """Ids of the courses in which anybody ever registered, by module."""
    found: dict[str, set[str]] = defaultdict(set)
    for module, course_id in Registration.objects.values_list("module", "course_id").order_by().distinct():
        found[module].add(course_id)
    return {module: frozenset(own) for module, own in found.items()}


def living(module_id: str, most: int) -> list[int]:
    """Ids of a module's registrations that have not ended without a pass, the newest of them."""
    rows = Registration.objects.filter(module=module_id, state__in=LIVING).order_by("-id")
    return list(rows.values_list("id", flat=True)[:most])


def living_and_reached(module_id: str) -> tuple[int, int]:
    """Registrations of a module that have not ended, and how many of them have reached the hours."""
    rows = Registration.objects.filter(module=module_id, state=Registration.OPEN)
    found = rows.aggregate(living=Count("id"), reached=Count("reached_at"))
    return found["living"], found["reached"]


def hold_certificate(learner_id: int, course_id: str, now: datetime) -> None:
    """Remember that the platform's certificate was refused: it does not ask again by itself."""
    HeldCertificate.objects.get_or_create(learner_id=learner_id, course_id=course_id, defaults={"held_at": now})


def held_certificates(most: int) -> list[tuple[int, str]]:
    """(learner, course) of held certificates, those that were looked at longest ago first."""
    rows = HeldCertificate.objects.order_by("held_at", "id")
    return list(rows.values_list("learner_id", "course_id")[:most])


def looked_at_certificate(learner_id: int, course_id: str, now: datetime) -> None:
    """Still held: to the end of the queue."""
    HeldCertificate.objects.filter(learner_id=learner_id, course_id=course_id).update(held_at=now)


def release_certificate(learner_id: int, course_id: str) -> bool:
    """Held no longer; True for the one call that released it."""
    return bool(HeldCertificate.objects.filter(learner_id=learner_id, course_id=course_id).delete()[0])


def rules_of(registration: RegistrationValue, current: Programme, first_rules: str | None) -> Programme:
    """The rules that bind this registration (``rules.binding``)."""
    if registration.rule_version == current.version:
        return current
    start = programme_api.version(first_rules, registration.rule_version)
    return rules.binding(start, current, registration.module)


def standings(
    registrations: Sequence[RegistrationValue], current: Programme, first_rules: str | None, factor: int
) -> list[Standing]:
    """Where each registration stands; a fixed number of queries however many there are."""
    ids = [registration.id for registration in registrations]
    hours, tests = hours_of(ids, factor), quiz.tests_of(ids)
    binding: dict[tuple[int, str], Programme] = {}  # thousands of registrations stand under a few rule sets
    found = []
    for registration in registrations:
        key = (registration.rule_version, registration.module)
        if key not in binding:
            binding[key] = rules_of(registration, current, first_rules)
        bound = binding[key]
        module = bound.module(registration.module)
        if module is None:  # a module that no rule set knows any more: nothing can be said of it
            continue
        own, test = hours[registration.id], tests.get(registration.id, TestStanding())
        verdict = rules.completion(module, own, test, bound.policies.hours)
        found.append(Standing(registration, module, own, test, verdict, bound.policies.module_test.tries))
    return found


def hours_of(registration_ids: Sequence[int], factor: int) -> Mapping[int, Hours]:
    """Study time of each registration: the one function behind every page, report and rule."""
    rows = _sums(ids=list(registration_ids))
    ledger, waived = study_time.ledger(registration_ids, rows), {id_: ms for id_, what, ms in rows if what == WAIVED}
    return {id_: _hours(ledger[id_], waived.get(id_, 0), factor) for id_ in registration_ids}


def hours_with(registration_id: int, waived_ms: int, factor: int) -> Hours:
    """The same of one registration of which it is known what WINS accepted."""
    return _hours(study_time.hours_of([registration_id])[registration_id], waived_ms, factor)


def _hours(ledger: LedgerHours, waived_ms: int, factor: int) -> Hours:
    return Hours(ledger.credited_ms, ledger.struck_ms, ledger.book_ms, waived_ms, factor)


@prepared
def _sums(ids: list[int]) -> QuerySet:
    """Online, book and waived hours in one statement."""
    waived = Waiver.objects.filter(registration__id__in=ids).order_by().values("registration_id")
    told = waived.annotate(what=Value(WAIVED), sum=Sum("ms")).values_list("registration_id", "what", "sum")
    credited, *others = study_time.sums(ids)
    return credited.union(*others, told, all=True)


def note_hours(registration_id: int, module: Module, factor: int, now: datetime) -> bool:
    """Write down, once, when the required hours were reached. True for the call that crossed the line."""
    if hours_of([registration_id], factor)[registration_id].counted < module.required_ms:
        return False
    rows = Registration.objects.filter(id=registration_id, reached_at__isnull=True)
    if not rows.update(reached_at=now):
        return False
    audit.append(f"registration:{registration_id}", "hours.reached", now, facts={"module": module.id})
    return True


def places(learner_id: int, exam: str) -> int:
    """Unused rights to a voucher for ``exam`` on registrations that have not ended without a pass."""
    return len(_held(learner_id=learner_id, exam=exam))


@prepared
def _held(learner_id: int, exam: str) -> QuerySet:
    rows = Entitlement.objects.filter(
        learner_id=learner_id, exam=exam, state=Entitlement.HELD, registration__state__in=LIVING
    )
    return rows.order_by("id").values_list("id")


def use_place(learner_id: int, exam: str, now: datetime) -> int:
    """Use up one entitlement, inside the caller's transaction; its id. Raises NoPlace."""
    for (id_,) in _held(learner_id=learner_id, exam=exam):
        if Entitlement.objects.filter(id=id_, state=Entitlement.HELD).update(state=Entitlement.USED, used_at=now):
            return int(id_)
    raise NoPlace(_("You have no exam place yet. Your enrolment does not include an exam."))


def give_back_place(entitlement_id: int, now: datetime) -> None:
    """Undo ``use_place``, inside the caller's transaction: the voucher was taken back, or ended, before it was seen.

    When its registration has ended meanwhile, the place goes to the one that the learner has opened since.
    """
    own = Entitlement.objects.filter(id=entitlement_id, state=Entitlement.USED)
    if not own.update(state=Entitlement.HELD, used_at=None):
        return
    place = Entitlement.objects.select_related("registration").get(id=entitlement_id)
    since = Registration.objects.filter(
        learner_id=place.learner_id, module=place.registration.module, state__in=LIVING, id__gt=place.registration_id
    )
    heir = since.exclude(entitlements__exam=place.exam).order_by("id").last()
    if heir:
        _move_unused(heir, place.exam, now)
