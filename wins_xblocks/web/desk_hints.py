"""Hints about tries that are oddly alike or oddly quick, for Academy administrators: read, kept or put aside."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, hint_view, words
from ..domain import Refusal
from ..domain.integrity import api as integrity
from ..domain.integrity.data import HintLine
from .pages import notice, opens, page, say
from .roles import Action


@opens(Action.SEE_HINTS)
def hints_page(request: HttpRequest) -> HttpResponse:
    """What hints are and are not, and the list."""
    found = hint_view.listing(request.GET.get("page", ""), context.programme())
    return page(request, "desk_hints.html", {"here": "quizzes", "found": found, "days": context.keep_hints_days()})


@opens(Action.SEE_HINTS, methods=("GET", "POST"))
def hint_page(request: HttpRequest, hint_id: str) -> HttpResponse:
    """One hint, and what becomes of it, with a note."""
    found = integrity.one(int(hint_id))
    if found is None:
        return notice(request, 404, _("This is not possible"), _("There is no such hint. Old ones are deleted."))
    if request.method != "POST":
        return _page(request, found)
    decide = {"keep": integrity.keep, "dismiss": integrity.dismiss}.get(request.POST.get("do", ""))
    if decide is None:
        return _page(request, found, _("Choose what becomes of this hint."), 400)
    try:
        decide(found.id, request.POST.get("text", ""), request.POST.get("was", ""), request.user.id, context.now())
    except Refusal as refusal:
        status = 400 if isinstance(refusal, integrity.NoteWrong) else 409
        return _page(request, integrity.one(found.id) or found, words.refusal(refusal), status)
    say(request, _("Your note is kept. Nothing else was changed: no mark, no result, no voucher."))
    return redirect("wins:hints")


def _page(request: HttpRequest, found: HintLine, problem: str = "", status: int = 200) -> HttpResponse:
    values = {
        "here": "quizzes", "hint": hint_view.page_of(found, context.programme()), "problem": problem,
        "days": context.keep_hints_days(),
        "most": integrity.LONGEST, "note": request.POST.get("text", "")[: integrity.LONGEST],
    }  # fmt: skip
    return page(request, "desk_hint.html", values, status)
