"""The book timer: its page, the worker that opens the page without network, and the entries that it sends."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import book_view, context, words
from ..code_in_text import MOST, has_a_code, said_shortly
from ..domain import Refusal
from ..domain.study_time import api as study_time
from ..domain.study_time import book, limits
from ..domain.study_time.data import BookTold
from ..domain.vouchers.data import Secret
from .ask import TOKEN
from .book import MISTAKES, enter, said
from .json_views import counted, json_view, told
from .pages import opens, page
from .roles import Action

MODULE = re.compile(r"[\w-]{1,64}", re.ASCII)
LONGEST_MINUTES = 12 * 60  # what a device measured beyond this is asked back
MOST_MINUTES = 9999  # that a device may tell at all; the domain judges
LAST_MS = 4_102_444_800_000  # the year 2100: no instant that a device tells is later
WORKER = Path(__file__).resolve().parent.parent / "static/wins_xblocks/js/timer_worker.js"


@opens(Action.OWN_PAGES)
def timer_page(request: HttpRequest) -> HttpResponse:
    """The timer. All of it is done by its script, on the device, with or without network."""
    get_token(request)  # the script sends it back; and by it the script sees that somebody else has signed in
    modules = book_view.modules(request.user, context.now())
    values = {
        "here": "timer",
        "accepted": study_time.notice_accepted(request.user.id),
        "modules": modules,
        "chosen": request.GET.get("module", ""),
        "most": limits.LONGEST,
        "longest": LONGEST_MINUTES,
        "zone": context.programme().time_zone,
    }
    return page(request, "timer.html", {**values, "args": _args(request.user.id, modules)})


@opens(Action.OWN_PAGES)
def timer_worker(request: HttpRequest) -> HttpResponse:
    """The service worker; no cache keeps it, so that a new one is seen."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


@counted("timer")
@json_view
def timer_entry(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """What one reading of the book was. Sent again it is the same entry; sent by the form meanwhile it is ``spent``."""
    if body.get("learner") != request.user.id or isinstance(body["learner"], bool):
        return told(409, "other", _("Somebody else is signed in. Load this page again."))
    try:
        module, token = body.get("module"), body.get("token")
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            raise book.Settled(_("This entry has lost its number. Edit it and send it anew."))
        known = module if isinstance(module, str) and MODULE.fullmatch(module) else ""
        made = enter(request.user.id, known, _told(body, request.user.id), token)
    except book.Spent as refusal:
        return told(409, "spent", words.refusal(refusal))
    except Refusal as refusal:
        return told(400 if isinstance(refusal, MISTAKES) else 409, "refused", words.refusal(refusal))
    return JsonResponse({"state": "entered", "text": said(made)})


def _told(body: dict[str, Any], learner_id: int) -> BookTold:
    """All of it belongs to the day on which it began, by the programme's calendar. Raises Refusal."""
    started, minutes, what = (body.get(name) for name in ("started", "minutes", "what"))
    if not _whole(started, LAST_MS):
        raise limits.DayWrong(_("It is not known when this began. Edit it and write the day."))
    if not _whole(minutes, MOST_MINUTES):
        raise limits.LengthWrong(_("Write hours and minutes as whole numbers, for example 2 and 30."))
    if isinstance(what, str) and has_a_code([Secret(what[:MOST])], learner_id):
        raise limits.TextWrong(said_shortly())
    if not isinstance(what, str) or not _storable(what):
        raise limits.TextWrong(_("This text cannot be stored. Edit it and write it anew."))
    began = datetime.fromtimestamp(started / 1000, UTC)
    if began > context.now():
        raise limits.DayWrong(_("This begins later than now. Set the clock of your device, then edit this entry."))
    return BookTold(began.astimezone(context.programme().zone).date(), minutes, what)


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _storable(text: str) -> bool:
    """JSON can name half a character, which no database stores."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _args(learner_id: int, modules: tuple[book_view.BookModule, ...]) -> dict[str, Any]:
    """What the script needs."""
    return {
        "learner": learner_id, "modules": {one.id: one.title for one in modules},
        "page": reverse("wins:timer"), "entry": reverse("wins:timer_entry"), "worker": reverse("wins:timer_worker"),
        "book": reverse("wins:book"), "csrfCookie": settings.CSRF_COOKIE_NAME, "language": get_language() or "en",
        "zone": context.programme().time_zone, "longest": LONGEST_MINUTES, "words": _words(),
    }  # fmt: skip


def _words() -> dict[str, str]:
    """Every sentence of the script. What stands in braces is filled in there."""
    return {
        "hm": _("{hours} h {minutes} min"), "h": _("{hours} h"), "m": _("{minutes} min"),
        "start": _("Start"), "stop": _("Stop"), "edit": _("Edit"), "delete": _("Delete"),
        "started": _("Started. The time runs, also when this page is closed."),
        "stopped": _("Stopped: {time}. Look at it, then send it."),
        "short": _("That was less than a minute. Nothing is sent."),
        "most": _("At most {minutes}. Take off what was a pause."),
        "back": _("The clock of this device was set back meanwhile. Write how many minutes you read."),
        "long": _("The timer ran for {time}. Write how many minutes you read."),
        "midnight": _("You read past midnight. All of it is entered for the day on which you began."),
        "no_what": _("Write the book and the pages."),
        "no_minutes": _("Write a whole number of minutes: from 1 to {most}."),
        "dropped": _("Thrown away: {time}."), "restored": _("It is back."),
        "kept": _("Entries kept on this device: {number}. They are sent when you are online."),
        "signed_out": _("You are signed out. The entries stay on this device."),
        "later": _("The server does not take entries at the moment. We try again every minute."),
        "blocked": _("This browser keeps nothing. Leave the page open until your time is sent."),
    }  # fmt: skip
