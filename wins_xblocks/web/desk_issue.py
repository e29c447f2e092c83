"""Issue one voucher to one learner: what it does first, then the button. As the learner's own button would."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, events, learner_view, words
from ..desk_view import people_of
from ..domain import Refusal
from ..domain.vouchers import api as vouchers
from ..domain.vouchers import each, singly
from ..domain.vouchers.data import VoucherPosition
from ..domain.vouchers.each import Terms
from .desk_learner import no_learner
from .pages import opens, page, say
from .roles import Action


@opens(Action.MANAGE_VOUCHER, methods=("GET", "POST"))
def issue_page(request: HttpRequest, learner_id: str, exam: str) -> HttpResponse:
    """What stands in the way is said instead of the button."""
    number, terms = int(learner_id), _terms(request)
    known = learner_view.exams_of(number, terms.now)
    if not known:
        return no_learner(request)
    if request.method != "POST":
        return _form(request, known.get(exam) or singly.where(number, exam, terms), terms)
    try:
        singly.issue(number, exam, terms)
    except vouchers.UnknownExam:
        raise
    except Refusal as refusal:
        return _form(request, singly.where(number, exam, terms), terms, words.refusal(refusal), 409)
    say(request, _("A voucher for the exam {exam} is issued. The learner gets a mail.").format(exam=exam))
    return redirect("wins:one_learner", learner_id=number)


def _terms(request: HttpRequest) -> Terms:
    return Terms(
        context.programme(), context.first_rules(), context.factor(), "", request.user.id, context.now(),
        on_issued=events.voucher_issued,
    )  # fmt: skip


def _form(
    request: HttpRequest, here: VoucherPosition, terms: Terms, problem: str = "", status: int = 200
) -> HttpResponse:
    stands = problem or _stands(here)
    stock = vouchers.stock([here.exam], terms.rules, terms.now)[0]
    before = stock.waiting - (here.place_in_queue > 0)
    values = {
        "here": "learners", "person": people_of([here.learner_id])[here.learner_id], "exam": here.exam,
        "title": words.staff_title(here.module), "problem": stands, "usable": stock.usable, "before": before,
        "after": stock.usable - before - 1, "may": not stands,
        "voucher": here.voucher.id if here.live and here.voucher else None,
    }  # fmt: skip
    return page(request, "desk_issue.html", values, status)


def _stands(here: VoucherPosition) -> str:
    try:
        each.check_ready(here)
    except Refusal as refusal:
        return words.refusal(refusal)
    return ""
