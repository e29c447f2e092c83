"""One voucher as staff read it: where it stands, and everything that happened to it, from its audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from . import words
from .desk_view import people_of, voucher_words
from .domain.audit import api as audit
from .domain.audit.data import Entry
from .domain.vouchers import api as vouchers
from .domain.vouchers.data import VoucherRecord
from .people import Person


@dataclass(frozen=True)
class Happened:
    """One act: when, what in words, by whom ("" for the system), and what was written."""

    at: datetime
    what: str
    by: str
    text: str


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
        tuple(_happened(entry, people) for entry in trail),
    )  # fmt: skip


def _state(state: str) -> str:
    return _("In the pool") if state == "imported" else voucher_words(state)


def _happened(entry: Entry, people: Mapping[int, Person]) -> Happened:
    by = people[entry.actor_id] if entry.actor_id else None
    text = _("(erased)") if entry.erased else entry.text or ""
    if entry.action == "voucher.booked":  # what was written is the city, not a reason
        return Happened(entry.at, _what(entry, text), (by.name or by.username) if by else "", "")
    return Happened(entry.at, _what(entry), (by.name or by.username) if by else "", text)


def _what(entry: Entry, city: str = "") -> str:
    """An act that has no words yet is named as the trail names it: nothing is left out."""
    told = {
        "voucher.issued": _("Issued"), "voucher.revealed": _("Code shown for the first time"),
        "voucher.shown_again": _("Code shown again"), "voucher.taken_back": _("Taken back, not seen"),
        "voucher.expired": _("Expired"), "voucher.booked": _("Learner told of a booking for {day} in {city}"),
        "voucher.returned": _("Learner told that the booking was cancelled in time"),
        "voucher.replaced": _("Replaced by voucher {by}"), "voucher.cancelled": _("Cancelled"),
        "voucher.lost": _("Marked as lost"), "voucher.extended": _("Last day moved from {from} to {to}"),
        "voucher.marked_booked": _("Staff entered a booking for {day}"), "voucher.marked_used": _("Marked as used"),
        "voucher.marked_returned": _("Staff entered that the booking was cancelled in time"),
        "voucher.found_by_code": _("Found by its code"),
        "voucher.set_aside": _("Taken out of the pool: a result names this code"),
        "result.recorded": _("A result was recorded"),
    }.get(entry.action, entry.action)  # fmt: skip
    facts = {"city": city, **{name: _day(value) for name, value in entry.facts.items()}}
    return told.format(**{name: facts.get(name, "?") for name in ("day", "city", "by", "from", "to")})


def _day(value: object) -> object:
    try:
        return words.day(date.fromisoformat(value)) if isinstance(value, str) else value
    except ValueError:
        return value
