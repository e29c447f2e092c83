"""A learner's request on the desk: special arrangements, or a country of the policy. A person decides, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, words
from ..desk_view import people_of, request_words
from ..domain.vouchers import requests
from .pages import may, notice, opens, page, say
from .roles import Action


@opens(Action.SEE_DESK)
def request_page(request: HttpRequest, request_id: str) -> HttpResponse:
    """What is asked, by when, and what was decided."""
    return _page(request, int(request_id))


@opens(Action.DECIDE_REQUEST, methods=("POST",))
def decide_page(request: HttpRequest, request_id: str) -> HttpResponse:
    """Agree, with what, or not, with the reason. A form that was refused is shown again with its text."""
    do, answer = request.POST.get("do"), request.POST.get("answer", "")
    if do == "correct":
        return _correct(request, int(request_id))
    if do not in ("grant", "refuse"):
        return _page(request, int(request_id), _("This form is out of date. Press the button again."), 400)
    try:
        again = request.POST.get("again") == "yes"  # it was seen refused
        requests.decide(int(request_id), do == "grant", answer, request.user.id, context.now(), again)
    except requests.AnswerWrong as refusal:
        return _page(request, int(request_id), words.refusal(refusal), 400)
    say(request, _("Your decision was saved. The learner gets a mail."))
    return redirect("wins:desk")


def _correct(request: HttpRequest, number: int) -> HttpResponse:
    """Another country than the learner told."""
    country, reason = request.POST.get("country", "")[:10], request.POST.get("reason", "")
    try:
        requests.correct_country(number, country, reason, request.user.id, context.now())
    except (requests.CountryWrong, requests.AnswerWrong) as refusal:
        return _page(request, number, words.refusal(refusal), 400)
    say(request, _("The country was changed. The learner gets a mail."))
    return redirect("wins:desk")


def _page(request: HttpRequest, number: int, problem: str = "", status: int = 200) -> HttpResponse:
    found = requests.request(number)
    if found is None:
        return notice(request, 404, _("This is not possible"), _("There is no such request."))
    today = context.now().astimezone(context.programme().zone).date()
    again = found.state == "refused" and found.kind == requests.COUNTRY
    values = {
        "here": "desk", "asked": found, "person": people_of([found.learner_id])[found.learner_id],
        "told": request_words(found), "late": found.open and found.deadline < today,
        "may_decide": (found.open or again) and may(request, Action.DECIDE_REQUEST), "again": again,
        "is_country": found.kind == requests.COUNTRY, "did": request.POST.get("do", ""),
        "country": request.POST.get("country", "")[:10], "reason": request.POST.get("reason", "")[:4000],
        "answer": request.POST.get("answer", "")[:4000], "problem": problem, "most": requests.LONGEST_ANSWER,
    }  # fmt: skip
    return page(request, "desk_request.html", values, status)
