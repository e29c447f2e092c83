"""What every page carries at its top, the product's own pages too: that this is a demo, and who is signed in."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import check_for_language

from .. import context
from .access import authored_courses
from .cast import is_administrator

# The link that skips to the content stays the first thing a keyboard reaches.
TOP = re.compile(rb'<body[^>]*>(?:\s*<a class="wins-skip".*?</a>)?', re.DOTALL)


class HostFrame:
    """Middleware that puts the frame into HTML pages, ours or not: no template has to remember it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        top = TOP.search(response.content)
        if top:
            whole = response.content
            response.content = whole[: top.end()] + _frame(request).encode() + whole[top.end() :]
        return response


def _frame(request: HttpRequest) -> str:
    user = request.user
    signed_in = user.is_authenticated
    values = {
        "hours": context.factor() / 60,
        "authors": signed_in and bool(authored_courses(user)),
        "administers": signed_in and is_administrator(user),
        "languages": [(code, name) for code, name in settings.LANGUAGES if check_for_language(code)],
        "back": request.get_full_path(),
    }
    return render_to_string("wins_host/frame.html", values, request=request)
