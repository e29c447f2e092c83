"""The beat: a page of ours opens a visit, then tells when it was read. And the notice that must be read before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from .. import context, hours, words
from ..domain.programme.data import Module, Programme
from ..domain.registration import api as registration
from ..domain.study_time import api as study_time
from ..domain.study_time import rules, tickets
from ..domain.study_time.data import PageTicket, SessionTicket
from ..platform import platform
from .json_views import counted, json_view, told, unfit
from .roles import Action


@counted("hello")
@json_view
def hello(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """Open a visit: page ticket and the page's clock in, session ticket and the hours so far out.

    Here, and not at each beat, enrolment, the course team and the notice are looked at.
    """
    now = context.now()
    page = tickets.read_page(body.get("ticket", ""))
    if page.learner_id != request.user.id:
        return told(403, "other", _("This page belongs to somebody else. Load it again."))
    if not platform().is_enrolled(page.learner_id, page.course_id):
        return told(403, "not_enrolled", _("You are not enrolled in this course any more. No time is counted."))
    if platform().is_course_staff(request.user, page.course_id):
        return told(403, "staff", _("Staff view: no time is counted."))
    if not study_time.notice_accepted(page.learner_id):
        return told(409, "notice", _("Read “How your time is counted” first. Nothing is counted before."))
    found = registration.latest(page.learner_id, page.module)
    if found is None or found.id != page.registration_id or found.state not in registration.LIVING:
        return told(409, "reload", _("This page is out of date. Load it again."))
    # Today first: a beat of the page before may arrive in between, and today must not exceed the total.
    today_ms = study_time.today(found.id, rules.day_of(rules.milliseconds(now), context.programme().zone))
    own = registration.hours_of([found.id], context.factor())[found.id]
    other_ms = own.counted - own.credited_ms * context.factor()
    reach_ms = 0 if found.reached_at else _to_reach(page, own.counted, now)
    try:
        ticket = replace(_begin(page, body, now), other_ms=other_ms, reach_ms=reach_ms)
    except tickets.TicketExpired as refusal:
        return told(409, "reload", words.refusal(refusal))
    shown = _shown(ticket, own.credited_ms, today_ms)
    return JsonResponse({**shown, "ticket": tickets.session_token(ticket), "state": "counting"})


def _begin(page: PageTicket, body: dict[str, Any], now: datetime) -> SessionTicket:
    """The visit of this name. Of one that is in the ledger, its beginning stands, whatever a page's clock says now."""
    key = tickets.key_of(page, body.get("visit"))
    begun = study_time.begun(page.learner_id, key)
    if begun is not None:
        return SessionTicket(page, key, begun)
    return tickets.begin(page, key, body.get("at", 0), now, context.programme().policies.late_days)


def _to_reach(page: PageTicket, counted_ms: int, now: datetime) -> int:
    """The counted ms that reach the required hours; 0 when they do already, which is then written down."""
    module = _bound_module(page.learner_id, page.module, context.programme())
    if module is None or counted_ms < module.required_ms:
        return module.required_ms if module else 0
    with transaction.atomic():
        _note(page, module, now)
    return 0


def _bound_module(learner_id: int, module_id: str, current: Programme) -> Module | None:
    """The module under the rules that bind the learner's registration."""
    found = registration.latest(learner_id, module_id)
    return registration.rules_of(found, current, context.first_rules()).module(module_id) if found else None


def _note(page: PageTicket, module: Module, now: datetime) -> None:
    hours.note(page.registration_id, page.learner_id, page.course_id, module, now)


def _shown(ticket: SessionTicket, credited_ms: int, today_ms: int) -> dict[str, object]:
    """What the learner reads, in ms and words; in the demo a minute stands for more."""
    factor = context.factor()
    total = credited_ms * factor + ticket.other_ms
    return {"total": total, "today": today_ms * factor, "counted": words.duration(total)}


@counted("beat")
@json_view
def beat(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    """Record what a visit tells. 409 ``reopen``: begin a new visit and send the same again as late."""
    now = context.now()
    ticket = tickets.read_session(body.get("ticket", ""))
    if ticket.page.learner_id != request.user.id:
        return told(403, "other", _("This page belongs to somebody else. Load it again."))
    programme = context.programme()
    try:
        recorded = study_time.record(
            ticket, body.get("at", -1), body.get("spans", ()), body.get("inputs", 0), body.get("late") is True,
            programme.zone, now, programme.policies.late_days, _noting(ticket, programme, now),
        )  # fmt: skip
    except study_time.BeatStale as refusal:
        return told(409, "reopen", words.refusal(refusal))
    except study_time.BeatTooOld as refusal:
        return told(400, "too_old", words.refusal(refusal))
    state = "elsewhere" if recorded.elsewhere else "counting"
    return JsonResponse({**_shown(ticket, recorded.total_ms, recorded.today_ms), "state": state})


def _noting(ticket: SessionTicket, programme: Programme, now: datetime) -> Callable[[int, int], None] | None:
    """What to do with new credit: note the beat that crosses the required hours; others cost no look-up."""
    if not ticket.reach_ms:
        return None
    line = ticket.reach_ms - ticket.other_ms
    learner_id, factor = ticket.page.learner_id, context.factor()

    def credited(before_ms: int, after_ms: int) -> None:
        if before_ms * factor < line <= after_ms * factor:
            module = _bound_module(learner_id, ticket.page.module, programme)
            if module:
                _note(ticket.page, module, now)

    return credited


@json_view
def _notice_by_script(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    study_time.accept_notice(request.user.id, context.now())
    return JsonResponse({"state": "accepted"})


@transaction.non_atomic_requests
@csrf_exempt
@never_cache
def notice(request: HttpRequest) -> HttpResponse:
    """[OK, start]: by the clock line's script (JSON), or by a page's form, which is led back to ``next``."""
    if request.method != "POST" or request.content_type == "application/json":
        return _notice_by_script(request)
    return unfit(request) or _notice_by_form(request)


notice.wins_action = Action.OWN_PAGES  # type: ignore[attr-defined]  # read by the test that walks the table
notice.wins_changes = Action.OWN_PAGES  # type: ignore[attr-defined]
notice.wins_methods = ("POST",)  # type: ignore[attr-defined]


@csrf_protect
def _notice_by_form(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        study_time.accept_notice(request.user.id, context.now())
    back = request.POST.get("next", "")
    if not (back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)):
        return redirect("wins:path")  # which sends whoever is not signed in to do so
    return redirect(back)
