"""What the ledger and the book say of a registration: one query, alone or together with what others know of it."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet, Sum, Value

from ..prepared import prepared
from .data import LedgerHours
from .limits import COUNTING
from .models import OfflineClaim, Strike, StudyDay


def hours_of(registration_ids: Iterable[int]) -> dict[int, LedgerHours]:
    """What the ledger and the book say of each registration; every id is there. One query."""
    ids = list(registration_ids)
    return ledger(ids, _sums(ids=ids))


def ledger(ids: Collection[int], rows: Iterable[tuple[int, str, int]]) -> dict[int, LedgerHours]:
    """Out of what ``sums`` told; every id is there."""
    found = {(id_, what): ms for id_, what, ms in rows}
    return {id_: LedgerHours(*(found.get((id_, what), 0) for what in ("credited", "struck", "book"))) for id_ in ids}


def sums(ids: list[int]) -> tuple[QuerySet, ...]:
    """Queries of (registration, what, ms), for one statement with what others know of these registrations."""
    credited, struck = StudyDay.objects.filter(registration_id__in=ids), Strike.objects.filter(registration_id__in=ids)
    book = OfflineClaim.objects.filter(registration_id__in=ids, state__in=COUNTING)
    return _sum(credited, "credited"), _sum(struck, "struck"), _sum(book, "book")


@prepared
def _sums(ids: list[int]) -> QuerySet:
    credited, *others = sums(ids)
    return credited.union(*others, all=True)


def _sum(rows: QuerySet, what: str) -> QuerySet:
    named = rows.order_by().values("registration_id").annotate(what=Value(what), sum=Sum("ms"))
    return named.values_list("registration_id", "what", "sum")
