"""What evidence says of vouchers: which code is whose, and that it was used. Inside the caller's transaction.

Who calls has met these rows in a file of results; ``lock`` comes first, then ``known``, then ``use``.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import F

from .data import KnownVoucher
from .models import Pool, Voucher, VoucherExam
from .rules import USABLE


def ids_of(digests: Collection[str]) -> Mapping[str, int]:
    """Which of these digests are vouchers of ours."""
    return dict(Voucher.objects.filter(digest__in=list(digests)).values_list("digest", "id"))


def exams() -> frozenset[str]:
    """Exams that have, or had, a pool."""
    return frozenset(Pool.objects.values_list("exam", flat=True))


def lock(voucher_ids: Collection[int]) -> None:
    """One UPDATE that changes nothing, so that rows are locked in the key's order."""
    Voucher.objects.filter(id__in=sorted(voucher_ids)).update(state=F("state"))


def known(voucher_ids: Collection[int]) -> Mapping[int, KnownVoucher]:
    """These vouchers as evidence must know them."""
    rows = VoucherExam.objects.filter(voucher_id__in=list(voucher_ids)).select_related("voucher")
    found: dict[int, KnownVoucher] = {}
    for row in rows.order_by("voucher_id", "id"):
        own, before = row.voucher, found.get(row.voucher_id)
        exams = (*before.exams, row.exam) if before else (row.exam,)
        found[own.id] = KnownVoucher(
            own.id, own.state, own.holder_id, exams, own.revealed_at is not None, own.replaced_by_id is not None
        )
    return found


def of_holder(learner_id: int, exam: str, at: datetime) -> int | None:
    """The newest voucher that this learner had for this exam at an instant, seen, not replaced, not used yet."""
    own = Voucher.objects.filter(
        holder_id=learner_id,
        exams__exam=exam,
        revealed_at__isnull=False,
        replaced_by__isnull=True,
        state__in=USABLE,
        issued_at__lte=at,
    )
    row = own.order_by("-issued_at", "-id").first()
    return row.id if row else None


def holders(exam: str, most: int) -> list[int]:
    """Who has seen a code for this exam that no evidence says was used; the newest first."""
    own = VoucherExam.objects.filter(
        exam=exam, voucher__state__in=USABLE, voucher__revealed_at__isnull=False, voucher__replaced_by__isnull=True
    )
    return [int(id_) for id_ in own.order_by("-voucher_id").values_list("voucher__holder_id", flat=True)[:most]]


def use(voucher_ids: Collection[int], now: datetime) -> int:
    """Set them used and close their places; how many were. Expired ones too: the supplier tells later."""
    ids = list(voucher_ids)
    own = Voucher.objects.filter(
        id__in=ids, state__in=USABLE, revealed_at__isnull=False, holder_id__isnull=False, replaced_by__isnull=True
    )
    done = own.update(state="used", ended_at=now)
    VoucherExam.objects.filter(voucher_id__in=ids, voucher__state="used").update(state="closed", open_holder=None)
    return int(done)
