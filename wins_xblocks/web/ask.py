"""Ask WINS: a question gets a number and a day by which it is answered."""

import re
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, words
from ..domain import Refusal
from ..domain.cases import api as cases
from .pages import opens, page, say
from .roles import Action

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


@opens(Action.OWN_PAGES, methods=("GET", "POST"))
def ask_page(request: HttpRequest) -> HttpResponse:
    """The form, and what becomes of it. A form that was refused is shown again with its text."""
    if request.method == "POST":
        try:
            return _sent(request)
        except Refusal as refusal:
            return _form(request, words.refusal(refusal), 400)
    return _form(request)


def _form(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    token = request.POST.get("token", "")
    values = {
        "here": "ask",
        "problem": problem,
        "text": request.POST.get("text", ""),
        "about": request.POST.get("about", request.GET.get("about", ""))[:255],
        "token": token if TOKEN.fullmatch(token) else secrets.token_urlsafe(24),
        "most": cases.LONGEST,
        "days": context.programme().policies.answer_within_working_days,
        "cases": cases.of_learner(request.user.id),
    }
    return page(request, "ask.html", values, status)


def _sent(request: HttpRequest) -> HttpResponse:
    token = request.POST.get("token", "")
    if not TOKEN.fullmatch(token):
        raise Refusal(_("This form is out of date. Press the button again."))
    rules, now = context.programme(), context.now()
    case = cases.ask(
        request.user.id, "question", "Ask WINS", request.POST.get("text", ""), token, request.POST.get("about", ""),
        now.astimezone(rules.zone).date(), rules.policies.answer_within_working_days, now,
    )  # fmt: skip
    told = _("We have your question. Its number is {number}. WINS answers by {date}.")
    say(request, told.format(number=case.number, date=words.day(case.deadline)))
    return redirect("wins:ask")
