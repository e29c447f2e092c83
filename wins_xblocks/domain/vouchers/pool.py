"""What is done to the pool's tables, inside the transaction of a caller who holds the pool's lock."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from .. import Refusal
from .. import marked as _
from ..prepared import prepared
from . import rules
from .data import FreeSlot
from .models import Pool, TakenBack, Voucher, VoucherExam, VoucherWait

TRIES = 3
CHUNK = 500


def ensure(exams: Iterable[str]) -> None:
    """Make the pools' rows, before the transaction that locks them: its first statement must be the lock."""
    wanted = set(exams)
    for exam in sorted(wanted - {exam for (exam,) in _there(exams=sorted(wanted))}):
        Pool.objects.get_or_create(exam=exam)


@prepared
def _there(exams: list[str]) -> QuerySet:
    return Pool.objects.filter(exam__in=exams).values_list("exam")


def known(exam: str) -> bool:
    """Has this exam a pool?"""
    return bool(Pool.objects.filter(exam=exam).exists())


def crossed(line: int, days: int, now: datetime) -> list[str]:
    """Pools of which the Academy was told otherwise than is true: fewer usable codes than ``line``, or enough again."""
    told = dict(Pool.objects.order_by("exam").values_list("exam", "low_told"))
    return [exam for exam, low in told.items() if low != (usable(exam, days, now).count() < line)]


def mark_low(exam: str, low: bool) -> bool:
    """Keep what the Academy was told; False when it knew."""
    return bool(Pool.objects.filter(exam=exam, low_told=not low).update(low_told=low))


def lock(exams: Iterable[str]) -> None:
    """The first statement of whoever takes from these pools: one UPDATE, so rows are locked in the key's order."""
    Pool.objects.filter(exam__in=sorted(set(exams))).update(claims=F("claims") + 1)


def usable(exam: str, days: int, now: datetime) -> "QuerySet[VoucherExam]":
    """The free codes with at least ``days`` left, the first to expire first."""
    return _usable(exam, rules.usable_from(days, now))


def _usable(exam: str, since: datetime) -> "QuerySet[VoucherExam]":
    enough = VoucherExam.objects.filter(
        exam=exam, state="free", voucher__state="imported", voucher__expires_at__gte=since
    )
    return enough.order_by("voucher__expires_at", "voucher_id")


@prepared
def _next(exam: str, since: datetime) -> QuerySet:
    return _usable(exam, since).values_list("id", "voucher_id", "voucher__expires_on")[:TRIES]


def take(exam: str, learner_id: int, days: int, now: datetime) -> FreeSlot | None:
    """Issue the first usable voucher to the learner; None when there is none.

    The UPDATE asks again what the SELECT saw: a voucher may be withdrawn without the pool's lock.
    """
    for columns in _next(exam=exam, since=rules.usable_from(days, now)):
        slot = FreeSlot(*columns)
        own = Voucher.objects.filter(id=slot.voucher_id, state="imported", expires_at__gt=now)
        if own.update(state="issued", holder_id=learner_id, issued_at=now):
            return slot
    return None


def open_slot(slot: FreeSlot, learner_id: int, entitlement_id: int) -> None:
    """Enter the voucher as the learner's open one for its exam. Raises Refusal, which undoes all, unless it is free."""
    free = VoucherExam.objects.filter(id=slot.id, state="free")
    if not free.update(state="open", open_holder=learner_id, entitlement_id=entitlement_id):
        raise Refusal(_("This voucher is not free any more. Nothing was changed. Please try again."))


def release(voucher_id: int, state: str) -> list[int]:
    """Set the slots of an unseen voucher to ``free`` or ``closed``; the entitlements that go back to their holder."""
    slots = VoucherExam.objects.filter(voucher_id=voucher_id)
    used = [int(id_) for id_ in slots.values_list("entitlement_id", flat=True) if id_ is not None]
    slots.update(state=state, open_holder=None, entitlement_id=None)
    return used


def close(voucher_id: int) -> None:
    """Close the slots of a seen voucher: its place stays used up."""
    VoucherExam.objects.filter(voucher_id=voucher_id).update(state="closed", open_holder=None)


def end_unused(voucher_ids: Sequence[int], now: datetime) -> int:
    """End pooled codes whose last day is over, many at a time; how many."""
    ended = 0
    for start in range(0, len(voucher_ids), CHUNK):
        chunk = voucher_ids[start : start + CHUNK]
        over = Voucher.objects.filter(id__in=chunk, state="imported", expires_at__lte=now)
        ended += over.update(state="expired", ended_at=now)
        VoucherExam.objects.filter(voucher_id__in=chunk, state="free").update(state="closed")
    return ended


def queue(exam: str) -> list[int]:
    """Who waits for this exam's code, the first first."""
    return [learner_id for (learner_id,) in _waiting(exam=exam)]


@prepared
def _waiting(exam: str) -> QuerySet:
    return VoucherWait.objects.filter(exam=exam, open_slot=1).order_by("since", "id").values_list("learner_id")


def join(exam: str, learner_id: int, now: datetime, at_head: bool = False) -> bool:
    """Enter the queue; False when the learner stands in it already."""
    first = VoucherWait.objects.filter(exam=exam, open_slot=1).order_by("since", "id").first() if at_head else None
    since = min(first.since - timedelta(milliseconds=1), now) if first else now
    _, made = VoucherWait.objects.get_or_create(
        exam=exam, learner_id=learner_id, open_slot=1, defaults={"since": since}
    )
    return bool(made)


def leave(exam: str, learner_id: int, now: datetime) -> None:
    """Leave the queue, and the notice that a voucher was taken back: the learner has one now."""
    VoucherWait.objects.filter(exam=exam, learner_id=learner_id, open_slot=1).update(open_slot=None, ended_at=now)
    TakenBack.objects.filter(exam=exam, learner_id=learner_id, open_slot=1).update(open_slot=None)
