"""Ask WINS: a question gets a number and a day by which it is answered. And all that one person asked."""

import re
import secrets
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, words
from ..domain import Refusal
from ..domain.cases import api as cases
from ..domain.cases.data import CaseValue, Question
from .pages import opens, page, say
from .roles import Action

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
NUMBER = re.compile(r"[1-9][0-9]{0,5}")
NEWEST, ON_A_PAGE = 3, 10  # questions: beside other things, and on a page of their own


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
    values = {
        "here": "ask",
        "problem": problem,
        "text": request.POST.get("text", ""),
        "about": request.POST.get("about", request.GET.get("about", ""))[:255],
        "token": token_of(request.POST, fresh=True),
        "most": cases.LONGEST,
        "days": context.programme().policies.answer_within_working_days,
        "cases": newest(request.user.id),
    }
    return page(request, "ask.html", values, status)


def token_of(form: Mapping[str, str], fresh: bool = False) -> str:
    """The token of a form that was sent. A wrong one is replaced when ``fresh``, else refused."""
    token = form.get("token", "")
    if TOKEN.fullmatch(token):
        return token
    if fresh:
        return secrets.token_urlsafe(24)
    raise Refusal(_("This form is out of date. Press the button again."))


def _sent(request: HttpRequest) -> HttpResponse:
    token = token_of(request.POST)
    rules, now = context.programme(), context.now()
    asked = Question(
        request.user.id, "question", "Ask WINS", request.POST.get("text", ""), token, request.POST.get("about", "")
    )
    case = cases.ask(asked, now.astimezone(rules.zone).date(), rules.policies.answer_within_working_days, now)
    say(request, received(case))
    return redirect("wins:ask")


def received(case: CaseValue) -> str:
    """What a learner is told whose question has come in."""
    told = _("We have your question. Its number is {number}. WINS answers by {date}.")
    return told.format(number=case.number, date=words.day(case.deadline))


def newest(learner_id: int) -> tuple[CaseValue, ...]:
    """The few questions that are shown beside other things; the page of all is one link away."""
    return cases.of_learner(learner_id, NEWEST)


@opens(Action.OWN_PAGES)
def questions_page(request: HttpRequest) -> HttpResponse:
    """All that the learner asked, in full, newest first and page by page."""
    asked = request.GET.get("page", "1")
    number = int(asked) if NUMBER.fullmatch(asked) else 1
    found = cases.of_learner(request.user.id, ON_A_PAGE + 1, (number - 1) * ON_A_PAGE)
    values = {
        "here": "questions",
        "cases": found[:ON_A_PAGE],
        "newer": number - 1,
        "older": number + 1 if len(found) > ON_A_PAGE else 0,
    }
    return page(request, "questions.html", values)
