"""What our pages share: who may open one, how it is shown, how a form comes in, what is said after a redirect."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from .. import context, words
from ..domain import Refusal
from ..domain.programme.loader import ProgrammeError
from ..domain.vouchers.data import Secret
from ..platform import platform
from . import free_text, menu, roles
from .json_views import odd_charset
from .roles import Action, Role

View = Callable[..., HttpResponse]
FORM_BYTES = 64_000
SAID = "wins_said"


def page(request: HttpRequest, template: str, values: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """One of our pages with its menu, and whatever was to be said after a redirect."""
    session = getattr(request, "session", {})
    shared = {
        "said": session.pop(SAID, None),
        "sections": menu.sections(values.get("here", ""), getattr(request, "wins_roles", frozenset())),
        "academy": may(request, Action.SEE_DESK),
        "sees_hints": may(request, Action.SEE_HINTS),
        "privacy_url": context.setting("WINS_PRIVACY_URL"),
    }
    with timezone.override(words.clock()):  # for the dates that templates write
        return render(request, f"wins_xblocks/{template}", {**shared, **values}, status=status)


def may(request: HttpRequest, action: Action) -> bool:
    """May the reader do this with her Academy roles? For what only the Academy does; false on a page without one."""
    return bool(getattr(request, "wins_roles", frozenset()) & roles.TABLE[action])


def modules_of(request: HttpRequest, action: Action) -> frozenset[str] | None:
    """The modules in which the reader may do this: None, all of them, for the Academy, else those that she teaches."""
    if may(request, action):
        return None
    known: dict[Action, frozenset[str]] = request.__dict__.setdefault("wins_taught", {})  # each costs a query
    if action not in known:
        known[action] = roles.taught_modules(request.user, action)
    return known[action]


def say(request: HttpRequest, text: str) -> None:
    """Tell the reader something on the page she sees next."""
    request.session[SAID] = text


def notice(request: HttpRequest, status: int, heading: str, text: str) -> HttpResponse:
    """A page that only says why there is nothing else."""
    return page(request, "notice.html", {"heading": heading, "text": text}, status)


def opens(
    action: Action, methods: tuple[str, ...] = ("GET",), most: int = FORM_BYTES, changes: Action | None = None
) -> Callable[[View], View]:
    """A page for those whom the table allows ``action``; whoever is not signed in is sent to do so.

    ``changes`` is what a POST needs, where more people may read the page than change what it shows.

    The length of a request is judged, and the roles are asked, before its body is read: with our own check of the
    token the platform's middleware has not read it yet. A refusal becomes a 409 in words, no rules or no tables a 503.
    """

    def wrapped(view: View) -> View:
        allowed = _allowed(action, changes or action, csrf_protect(free_text.without_codes(view, _holds_a_code)))

        @transaction.non_atomic_requests
        @csrf_exempt
        @never_cache
        @wraps(view)
        def opened(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if request.method not in (*methods, "HEAD"):
                response = notice(request, 405, _("This does not work"), _("Open the page again and use its buttons."))
                response["Allow"] = ", ".join(methods)
                return response
            if _length(request) > most:
                return notice(request, 413, _("Too long"), _("What you sent is too long. Nothing was stored."))
            if odd_charset(request):
                return notice(request, 400, _("This does not work"), _("The request is not in UTF-8."))
            return allowed(request, **kwargs)

        opened.wins_action = action  # type: ignore[attr-defined]  # read by the test that walks the table
        opened.wins_changes = changes or action  # type: ignore[attr-defined]
        opened.wins_methods = methods  # type: ignore[attr-defined]
        return opened

    return wrapped


def _holds_a_code(request: HttpRequest, text: str, written: list[Secret]) -> HttpResponse:
    return page(request, "holds_code.html", {"text": text, "written": written}, 409)


def _length(request: HttpRequest) -> int:
    """Declared bytes of the body; a length that is no number is more than anything we take."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    return int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 16 else 1 << 62


def _allowed(reading: Action, changing: Action, view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect(platform().login_url(request))
        request.wins_roles = mine = roles.academy_roles(request.user)  # type: ignore[attr-defined]
        action = changing if request.method == "POST" else reading
        try:
            with context.told_in_words():
                if Role.LEARNER not in roles.TABLE[action] and modules_of(request, action) == frozenset():
                    return notice(request, 403, _("This page is not for you"), _("You may not open this page."))
                return view(request, **kwargs)
        except Refusal as refusal:
            return notice(request, 409, _("This is not possible"), words.refusal(refusal))
        except ProgrammeError as error:
            told = words.rules_trouble(error, is_staff=bool(mine))
            return notice(request, 503, _("This page cannot be shown"), told)

    return guarded
