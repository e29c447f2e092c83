"""Results on the desk: a file is checked, then imported; below it stands what waits for a person."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import context, events, result_view, words
from ..domain import Refusal
from ..domain.results import api as results
from ..domain.results import entries
from ..domain.results.data import Report
from ..domain.results.files import LARGEST
from ..paging import part
from .pages import FORM_BYTES, may, opens, page, say
from .roles import Action

NUMBER = re.compile(r"[1-9][0-9]{0,17}")


@opens(
    Action.SEE_RESULTS, methods=("GET", "POST"), most=LARGEST + FORM_BYTES, changes=Action.RECORD_RESULTS
)  # fmt: skip
def results_page(request: HttpRequest) -> HttpResponse:
    """Check a file, or import what was checked. With one bad line nothing is recorded."""
    if request.method != "POST":
        return _shown(request)
    step = {"check": _check, "import": _import}.get(request.POST.get("do", ""))
    if step is None:
        return _shown(request, problem=_("Open the page again and use its buttons."), status=400)
    try:
        return step(request)
    except Refusal as refusal:
        return _shown(request, problem=words.refusal(refusal), status=400)


def _check(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal(_("Choose a file first."))
    report = results.check(
        file.file, file.name or "", context.voucher_keys(), context.programme().zone, request.user.id, context.now(),
        result_view.user_named,
    )  # fmt: skip
    return _shown(request, report, status=400 if report.bad else 200)


def _import(request: HttpRequest) -> HttpResponse:
    report = results.take_over(
        number(request, "file_id"), context.voucher_keys(), context.programme().zone, request.user.id, context.now(),
        events.results_recorded, result_view.user_named,
    )  # fmt: skip
    if report.bad:
        return _shown(request, report, status=400)
    if report.seen_before:
        say(request, _("This file was taken over before. Nothing changed."))
        return redirect("wins:results")
    done, wait = report.counts.get("applied", 0), report.counts.get("waiting", 0)
    told = ngettext("{n} result was recorded.", "{n} results were recorded.", done).format(n=done)
    left = ngettext("{n} row waits for a person.", "{n} rows wait for a person.", wait).format(n=wait)
    say(request, f"{told} {left}")
    return redirect("wins:results")


def number(request: HttpRequest, name: str) -> int:
    """A number of ours in a form. Raises Refusal for anything else."""
    text = request.POST.get(name, "")
    if not NUMBER.fullmatch(text):
        raise Refusal(_("This form is out of date. Press the button again."))
    return int(text)


def _shown(request: HttpRequest, report: Report | None = None, problem: str = "", status: int = 200) -> HttpResponse:
    of_rows = part(results.count_rows(), request.GET.get("page", ""))
    of_entries = part(entries.count_waiting(), request.GET.get("entries", ""))
    values = {
        "here": "results", "may_record": may(request, Action.RECORD_RESULTS),
        "problem": problem, "report": report, "of_rows": of_rows, "of_entries": of_entries,
        "entries": result_view.entry_rows(of_entries),
        "good": sum(report.counts.values()) if report else 0,
        "lines": [(f.line, f.code, words.sentence(f.sentence, {})) for f in report.fates] if report else (),
        "bad": [(p.line, p.column, words.sentence(p.sentence, p.values)) for p in report.problems] if report else (),
        "rows": [
            (row, words.moment(row.happened_at), result_view.kind_words(row.kind), words.sentence(row.reason, {}))
            for row in results.waiting_rows(of_rows.start, of_rows.per_page)
        ],
    }  # fmt: skip
    return page(request, "desk_results.html", values, status)
