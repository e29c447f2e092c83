"""Reports: one page each, and the same as a file that is sent while it is read. Only for the Academy."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from .. import context, csv_file, report_rows, report_view, words, xlsx_file
from ..domain import Refusal
from ..domain.reports import api as reports
from ..report_view import BY_KEY, KINDS, FilterWrong
from . import files
from .pages import notice, opens, page
from .roles import Action


@opens(Action.SEE_REPORTS)
def reports_page(request: HttpRequest) -> HttpResponse:
    """Which reports there are."""
    listed = [(kind.key, _(kind.title), _(kind.about)) for kind in KINDS]
    return page(request, "desk_reports.html", {"here": "reports", "reports": listed})


@opens(Action.SEE_REPORTS)
def report_page(request: HttpRequest, report: str) -> HttpResponse:
    """One report: filters, table, picture, and where to save it."""
    kind = BY_KEY.get(report)
    if kind is None:
        return _no_report(request)
    rules, problem, query = context.programme(), "", request.GET
    try:
        asked = report_view.asked(query, kind, rules)
    except FilterWrong as wrong:
        problem, asked = words.refusal(wrong), report_view.asked({}, kind, rules)
    number = query.get("page", "")
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1
    values = {
        "here": "reports", "problem": problem, "kind": kind, "about": _(kind.about), "period": _(kind.period),
        "view": None if problem else report_view.page_of(kind, asked, place, context.now(), "anew" in query),
        "modules": [(module.id, words.staff_title(module)) for module in rules.modules],
        "by": [(key, _(name)) for key, name in kind.by], "title": _(kind.title), "zone": rules.time_zone,
        "chosen": {name: query.get(name, "")[:64] for name in ("module", "from", "to", "by")},
    }  # fmt: skip
    return page(request, "desk_report.html", values, 400 if problem else 200)


def _no_report(request: HttpRequest) -> HttpResponse:
    return notice(request, 404, _("This is not possible"), _("There is no such report."))


@opens(Action.SEE_REPORTS)
def report_file(request: HttpRequest, report: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """All rows of a report. Who took it, and with which filters, is written down before the first is sent."""
    kind = BY_KEY.get(report)
    if kind is None:
        return _no_report(request)
    asked, now = report_view.asked(request.GET, kind, context.programme()), context.now()
    file = report_rows.FILES[report](asked)
    if form == "xlsx" and file.count > xlsx_file.MOST_ROWS:
        told = _("A workbook holds at most {most} rows. Choose a shorter period or one module, or save it as CSV.")
        raise Refusal(told, most=xlsx_file.MOST_ROWS)
    pieces: Iterator[bytes] = iter(())
    if request.method != "HEAD":
        reports.note_taken(report, form, report_view.filters(asked), request.user.id, now)
        title = _(kind.title)
        if form == "xlsx":
            pieces = xlsx_file.pieces(title, file.head, file.parts, get_language_bidi())
        else:
            pieces = csv_file.pieces(file.head, file.parts)
    day = now.astimezone(asked.rules.zone).date().isoformat()
    return files.sent(pieces, xlsx_file.KIND if form == "xlsx" else files.CSV, f"wins-{report}-{day}.{form}")
