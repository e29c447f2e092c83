"""Hours that staff accept without a record of study, with a reason that the learner reads. The effect comes first."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, hours, words
from ..desk_view import people_of
from ..domain import Refusal
from ..domain.duration import MINUTE_MS
from ..domain.registration import api as registration
from ..domain.registration import waivers
from ..domain.registration.data import Standing
from ..domain.registration.waivers import Acceptance
from .desk_strike import Problem, minutes_of, seen_of
from .pages import notice, opens, page, say
from .record import of_staff
from .roles import Action

FIELDS = {waivers.TimeWrong: "time", waivers.ReasonWrong: "reason"}


@dataclass(frozen=True)
class Effect:
    """What would be counted afterwards."""

    minutes: int
    after: str
    reaches: bool  # the required hours, which were not there before


@opens(Action.WAIVE_HOURS, methods=("GET", "POST"))
def waive_page(request: HttpRequest, registration_id: str) -> HttpResponse:
    """Ask how much and why, show what it does, do it. A form that was refused is shown again with its text."""
    own = of_staff(request, registration_id, Action.WAIVE_HOURS)
    if own is None:
        return notice(request, 404, _("This is not possible"), _("There is no such study record."))
    [standing] = registration.standings([own], context.programme(), context.first_rules(), context.factor()) or [None]
    if standing is None:
        return notice(request, 409, _("This is not possible"), _("The rules do not know this module any more."))
    if request.method != "POST":
        return _form(request, standing)
    try:
        return _sent(request, standing)
    except Refusal as refusal:
        field = FIELDS.get(type(refusal), "")
        return _form(request, standing, problem=Problem(words.refusal(refusal), field, 400 if field else 409))


def _sent(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Done only when the effect of just these minutes stood on the page."""
    own, module, now = standing.registration, standing.module, context.now()
    minutes = minutes_of(request, waivers.TimeWrong)
    ms, reason = minutes * MINUTE_MS, request.POST.get("reason", "")
    waivers.check(ms, reason, module.required_ms)
    told = Acceptance(own.learner_id, own.id, ms, reason, seen_of(request))
    if request.POST.get("do") != "accept" or request.POST.get("shown") != str(minutes):
        return _form(request, standing, _effect(standing, minutes))
    waivers.accept(told, module.title, module.required_ms, request.user.id, now, hours.reached(now))
    say(request, _("{time} were accepted and count. The learner gets a mail.").format(time=words.duration(ms)))
    return redirect("wins:one_learner", learner_id=own.learner_id)


def _effect(standing: Standing, minutes: int) -> Effect:
    before, required = standing.hours.counted, standing.module.required_ms
    after = before + minutes * MINUTE_MS
    told = _("{counted} of {hours} hours")
    told = told.format(counted=words.duration(after), hours=standing.module.required_hours)
    return Effect(minutes, told, before < required <= after)


def _form(
    request: HttpRequest, standing: Standing, effect: Effect | None = None, problem: Problem | None = None
) -> HttpResponse:
    own = standing.registration
    told = _("{counted} of {hours} hours")
    values = {
        "here": "learners",
        "problem": problem,
        "effect": effect,
        "person": people_of([own.learner_id])[own.learner_id],
        "title": words.staff_title(standing.module),
        "registration": own,
        "counted": told.format(counted=words.duration(standing.hours.counted), hours=standing.module.required_hours),
        "seen": request.POST.get("seen", "") if effect else waivers.count(own.id),
        "most": waivers.LONGEST,
        "sheet": {name: request.POST.get(name, "")[:4] for name in ("hours", "minutes")},
        "reason": request.POST.get("reason", ""),
    }
    return page(request, "desk_waive.html", values, problem.status if problem else 200)
