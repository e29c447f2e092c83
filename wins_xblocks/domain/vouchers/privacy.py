"""What the vouchers hold of one person: told, without codes, and erased."""

from contextlib import suppress
from datetime import datetime

from ..audit import api as trail
from ..audit import privacy as audit
from ..registration import api as registration
from ..tables import Told, plain
from ..transactions import outermost
from . import api, pool
from .models import DocumentName, TakenBack, Voucher, VoucherExam, VoucherRequest, VoucherWait

# Named one by one: neither the code nor what can be made of it ever stands here.
_VOUCHER = ("id", "batch_id", "state", "expires_on", "expires_zone", "holder_id", "issued_at", "revealed_at",
            "ended_at", "end_reason", "replaced_by_id")  # fmt: skip


def told_of(learner_id: int) -> Told:
    """Vouchers she holds or held, her places in queues, what was taken back, her name and requests. Never a code."""
    slots = VoucherExam.objects.filter(voucher__holder_id=learner_id)
    return {
        "Voucher": plain(Voucher.objects.filter(holder_id=learner_id).order_by("id").values(*_VOUCHER)),
        "VoucherExam": plain(slots.order_by("id").values("id", "voucher_id", "exam", "state", "entitlement_id")),
        "VoucherWait": plain(VoucherWait.objects.filter(learner_id=learner_id).order_by("id").values()),
        "TakenBack": plain(TakenBack.objects.filter(learner_id=learner_id).order_by("id").values()),
        "DocumentName": plain(DocumentName.objects.filter(learner_id=learner_id).order_by("id").values()),
        "VoucherRequest": plain(VoucherRequest.objects.filter(learner_id=learner_id).order_by("id").values()),
        "AuditEntry": [
            *audit.told_of(_own(learner_id), learner_id, only_named=True)["AuditEntry"],
            *audit.told_of(_held(learner_id), learner_id)["AuditEntry"],
            *audit.told_of(_passed_on(learner_id), learner_id, only_named=True)["AuditEntry"],
        ],
    }


def _own(learner_id: int) -> set[str]:
    """Chains of her name and her requests."""
    ids = VoucherRequest.objects.filter(learner_id=learner_id).values_list("id", flat=True)
    return {f"name:{learner_id}", *(f"request:{id_}" for id_ in ids)}


def _held(learner_id: int) -> set[str]:
    ids = Voucher.objects.filter(holder_id=learner_id).values_list("id", flat=True)
    return {f"voucher:{id_}" for id_ in ids}


def _passed_on(learner_id: int) -> set[str]:
    """Chains that tell of others too: pools, and vouchers that were taken back and may be somebody else's by now."""
    waited = VoucherWait.objects.filter(learner_id=learner_id).values_list("exam", flat=True)
    back = TakenBack.objects.filter(learner_id=learner_id).values_list("voucher_id", flat=True)
    return {*(f"pool:{exam}" for exam in waited), *(f"voucher:{id_}" for id_ in back)} - _held(learner_id)


def forget(learner_id: int, now: datetime) -> int:
    """Give back what she never saw, leave the queues, erase names, requests and reasons.

    Which voucher she had and what became of it stays: it is the Academy's record of money, and the supplier's invoice
    is checked against it.
    """
    unseen = VoucherExam.objects.filter(open_holder=learner_id, voucher__state="issued")
    back = list(unseen.values_list("voucher_id", flat=True))
    for voucher_id in back:
        with suppress(api.NotTakenBack):  # seen meanwhile: then it is hers
            api.take_back(voucher_id, None, "The account was closed.", now)
    waited = VoucherWait.objects.filter(learner_id=learner_id, open_slot=1).values_list("exam", flat=True)
    held = VoucherExam.objects.filter(open_holder=learner_id).values_list("exam", flat=True)
    return len(back) + _forget(learner_id, {*waited, *held}, now)


@outermost
def _forget(learner_id: int, exams: set[str], now: datetime) -> int:
    pool.lock(exams)
    _end_lapsed(learner_id, now)
    texts = audit.forget(_held(learner_id) | _own(learner_id), learner_id)
    texts += audit.forget(_passed_on(learner_id), learner_id, only_named=True)
    reasons = Voucher.objects.filter(holder_id=learner_id).exclude(end_reason="").update(end_reason="")
    waits = VoucherWait.objects.filter(learner_id=learner_id).delete()[0]
    waits += DocumentName.objects.filter(learner_id=learner_id).delete()[0]
    waits += VoucherRequest.objects.filter(learner_id=learner_id).delete()[0]
    return texts + int(reasons) + int(waits) + int(TakenBack.objects.filter(learner_id=learner_id).delete()[0])


def _end_lapsed(learner_id: int, now: datetime) -> None:
    """End what she never saw and whose last day is over: the job would write to her and put her into the queue."""
    lapsed = Voucher.objects.filter(holder_id=learner_id, state="issued", expires_at__lte=now)
    for voucher_id, exam in list(lapsed.values_list("id", "exams__exam")):
        if Voucher.objects.filter(id=voucher_id, state="issued").update(state="expired", ended_at=now):
            for place in pool.release(voucher_id, "closed"):
                registration.give_back_place(place, now)
            facts = {"exam": exam, "learner": learner_id}
            trail.append(f"voucher:{voucher_id}", "voucher.expired", now, facts=facts)
