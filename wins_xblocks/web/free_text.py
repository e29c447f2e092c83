"""What people write in their own words must not hold a voucher's code: it would stand in lists, mails and the trail."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ..code_in_text import MOST, has_a_code
from ..domain.vouchers.data import Secret
from .roles import TABLE, Action

NAMES = (
    "reason", "answer", "evidence", "text", "what", "city", "about", "given", "family", "native", "subject", "body",
    "told",
)  # fmt: skip
View = Callable[..., HttpResponse]


def without_codes(view: View, refused: Callable[[HttpRequest, str, list[Secret]], HttpResponse]) -> View:
    """The view, unless a text of its form holds a code: then nothing is stored, and the words are shown again."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, **kwargs)
        # Not by Django's decorator: it would forget what another one around us hides.
        hidden = getattr(request, "sensitive_post_parameters", ())
        request.sensitive_post_parameters = (*hidden, *NAMES)  # type: ignore[attr-defined]
        texts = _written(request)
        every = bool(getattr(request, "wins_roles", frozenset()) & TABLE[Action.MANAGE_VOUCHER])
        if has_a_code(texts, request.user.id, every):
            return refused(request, explained(every), texts)
        return view(request, **kwargs)

    return guarded


def _written(request: HttpRequest) -> list[Secret]:
    return [Secret(request.POST[name][:MOST]) for name in NAMES if request.POST.get(name)]


def explained(staff: bool) -> str:
    """What to do about it."""
    if staff:
        return _(
            "What you wrote holds a voucher code, and others would read it there. Name the voucher by its number. "
            "Nothing was stored. Here are your words: go back and send them again without the code."
        )
    return _(
        "What you wrote holds your voucher code. Keep it to yourself: WINS sees which voucher is yours. Nothing was "
        "stored. Here are your words: go back and send them again without the code."
    )
