"""Counts of reports that take long are kept for a while, so that a page opens at once. The page says as of when."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from django.core.cache import cache

from .report_counts import COUNTS
from .report_values import Asked

SLOW_SECONDS = 0.2  # what is counted faster is never kept: a small Academy sees each change at once
KEPT_SECONDS = 1200  # the periodic work counts anew every ten minutes


@dataclass(frozen=True)
class Counted:
    """What was counted, and when. ``kept``: it took long, and is shown for a while."""

    counts: Any
    at: datetime
    kept: bool = False


def counted(kind: str, asked: Asked, now: datetime, anew: bool = False) -> Counted:
    """The counts of a report, from where they are kept or, if asked for, ``anew``."""
    key = _key(kind, asked, now)
    found: Counted | None = None if anew else cache.get(key)
    if found is None:
        began = monotonic()
        counts = COUNTS[kind](asked, now)
        found = Counted(counts, now, monotonic() - began > SLOW_SECONDS)
        if found.kept:
            cache.set(key, found, KEPT_SECONDS)
        elif anew:
            cache.delete(key)
    return found


def _key(kind: str, asked: Asked, now: datetime) -> str:
    """Of the day, too: the months and deliveries of a report are those of today. Without blanks, for memcached."""
    period, module = asked.period, asked.module.id if asked.module else ""
    day = now.astimezone(asked.rules.zone).date()
    parts = (kind, asked.by, module, period.first, period.last, asked.rules.version, day)
    return "wins.report." + "/".join(str(part or "") for part in parts)
