"""Statistics that take long to count are kept for a while, as long as no other try is sent."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from time import monotonic

from django.core.cache import cache

from .domain.quiz.answers import BankSeen
from .domain.statistics import api as statistics
from .domain.statistics.api import BankFound

SLOW_SECONDS = 0.2  # what is counted faster is never kept
KEPT_SECONDS = 3600


def counted(seen: BankSeen, modules: Collection[str] | None, now: datetime) -> BankFound | None:
    """The statistics of a bank among these modules; None where somebody deleted its last try meanwhile."""
    found = kept(seen, modules)
    if found is None:
        began = monotonic()
        found = statistics.of_bank(seen.number, modules, now)
        if found and monotonic() - began > SLOW_SECONDS:
            cache.set(_key(seen, modules), found, KEPT_SECONDS)
    return found


def kept(seen: BankSeen, modules: Collection[str] | None) -> BankFound | None:
    """The same, where it was counted before."""
    found: BankFound | None = cache.get(_key(seen, modules))
    return found


def _key(seen: BankSeen, modules: Collection[str] | None) -> str:
    """Of the tries that there are, and of whoever may see them."""
    whose = "all" if modules is None else sha256(" ".join(sorted(modules)).encode()).hexdigest()[:16]
    return f"wins.statistics.{seen.number}.{seen.tries}.{seen.last_at.timestamp()}.{whose}"
