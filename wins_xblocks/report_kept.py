"""Counts of reports that take long are kept for a while, so that a page opens at once. The page says as of when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import kept
from .report_counts import COUNTS
from .report_values import Asked

KEPT_SECONDS = 1200  # the periodic work counts anew every ten minutes


@dataclass(frozen=True)
class Counted:
    """What was counted, and when. ``kept``: it took long, and is shown for a while."""

    counts: Any
    at: datetime
    kept: bool


def counted(kind: str, asked: Asked, now: datetime, anew: bool = False) -> Counted:
    """The counts of a report, from where they are kept or, if asked for, ``anew``."""
    found = kept.counted(_key(kind, asked, now), KEPT_SECONDS, lambda: (COUNTS[kind](asked, now), now), anew)
    return Counted(*found.value, found.kept)


def _key(kind: str, asked: Asked, now: datetime) -> str:
    """Of the day, too: the months and deliveries of a report are those of today. Without blanks, for memcached."""
    period, module = asked.period, asked.module.id if asked.module else ""
    day = now.astimezone(asked.rules.zone).date()
    parts = (kind, asked.by, module, period.first, period.last, asked.rules.version, day)
    return "wins.report." + "/".join(str(part or "") for part in parts)
