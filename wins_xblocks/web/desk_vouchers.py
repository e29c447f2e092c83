"""The Academy's hand on the pool: put codes in, take an unseen voucher back. A code is never shown here."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import context, events, words
from ..domain import Refusal
from ..domain.registration import need
from ..domain.vouchers import api as vouchers
from ..domain.vouchers.imports import LARGEST
from ..domain.vouchers.report import ImportReport
from ..platform import platform
from .pages import FORM_BYTES, notice, opens, page, say
from .roles import Action

LINES_SHOWN = 100
LONGEST_ZONE = 64


@opens(Action.IMPORT_CODES, methods=("GET", "POST"), most=LARGEST + FORM_BYTES)
def import_page(request: HttpRequest) -> HttpResponse:
    """Check a supplier's file, or import it. All or nothing: a file with one bad line changes nothing."""
    if request.method != "POST":
        return _import_form(request)
    try:
        report = _import(request)
    except Refusal as refusal:
        return _import_form(request, problem=words.refusal(refusal), status=400)
    if report.dry_run or report.bad:
        return _import_form(request, report, status=400 if report.bad else 200)
    told = ngettext("{codes} code was added.", "{codes} codes were added.", report.imported)
    served = ngettext("{served} learner who waited got one.", "{served} learners who waited got one.", report.served)
    say(request, f"{told} {served}".format(codes=report.imported, served=report.served))
    return redirect("wins:pool")


def _import(request: HttpRequest) -> ImportReport:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal(_("Choose a file first."))
    if file.size > LARGEST:
        raise Refusal(_("The file is too large. It may have at most {most} MB."), most=LARGEST // 1_000_000)
    return vouchers.import_codes(
        vouchers.decode(file.read()), request.POST.get("order", "").strip(), _day(request.POST.get("expires", "")),
        context.voucher_keys(), context.programme(), context.first_rules(), context.factor(), request.user.id,
        context.now(), dry_run=request.POST.get("do") != "import", on_issued=events.voucher_issued,
        zone=request.POST.get("zone", "")[:LONGEST_ZONE],
    )  # fmt: skip


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal(_("The last day is not a date like 2027-12-31.")) from None


def _import_form(
    request: HttpRequest, report: ImportReport | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    shown = report.told[:LINES_SHOWN] if report else ()
    programme, now = context.programme(), context.now()
    titles = {module.exam: words.staff_title(module) for module in programme.modules}
    stock = vouchers.stock(list(titles), programme, now)
    values = {
        "here": "pool",
        "problem": problem,
        "report": report,
        "lines": [(line, words.sentence(line.sentence, line.values)) for line in shown],
        "more": len(report.told) - len(shown) + report.more if report else 0,
        "order": request.POST.get("order", "")[:64],
        "expires": request.POST.get("expires", "")[:10],
        "zone": request.POST.get("zone", context.programme().time_zone)[:LONGEST_ZONE],
        "exams": list(titles.items()),
        "endings": [(one, titles.get(one.exam, "")) for one in vouchers.stock_by_month(now)],
        "needs": list(zip(need.forecast(programme.modules, context.factor()), stock, titles.values(), strict=True)),
        "near": need.NEAR_HOURS,
    }
    return page(request, "desk_import.html", values, status)


@opens(Action.TAKE_BACK, methods=("GET", "POST"))
def take_back_page(request: HttpRequest, voucher_id: str) -> HttpResponse:
    """Say what taking back does, ask for the reason, do it."""
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "")[:2000]
            vouchers.take_back(int(voucher_id), request.user.id, reason, context.now(), events.voucher_taken_back)
        except vouchers.NotTakenBack as refusal:
            return notice(request, 409, _("This is not possible"), words.refusal(refusal))
        except Refusal as refusal:
            return _take_back_form(request, int(voucher_id), words.refusal(refusal), 400)
        say(request, _("The voucher was taken back. The learner gets a mail."))
        return redirect("wins:learners")
    return _take_back_form(request, int(voucher_id))


def _take_back_form(request: HttpRequest, voucher_id: int, problem: str = "", status: int = 200) -> HttpResponse:
    now, rules = context.now(), context.programme()
    held = vouchers.holder(voucher_id, now)
    if held is None or not held[2].may_take_back:
        told = _("This voucher cannot be taken back: its code was seen, or nobody holds it.")
        return notice(request, 409, _("This is not possible"), told)
    learner_id, exam, holding = held
    module = rules.module_of_exam(exam)
    lasts = vouchers.usable_again(holding, rules, now)
    values = {
        "here": "learners",
        "problem": problem,
        "voucher_id": voucher_id,
        "person": platform().people([learner_id]).get(learner_id),
        "exam": exam,
        "title": words.staff_title(module) if module else exam,
        "expires_on": holding.expires_on,
        "stock_after": vouchers.stock([exam], rules, now)[0].usable + lasts,
        "lasts": lasts,
        "days": rules.policies.days_left_at_issue,
        "reason": request.POST.get("reason", ""),
    }
    return page(request, "desk_take_back.html", values, status)
