"""Signed tickets: what the server said about a page or a visit, carried by the browser. No row is written.

The instants inside are checked against ``now``; the signer's own clock is not used.
"""

import hashlib
import re
import secrets
from dataclasses import astuple
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer

from .. import Refusal
from .. import marked as _
from . import rules
from .data import PageTicket, SessionTicket

PAGE_GOOD_MS = 12 * 3_600_000
EARLY_MS = 2_000  # a visit cannot begin before its page was made; clocks of two servers may differ by this
LONGEST_TICKET = 4_000  # characters
_PAGE, _SESSION = "wins.study.page", "wins.study.session"


class TicketWrong(Refusal):
    """Not a ticket of ours, or changed on the way."""


class TicketExpired(Refusal):
    """A good ticket, too old for a visit that begins now."""


def _sign(value: tuple[object, ...], salt: str) -> str:
    signed: str = Signer(salt=salt).sign_object(value, compress=True)
    return signed


def _open(token: str, salt: str) -> list[object]:
    """The signed list. What our key has signed under this salt has the right shape."""
    if not isinstance(token, str) or len(token) > LONGEST_TICKET:
        raise TicketWrong(_("This page cannot count your time. Load it again."))
    try:
        value: list[object] = Signer(salt=salt).unsign_object(token)
    except (BadSignature, ValueError) as error:
        raise TicketWrong(_("This page cannot count your time. Load it again.")) from error
    return value


def page_token(ticket: PageTicket) -> str:
    """The page ticket as text for the page."""
    return _sign(astuple(ticket), _PAGE)


def read_page(token: str) -> PageTicket:
    """The page ticket in ``token``, however old: ``begin`` knows what it may open. Raises TicketWrong."""
    return PageTicket(*_open(token, _PAGE))  # type: ignore[arg-type]  # the signature vouches for the shape


def key_of(page: PageTicket, visit: object) -> str:
    """The key of a page's visit, the same whoever tells of it: what a page kept on the device is sent by another one.

    Raises TicketWrong for a name that our page does not give. A page that gives none gets a key of its own.
    """
    if visit is None:
        return secrets.token_hex(16)
    if not isinstance(visit, str) or not re.fullmatch("[0-9a-z-]{1,32}", visit):
        raise TicketWrong(_("This page cannot count your time. Load it again."))
    named = "\n".join(str(part) for part in (*astuple(page), visit))
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def begin(page: PageTicket, key: str, at: object, now: datetime, late_days: int) -> SessionTicket:
    """A visit that began ``at`` ms before ``now``, at most ``late_days`` ago.

    Raises TicketWrong when that is before the page was made, and TicketExpired when it is more than twelve hours after:
    a page that stood without network for longer still tells of what was read in them.
    """
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at <= late_days * rules.DAY_MS:
        raise TicketWrong(_("This page's clock is wrong. Load it again."))
    epoch = rules.milliseconds(now - timedelta(milliseconds=at))
    if epoch < page.issued_at - EARLY_MS:
        raise TicketWrong(_("This page's clock is wrong. Load it again."))
    if epoch > page.issued_at + PAGE_GOOD_MS:
        raise TicketExpired(_("This page has been open for a long time. Load it again to count your time."))
    return SessionTicket(page, key, epoch)


def session_token(ticket: SessionTicket) -> str:
    """The session ticket as text for the browser."""
    rest = (ticket.key, ticket.epoch, ticket.other_ms, ticket.reach_ms)
    return _sign((*astuple(ticket.page), *rest), _SESSION)


def read_session(token: str) -> SessionTicket:
    """The session ticket in ``token``, however old: ``record`` knows how late a beat may be. Raises TicketWrong."""
    *page, key, epoch, other_ms, reach_ms = _open(token, _SESSION)
    return SessionTicket(PageTicket(*page), key, epoch, other_ms, reach_ms)  # type: ignore[arg-type]  # as above
