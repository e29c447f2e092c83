"""Versions of the rules that people make: read them, make one, withdraw one before its day.

No permissions are checked here. Rows are added, never edited: what was withdrawn has a row that says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError
from django.db.models import F, QuerySet

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..transactions import outermost
from .api import first
from .data import Programme
from .loader import ProgrammeError, parse, plain
from .models import ProgrammeVersion, ProgrammeWithdrawal

LONGEST_REASON = 2000
SHORTEST_REASON = 3
SETTLED = timedelta(
    minutes=1
)  # no act takes longer: who withdraws a version must be done before somebody begins under it


@dataclass(frozen=True)
class Withdrawal:
    """When, by whom and why a version was taken away before its day."""

    at: datetime
    by: int
    reason: str


@dataclass(frozen=True)
class Version:
    """One version of the rules. ``programme`` is None when what is stored cannot be read; the first one is a file."""

    number: int
    effective: date
    reason: str
    programme: Programme | None
    made_at: datetime | None = None
    made_by: int | None = None
    withdrawn: Withdrawal | None = None


@dataclass(frozen=True)
class Claim:
    """What a new version was written for: its number, the one whose values it changes, those that begin after it."""

    number: int
    based_on: int
    follows: tuple[int, ...] = ()


class ReasonWrong(Refusal):
    """There is no reason, or too long a one."""


class DayPast(Refusal):
    """The day of effect is over."""


class Meanwhile(Refusal):
    """Somebody made or withdrew a version since the form was opened."""


class NotWithdrawn(Refusal):
    """The version has begun, was withdrawn before, or does not exist."""


def all_of(path: str | None) -> tuple[Version, ...]:
    """Every version by its number, withdrawn ones too; the first is the file. Raises ProgrammeError for the file."""
    shipped = first(path)
    rows = ProgrammeVersion.objects.select_related("withdrawal").order_by("version")
    return (Version(shipped.version, shipped.effective, shipped.reason, shipped), *map(_value, rows))


def _value(row: ProgrammeVersion) -> Version:
    gone = getattr(row, "withdrawal", None)
    return Version(
        row.version, row.effective, row.reason, _read(row), row.made_at, row.made_by,
        Withdrawal(gone.made_at, gone.made_by, gone.reason) if gone else None,
    )  # fmt: skip


def _read(row: ProgrammeVersion) -> Programme | None:
    try:
        return parse(row.body, "")
    except ProgrammeError:
        return None


def standing(versions: Iterable[Version]) -> tuple[Version, ...]:
    """Those that were not withdrawn, in the order in which they hold: as ``api.in_force`` takes them."""
    file, *made = versions
    there = (one for one in made if one.withdrawn is None)
    return (file, *sorted(there, key=lambda one: (one.effective, one.number)))


def holding(versions: Iterable[Version], day: date) -> Version:
    """The version that holds on this day."""
    file, *made = standing(versions)
    return [file, *(one for one in made if one.effective <= day)][-1]


def following(versions: Iterable[Version], day: date) -> tuple[Version, ...]:
    """Those that begin after this day, in their order."""
    return tuple(one for one in standing(versions)[1:] if one.effective > day)


def claim(versions: Sequence[Version], day: date) -> Claim:
    """What a version that begins on this day would be written for, if it were made now."""
    number = max(one.number for one in versions) + 1
    return Claim(number, holding(versions, day).number, tuple(one.number for one in following(versions, day)))


def today(path: str | None, now: datetime) -> date:
    """The day by which rules begin: in the time zone of the first version, as ``api.in_force``."""
    return now.astimezone(first(path).zone).date()


def make(draft: Programme, written_for: Claim, path: str | None, by: int, now: datetime) -> None:
    """Store a rule set whose parts agree as the version of ``written_for``. Pressing twice is one version.

    Raises DayPast, ReasonWrong, and Meanwhile when others made or withdrew versions since: nothing is stored then.
    """
    _reason(draft.reason)
    if draft.effective < today(path, now):
        raise DayPast(_("Rules cannot begin in the past. Choose today or a later day."))
    draft = replace(draft, version=written_for.number)
    try:
        _make(draft, written_for, path, by, now)
    except (Meanwhile, IntegrityError):  # the number was taken, maybe between our look and our row
        if not _is_stored(draft, by):
            raise _meanwhile() from None


@outermost
def _make(draft: Programme, written_for: Claim, path: str | None, by: int, now: datetime) -> None:
    _lock(ProgrammeVersion.objects.all())
    if claim(all_of(path), draft.effective) != written_for:
        raise _meanwhile()
    ProgrammeVersion.objects.create(
        version=draft.version,
        effective=draft.effective,
        reason=draft.reason,
        body=plain(draft),
        made_at=now,
        made_by=by,
    )
    facts = {"effective": draft.effective.isoformat(), "based_on": written_for.based_on}
    audit.append(f"programme:{draft.version}", "programme.made", now, actor_id=by, facts=facts, text=draft.reason)


def _lock(rows: QuerySet) -> None:
    """The first statement of whoever writes: an UPDATE that changes nothing."""
    rows.update(made_by=F("made_by"))


def _is_stored(draft: Programme, by: int) -> bool:
    row = ProgrammeVersion.objects.filter(version=draft.version, made_by=by).first()
    return row is not None and _read(row) == draft


def _meanwhile() -> Meanwhile:
    return Meanwhile(_("The rules were changed since you opened this form. Nothing was stored."))


def withdraw(number: int, reason: str, path: str | None, by: int, now: datetime) -> None:
    """Take a version away before its day. Raises ReasonWrong and NotWithdrawn."""
    _withdraw(number, _reason(reason), path, by, now)


@outermost
def _withdraw(number: int, reason: str, path: str | None, by: int, now: datetime) -> None:
    own = ProgrammeVersion.objects.filter(version=number)
    _lock(ProgrammeVersion.objects.all())  # as whoever makes one: it may be built on this one
    row = own.select_related("withdrawal").first()
    if row is None:
        raise NotWithdrawn(_("There is no such version."))
    if gone := getattr(row, "withdrawal", None):
        raise NotWithdrawn(_("This version was withdrawn before, on {at}."), at=gone.made_at)
    begins = datetime.combine(row.effective, time.min, first(path).zone)
    if begins <= now + SETTLED:
        raise NotWithdrawn(_("This version has begun. Learners may stand under it. Make a new version instead."))
    ProgrammeWithdrawal.objects.create(version=row, reason=reason, made_at=now, made_by=by)
    audit.append(f"programme:{number}", "programme.withdrawn", now, actor_id=by, text=reason)


def _reason(text: str) -> str:
    text = text.replace("\0", "").strip()
    if not SHORTEST_REASON <= len(text) <= LONGEST_REASON:
        raise ReasonWrong(_("Give a reason of at most {most} characters."), most=LONGEST_REASON)
    return text
