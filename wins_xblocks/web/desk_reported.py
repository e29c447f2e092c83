"""Questions that learners reported, in the section of quizzes: read, and answered one by one or all at once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import context, paging, reported_view, words
from ..domain.cases import api as cases
from ..domain.cases import reported
from ..domain.cases.data import ReportValue
from ..reported_view import Reported
from .pages import modules_of, notice, opens, page, say
from .roles import Action

MOST_TOLD = 5  # of reports that were not answered; the others are counted


@opens(Action.SEE_REPORTED)
def reported_page(request: HttpRequest) -> HttpResponse:
    """Questions with how many reported each, what waits first."""
    rules = context.programme()
    today = context.now().astimezone(rules.zone).date()
    found = reported_view.questions(modules_of(request, Action.SEE_REPORTED), request.GET.get("page", ""), rules, today)
    here, last = found.part.page, found.part.pages
    ways = [(_("First page"), 1, here > 1), (_("Previous page"), here - 1, here > 1),
            (_("Next page"), here + 1, here < last), (_("Last page"), last, here < last)]  # fmt: skip
    values = {
        "here": "quizzes", "found": found, "may_answer": modules_of(request, Action.ANSWER_REPORTED) != frozenset(),
        "pages": [(name, paging.address("page", to)) for name, to, there in ways if there],
    }  # fmt: skip
    return page(request, "desk_reported.html", values)


@opens(Action.SEE_REPORTED, methods=("GET", "POST"), changes=Action.ANSWER_REPORTED)
def question_page(request: HttpRequest, report_id: str) -> HttpResponse:
    """One question with its reports, and the answer to those that were chosen."""
    action = Action.ANSWER_REPORTED if request.method == "POST" else Action.SEE_REPORTED
    found = reported.one(int(report_id), modules_of(request, action))
    if found is None:
        return notice(request, 404, _("This is not possible"), _("There is no such report."))
    return _answered(request, found) if request.method == "POST" else _page(request, found)


def _answered(request: HttpRequest, found: ReportValue) -> HttpResponse:
    """Each is answered by itself; whoever comes second is told what the first answered."""
    told = _told(request, found)
    theirs = [row.report.case.number for row in told.rows]
    chosen = [number for number in theirs if number in request.POST.getlist("case")]
    if not chosen:
        return _page(request, found, _("Choose at least one report."), 400)
    try:
        done, left = reported_view.answer(chosen, request.POST.get("answer", ""), request.user.id, context.now())
    except cases.AnswerWrong as refusal:
        return _page(request, found, words.refusal(refusal), 400)
    not_done = _not_done(left)
    if not done:
        return _page(request, found, not_done, 409)
    said = ngettext("{n} report was answered. The learner gets a mail.",
                    "{n} reports were answered. Each learner gets a mail.", done).format(n=done)  # fmt: skip
    say(request, f"{said} {not_done}".strip())
    return redirect("wins:reported")


def _not_done(left: list[str]) -> str:
    if not left:
        return ""
    told = [_("Not answered by you:"), *left[:MOST_TOLD]]
    if more := len(left) - MOST_TOLD if len(left) > MOST_TOLD else 0:
        told.append(ngettext("{n} more report.", "{n} more reports.", more).format(n=more))
    return " ".join(told)


def _within(request: HttpRequest, action: Action, module: str) -> bool:
    own = modules_of(request, action)
    return own is None or module in own


def _told(request: HttpRequest, found: ReportValue) -> Reported:
    keys = _within(request, Action.SEE_KEYS, found.about.module)
    return reported_view.question(
        found, modules_of(request, Action.SEE_REPORTED), keys, request.user.id, context.now()
    )  # fmt: skip


def _page(request: HttpRequest, found: ReportValue, problem: str = "", status: int = 200) -> HttpResponse:
    told = _told(request, found)
    others = [row.report.case.number for row in told.waiting if not row.own]
    values = {
        "here": "quizzes", "told": told, "problem": problem, "most": cases.LONGEST,
        "may_answer": bool(others) and _within(request, Action.ANSWER_REPORTED, found.about.module),
        "sees_key": _within(request, Action.SEE_KEYS, found.about.module),
        "chosen": request.POST.getlist("case") if request.method == "POST" else others,
        "answer": request.POST.get("answer", "")[: cases.LONGEST],
    }  # fmt: skip
    return page(request, "desk_reported_question.html", values, status)
