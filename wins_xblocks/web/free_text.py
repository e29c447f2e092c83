"""What people write in their own words must not hold a voucher's code: it would stand in lists, mails and the trail."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import context
from ..domain.vouchers import acts, usage
from ..domain.vouchers.data import Secret
from .roles import TABLE, Action

NAMES = (
    "reason", "answer", "evidence", "text", "what", "city", "about", "given", "family", "native", "subject", "body",
)  # fmt: skip
MOST = 5000  # signs that are looked at: no form of ours keeps as many
View = Callable[..., HttpResponse]


def has_a_code(texts: list[Secret], user_id: int, every: bool = False) -> bool:
    """``every``: any code of ours, for whoever may look for codes, and it leaves its trace as any search.

    For all others their own only: nobody may find out by it which codes there are.
    """
    if not texts or not usage.mentioned(texts, context.voucher_keys(), None if every else user_id):
        return False
    if every:
        acts.note_looked_up(1, 1, user_id, context.now())
    return True


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


def said_shortly() -> str:
    """The same where the words stay before the reader's eyes."""
    return _("What you wrote holds your voucher code. Keep it to yourself, and write this anew without it.")
