"""What people hold, and all of one voucher, as staff read it: reads only."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from ..programme.data import Programme
from . import rules as voucher_rules
from .data import Holding, VoucherRecord
from .models import Voucher, VoucherExam


def of_learners(learner_ids: Iterable[int], now: datetime) -> Mapping[tuple[int, str], Holding]:
    """What learners hold, by (learner, exam), in one query; never a code."""
    rows = VoucherExam.objects.filter(voucher__holder_id__in=list(learner_ids)).select_related("voucher")
    found: dict[tuple[int, str], Holding] = {}
    for row in rows.order_by("voucher__issued_at", "voucher_id"):
        own = row.voucher
        over = own.state in voucher_rules.OPEN and own.expires_at <= now
        found[own.holder_id, row.exam] = Holding(
            own.id, "expired" if over else own.state, own.expires_on, own.expires_at
        )
    return found


def usable_again(holding: Holding, rules: Programme, now: datetime) -> bool:
    """Could this voucher's code be issued today if it were back in the pool? Else it has too few days left."""
    return holding.expires_at >= voucher_rules.usable_from(rules.policies.days_left_at_issue, now)


def record_of(voucher_id: int) -> VoucherRecord | None:
    """All that staff read of one voucher; None when there is none of this number."""
    row = VoucherExam.objects.filter(voucher_id=voucher_id).select_related("voucher__batch").first()
    if row is None:
        return None
    own = row.voucher
    before = Voucher.objects.filter(replaced_by=own.id).values_list("id", flat=True).first()
    return VoucherRecord(
        own.id, row.exam, own.state, own.holder_id, own.batch.order_number, own.batch.imported_at, own.expires_on,
        own.expires_zone, own.issued_at, own.revealed_at, own.ended_at, own.end_reason, own.replaced_by_id, before,
    )  # fmt: skip


def holder(voucher_id: int, now: datetime) -> tuple[int, str, Holding] | None:
    """Who holds this voucher open: (learner, exam, what is held). None when nobody does."""
    row = VoucherExam.objects.filter(voucher_id=voucher_id, state="open").first()
    if row is None or row.open_holder is None:
        return None
    held = of_learners([row.open_holder], now).get((row.open_holder, row.exam))
    return (row.open_holder, row.exam, held) if held else None  # None: taken back between the two looks
