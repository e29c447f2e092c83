"""Results from Pearson VUE on the desk: a file is checked, then imported; a person places the rows that wait."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import context, words
from ..desk_view import people_of
from ..domain import Refusal
from ..domain.results import api as results
from ..domain.results.data import Report
from ..domain.results.files import LARGEST
from ..platform import platform
from .pages import FORM_BYTES, opens, page, say
from .roles import Action

NUMBER = re.compile(r"[1-9][0-9]{0,17}")


@opens(Action.RECORD_RESULTS, methods=("GET", "POST"), most=LARGEST + FORM_BYTES)
def results_page(request: HttpRequest) -> HttpResponse:
    """Check a file, import what was checked, or say whose a row is. With one bad line nothing is recorded."""
    if request.method != "POST":
        return _shown(request)
    step = {"check": _check, "import": _import, "confirm": _confirm, "ignore": _ignore}.get(request.POST.get("do", ""))
    if step is None:
        return _shown(request, problem=_("Open the page again and use its buttons."), status=400)
    try:
        return step(request)
    except results.NotWaiting as refusal:
        return _shown(request, problem=words.refusal(refusal), status=409)
    except Refusal as refusal:
        return _shown(request, problem=words.refusal(refusal), status=400)


def _check(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal(_("Choose a file first."))
    zone = context.programme().zone
    report = results.check(file.file, file.name or "", context.voucher_keys(), zone, request.user.id, context.now())
    return _shown(request, report, status=400 if report.bad else 200)


def _import(request: HttpRequest) -> HttpResponse:
    zone, file_id = context.programme().zone, _number(request, "file_id")
    report = results.take_over(file_id, context.voucher_keys(), zone, request.user.id, context.now())
    if report.bad:
        return _shown(request, report, status=400)
    done, wait = report.counts.get("applied", 0), report.counts.get("waiting", 0)
    told = ngettext("{n} result was recorded.", "{n} results were recorded.", done).format(n=done)
    left = ngettext("{n} row waits for a person.", "{n} rows wait for a person.", wait).format(n=wait)
    say(request, f"{told} {left}")
    return redirect("wins:results")


def _confirm(request: HttpRequest) -> HttpResponse:
    learner_id = _number(request, "learner")
    if learner_id not in platform().people([learner_id]):
        raise Refusal(_("Choose a learner."))
    results.confirm(_number(request, "row"), learner_id, request.user.id, context.now())
    say(request, _("The result was recorded. The learner gets a mail."))
    return redirect("wins:results")


def _ignore(request: HttpRequest) -> HttpResponse:
    reason = request.POST.get("reason", "").replace("\0", "")
    results.ignore(_number(request, "row"), reason, request.user.id, context.now())
    say(request, _("The row does not wait any more."))
    return redirect("wins:results")


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not NUMBER.fullmatch(text):
        raise Refusal(_("This form is out of date. Press the button again."))
    return int(text)


def _kind(kind: str) -> str:
    return {
        "pass": _("Passed."), "fail": _("Not passed."), "taken": _("Taken, the grade is to come."),
        "no_show": _("Did not come."), "refused": _("Refused the rules of the exam."), "incomplete": _("Not finished."),
    }.get(kind, kind)  # fmt: skip


def _shown(request: HttpRequest, report: Report | None = None, problem: str = "", status: int = 200) -> HttpResponse:
    total, rows = results.waiting(context.programme().zone)
    people = people_of([id_ for row in rows for id_ in (*row.told, *row.holders)])
    values = {
        "here": "desk", "problem": problem, "report": report, "total": total,
        "good": sum(report.counts.values()) if report else 0,
        "lines": [(f.line, f.code, words.sentence(f.sentence, {})) for f in report.fates] if report else (),
        "bad": [(p.line, p.column, words.sentence(p.sentence, p.values)) for p in report.problems] if report else (),
        "rows": [
            (row, words.moment(row.happened_at), _kind(row.kind), words.sentence(row.reason, {}),
             [people[id_] for id_ in row.told], [people[id_] for id_ in row.holders])
            for row in rows
        ],
    }  # fmt: skip
    return page(request, "desk_results.html", values, status)
