"""Give one learner one more place in an exam, with a reason: after a lost voucher, or for another try."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, words
from ..desk_view import people_of
from ..domain import Refusal
from ..domain.registration import api as registration
from ..domain.vouchers import acts, bulk
from ..domain.vouchers.bulk import Terms
from .pages import notice, opens, page, say
from .roles import Action


@opens(Action.MANAGE_VOUCHER, methods=("GET", "POST"))
def place_page(request: HttpRequest, registration_id: str) -> HttpResponse:
    """Say what a place is, ask for the reason, give it."""
    own = registration.by_id([int(registration_id)]).get(int(registration_id))
    module = context.programme().module(own.module) if own else None
    if own is None or module is None:
        return notice(request, 404, _("This is not possible"), _("There is no such study record."))
    values = {
        "here": "learners", "person": people_of([own.learner_id])[own.learner_id], "exam": module.exam,
        "title": words.staff_title(module), "most": acts.LONGEST_REASON,
        "reason": request.POST.get("reason", "")[:4000],
    }  # fmt: skip
    if request.method != "POST":
        return page(request, "desk_place.html", values)
    try:
        bulk.grant_one(own.learner_id, module.exam, _terms(request))
    except Refusal as refusal:
        status = 400 if isinstance(refusal, acts.ReasonWrong) else 409
        return page(request, "desk_place.html", {**values, "problem": words.refusal(refusal)}, status)
    say(request, _("The learner has a place in the exam {exam} and gets a mail.").format(exam=module.exam))
    return redirect("wins:learners")


def _terms(request: HttpRequest) -> Terms:
    return Terms(
        context.programme(), context.first_rules(), context.factor(), request.POST.get("reason", ""), request.user.id,
        context.now(),
    )  # fmt: skip
