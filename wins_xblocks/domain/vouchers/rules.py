"""What is true of a voucher: pure functions over values."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..exams.data import Outcome
from ..registration.data import Verdict
from .data import HeldVoucher, TakenBackVoucher

FARTHEST_YEARS = 20  # a last day beyond is a slip of the pen
GRACE = timedelta(days=14)  # a seen voucher may have been used on its last day; the supplier tells later
OPEN = frozenset({"issued", "revealed", "booked"})
USABLE = frozenset({"revealed", "booked", "lost", "expired"})  # what evidence may turn into used
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
    if waits and verdict.met:
        return "waiting"
    if taken_back:
        return "taken_back"
    if not has_place:
        return "failed" if outcome.failed else "no_place"
    return "ready" if verdict.met else "not_ready"


def _ended_by_time(held: HeldVoucher, has_place: bool) -> bool:
    return held.state in OPEN or (held.state == "expired" and not has_place)


def sat(shown: str, outcome: Outcome, today: date) -> bool:
    """Is the day over for which the learner told of a booking? Then her page waits for the result."""
    return shown == "booked" and outcome.booking is not None and outcome.booking.day < today


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
