"""The same for many learners or codes: a file is checked, its effect is shown, then it is done.

Up to ``AT_ONCE`` lines all or nothing, in the request. More of them become a job and are done one by one: under one
lock no learner would get a voucher meanwhile, and what one line meets must not undo hundreds of others.
"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from .. import context, events, jobs, words
from ..domain import Refusal
from ..domain.jobs import api as jobs_api
from ..domain.jobs.data import JobValue
from ..domain.vouchers import acts, bulk, lists
from ..domain.vouchers import api as vouchers
from ..domain.vouchers.bulk import BulkReport, Terms, Wanted
from ..domain.vouchers.lists import Line
from ..people import Person
from ..platform import platform
from .desk_voucher import causes
from .pages import FORM_BYTES, opens, page, say
from .roles import Action

FILE_BYTES = 2_000_000
AT_ONCE = 50
LINES_SHOWN = 100
LONGEST_NAME = 254
WHATS = ("grant", "issue", "replace")


@opens(Action.MANAGE_VOUCHER, methods=("GET", "POST"), most=FILE_BYTES + FORM_BYTES)
def bulk_page(request: HttpRequest) -> HttpResponse:
    """Check a file, or do what it says. With one bad line nothing is changed. A long one is only checked here."""
    if request.method != "POST":
        return _form(request)
    try:
        report = _report(request)
    except Refusal as refusal:
        return _form(request, problem=words.refusal(refusal), status=400)
    if not report.done:
        return _form(request, report, status=400 if report.bad else 200, job=_draft(request, report))
    count = len(report.lines)
    say(request, ngettext("{n} line was done.", "{n} lines were done.", count).format(n=count))
    return redirect("wins:bulk")


@sensitive_variables("lines", "file")
def _report(request: HttpRequest) -> BulkReport:
    form, file = request.POST, request.FILES.get("file")
    what = form.get("what", "")
    if what not in WHATS:
        raise Refusal(_("Choose what to do."))
    if file is None:
        raise Refusal(_("Choose a file first."))
    if file.size > FILE_BYTES:
        raise Refusal(_("The file is too large. It may have at most {most} MB."), most=FILE_BYTES // 1_000_000)
    text = vouchers.decode(file.read())
    lines = lists.read(text, ["code"] if what == "replace" else ["learner", "exam"])
    terms = _terms(request, len(lines) > AT_ONCE)
    if what == "replace":
        return bulk.replace(lines, form.get("cause", ""), context.voucher_keys(), terms)
    wanted = _wanted(lines)
    return bulk.grant(wanted, terms) if what == "grant" else bulk.issue(wanted, terms)


def _terms(request: HttpRequest, only_check: bool) -> Terms:
    return Terms(
        context.programme(), context.first_rules(), context.factor(), request.POST.get("reason", ""), request.user.id,
        context.now(), only_check or request.POST.get("do") != "do", events.voucher_issued,
    )  # fmt: skip


def _draft(request: HttpRequest, report: BulkReport) -> JobValue | None:
    """What a long file may become; nothing when none of its lines is good."""
    if len(report.lines) <= AT_ONCE or len(report.bad) == len(report.lines):
        return None
    form = request.POST
    what, replaces = form["what"], form["what"] == "replace"
    why = "" if what == "issue" else acts.reason_of(form.get("reason", ""))
    job_id = jobs.draft(what, report, request.user.id, why, form.get("cause", "") if replaces else "")
    return jobs_api.found(job_id)


@sensitive_variables()
def _wanted(lines: Sequence[Line]) -> list[Wanted]:
    """Whom each line means: by user name or mail address, exactly; who is meant twice is told by what follows."""
    found = {name: _people(name) for name in {line.text("learner") for line in lines}}
    return [_wish(line, found[line.text("learner")]) for line in lines]


def _wish(line: Line, people: Sequence[Person]) -> Wanted:
    exam, known = line.text("exam").upper(), {module.exam for module in context.programme().modules}
    problem = None
    if not people:
        problem = bulk.InColumn("learner", _("Nobody has this user name or mail address."))
    elif len(people) > 1:
        problem = bulk.InColumn("learner", _("More than one person has this user name or mail address."))
    elif exam not in known:
        problem = bulk.InColumn("exam", _("The exam is not one of the programme."))
    label = people[0].username if len(people) == 1 else ""  # what stands in a wrong file is not repeated
    return Wanted(line.number, label, people[0].id if people else None, exam if exam in known else "", problem)


@sensitive_variables()
def _people(name: str) -> list[Person]:
    wanted, edge = name.casefold(), platform()
    if not wanted or len(wanted) > LONGEST_NAME:
        return []
    near = edge.people(edge.people_called(name)).values()
    return [one for one in near if wanted in (one.username.casefold(), one.email.casefold())]


def _form(
    request: HttpRequest, report: BulkReport | None = None, problem: str = "", status: int = 200,
    job: JobValue | None = None,
) -> HttpResponse:  # fmt: skip
    shown = (report.bad or report.lines)[:LINES_SHOWN] if report else ()
    form, policies = request.POST, context.programme().policies
    values = {
        "here": "pool", "problem": problem, "report": report, "job": job, "at_once": AT_ONCE,
        "kept": jobs_api.KEPT.days,
        "lines": [(line, words.sentence(line.sentence, line.values)) for line in shown],
        "more": len(report.bad or report.lines) - len(shown) if report else 0,
        "what": form.get("what", ""), "cause": form.get("cause", ""), "reason": form.get("reason", "")[:4000],
        "causes": causes(policies.replacement_reasons), "most": acts.LONGEST_REASON, "most_lines": lists.MOST_LINES,
        "exams": [(module.exam, words.staff_title(module)) for module in context.programme().modules],
    }  # fmt: skip
    return page(request, "desk_bulk.html", values, status)
