"""The log of mails: what was written to whom, and what became of it."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, mail_kinds, mails_view, notices, words
from ..domain.outbox import listing
from ..domain.outbox.data import Wanted
from ..platform import platform
from . import period
from .pages import may, opens, page, say
from .roles import Action

NAMES = ("kind", "state", "q", "from", "to")
LONGEST = 100
MOST_PEOPLE = 200


@opens(Action.SEE_MAILS)
def log_page(request: HttpRequest) -> HttpResponse:
    """Fifty a page, the newest first; filters by kind, state, person and period."""
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST] for name in NAMES}
    try:
        wanted = _wanted(request, asked)
    except period.DayWrong as refusal:
        return _page(request, asked, words.refusal(refusal), 400)
    rows, older = mails_view.log(wanted, period.number(request.GET.get("before", "")))
    return _page(request, asked, rows=rows, older=older)


def _wanted(request: HttpRequest, asked: dict[str, str]) -> Wanted:
    start, end = period.chosen(request, context.programme().zone)
    state = asked["state"] if asked["state"] in listing.STATES else ""
    return Wanted(asked["kind"], state, _people(asked["q"]), start, end)


def _people(text: str) -> tuple[int, ...] | None:
    """Ids of those who are meant: by a part of the name or address, or by a number like #12."""
    if not text:
        return None
    own = period.number(text[1:]) if text.startswith("#") else None
    return (own,) if own else platform().find_people(text, MOST_PEOPLE)


def _page(
    request: HttpRequest, asked: dict[str, str], problem: str = "", status: int = 200,
    rows: object = (), older: int | None = None,
) -> HttpResponse:  # fmt: skip
    kept = {name: value for name, value in asked.items() if value}
    values = {
        "here": "mails", "rows": rows, "asked": asked, "since": asked["from"], "problem": problem,
        "kinds": [(kind, mail_kinds.what(kind)) for kind in notices.LETTERS],
        "states": [(state, mails_view.state_words(state)) for state in listing.STATES],
        "filtered": bool(kept), "may_edit": may(request, Action.EDIT_MAILS), "back": urlencode(kept),
        "older": f"?{urlencode({**kept, 'before': older})}" if older else "", "later": bool(request.GET.get("before")),
    }  # fmt: skip
    return page(request, "desk_mail_log.html", values, status)


@opens(Action.EDIT_MAILS, methods=("POST",))
def again_page(request: HttpRequest, message_id: str) -> HttpResponse:
    """Try one anew that was given up. Pressed twice, it is tried once."""
    listing.try_again(int(message_id), request.user.id, context.now())
    say(request, _("The mail is tried again within a few minutes."))
    return redirect("wins:mail_log")
