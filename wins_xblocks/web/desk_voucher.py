"""One voucher on the desk: its history, and what staff do with it. A code is never shown here."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from .. import context, events, result_view, words
from ..domain import Refusal
from ..domain.results import entries
from ..domain.results.data import Entered
from ..domain.vouchers import acts, marks, names, rules
from ..domain.vouchers import api as vouchers
from ..domain.vouchers.data import Secret
from ..voucher_history import voucher_page as page_of
from .ask import token_of
from .pages import may, notice, opens, page, say
from .roles import Action

MISTAKES = (
    acts.ReasonWrong, acts.LastDayWrong, vouchers.DayWrong, vouchers.CityWrong, names.NoReason, rules.NameWrong,
)  # fmt: skip


@opens(Action.SEE_VOUCHERS)
def voucher_page(request: HttpRequest, voucher_id: str) -> HttpResponse:
    """Where it stands, what happened to it, and the forms for whoever may use them."""
    return _page(request, int(voucher_id))


@opens(Action.MANAGE_VOUCHER, methods=("POST",))
def act_page(request: HttpRequest, voucher_id: str) -> HttpResponse:
    """Do one of them. A form that was refused is shown again with its text."""
    try:
        done = _done(request, int(voucher_id))
    except MISTAKES as refusal:
        return _page(request, int(voucher_id), words.refusal(refusal), 400)
    say(request, done)
    return redirect("wins:voucher", voucher_id=voucher_id)


def _done(request: HttpRequest, number: int) -> str:
    form, by, programme, now = request.POST, request.user.id, context.programme(), context.now()
    reason = form.get("reason", "")
    match form.get("do"):
        case "replace":
            new = acts.replace(number, form.get("cause", ""), reason, by, programme, now, events.voucher_issued)
            return _("The learner has voucher {number} instead and gets a mail.").format(number=new)
        case "cancel":
            return _cancelled(request, number, reason, by, now)
        case "lose":
            acts.mark_lost(number, reason, by, programme, now)
            return _("The voucher is marked as lost. The learner gets a mail.")
        case "extend":
            acts.extend(number, _last_day(form.get("last_day", "")), reason, by, programme, now)
            return _("The new last day was entered.")
        case "book":
            booking = vouchers.told(form.get("day", ""), form.get("city", "")[:1000])
            marks.mark_booked(number, booking, reason, by, now)
            return _("The booking was entered.")
        case "return":
            marks.mark_returned(number, reason, by, now)
            return _("The code works again for its learner.")
        case "use":
            marks.mark_used(number, reason, by, now)
            return _("The voucher is marked as used.")
        case "name":
            _correct(number, form, reason, by, now)
            return _("The name was changed.")
    raise Refusal(_("This form is out of date. Press the button again."))


def _cancelled(request: HttpRequest, number: int, reason: str, by: int, now: datetime) -> str:
    """At once, or by a second person when the code was shown and the policy wants it."""
    programme, held = context.programme(), vouchers.record_of(number)
    if held and held.holder_id is not None and held.is_seen and held.is_open and acts.needs_two(programme):
        token = token_of(request.POST)
        told = Entered(held.holder_id, held.exam, "void", now, token, voucher_id=number, reason=reason)
        entries.enter(told, by, now)
        return _("Entered. Nothing changes until somebody else confirms it.")
    acts.cancel_voucher(number, reason, by, programme, now)
    return _("The voucher was cancelled.")


def _correct(number: int, form: QueryDict, reason: str, by: int, now: datetime) -> None:
    """The holder's name on the document, written anew."""
    held = vouchers.record_of(number)
    if held is None or held.holder_id is None:
        raise Refusal(_("Nobody holds this voucher."))
    parts = (form.get(part, "")[:300] for part in ("given", "family", "native"))
    names.correct(held.holder_id, names.told(*parts, form.get("single") == "yes", ""), reason, by, now)


def _last_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise acts.LastDayWrong(_("Write the last day as a date like 2027-12-31.")) from None


def _page(request: HttpRequest, number: int, problem: str = "", status: int = 200) -> HttpResponse:
    found = page_of(number)
    if found is None:
        return notice(request, 404, _("This is not possible"), _("There is no such voucher."))
    programme, now, sent = context.programme(), context.now(), request.POST
    own, module = found.voucher, programme.module_of_exam(found.voucher.exam)
    values = {
        "here": "pool", "found": found, "voucher": found.voucher, "problem": problem, "did": sent.get("do", ""),
        "title": words.staff_title(module) if module else found.voucher.exam,
        "may_manage": may(request, Action.MANAGE_VOUCHER), "causes": causes(programme.policies.replacement_reasons),
        "usable": vouchers.stock([own.exam], programme, now)[0].usable, "reason": sent.get("reason", "")[:4000],
        "name": names.of(own.holder_id) if own.holder_id else None, "day": sent.get("day", "")[:10],
        "city": sent.get("city", "")[:1000], "may_use": own.is_usable,
        **{part: sent.get(part, "")[:300] for part in ("given", "family", "native")},
        "single": sent.get("single") == "yes", "cause": sent.get("cause", ""),
        "last_day": sent.get("last_day", "")[:10], "most": acts.LONGEST_REASON,
        "token": token_of({}, fresh=True), "needs_two": acts.needs_two(programme),
        "waits": result_view.voucher_entry(number),
        "may_take_back": found.voucher.state == "issued" and may(request, Action.TAKE_BACK),
    }  # fmt: skip
    return page(request, "desk_voucher.html", values, status)


def causes(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The policy's reasons to replace a code, in words."""
    told = {
        "not_readable": _("The code cannot be read or does not work"),
        "sent_twice": _("The supplier sent the code twice"),
        "supplier_fault": _("Another fault of the supplier"),
    }
    return [(name, told.get(name, name)) for name in names]


@sensitive_post_parameters("code")  # outermost: what goes wrong in ``opens`` is reported without the code, too
@opens(Action.MANAGE_VOUCHER, methods=("GET", "POST"))
def find_page(request: HttpRequest) -> HttpResponse:
    """Find the voucher with exactly this code, which travels in the request's body only and is not shown again."""
    if request.method != "POST":
        return page(request, "desk_find.html", {"here": "pool"})
    keys, code = context.voucher_keys(), Secret(request.POST.get("code", ""))
    try:
        found = acts.find(code, keys, request.user.id, context.now())
    except acts.BadCode as refusal:
        return page(request, "desk_find.html", {"here": "pool", "problem": words.refusal(refusal)}, 400)
    if found is None:
        problem = _("No voucher has this code. Look at it again letter by letter.")
        return page(request, "desk_find.html", {"here": "pool", "problem": problem}, 404)
    return redirect("wins:voucher", voucher_id=found)
