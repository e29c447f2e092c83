"""Which rules are in force: the first version from its file, later ones from rows."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from .data import Programme
from .loader import SHIPPED, load, parse
from .models import ProgrammeVersion


@lru_cache(maxsize=4)
def _first(path: str, changed_ns: int) -> Programme:
    return load(path)


def first(path: str | None) -> Programme:
    """The first version: ``path`` or the shipped file; read again when the file changes. Raises ProgrammeError."""
    file = Path(path) if path else SHIPPED
    return _first(str(file), file.stat().st_mtime_ns if file.exists() else 0)


def version(path: str | None, number: int) -> Programme:
    """The rule set of this number; the first one when the number is unknown. Raises ProgrammeError."""
    shipped = first(path)
    if number == shipped.version:
        return shipped
    row = ProgrammeVersion.objects.filter(version=number).first()
    return parse(row.body, f"rules of version {number}") if row else shipped


def in_force(path: str | None, now: datetime) -> Programme:
    """The newest rule set whose day has come, by the calendar of the first one's time zone. Raises ProgrammeError."""
    shipped = first(path)
    today = now.astimezone(shipped.zone).date()
    row = ProgrammeVersion.objects.filter(effective__lte=today).order_by("effective", "version").last()
    return parse(row.body, f"rules of version {row.version}") if row else shipped
