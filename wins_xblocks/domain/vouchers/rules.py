"""What is true of a voucher: pure functions over values."""

import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from .. import Refusal
from .. import marked as _
from ..exams.data import Outcome
from ..registration.data import Verdict
from .data import HeldVoucher, Name, TakenBackVoucher

FARTHEST_YEARS = 20  # a last day beyond is a slip of the pen
GRACE = timedelta(days=14)  # a seen voucher may have been used on its last day; the supplier tells later
OPEN = frozenset({"issued", "revealed", "booked"})
USABLE = frozenset({"revealed", "booked", "lost", "expired"})  # what evidence may turn into used
# Where a day begins first and ends last: nobody told us in which zone the test centre is.
FIRST_ZONE, LAST_ZONE = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
LONGEST_GIVEN, LONGEST_FAMILY, LONGEST_NATIVE = 30, 50, 100  # as Pearson VUE takes them
_SHOWN_AS = {"issued": "issued", "revealed": "shown", "booked": "booked"}


def ends_at(last_day: date, zone: ZoneInfo) -> datetime:
    """The first instant, UTC, after a voucher's last day in ``zone``."""
    return datetime.combine(last_day + timedelta(days=1), time.min, zone).astimezone(UTC)


def usable_from(days: int, now: datetime) -> datetime:
    """The instant that a code's last day must reach to be issued now, when it must have ``days`` left."""
    return now + timedelta(days=days)


def state(
    held: HeldVoucher | None,
    outcome: Outcome,
    waits: bool,
    taken_back: TakenBackVoucher | None,
    verdict: Verdict,
    now: datetime,
) -> str:
    """One of ``VoucherPosition``'s states: what the learner holds first, then what happened, then what is missing."""
    if held and held.state in OPEN and held.expires_at > now:
        return _SHOWN_AS[held.state]
    for happened, name in (
        (outcome.on_hold, "review"),
        (outcome.passed, "passed"),
        (pending(held, outcome), "pending"),
    ):
        if happened:
            return name
    if outcome.withdrawn_at and not waits:
        return "withdrawn"
    has_place = all(c.met for c in verdict.conditions if c.kind == "place")
    if held and held.state in ("lost", "void") and not has_place:
        return held.state
    if held and held.revealed_at and held.expires_at <= now and _ended_by_time(held, has_place):
        return "expired"
    missing = {condition.kind for condition in verdict.missing}
    if missing and missing <= {"country", "arrangement"}:  # all is there but the word of a person
        return "country" if "country" in missing else "arranging"
    if waits and verdict.met:
        return "waiting"
    if taken_back:
        return "taken_back"
    if not has_place:
        return "failed" if outcome.failed else "no_place"
    if outcome.failed and missing == {"wait"}:  # she has a place, and reads from when it is good
        return "failed"
    return "ready" if verdict.met else "not_ready"


def _ended_by_time(held: HeldVoucher, has_place: bool) -> bool:
    return held.state in OPEN or (held.state == "expired" and not has_place)


class NameWrong(Refusal):
    """A part of a name is not as it must be."""


class GivenWrong(NameWrong):
    """The first names."""


class FamilyWrong(NameWrong):
    """The family name, or the only one."""


class NativeWrong(NameWrong):
    """The name in another script."""


def name(told: Name) -> Name:
    """The name with its blanks made even. Raises NameWrong of one of its parts."""
    given, family, native = (_even(part) for part in (told.given, told.family, told.native))
    if given and (len(given) > LONGEST_GIVEN or not _latin(given)):
        raise GivenWrong(_("Write the first names in Latin letters, at most {most} characters."), most=LONGEST_GIVEN)
    if not family or len(family) > LONGEST_FAMILY or not _latin(family):
        words = _("Write the family name in Latin letters, at most {most} characters.")
        raise FamilyWrong(words, most=LONGEST_FAMILY)
    if len(native) > LONGEST_NATIVE or any(unicodedata.category(sign)[0] == "C" for sign in native):
        raise NativeWrong(_("Write the name only, at most {most} characters."), most=LONGEST_NATIVE)
    return Name(given, family, native, told.country)


def _even(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _latin(text: str) -> bool:
    """Latin letters with their marks; blanks, hyphens, apostrophes and full stops between them."""
    letters = [sign for sign in text if sign not in " -'’."]
    latin = all(
        unicodedata.category(sign) == "Mn" or unicodedata.name(sign, "").startswith("LATIN ") for sign in letters
    )
    return latin and any(sign.isalpha() for sign in letters)


def today_in(zone: str, now: datetime) -> date:
    """The day that it is in a voucher's zone: in it its last day is counted."""
    return now.astimezone(ZoneInfo(zone)).date()


def over(day: date, now: datetime) -> bool:
    """Is a day over wherever it may be meant?"""
    return day < now.astimezone(LAST_ZONE).date()


def come(day: date, now: datetime) -> bool:
    """Has a day come wherever it may be meant?"""
    return day <= now.astimezone(LAST_ZONE).date()


def last_exam_day(expires_at: datetime) -> date:
    """The last day, wherever the test centre is, on which an exam can begin before the voucher ends."""
    return (expires_at - timedelta(microseconds=1)).astimezone(FIRST_ZONE).date()


def sat(shown: str, outcome: Outcome, now: datetime) -> bool:
    """Is the day over for which the learner told of a booking? Then her page waits for the result."""
    return shown == "booked" and outcome.booking is not None and over(outcome.booking.day, now)


def pending(held: HeldVoucher | None, outcome: Outcome) -> bool:
    """Is a result to come? Booked, or the newest voucher was used and nothing was heard of that exam since.

    A booking ends with its voucher: lost, cancelled, expired or used, it is no booking any more, whatever she told.
    """
    booked = outcome.booked and (held is None or held.state == "booked")
    used = held is not None and held.state == "used"
    heard = bool(held and held.issued_at and outcome.last_sat_at and outcome.last_sat_at >= held.issued_at)
    return booked or (used and not heard)


def days_left(last_day: date, today: date) -> int:
    """Days on which the voucher still works, today included; 0 when it is over."""
    return max((last_day - today).days + 1, 0)
