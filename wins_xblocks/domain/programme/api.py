"""Which rules are in force: the first version from its file, later ones from rows."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db import DatabaseError

from ..transactions import lacks_table
from .data import Module, Programme
from .loader import SHIPPED, ProgrammeError, load, parse
from .models import ProgrammeVersion

NOT_MIGRATED = "The database lacks tables or columns of wins_xblocks. Run: manage.py lms migrate wins_xblocks"


@lru_cache(maxsize=4)
def _first(path: str, changed_ns: int) -> Programme:
    return load(path)


def first(path: str | None) -> Programme:
    """The first version: ``path`` or the shipped file; read again when the file changes. Raises ProgrammeError."""
    file = Path(path) if path else SHIPPED
    try:
        changed = file.stat().st_mtime_ns
    except (OSError, ValueError):  # told by whoever reads it
        changed = 0
    return _first(str(file), changed)


def version(path: str | None, number: int) -> Programme:
    """The rule set of this number; the first one when the number is unknown. Raises ProgrammeError."""
    shipped = first(path)
    if number == shipped.version:
        return shipped
    row = ProgrammeVersion.objects.filter(version=number).first()
    return parse(row.body, f"rules of version {number}") if row else shipped


def module_of_exam(path: str | None, exam: str, current: Programme) -> Module | None:
    """The module of this exam: by the current rules, else by the newest other set that knows it. Raises ProgrammeError.

    A voucher and a place in the queue outlive the rules under which they were given.
    """
    found = current.module_of_exam(exam)
    if found:
        return found
    for number in ProgrammeVersion.objects.order_by("-version").values_list("version", flat=True):
        found = version(path, number).module_of_exam(exam)
        if found:
            return found
    return first(path).module_of_exam(exam)


def in_force(path: str | None, now: datetime) -> Programme:
    """The newest rule set whose day has come, by the calendar of the first one's time zone. Raises ProgrammeError."""
    shipped = first(path)
    today = now.astimezone(shipped.zone).date()
    try:
        begun = ProgrammeVersion.objects.filter(effective__lte=today, withdrawal__isnull=True)
        row = begun.order_by("effective", "version").last()
    except DatabaseError as error:
        if lacks_table(error):  # whoever asks anything asks for the rules first: said here, it is said everywhere
            raise ProgrammeError(NOT_MIGRATED) from error
        raise
    return parse(row.body, f"rules of version {row.version}") if row else shipped
