"""The texts of mails on the desk: as shipped, as edited, as they are read; changed after a look at the preview."""

import hashlib
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, mails_view, notices, words
from ..domain import Refusal
from ..domain.outbox import rules, texts
from ..domain.outbox.data import Draft
from . import period
from .pages import may, notice, opens, page, say
from .roles import Action


@dataclass(frozen=True)
class Shown:
    """What a page says of what was sent in: its faults by field, and a preview where there is something to see."""

    draft: Draft
    problems: dict[str, str]
    preview: mails_view.Preview | None = None
    note: str = ""


@opens(Action.SEE_MAILS)
def mails_page(request: HttpRequest) -> HttpResponse:
    """Each kind of mail: what happened, to whom it goes, when, and where its text was changed."""
    return page(request, "desk_mails.html", {"here": "mails", "kinds": mails_view.kinds()})


@opens(Action.SEE_MAILS, methods=("GET", "POST"), changes=Action.EDIT_MAILS)
def text_page(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """One mail in one language. What is stored was seen as it will be read."""
    found = mails_view.text_page(kind, language)
    if found is None:
        return notice(request, 404, _("This is not possible"), _("There is no such mail."))
    if request.method != "POST":
        return _page(request, found)
    draft = _draft(request, kind, language)
    do = request.POST.get("do")
    if do == "reset":
        return _reset(request, found, draft)
    if do not in ("look", "store"):
        raise Refusal(_("This form is out of date. Press the button again."))
    shown = _looked_at(draft)
    if shown.problems:
        return _page(request, found, shown, 400)
    if do == "look" or request.POST.get("looked") != _digest(draft):
        return _page(request, found, shown if do == "look" else _changed_since(shown))
    return _store(request, found, shown)


def _draft(request: HttpRequest, kind: str, language: str) -> Draft:
    seen = period.number(request.POST.get("version", ""))
    if seen is None:
        raise Refusal(_("This form is out of date. Open the page again."))
    subject, body, reason = (request.POST.get(name, "") for name in ("subject", "body", "reason"))
    return Draft(kind, language, rules.cleaned(subject), rules.cleaned(body), reason, seen)


def _looked_at(draft: Draft) -> Shown:
    known = notices.LETTERS[draft.kind].names
    found = {field: rules.wrong(field, getattr(draft, field), known) for field in ("subject", "body")}
    problems = {field: words.refusal(fault) for field, fault in found.items() if fault}
    if problems:
        return Shown(draft, problems)
    now, programme = context.now(), context.programme()
    read = mails_view.preview(draft.kind, draft.language, draft.subject, draft.body, programme, now)
    return Shown(draft, {}, read)


def _digest(draft: Draft) -> str:
    """Which text was looked at; said by the form, so that one that was changed since is looked at again."""
    return hashlib.sha256(f"{draft.subject}\n{draft.body}".encode(errors="surrogatepass")).hexdigest()[:32]


def _changed_since(shown: Shown) -> Shown:
    told = _("You have not seen this text as it will be read. Look at it now, then store it.")
    return Shown(shown.draft, {}, shown.preview, told)


def _store(request: HttpRequest, found: mails_view.TextPage, shown: Shown) -> HttpResponse:
    draft = shown.draft
    try:
        texts.change(draft, notices.LETTERS[draft.kind].names, request.user.id, context.now())
    except texts.ReasonWrong as refusal:
        return _page(request, found, Shown(draft, {"reason": words.refusal(refusal)}, shown.preview), 400)
    except texts.Changed as refusal:
        return _page(request, found, Shown(draft, {}, shown.preview, words.refusal(refusal)), 409)
    say(request, _("The mail says this from now on."))
    return redirect("wins:mail_text", kind=draft.kind, language=draft.language)


def _reset(request: HttpRequest, found: mails_view.TextPage, draft: Draft) -> HttpResponse:
    try:
        texts.reset(draft, request.user.id, context.now())
    except texts.ReasonWrong as refusal:
        return _page(request, found, Shown(draft, {"reset": words.refusal(refusal)}), 400)
    except texts.Changed as refusal:
        return _page(request, found, Shown(draft, {}, None, words.refusal(refusal)), 409)
    say(request, _("The mail says again what it says as shipped."))
    return redirect("wins:mail_text", kind=draft.kind, language=draft.language)


def _page(
    request: HttpRequest, found: mails_view.TextPage, shown: Shown | None = None, status: int = 200
) -> HttpResponse:
    """What was typed stays in its form. Who was overtaken reads what the other one did."""
    if status == 409:  # read anew, with what the other one did
        found = mails_view.text_page(found.row.kind, found.language) or found
    do = request.POST.get("do", "")
    typed = shown.draft if shown and do != "reset" else None
    meanwhile = found.history[0] if shown and found.history and shown.draft.seen != found.version else None
    values = {
        "here": "mails", "mail": found, "shown": shown, "may_edit": may(request, Action.EDIT_MAILS),
        "subject": typed.subject if typed else found.subject, "body": typed.body if typed else found.body,
        "reason": typed.reason if typed else "", "reset_reason": shown.draft.reason if shown and not typed else "",
        "looked": _digest(shown.draft) if shown and shown.preview else "", "meanwhile": meanwhile,
        "problems": shown.problems if shown else {}, "most": rules.LONGEST, "most_reason": rules.LONGEST_REASON,
    }  # fmt: skip
    return page(request, "desk_mail.html", values, status)
