"""Statistics that take long to count are kept for a while, so that a page opens at once. It says as of when."""

from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256

from django.core.cache import cache

from . import kept
from .domain.quiz.answers import BankSeen
from .domain.statistics import api as statistics
from .domain.statistics.api import BankFound

KEPT_SECONDS = 7200  # the periodic work counts anew every hour
LOOKS_SECONDS = 86400
Modules = Collection[str] | None


def banks(modules: Modules, anew: bool = False) -> list[BankSeen]:
    """Banks that were answered in these modules, the last one first."""
    found = kept.counted(_key("banks", modules), KEPT_SECONDS, lambda: statistics.banks(modules), anew)
    return list(found.value)


def of_bank(
    number: int, turn: int, modules: Modules, now: datetime, anew: bool = False
) -> tuple[BankFound | None, bool]:
    """The statistics of a bank, if there are any, and whether they are kept for a while.

    ``turn`` is how often its keys were corrected: what was counted before is old.
    """
    key = _key(f"{number}.{turn}", modules)
    found = kept.counted(key, KEPT_SECONDS, lambda: statistics.of_bank(number, modules, now), anew)
    return found.value, found.kept


def looks(turns: Mapping[int, int], modules: Modules) -> dict[int, tuple[int, int]]:
    """By number of a bank: of how many tries it was counted last, and how many of its questions wanted a look."""
    keys = {_key(f"looks.{number}.{turn}", modules): number for number, turn in turns.items()}
    return {keys[key]: value for key, value in cache.get_many(keys).items()}


def note_looks(number: int, turn: int, modules: Modules, tries: int, count: int) -> None:
    """For lists, which count hardly anything themselves."""
    cache.set(_key(f"looks.{number}.{turn}", modules), (tries, count), LOOKS_SECONDS)


def _key(what: str, modules: Modules) -> str:
    """Without blanks, and not too long, for memcached."""
    whose = "all" if modules is None else sha256(" ".join(sorted(modules)).encode()).hexdigest()[:32]
    return f"wins.statistics.{what}.{whose}"
