"""A learner's question on the desk: what it is about, and the answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, time_case, words
from ..domain.cases import api as cases
from ..domain.cases import reported
from ..domain.cases.data import REPORTED
from .pages import may, notice, opens, page, say
from .roles import Action


@opens(Action.SEE_DESK)
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """One case with what was attached, and its answer or the form for it."""
    return _page(request, number)


@opens(Action.ANSWER, methods=("POST",))
def answer_page(request: HttpRequest, number: str) -> HttpResponse:
    """Answer it. An answer that was refused is shown again with its text."""
    try:
        cases.answer(number, request.POST.get("answer", ""), request.user.id, context.now())
    except cases.AnswerWrong as refusal:
        return _page(request, number, words.refusal(refusal), 400)
    say(request, _("The answer to {number} was sent. The learner gets a mail.").format(number=number))
    return redirect("wins:desk")


def _page(request: HttpRequest, number: str, problem: str = "", status: int = 200) -> HttpResponse:
    found = cases.case(number)
    if found is None:
        return notice(request, 404, _("This is not possible"), _("There is no such question."))
    values = {
        "here": "desk",
        "view": time_case.case_view(found, context.now()),
        "report": reported.of_case(found.id) if found.kind == REPORTED else None,
        "may_answer": found.open and may(request, Action.ANSWER),
        "answer": request.POST.get("answer", ""),
        "problem": problem,
        "most": cases.LONGEST,
    }
    return page(request, "desk_case.html", values, status)
