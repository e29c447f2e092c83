"""Learners by what they said of their identity documents, and by the vouchers they hold: for lists of them.

``wanted`` is the registration's word for which learners a list is about; ``users`` a query of the platform's users.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from ..registration import listing
from ..registration.listing import Wanted
from .data import Name
from .models import DocumentName, VoucherExam


def _newest() -> QuerySet:
    """Every learner's newest name, in no order."""
    later = DocumentName.objects.filter(learner_id=OuterRef("learner_id"), id__gt=OuterRef("id"))
    return DocumentName.objects.filter(~Exists(later)).order_by()


def of_country(code: str) -> QuerySet:
    """Ids of learners whose identity document is of this country, as a query."""
    return _newest().filter(country=code).values("learner_id")


def holders(exam: str | None, now: datetime) -> QuerySet:
    """Ids of learners who hold a voucher that has not expired, for this exam or for any, as a query."""
    held = VoucherExam.objects.filter(state="open", voucher__expires_at__gt=now)
    return (held if exam is None else held.filter(exam=exam)).values("open_holder")


def called(family: str, pairs: Iterable[tuple[str, str]] = ()) -> QuerySet:
    """Ids of learners whose family name, on any document of theirs, begins so, as a query; or whose family name and
    first names begin like one of ``pairs``.
    """
    names = Q(family__istartswith=family)
    for one, other in pairs:
        names |= Q(family__istartswith=one, given__istartswith=other)
    return DocumentName.objects.filter(names).values("learner_id")


def names_of(learner_ids: Iterable[int]) -> Mapping[int, Name]:
    """The names that count, of those learners who confirmed one."""
    rows = DocumentName.objects.filter(learner_id__in=list(learner_ids)).order_by("id")
    return {id_: Name(*told) for id_, *told in rows.values_list("learner_id", "given", "family", "native", "country")}


def counts(wanted: Wanted) -> tuple[int, int]:
    """How many learners there are, and how many of them have confirmed a name. One query."""
    rows = listing.of(wanted)
    all_of, named = (
        part.annotate(part=Value(place)).values("part").annotate(learners=Count("learner_id", distinct=True))
        for place, part in enumerate([rows, rows.filter(learner_id__in=DocumentName.objects.values("learner_id"))])
    )
    found = dict(all_of.union(named, all=True).values_list("part", "learners"))
    return found.get(0, 0), found.get(1, 0)


def by_family(wanted: Wanted, users: QuerySet, start: int, most: int, total: int, named: int) -> list[int]:
    """Ids of at most ``most`` of ``total`` learners from place ``start``.

    The ``named`` ones first, by the family name that counts; then the others by their user names.
    """
    rows = _newest().filter(learner_id__in=listing.learners(wanted)).order_by("family", "learner_id")
    found = listing.cut(rows.values_list("learner_id", flat=True), start, most, named)
    left = min(start + most, total) - max(start, named)
    if left > 0:
        without = DocumentName.objects.values("learner_id")
        found += listing.by_user_name(wanted, users, max(start - named, 0), left, total - named, without)
    return found
