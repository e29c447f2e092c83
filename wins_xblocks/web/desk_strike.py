"""Online time that staff take out of the count, with a reason that the learner reads."""

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, words
from ..desk_view import people_of
from ..domain import Refusal
from ..domain.duration import MINUTE_MS
from ..domain.registration import api as registration
from ..domain.registration.data import RegistrationValue, Standing
from ..domain.study_time import strikes
from .pages import notice, opens, page, say
from .record import of_staff
from .roles import Action

FIELDS = {strikes.TimeWrong: "time", strikes.ReasonWrong: "reason"}
DIGITS = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True)
class Problem:
    """What is wrong, the field beside which it is said ("" above them all), and the answer's status."""

    text: str
    field: str
    status: int


@opens(Action.STRIKE_TIME, methods=("GET", "POST"))
def strike_page(request: HttpRequest, registration_id: str) -> HttpResponse:
    """Say what it does, ask how much and why, do it. A form that was refused is shown again with its text."""
    own = of_staff(request, registration_id, Action.STRIKE_TIME)
    if own is None:
        return notice(request, 404, _("This is not possible"), _("There is no such study record."))
    rules, factor = context.programme(), context.factor()
    [standing] = registration.standings([own], rules, context.first_rules(), factor) or [None]
    if standing is None:
        return notice(request, 409, _("This is not possible"), _("The rules do not know this module any more."))
    if request.method != "POST":
        return _form(request, standing)
    try:
        return _struck(request, own, standing, factor)
    except Refusal as refusal:
        field = FIELDS.get(type(refusal), "")
        return _form(request, standing, Problem(words.refusal(refusal), field, 400 if field else 409))


def _struck(request: HttpRequest, own: RegistrationValue, standing: Standing, factor: int) -> HttpResponse:
    ms = minutes_of(request, strikes.TimeWrong) * MINUTE_MS
    strikes.strike(
        own.learner_id, own.id, ms // factor, request.POST.get("reason", ""), seen_of(request), standing.module.title,
        request.user.id, context.now(), factor,
    )  # fmt: skip
    say(request, _("{time} do not count any more. The learner gets a mail.").format(time=words.duration(ms)))
    return redirect("wins:desk_record", registration_id=own.id)


def minutes_of(request: HttpRequest, wrong: type[Refusal]) -> int:
    """Hours and minutes of a form, together. Raises ``wrong``."""
    parts = [request.POST.get(name, "").strip() or "0" for name in ("hours", "minutes")]
    if not all(DIGITS.fullmatch(part) for part in parts):
        raise wrong(_("Write hours and minutes as whole numbers, for example 2 and 30."))
    return int(parts[0]) * 60 + int(parts[1])


def seen_of(request: HttpRequest) -> int:
    """How many there were when the form was shown."""
    text = request.POST.get("seen", "")
    if not DIGITS.fullmatch(text):
        raise Refusal(_("This form is out of date. Press the button again."))
    return int(text)


def _form(request: HttpRequest, standing: Standing, problem: Problem | None = None) -> HttpResponse:
    own, hours = standing.registration, standing.hours
    values = {
        "here": "learners",
        "problem": problem,
        "person": people_of([own.learner_id])[own.learner_id],
        "title": words.staff_title(standing.module),
        "registration_id": own.id,
        "counted": words.duration(hours.counted),
        "online": words.duration(hours.online),
        "seen": strikes.count(own.id),
        "most": strikes.LONGEST,
        "sheet": {name: request.POST.get(name, "")[:4] for name in ("hours", "minutes")},
        "reason": request.POST.get("reason", ""),
    }
    return page(request, "desk_strike.html", values, problem.status if problem else 200)
