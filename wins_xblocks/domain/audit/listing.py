"""The trail as staff look through it: the newest act first, by pages, or all of what is wanted for a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from .data import Entry, Looked
from .models import AuditEntry

_COLUMNS = ("id", "subject", "seq", "at", "actor_id", "action", "facts", "text")
AT_ONCE = 1000  # of a file


def page(wanted: Looked, before: int | None, most: int) -> tuple[tuple[int, Entry], ...]:
    """The newest acts that are wanted, older than the one numbered ``before``, with their numbers."""
    rows = _wanted(wanted)
    if before and (own := AuditEntry.objects.filter(id=before).values_list("at", "id").first()):
        rows = rows.filter(at__lte=own[0]).filter(Q(at__lt=own[0]) | Q(id__lt=own[1]))
    found = rows.order_by("-at", "-id").values_list(*_COLUMNS)[:most]
    return tuple((id_, _entry(row)) for id_, *row in found)


def _entry(row: Sequence[Any]) -> Entry:
    subject, seq, at, actor_id, action, facts, text = row
    return Entry(subject, seq, at, actor_id, action, facts, text or None, text is None)


def chunks(wanted: Looked) -> Iterator[tuple[Entry, ...]]:
    """Everything that is wanted, the newest first, a thousand at a time: some databases hand over all or nothing."""
    before = None
    while found := page(wanted, before, AT_ONCE):
        yield tuple(entry for _id, entry in found)
        before = found[-1][0]


def _wanted(wanted: Looked) -> QuerySet:
    rows = AuditEntry.objects.all()
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
    elif wanted.about:  # not startswith: MySQL would compare bytes, and use no index
        rows = rows.filter(subject__istartswith=f"{wanted.about}:")
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.actors is not None:
        rows = rows.filter(actor_id__in=wanted.actors)
    if wanted.by_system:
        rows = rows.filter(actor_id__isnull=True)
    if wanted.start:
        rows = rows.filter(at__gte=wanted.start)
    return rows.filter(at__lt=wanted.end) if wanted.end else rows
