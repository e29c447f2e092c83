"""Rows that wait, one after the other: which comes first, whose it may be, and what became of one."""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from django.db.models import Count, Manager, Min, Q, QuerySet, Value

from ..exams import api as exams
from ..vouchers import usage
from ..vouchers.data import OwnVoucher
from ..vouchers.rules import USABLE
from ..waiting import First, Numbers, first
from . import placing, rules
from .data import Near, Settled, WaitingRow
from .listing import value
from .models import ExamRow, ResultEntry

MOST = 5


def first_waiting(by: int, after: int = 0) -> First[WaitingRow]:
    """The row that ``by`` should place first, none that names her; ``after`` is the last one that she put off."""
    rows = ExamRow.objects.filter(state="waiting").exclude(meant_id=by).select_related("file")
    return first(rows, ("id",), value, Q(id__lte=after) if after else None)


def in_numbers(before: datetime) -> tuple[Numbers, Numbers]:
    """Rows, and what one person has entered and nobody confirmed, that wait; late: come before an instant."""
    rows = _numbers(ExamRow.objects, "row", "file__imported_at", before)
    entered = _numbers(ResultEntry.objects, "entry", "entered_at", before)
    found = {kind: Numbers(*numbers) for kind, *numbers in rows.union(entered, all=True)}
    return found.get("row", Numbers()), found.get("entry", Numbers())


def _numbers(table: Manager, kind: str, came: str, before: datetime) -> QuerySet:
    late = Count("id", filter=Q(**{f"{came}__lt": before}))
    rows = table.filter(state="waiting").order_by().values("state")
    rows = rows.annotate(table=Value(kind), total=Count("id"), late=late, oldest=Min(came))
    return rows.values_list("table", "total", "late", "oldest")


def needs_another(row: WaitingRow, by: int) -> bool:
    """Where two people place results: did ``by`` send the file, so that somebody else says whose the row is?"""
    return rules.is_nobodys(row.meant_id, row.cause) and row.sent_by == by


def settled(row_id: int) -> Settled | None:
    """What became of a row that does not wait any more."""
    row = ExamRow.objects.filter(id=row_id).exclude(state="waiting").first()
    return Settled(row.state, row.learner_id, row.decided_by, row.decided_at) if row else None


def near(row: WaitingRow, zone: tzinfo) -> tuple[Near, ...]:
    """Whose the row may be, the likeliest first, each with the voucher that pays for it; a few queries for all."""
    if row.cause == "changed":
        before = _before(row)
        return () if before is None else (before,)
    booked = exams.booked_on(row.exam, row.happened_at.astimezone(zone).date(), zone, MOST)
    told = [id_ for id_ in booked if id_ not in placing.sat(booked, row.exam, row.happened_at)]
    named = [] if row.meant_id is None else [row.meant_id]
    held = usage.near(row.exam, [*named, *told], row.voucher_id, MOST)
    return tuple(_nearest(row, named, told, held))[:MOST]


def _nearest(
    row: WaitingRow, named: Sequence[int], told: Sequence[int], held: dict[int, list[OwnVoucher]]
) -> Iterator[Near]:
    named = [*named, *(id_ for id_, own in held.items() if row.voucher_id in [one.id for one in own])]
    why = dict.fromkeys(held, "holds") | dict.fromkeys(told, "told") | dict.fromkeys(named, "named")
    for id_ in dict.fromkeys([*named, *told, *held]):
        yield Near(id_, why[id_], _pays(row, held.get(id_, []), row.happened_at))


def _pays(row: WaitingRow, own: Sequence[OwnVoucher], at: datetime) -> OwnVoucher | None:
    """The one whose code the row has; without a code, the newest that she had seen and not used. Never a guess."""
    if row.voucher_id is not None:
        return next((one for one in own if one.id == row.voucher_id and one.seen), None)
    fit = (one for one in own if one.seen and one.state in USABLE and one.replaced_by is None)
    return next((one for one in fit if one.issued_at is not None and one.issued_at <= at), None)


def _before(row: WaitingRow) -> Near | None:
    """Who has the result that came with the same registration before, by the same voucher."""
    same = ExamRow.objects.filter(key__in=ExamRow.objects.filter(id=row.id).values("key"), state="applied")
    earlier = same.exclude(id=row.id).exclude(learner_id=None).first()
    if earlier is None:
        return None
    own = usage.of_learner(earlier.learner_id, row.exam, earlier.voucher_id)
    paid = next((one for one in own if one.id == earlier.voucher_id), None)
    return Near(earlier.learner_id, "before", paid, unpaid=earlier.voucher_id is None)
