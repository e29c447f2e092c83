"""Tickets and beats as a page would send them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.conftest import NOW
from wins_xblocks.domain.study_time import api, rules, tickets
from wins_xblocks.domain.study_time.data import PageTicket, SessionTicket

VIENNA = ZoneInfo("Europe/Vienna")
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


def page(learner=1, registration=11, *, module="foundation", unit="u1", name="p1", now=NOW) -> PageTicket:
    course, issued_at = "course-v1:WINS+FND+2026", rules.milliseconds(now)
    return PageTicket(learner, registration, course, module, unit, name, "text", issued_at)


def visit(key: str = "a", now=NOW, **of) -> SessionTicket:
    """A visit that began at ``now``; its key is readable."""
    return SessionTicket(page(now=now, **of), key, rules.milliseconds(now))


def beat(ticket: SessionTicket, *spans: tuple[int, int], after=None, late=False, inputs=0, **more):
    """Record ``spans`` ``after`` ms of the visit (by default: at the end of the last span)."""
    at = after if after is not None else max((span[1] for span in spans), default=0)
    begun = NOW + timedelta(milliseconds=ticket.epoch - rules.milliseconds(NOW))
    now = more.pop("now", begun + timedelta(milliseconds=at))
    return api.record(ticket, at, spans, inputs, late, VIENNA, now, more.pop("late_days", 7), **more)


def statements(queries) -> list[str]:
    """Statements without the transaction's own frame."""
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "ROLLBACK", "COMMIT")
    return [query["sql"] for query in queries if not query["sql"].startswith(frame)]


__all__ = [
    "HOUR", "MINUTE", "NOW", "SECOND", "VIENNA", "api", "beat", "page", "rules", "statements", "tickets", "visit",
]  # fmt: skip
