"""What our JSON views share: length before body, who asks, how often, and refusals in words."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from .. import context, events, words
from ..domain import Refusal
from ..domain.programme.loader import ProgrammeError
from .roles import Action

MOST_BYTES = 16_384
MINUTE = 60
MOST_PER_MINUTE = 30
View = Callable[[HttpRequest, dict[str, Any]], HttpResponse]
Opened = Callable[[HttpRequest], HttpResponse]


def told(status: int, state: str, text: str) -> JsonResponse:
    """An answer that says no: a word for the script, a sentence for the person."""
    response = JsonResponse({"state": state, "error": text}, status=status)
    response.wins_state = state  # type: ignore[attr-defined]  # read by ``counted``
    return response


def counted(name: str) -> Callable[[Opened], Opened]:
    """Count each answer for monitoring; a refusal by the word it gives the script."""

    def count(opened: Opened) -> Opened:
        @wraps(opened)
        def run(request: HttpRequest) -> HttpResponse:
            response = opened(request)
            refused = getattr(response, "wins_state", "csrf" if response.status_code >= 400 else "")
            events.count(f"wins.{name}.refused.{refused}" if refused else f"wins.{name}")
            return response

        return run

    return count


def json_view(view: View) -> Opened:
    """A POST of a JSON object by somebody signed in, thirty a minute each at most.

    The token is checked after the length: reading it may read the body, and the platform sets no limit.
    """
    protected = csrf_protect(_read(view))

    @transaction.non_atomic_requests
    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            response = unfit(request) or protected(request)
        else:
            response = told(405, "wrong", _("This address only takes what our pages send."))
            response["Allow"] = "POST"
        response["Cache-Control"] = "no-store"
        return response

    opened.wins_action = Action.OWN_PAGES  # type: ignore[attr-defined]  # read by the test that walks the table
    opened.wins_changes = Action.OWN_PAGES  # type: ignore[attr-defined]
    opened.wins_methods = ("POST",)  # type: ignore[attr-defined]
    return opened


def odd_charset(request: HttpRequest) -> bool:
    """Does the request name an encoding that is not ours? Some make half characters, which nothing can store."""
    return (request.content_params or {}).get("charset", "utf-8").lower() != "utf-8"


def unfit(request: HttpRequest) -> HttpResponse | None:
    """411 without a length, 413 above what we take, 400 for another encoding; None when the body may be read."""
    declared = request.META.get("CONTENT_LENGTH") or ""
    if not (declared.isascii() and declared.isdigit()):
        return told(411, "wrong", _("The request does not say how long it is."))
    if len(declared) > 9 or int(declared) > MOST_BYTES:
        return told(413, "wrong", _("The request is too long."))
    if odd_charset(request):
        return told(400, "wrong", _("The request is not in UTF-8."))
    return None


def _read(view: View) -> Opened:
    @wraps(view)
    def read(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return told(401, "signed_out", _("You are signed out. Sign in again."))
        if request.content_type != "application/json":
            return told(415, "wrong", _("The request is not JSON."))
        if _too_often(request, view.__name__):
            response = told(429, "later", _("Too many requests. Wait a minute."))
            response["Retry-After"] = str(MINUTE)
            return response
        try:
            body = json.loads(request.body)
        except (ValueError, RecursionError):
            return told(400, "wrong", _("The request is not JSON."))
        if not isinstance(body, dict):
            return told(400, "wrong", _("The request is not a JSON object."))
        return _answered(view, request, body)

    return read


def _answered(view: View, request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    try:
        with context.told_in_words():
            return view(request, body)
    except Refusal as refusal:
        return told(400, "wrong", words.refusal(refusal))
    except ProgrammeError as error:
        return told(503, "later", words.rules_trouble(error, is_staff=False))


def _too_often(request: HttpRequest, name: str) -> bool:
    """One request more of this learner in this minute of the clock: too many? A cache that forgets lets it in."""
    key = f"wins.{name}.{request.user.id}.{int(context.now().timestamp()) // MINUTE}"
    if cache.add(key, 1, 2 * MINUTE):
        return False
    try:
        return bool(cache.incr(key) > MOST_PER_MINUTE)
    except ValueError:  # thrown out between the two
        return False
