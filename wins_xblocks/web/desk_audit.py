"""The audit trail on the desk: looked through by pages, and saved as a file. Nobody changes anything here."""

import re
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from .. import audit_view, context, trail_csv, trail_words, words
from ..domain.audit import api as audit
from ..domain.audit import listing
from ..domain.audit.data import Looked
from ..platform import platform
from . import files, period
from .pages import opens, page
from .roles import Action

NAMES = ("about", "subject", "action", "who", "from", "to")
SYSTEM = "system"
LONGEST = 100
MOST_PEOPLE = 200
MOST_NAMED = 10  # of those whose acts a file holds
SUBJECT = re.compile(r"[a-z]{2,16}:[0-9]{1,18}")
PLACEHOLDER = re.compile(r"\{\w+\}")


@opens(Action.SEE_AUDIT)
def audit_page(request: HttpRequest) -> HttpResponse:
    """Fifty acts a page, the newest first, and the newest seal over all of them."""
    asked = _asked(request)
    try:
        wanted = _wanted(request, asked)
    except period.DayWrong as refusal:
        return _page(request, asked, words.refusal(refusal), 400)
    rows, older = audit_view.page(wanted, period.number(request.GET.get("before", "")))
    return _page(request, asked, rows=rows, older=older)


@opens(Action.SEE_AUDIT)
def audit_file(request: HttpRequest) -> HttpResponseBase:
    """The same acts as a file, sent as they are read."""
    rules, asked = context.programme(), _asked(request)
    wanted = _wanted(request, asked)
    files.noted(request, "audit", **_filters(asked, wanted))
    parts = trail_csv.parts(listing.chunks(wanted), rules)
    return files.sent(parts, files.CSV, "wins-audit.csv")


def _filters(asked: dict[str, str], wanted: Looked) -> dict[str, object]:
    """What was asked for, as the trail may keep it: no word that somebody typed of a person."""
    by_word = {"about": trail_words.kinds(), "action": trail_words.acts()}
    told: dict[str, object] = {name: asked[name] for name, known in by_word.items() if asked[name] in known}
    told["subject"] = asked["subject"] if SUBJECT.fullmatch(asked["subject"]) else ""
    return {**told, "from": asked["from"], "to": asked["to"], "people": sorted(wanted.actors or ())[:MOST_NAMED]}


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST] for name in NAMES}


def _wanted(request: HttpRequest, asked: dict[str, str]) -> Looked:
    start, end = period.chosen(request, context.programme().zone)
    system = asked["who"].casefold() in (SYSTEM, _("system").casefold())
    actors = None if system or not asked["who"] else _people(asked["who"])
    return Looked(asked["subject"], asked["about"], asked["action"], actors, system, start, end)


def _people(text: str) -> tuple[int, ...]:
    """Ids of those who are meant: by a part of the name or address, or by a number like #12."""
    own = period.number(text[1:]) if text.startswith("#") else None
    return (own,) if own else platform().find_people(text, MOST_PEOPLE)


def _page(
    request: HttpRequest, asked: dict[str, str], problem: str = "", status: int = 200,
    rows: object = (), older: int | None = None,
) -> HttpResponse:  # fmt: skip
    kept = {name: value for name, value in asked.items() if value}
    known = {name: PLACEHOLDER.sub("…", told) for name, told in trail_words.acts().items()}
    if asked["action"]:
        known.setdefault(asked["action"], asked["action"])
    values = {
        "here": "audit", "rows": rows, "asked": asked, "since": asked["from"], "problem": problem,
        "kinds": sorted(trail_words.kinds().items(), key=lambda one: one[1]),
        "actions": sorted(known.items(), key=lambda one: one[1]), "filtered": bool(kept), "back": urlencode(kept),
        "older": f"?{urlencode({**kept, 'before': older})}" if older else "", "later": bool(request.GET.get("before")),
        "head": audit.newest_head(),
    }  # fmt: skip
    return page(request, "desk_audit.html", values, status)
