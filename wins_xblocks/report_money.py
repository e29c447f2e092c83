"""Vouchers and money: what was bought, what became of it, and what it was worth, as far as prices are known."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from . import words
from .domain.reports import rules as reports
from .domain.reports.data import Group
from .domain.vouchers.tally import BatchCount
from .report_values import Asked, Column, Found

_COUNTS = ("pool", "held", "used", "lost", "expired", "void", "ending")
_GONE = ("lost", "expired", "void")  # paid for, and no exam sat
Sums = dict[str, Decimal]  # by currency


def vouchers(asked: Asked, batches: Sequence[BatchCount], at: datetime) -> Found:
    """Deliveries by exam, one by one, or by the month in which they came."""
    safe_days = asked.rules.policies.safe_days_before_expiry
    names: dict[str, tuple[str, str]] = {}
    own: dict[str, list[BatchCount]] = defaultdict(list)
    for batch in sorted(batches, key=lambda one: (one.exam, one.id)) if asked.by == "" else batches:
        key, name = _line(asked, batch)
        names[key] = name
        own[key].append(batch)
    if asked.by:  # the newest first
        names = dict(reversed(names.items()))
    groups = [
        Group(key, sum(one.bought for one in own[key]), (),
              tuple(sum(getattr(one, name) for one in own[key]) for name in _COUNTS))
        for key in names
    ]  # fmt: skip
    more = {key: _money(own[key], asked) for key in names} | {"": _money(batches, asked)}
    return Found(
        {"batch": _("Delivery"), "month": _("Delivered in")}.get(asked.by) or _("Exam"), _columns(safe_days),
        reports.whole(groups), names, (0, 3), more, (_("Bought for"), _("Of that lost, ended or cancelled")),
        _notes(batches, asked),
    )  # fmt: skip


def _columns(safe_days: int) -> tuple[Column, ...]:
    ending = _("End within {days} days").format(days=safe_days)
    titles = (
        _("In the pool"), _("With learners"), _("Used"), _("Lost"), _("Ended unused"), _("Cancelled"), ending,
    )  # fmt: skip
    return (Column(_("Bought")), *(Column(title, "sum", at) for at, title in enumerate(titles)))


def _line(asked: Asked, batch: BatchCount) -> tuple[str, tuple[str, str]]:
    """Key and names of the line that a delivery belongs to."""
    day = batch.imported_at.astimezone(asked.rules.zone).date()
    if asked.by == "month":
        return f"{day:%Y-%m}", (f"{day:%Y-%m}", str(date_format(day, "F Y")))
    if asked.by == "batch":
        values = {"order": batch.order_number, "exam": batch.exam, "date": words.day(day)}
        return f"b{batch.id}", (batch.order_number[:14], _("{order}, {exam}, {date}").format(**values))
    module = asked.rules.module_of_exam(batch.exam)
    return batch.exam, (batch.exam, words.staff_title(module) if module else batch.exam)


def price_of(price: Decimal | None, currency: str, asked: Asked) -> tuple[Decimal, str]:
    """Of one code: as its delivery says, else the programme's price of a module."""
    own = asked.rules.price
    return (price, currency) if price is not None else (own.amount, own.currency)


def _money(batches: Sequence[BatchCount], asked: Asked) -> tuple[str, str]:
    bought, gone = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    for one in batches:
        price, currency = price_of(one.price, one.currency, asked)
        bought[currency] += price * one.bought
        gone[currency] += price * sum(getattr(one, name) for name in _GONE)
    return _amounts(bought), _amounts(gone)


def _amounts(sums: Mapping[str, Decimal]) -> str:
    told = (f"{currency} {number_format(amount, 2, force_grouping=True)}" for currency, amount in sorted(sums.items()))
    return " + ".join(told) or "–"


def _notes(batches: Sequence[BatchCount], asked: Asked) -> tuple[str, ...]:
    unknown = sum(one.bought for one in batches if one.price is None)
    own = asked.rules.price
    told = _(
        "The price of {unknown} of {bought} codes is not known: their deliveries name none. The programme's price of a "
        "module, {price}, stands in its place. It is what participants pay, and may differ from what WINS paid."
    )
    values = {
        "unknown": unknown, "bought": sum(one.bought for one in batches), "price": _amounts({own.currency: own.amount}),
    }  # fmt: skip
    months = _("The period is that of the delivery. What was used or lost counts with the delivery that it came from.")
    return (months, told.format(**values)) if unknown else (months,)
