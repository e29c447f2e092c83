"""One learner on the desk: everything at one glance, and the way to each act. A course's team sees its modules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, learner_view, words
from ..domain.cases import notes
from ..learner_view import Reader
from .ask import token_of
from .pages import may, modules_of, notice, opens, page, say
from .roles import Action

ACTS = {
    "strike": Action.STRIKE_TIME,
    "waive": Action.WAIVE_HOURS,
    "tries": Action.EXTRA_TRIES,
    "time": Action.EXTRA_TIME,
    "notes": Action.WRITE_NOTES,
}


@opens(Action.SEE_LEARNERS, methods=("GET", "POST"), changes=Action.WRITE_NOTES)
def learner_page(request: HttpRequest, learner_id: str) -> HttpResponse:
    """Where she stands, what she does next and what waits for us; and a note, kept here."""
    acts = {name: modules_of(request, action) for name, action in ACTS.items()}
    modules = modules_of(request, Action.SEE_LEARNERS)
    reader = Reader(modules, acts, None if modules is None else request.user.id)
    if request.method != "POST":
        return _page(request, int(learner_id), reader)
    try:
        return _noted(request, int(learner_id), reader)
    except notes.TextWrong as refusal:
        return _page(request, int(learner_id), reader, words.refusal(refusal), 400)


def _noted(request: HttpRequest, learner_id: int, reader: Reader) -> HttpResponse:
    found = learner_view.page_of(learner_id, reader, context.now())
    if found is None or not found.may_note:
        return no_learner(request)
    notes.write(learner_id, request.POST.get("text", ""), token_of(request.POST), request.user.id, context.now())
    say(request, _("The note was saved."))
    return redirect("wins:one_learner", learner_id=learner_id)


def _page(request: HttpRequest, learner_id: int, reader: Reader, problem: str = "", status: int = 200) -> HttpResponse:
    found = learner_view.page_of(learner_id, reader, context.now())
    if found is None:
        return no_learner(request)
    values = {
        "here": "learners", "found": found, "academy_sees": reader.academy, "problem": problem,
        "may_manage": may(request, Action.MANAGE_VOUCHER), "most": notes.LONGEST,
        "token": token_of(request.POST, fresh=True), "text": request.POST.get("text", ""),
    }  # fmt: skip
    return page(request, "desk_learner.html", values, status)


def no_learner(request: HttpRequest) -> HttpResponse:
    """The same whether nobody has this number or she studies other modules."""
    return notice(request, 404, _("This is not possible"), _("There is no such learner."))
