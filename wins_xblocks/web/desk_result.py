"""One learner's exam on the desk: a result by hand, and what is decided of one that is recorded."""

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, events, result_view, words
from ..domain import Refusal
from ..domain.results import entries
from ..domain.results.data import Entered
from .ask import token_of
from .desk_result_row import LONGEST_SEARCH
from .desk_results import number
from .pages import may, notice, opens, page, say
from .roles import Action

MOST_SCORE = Decimal(1_000_000)


@opens(Action.SEE_RESULTS)
def find_page(request: HttpRequest) -> HttpResponse:
    """Find a learner, then one of her exams."""
    search = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    found = result_view.learners_named(search) if search else []
    values = {
        "here": "results",
        "may_record": may(request, Action.RECORD_RESULTS),
        "q": search,
        "found": [(person, list(own.items())) for person, own in found],
    }
    return page(request, "desk_result_find.html", values)


@opens(Action.SEE_RESULTS, methods=("GET", "POST"), changes=Action.RECORD_RESULTS)
def result_page(request: HttpRequest, learner_id: str, exam: str) -> HttpResponse:
    """Where the exam stands, what happened, and the forms. One that was refused is shown again with its text."""
    if request.method != "POST":
        return _shown(request, int(learner_id), exam)
    if exam not in result_view.exams_of(int(learner_id)):
        return _nothing(request)
    try:
        said = _done(request, int(learner_id), exam)
    except entries.NotPossible as refusal:
        return _shown(request, int(learner_id), exam, words.refusal(refusal), 409)
    except Refusal as refusal:
        return _shown(request, int(learner_id), exam, words.refusal(refusal), 400)
    say(request, said)
    return redirect("wins:result", learner_id=learner_id, exam=exam)


def _done(request: HttpRequest, learner_id: int, exam: str) -> str:
    form, by, now = request.POST, request.user.id, context.now()
    what, reason = form.get("do", ""), form.get("reason", "")
    if what in entries.ALONE:
        entries.act(learner_id, exam, what, reason, by, now)
        return _("Done. The learner gets a mail.")
    if what == "revoke":
        told = Entered(learner_id, exam, what, now, token_of(form), reason=reason)
    elif what == "enter":
        told = _entered(request, learner_id, exam, now)
    else:
        raise Refusal(_("This form is out of date. Press the button again."))
    entries.enter(told, by, now)
    return _("Entered. Nothing changes until somebody else confirms it.")


def _entered(request: HttpRequest, learner_id: int, exam: str, now: datetime) -> Entered:
    form = request.POST
    if form.get("kind") not in entries.RESULTS:
        raise Refusal(_("Choose the result."))
    voucher = form.get("voucher", "")
    return Entered(
        learner_id, exam, form.get("kind", ""), _moment(form.get("day", ""), now), token_of(form),
        _score(form.get("score", "")), None if voucher in ("", "none") else number(request, "voucher"),
        form.get("reason", ""), form.get("evidence", ""),
    )  # fmt: skip


def _moment(text: str, now: datetime) -> datetime:
    """The noon of a day at the programme's place, or now where that is still to come."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal(_("Write the day of the exam as a date like 2027-05-12.")) from None
    zone = context.programme().zone
    return now if day == now.astimezone(zone).date() else datetime.combine(day, time(12), zone)


def _score(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        score = Decimal(text.strip().replace(",", "."))
        score = round(score, 4) if score.is_finite() else MOST_SCORE
    except InvalidOperation:
        score = MOST_SCORE
    if abs(score) >= MOST_SCORE:
        raise Refusal(_("The score is not a number."))
    return score


def _nothing(request: HttpRequest) -> HttpResponse:
    return notice(request, 404, _("This is not possible"), _("This person is no learner with this exam."))


def _did(request: HttpRequest, *forms: str) -> str:
    """Beside which of the page's forms a problem is told; "" for above them all."""
    did = request.POST.get("do", "")
    return did if did in forms else ""


def _shown(request: HttpRequest, learner_id: int, exam: str, problem: str = "", status: int = 200) -> HttpResponse:
    found, sent = result_view.exam_page(learner_id, exam, context.now()), request.POST
    if found is None:
        return _nothing(request)
    values = {
        "here": "results", "may_record": may(request, Action.RECORD_RESULTS),
        "found": found, "problem": problem,
        "did": _did(request, "enter", *(act.kind for act in found.acts)),
        "options": result_view.vouchers_of(learner_id, exam), "token": token_of({}, fresh=True),
        "kinds": [(kind, result_view.kind_words(kind)) for kind in entries.RESULTS],
        "today": context.now().astimezone(context.programme().zone).date().isoformat(), "most": 2000,
        "sent": {name: sent.get(name, "")[:4000] for name in ("kind", "day", "score", "voucher", "reason", "evidence")},
        "reason": sent.get("reason", "")[:4000],
        "waiting": result_view.entry_rows_of(learner_id, exam),
    }  # fmt: skip
    return page(request, "desk_result.html", values, status)


@opens(Action.SEE_RESULTS, methods=("GET", "POST"), changes=Action.RECORD_RESULTS)
def entry_page(request: HttpRequest, entry_id: str) -> HttpResponse:
    """What one person entered: another confirms or refuses it."""
    row = result_view.entry_row(int(entry_id))
    if row is None:
        told = _("This entry does not wait any more. Somebody may have decided about it.")
        return notice(request, 409 if request.method == "POST" else 404, _("This is not possible"), told)
    if request.method != "POST":
        return _entry(request, row)
    try:
        said = _decided(request, row)
    except (entries.NotWaiting, entries.NotPossible) as refusal:
        return notice(request, 409, _("This is not possible"), words.refusal(refusal))
    except Refusal as refusal:
        return _entry(request, row, words.refusal(refusal), 400)
    say(request, said)
    return redirect("wins:results")


def _decided(request: HttpRequest, row: result_view.EntryRow) -> str:
    by, now, reason = request.user.id, context.now(), request.POST.get("reason", "")
    match request.POST.get("do"):
        case "confirm":
            entries.confirm(row.entry.id, by, now, context.programme(), on=events.results_recorded)
            return _("Confirmed and recorded. The learner gets a mail.")
        case "override" if may(request, Action.OVERRIDE_TWO_PEOPLE):
            entries.confirm(row.entry.id, by, now, context.programme(), reason, events.results_recorded)
            return _("Recorded by one person only. The audit trail says so.")
        case "refuse":
            entries.refuse(row.entry.id, reason, by, now)
            return _("The entry was refused. Nothing was recorded.")
    raise Refusal(_("This form is out of date. Press the button again."))


def _entry(request: HttpRequest, row: result_view.EntryRow, problem: str = "", status: int = 200) -> HttpResponse:
    own, entry = row.entry.entered_by == request.user.id, row.entry
    two = entries.needs_two(entry.kind, context.programme())
    values = {
        "here": "results", "may_record": may(request, Action.RECORD_RESULTS),
        "row": row, "entry": entry, "problem": problem, "did": _did(request, "override", "refuse"),
        "effect": result_view.entry_effect(entry, context.now()), "voucher": result_view.entry_voucher(entry),
        "may_confirm": not own or not two, "own": own,
        "may_override": own and two and may(request, Action.OVERRIDE_TWO_PEOPLE),
        "reason": request.POST.get("reason", "")[:4000], "most": 2000,
    }  # fmt: skip
    return page(request, "desk_result_entry.html", values, status)
