"""The trail as staff look through it: the newest act first, by pages, or all of what is wanted for a file."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.db.models import Q, QuerySet

from .data import Entry, Looked
from .models import AuditEntry

_COLUMNS = ("id", "subject", "seq", "at", "actor_id", "action", "facts", "text")
AT_ONCE = 1000  # of a file
MOST_LOOKED = 20_000  # acts of which most may not be wanted


def page(wanted: Looked, before: int | None, most: int) -> tuple[tuple[Entry, ...], int | None]:
    """The newest acts that are wanted, older than the one numbered ``before``; and where to go on, None at the end.

    Filters that no index has together are looked for among the newest acts of the narrowest of them: there may be
    fewer than ``most``, or none, and still more to come.
    """
    rows = _older(_wanted(wanted), before)
    floor = _floor(wanted, before)
    if floor:
        rows = rows.filter(at__gte=floor[0]).filter(Q(at__gt=floor[0]) | Q(id__gte=floor[1]))
    found = list(rows.order_by("-at", "-id").values_list(*_COLUMNS)[: most + 1])
    shown = tuple(_entry(row) for _id, *row in found[:most])
    if len(found) > most:
        return shown, found[most - 1][0]
    return shown, floor[1] if floor else None


def _entry(row: Sequence[Any]) -> Entry:
    subject, seq, at, actor_id, action, facts, text = row
    return Entry(subject, seq, at, actor_id, action, facts, text or None, text is None)


def chunks(wanted: Looked) -> Iterator[tuple[Entry, ...]]:
    """Everything that is wanted, the newest first, a thousand at a time: some databases hand over all or nothing."""
    found, older = page(wanted, None, AT_ONCE)
    yield found
    while older:
        found, older = page(wanted, older, AT_ONCE)
        yield found


def _older(rows: QuerySet, before: int | None) -> QuerySet:
    if before and (own := AuditEntry.objects.filter(id=before).values_list("at", "id").first()):
        return rows.filter(at__lte=own[0]).filter(Q(at__lt=own[0]) | Q(id__lt=own[1]))
    return rows


def _floor(wanted: Looked, before: int | None) -> tuple[datetime, int] | None:
    """How far back is looked at once, by one index alone; None where all the rest may be looked at."""
    if wanted.subject or sum(map(bool, (wanted.about, wanted.action, wanted.by_whom))) < 2:
        return None
    narrow = replace(wanted, about="", action="") if wanted.by_whom else replace(wanted, about="")
    rows = _older(_wanted(narrow), before).order_by("-at", "-id")
    return cast("tuple[datetime, int] | None", rows.values_list("at", "id")[MOST_LOOKED : MOST_LOOKED + 1].first())


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
