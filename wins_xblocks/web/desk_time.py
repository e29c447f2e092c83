"""More time for one learner at tests and quizzes with a limit, with a reason; from her next try on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, words
from ..desk_view import people_of
from ..domain import Refusal
from ..domain.quiz import pace
from ..domain.quiz.pace import Given, More
from ..domain.registration.data import LIVING, RegistrationValue
from .desk_strike import DIGITS, Problem, seen_of
from .pages import notice, opens, page, say
from .record import of_staff
from .roles import Action

FIELDS = {pace.TimeWrong: "more", pace.ReasonWrong: "reason"}
UNITS = ("percent", "minutes")


@opens(Action.EXTRA_TIME, methods=("GET", "POST"))
def time_page(request: HttpRequest, registration_id: str) -> HttpResponse:
    """Say what stands, ask how much and why, do it. A form that was refused is shown again with its text."""
    own = of_staff(request, registration_id, Action.EXTRA_TIME)
    if own is None:
        return notice(request, 404, _("This is not possible"), _("There is no such study record."))
    if own.state not in LIVING:
        told = _("The learner does not study this module any more.")
        return notice(request, 409, _("This is not possible"), told)
    if request.method != "POST":
        return _form(request, own)
    try:
        return _given(request, own)
    except Refusal as refusal:
        field = FIELDS.get(type(refusal), "")
        return _form(request, own, Problem(words.refusal(refusal), field, 400 if field else 409))


def _given(request: HttpRequest, own: RegistrationValue) -> HttpResponse:
    number, unit = request.POST.get("more", "").strip(), request.POST.get("unit", "")
    if unit not in UNITS or not DIGITS.fullmatch(number):
        raise pace.TimeWrong(_("Write a whole number, for example 25."))
    told = Given(own.learner_id, own.id, More(**{unit: int(number)}), request.POST.get("reason", ""), seen_of(request))
    pace.give(told, request.user.id, context.now())
    say(request, _("It holds from the next try on. The learner reads it before she starts."))
    return redirect("wins:one_learner", learner_id=own.learner_id)


def _form(request: HttpRequest, own: RegistrationValue, problem: Problem | None = None) -> HttpResponse:
    sent, module = request.POST, context.programme().module(own.module)
    values = {
        "here": "learners",
        "problem": problem,
        "person": people_of([own.learner_id])[own.learner_id],
        "title": words.staff_title(module) if module else own.module,
        "registration": own,
        "now": pace.given(own.id),
        "seen": pace.count(own.learner_id),
        "longest": pace.LONGEST,
        "most": max(pace.MOST_PERCENT, pace.MOST_MINUTES),
        "more": sent.get("more", ""),
        "unit": sent.get("unit", "percent"),
        "reason": sent.get("reason", ""),
    }
    return page(request, "desk_time.html", values, problem.status if problem else 200)
