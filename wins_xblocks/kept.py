"""What takes long to count is kept in the platform's cache for a while, so that a page opens at once."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.core.cache import cache

SLOW_SECONDS = 0.2  # what is counted faster is never kept: a small Academy sees each change at once


@dataclass(frozen=True)
class Counted:
    """What was counted. ``kept``: it took long, and is shown for a while."""

    value: Any
    kept: bool


def counted(key: str, seconds: int, count: Callable[[], Any], anew: bool) -> Counted:
    """From where it is kept under ``key`` or, if asked for, ``anew``; kept for ``seconds`` when it takes long."""
    found: Counted | None = None if anew else cache.get(key)
    if found is None:
        began = monotonic()
        value = count()
        found = Counted(value, monotonic() - began > SLOW_SECONDS)
        if found.kept:
            cache.set(key, found, seconds)
        elif anew:
            cache.delete(key)
    return found
