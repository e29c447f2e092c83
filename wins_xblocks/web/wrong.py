""" "This looks wrong": a question about study time, with the days and visits it is about."""

from datetime import timedelta
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, time_case, words
from ..domain import Refusal
from ..domain.cases import api as cases
from ..domain.cases.data import Question
from ..domain.registration import api as registration
from ..domain.registration.data import RegistrationValue
from ..domain.study_time import rules
from .ask import received, token_of
from .pages import notice, opens, page, say
from .roles import Action

SHOWN_DAYS = 7


@opens(Action.OWN_PAGES, methods=("GET", "POST"))
def wrong_page(request: HttpRequest, module: str) -> HttpResponse:
    """The form for one module, and what becomes of it."""
    own = registration.latest(request.user.id, module)
    if own is None:
        return notice(request, 404, _("This is not possible"), _("You do not study this module."))
    if request.method != "POST":
        return _form(request, own)
    try:
        return _sent(request, own)
    except Refusal as refusal:
        return _form(request, own, refusal)


def _sent(request: HttpRequest, own: RegistrationValue) -> HttpResponse:
    programme, now = context.programme(), context.now()
    today = rules.day_of(rules.milliseconds(now), programme.zone)
    token = token_of(request.POST)
    first, last = time_case.period(request.POST.get("first", ""), request.POST.get("last", ""), today)
    asked = Question(request.user.id, time_case.KIND, time_case.SUBJECT, request.POST.get("text", ""), token)
    attach = partial(time_case.attached, request.user, own, first, last)
    say(request, received(cases.ask(asked, today, programme.policies.answer_within_working_days, now, attach)))
    return redirect("wins:questions")


def _form(request: HttpRequest, own: RegistrationValue, refusal: Refusal | None = None) -> HttpResponse:
    programme = context.programme()
    today = rules.day_of(rules.milliseconds(context.now()), programme.zone)
    module = programme.module(own.module)
    values = {
        "here": "study",
        "module": module.title if module else own.module,
        "problem": words.refusal(refusal) if refusal else "",
        "at_days": isinstance(refusal, time_case.DaysWrong),
        "text": request.POST.get("text", ""),
        "first": request.POST.get("first", (today - timedelta(days=SHOWN_DAYS - 1)).isoformat())[:10],
        "last": request.POST.get("last", today.isoformat())[:10],
        "today": today.isoformat(),
        "token": token_of(request.POST, fresh=True),
        "most": cases.LONGEST,
        "days": programme.policies.answer_within_working_days,
        "zone": programme.time_zone,
    }
    return page(request, "wrong.html", values, 400 if refusal else 200)
