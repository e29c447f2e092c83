"""Mails before a voucher's last day, to whoever has not told of a booking."""

from datetime import datetime, timedelta

from ..outbox import api as outbox
from ..programme.data import Programme
from .giving import told_of
from .models import VoucherExam

DAYS = (90, 30, 7)  # before the last day; the nearest one that has come is told, once


def remind(rules: Programme, now: datetime) -> int:
    """Write what is due; how many. What was told stays told, and who got her voucher, or its new last day, later
    than that hears the next."""
    farthest = now + timedelta(days=DAYS[0])
    open_ = VoucherExam.objects.filter(state="open", voucher__state__in=["issued", "revealed"])
    near = open_.filter(voucher__expires_at__gt=now, voucher__expires_at__lte=farthest).select_related("voucher")
    return sum(_told(slot, rules, now) for slot in near.order_by("id"))


def _told(slot: VoucherExam, rules: Programme, now: datetime) -> bool:
    ends = slot.voucher.expires_at
    due = max(due for days in DAYS if (due := ends - timedelta(days=days)) <= now)
    if max(slot.voucher.issued_at, slot.voucher.extended_at or slot.voucher.issued_at) >= due:
        return False
    values = told_of(slot.exam, rules) | {"expires_on": slot.voucher.expires_on.isoformat()}
    return outbox.write("voucher_ends", f"voucher:{slot.voucher_id}", due, now, slot.open_holder, values)
