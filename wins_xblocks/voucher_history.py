"""One voucher as staff read it: where it stands, and everything that happened to it, from its audit trail."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .desk_view import people_of, voucher_words
from .domain.audit import api as audit
from .domain.vouchers import api as vouchers
from .domain.vouchers.data import VoucherRecord
from .people import Person
from .trail_words import Happened, happened


@dataclass(frozen=True)
class VoucherPage:
    """``holder`` is None in the pool."""

    voucher: VoucherRecord
    state: str
    holder: Person | None
    history: tuple[Happened, ...]


def voucher_page(voucher_id: int) -> VoucherPage | None:
    """None when there is no voucher of this number."""
    found = vouchers.record_of(voucher_id)
    if found is None:
        return None
    trail = audit.entries(f"voucher:{voucher_id}")
    ids = {entry.actor_id for entry in trail if entry.actor_id} | ({found.holder_id} if found.holder_id else set())
    people = people_of(sorted(ids))
    return VoucherPage(
        found, _state(found.state), people.get(found.holder_id) if found.holder_id else None,
        tuple(happened(entry, people) for entry in trail),
    )  # fmt: skip


def _state(state: str) -> str:
    return _("In the pool") if state == "imported" else voucher_words(state)
