"""Special arrangements: the learner asks for them before she books, reads what was decided, or needs them no more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, words
from ..domain import Refusal
from ..domain.vouchers import api as vouchers
from ..domain.vouchers import requests
from ..domain.vouchers.data import VoucherPosition
from ..voucher_says import arrangement_words
from .pages import notice, opens, page, say
from .roles import Action

FIELDS = {requests.WhatWrong: "what", requests.TextWrong: "text"}
ASKABLE = ("not_ready", "ready", "waiting", "issued", "shown", "arranging", "taken_back", "country")


@opens(Action.OWN_PAGES, methods=("GET", "POST"))
def arrangement_page(request: HttpRequest, exam: str) -> HttpResponse:
    """Ask, see, take back what was asked."""
    found = vouchers.positions(
        request.user.id, context.programme(), context.first_rules(), context.factor(), context.now()
    )
    position = next((one for one in found if one.exam == exam), None)
    if position is None or not (_may_ask(position) or position.arrangement):
        told = _("You cannot ask for arrangements for this exam now. They must be agreed before you book.")
        return notice(request, 409, _("This is not possible"), told)
    if request.method != "POST":
        return _form(request, position)
    try:
        return _sent(request, exam)
    except tuple(FIELDS) as refusal:
        return _form(request, position, refusal)


def _may_ask(position: VoucherPosition) -> bool:
    """Before a voucher or with one that is not booked; after a withdrawn pass when there is another one to get."""
    return position.state in ASKABLE or (position.state == "withdrawn" and position.verdict.met)


def _sent(request: HttpRequest, exam: str) -> HttpResponse:
    learner_id, now = request.user.id, context.now()
    if request.POST.get("do") == "withdraw":
        requests.withdraw(learner_id, exam, now)
        say(request, _("Your request was taken back. You can book now."))
        return redirect("wins:vouchers")
    what, text = request.POST.get("what", ""), request.POST.get("text", "")[:4000]
    asked = requests.ask(learner_id, exam, what, text, context.programme(), now)
    told = _("We have your request. Do not book before WINS has answered. WINS answers by {date}.")
    say(request, told.format(date=words.day(asked.deadline)))
    return redirect("wins:arrangement", exam=exam)


def _form(request: HttpRequest, position: VoucherPosition, refusal: Refusal | None = None) -> HttpResponse:
    own = position.arrangement
    values = {
        "here": "vouchers", "title": position.module.title, "own": own,
        "kind": arrangement_words(own.what) if own else "",
        "kinds": [(name, arrangement_words(name)) for name in requests.ARRANGEMENTS],
        "may_ask": _may_ask(position) and not (own and own.open),
        "what": request.POST.get("what", ""), "text": request.POST.get("text", "")[:4000], "most": requests.LONGEST,
        "problem": words.refusal(refusal) if refusal else "",
        "field": FIELDS.get(type(refusal), "") if refusal else "",
        "days": context.programme().policies.answer_within_working_days,
    }  # fmt: skip
    return page(request, "arrangement.html", values, 400 if refusal else 200)
