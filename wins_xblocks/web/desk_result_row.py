"""A row of a file that found no learner by itself: whose it is, and by which voucher, or that it is nobody's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, events, result_view, words
from ..domain import Refusal
from ..domain.results import api as results
from ..domain.results.data import WaitingRow
from .desk_results import NUMBER, number
from .pages import may, notice, opens, page, say
from .roles import Action

LONGEST_SEARCH = 100


@opens(Action.SEE_RESULTS, methods=("GET", "POST"), changes=Action.RECORD_RESULTS)
def row_page(request: HttpRequest, row_id: str) -> HttpResponse:
    """First the learner is chosen, then the voucher; what it does is said before the button."""
    row = results.waiting_row(int(row_id))
    if row is None:
        told = _("This row does not wait any more. Somebody may have decided about it.")
        return notice(request, 409 if request.method == "POST" else 404, _("This is not possible"), told)
    if request.method != "POST":
        return _shown(request, row)
    step = {"confirm": _confirm, "ignore": _ignore}.get(request.POST.get("do", ""))
    if step is None:
        return _shown(request, row, _("Open the page again and use its buttons."), 400)
    try:
        return step(request, row)
    except results.NotWaiting as refusal:
        return notice(request, 409, _("This is not possible"), words.refusal(refusal))
    except Refusal as refusal:
        return _shown(request, row, words.refusal(refusal), 400)


def _confirm(request: HttpRequest, row: WaitingRow) -> HttpResponse:
    if request.POST.get("voucher", "") not in ("none", ""):
        voucher_id: int | None = number(request, "voucher")
    elif request.POST.get("voucher") == "none":
        voucher_id = None
    else:
        raise Refusal(_("Choose the voucher, or that there is none."))
    two = "result_by_hand" in context.programme().policies.two_people
    learner_id, by, now = number(request, "learner"), request.user.id, context.now()
    results.confirm(row.id, learner_id, voucher_id, by, now, events.results_recorded, two)
    if row.kind == "taken":  # its grade is still to come
        say(request, _("Noted. The grade will find this learner."))
    else:
        say(request, _("The result was recorded. The learner gets a mail."))
    return redirect("wins:results")


def _ignore(request: HttpRequest, row: WaitingRow) -> HttpResponse:
    results.ignore(row.id, request.POST.get("reason", ""), request.user.id, context.now())
    say(request, _("The row does not wait any more."))
    return redirect("wins:results")


def _shown(request: HttpRequest, row: WaitingRow, problem: str = "", status: int = 200) -> HttpResponse:
    asked = request.POST.get("learner") or request.GET.get("learner", "")
    learner_id = int(asked) if NUMBER.fullmatch(asked) else 0
    search = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    chosen = result_view.learner(learner_id) if learner_id else None
    choice = results.choice(row, learner_id) if chosen else None
    values = {
        "here": "results", "may_record": may(request, Action.RECORD_RESULTS),
        "problem": problem, "row": row, "at": words.moment(row.happened_at), "q": search,
        "kind": result_view.kind_words(row.kind), "told": words.sentence(row.reason, {}),
        "suggested": () if chosen else result_view.suggestions(row), "chosen": chosen,
        "found": result_view.people_named(search) if search and not chosen else (),
        "options": result_view.options(choice.vouchers) if choice else (), "offered": choice.offered if choice else 0,
        "effect": result_view.effect(learner_id, row.exam, row.kind, row.happened_at) if chosen else None,
        "reason": request.POST.get("reason", "")[:4000],
    }  # fmt: skip
    return page(request, "desk_result_row.html", values, status)
