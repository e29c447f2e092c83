"""Get ready: the list of what must be there before learners come, until an administrator says that it is."""

import logging

from django.contrib.auth.models import Group
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, ready_view
from ..domain.programme import setup
from ..platform import platform
from .pages import may, opens, page, say
from .roles import GROUPS, Action

log = logging.getLogger(__name__)


@opens(Action.SEE_DESK, methods=("GET", "POST"), changes=Action.SET_POLICIES)
def ready_page(request: HttpRequest) -> HttpResponse:
    """Each thing: done or not, in words, with the way to where it is done."""
    if request.method == "POST":
        return _done(request)
    return _page(request)


def _page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    marks = setup.marks()
    lines = ready_view.lines(context.programme(), marks, _groups(), context.now())
    values = {
        "here": "desk", "lines": lines, "left": sum(not line.done for line in lines), "problem": problem,
        "may_set": may(request, Action.SET_POLICIES), "said_ready": marks.get(setup.READY),
    }  # fmt: skip
    return page(request, "desk_ready.html", values, status)


def _groups() -> list[tuple[str, int]]:
    """How many people are in each group of the Academy."""
    rows = Group.objects.filter(name__in=GROUPS.values()).annotate(people=Count("user"))
    found = dict(rows.values_list("name", "people"))
    return [(name, found.get(name, 0)) for name in GROUPS.values()]


def _done(request: HttpRequest) -> HttpResponse:
    do, by, now = request.POST.get("do", ""), request.user.id, context.now()
    if do == "mail":
        return _test_mail(request)
    first = setup.mark(do, by, now)
    if not first:
        say(request, _("Somebody has said this before you."))
    elif do == setup.READY:
        say(request, _("Get ready is not shown first any more. You find it at the foot of the desk."))
    else:
        say(request, _("It was noted."))
    return redirect("wins:desk" if do == setup.READY else "wins:ready")


def _test_mail(request: HttpRequest) -> HttpResponse:
    """Sent at once, not by the periodic work: whoever presses wants to see it."""
    try:
        platform().send_mail(None, _("Test of the WINS Academy's mail"), _("This mail was sent from “Get ready”."))
    except Exception as error:  # a mail server can fail in any way
        log.exception("the test mail was not sent")
        told = _("The mail was not sent: {reason}. An operator finds more in the log.")
        return _page(request, told.format(reason=type(error).__name__), 502)
    setup.mark(setup.MAIL, request.user.id, context.now())
    say(request, _("The mail server took the mail. Look whether it has arrived."))
    return redirect("wins:ready")
