"""Book hours of a learner: add them, see them, change or withdraw them until WINS has decided."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import book_view, context, hours, words
from ..domain import Refusal
from ..domain.study_time import api as study_time
from ..domain.study_time import book, limits
from ..domain.study_time.data import BookEntry, BookTold
from .ask import NUMBER, TOKEN
from .pages import notice, opens, page, say
from .roles import Action

DIGITS = re.compile(r"[0-9]{1,4}")
FIELDS = {limits.DayWrong: "day", limits.LengthWrong: "time", limits.TextWrong: "what"}
# The form's own mistakes; anything else that is refused does not lie in what was written.
MISTAKES = (*FIELDS, book.Spent)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and beside which field it is said; "" above them all."""

    text: str = ""
    field: str = ""
    status: int = 200


@dataclass(frozen=True)
class Sheet:
    """What stands in the form."""

    day: str
    hours: str = ""
    minutes: str = ""
    what: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))


@opens(Action.OWN_PAGES, methods=("GET", "POST"))
def book_page(request: HttpRequest) -> HttpResponse:
    """The form, all entries, and what becomes of a form. One that was refused is shown again with its text."""
    if request.method != "POST":
        return _page(request, _blank())
    if request.POST.get("do") == "edit":  # from the timer: the same token, so that both are one entry
        return _page(request, _sheet(request, fresh=not TOKEN.fullmatch(request.POST.get("token", ""))))
    try:
        return _added(request)
    except Refusal as refusal:
        return _page(request, _sheet(request, fresh=isinstance(refusal, book.Spent)), _problem(refusal))


def _added(request: HttpRequest) -> HttpResponse:
    token, module = request.POST.get("token", ""), request.POST.get("module", "")[:64]
    if not TOKEN.fullmatch(token):
        raise book.Spent(_("This form is out of date. Press the button again."))
    say(request, said(enter(request.user.id, module, _told(request.POST), token)))
    return redirect("wins:book")


def enter(learner_id: int, module: str, told: BookTold, token: str) -> BookEntry:
    """Enter hours for the module that the learner studies now: by the form, or by the timer."""
    now = context.now()
    return book.make(
        learner_id, lambda: book_view.terms_of_module(learner_id, module), told, token, secrets.randbelow(100), now,
        hours.reached(now),
    )  # fmt: skip


def said(entry: BookEntry) -> str:
    """What an entry means, to the learner who has just made it."""
    told = _("Saved: {time} on {day}.").format(time=words.duration(entry.told.ms), day=words.day(entry.told.day))
    if entry.counts:
        return f"{told} " + _("It counts now. WINS checks some entries.")
    return f"{told} " + _("It counts when WINS has agreed. We write to you.")


def _told(form: Mapping[str, str]) -> BookTold:
    """Raises the refusal of the field that cannot be read."""
    try:
        day = date.fromisoformat(form.get("day", "").strip())
    except ValueError:
        raise limits.DayWrong(_("Write the day as a date like 2027-03-14.")) from None
    parts = [form.get(name, "").strip() or "0" for name in ("hours", "minutes")]
    if not all(DIGITS.fullmatch(part) for part in parts):
        raise limits.LengthWrong(_("Write hours and minutes as whole numbers, for example 2 and 30."))
    return BookTold(day, int(parts[0]) * 60 + int(parts[1]), form.get("what", ""))


def _blank() -> Sheet:
    return Sheet(_today().isoformat())


def _today() -> date:
    return context.now().astimezone(context.programme().zone).date()


def _sheet(request: HttpRequest, fresh: bool) -> Sheet:
    """What was sent, to be shown again; ``fresh``: as a form that was never sent."""
    kept = {name: request.POST.get(name, "")[:4] for name in ("hours", "minutes")}
    sheet = Sheet(request.POST.get("day", "")[:10], **kept, what=request.POST.get("what", ""))
    return sheet if fresh else Sheet(sheet.day, sheet.hours, sheet.minutes, sheet.what, request.POST.get("token", ""))


def _problem(refusal: Refusal) -> Problem:
    status = 400 if isinstance(refusal, MISTAKES) else 409
    return Problem(words.refusal(refusal), FIELDS.get(type(refusal), ""), status)


def _page(request: HttpRequest, sheet: Sheet, problem: Problem | None = None) -> HttpResponse:
    asked, chosen = request.GET.get("page", "1"), request.POST.get("module", request.GET.get("module", ""))
    number = int(asked) if NUMBER.fullmatch(asked) else 1
    most = book_view.ON_A_PAGE
    found = book.of_learner(request.user.id, most + 1, (number - 1) * most)
    values = {
        "here": "book",
        "accepted": study_time.notice_accepted(request.user.id),
        "modules": book_view.modules(request.user, context.now()),
        "chosen": chosen,
        "lines": [book_view.line(entry) for entry in found[:most]],
        "newer": number - 1,
        "older": number + 1 if len(found) > most else 0,
        **_form(sheet, problem or Problem()),
    }
    return page(request, "book.html", values, problem.status if problem else 200)


def _form(sheet: Sheet, problem: Problem) -> dict[str, object]:
    return {"sheet": sheet, "problem": problem, "today": _today().isoformat(), "most": limits.LONGEST}


@opens(Action.OWN_PAGES, methods=("GET", "POST"))
def entry_page(request: HttpRequest, entry_id: str) -> HttpResponse:
    """One of the learner's own entries with its history; until WINS has decided, to change it or withdraw it."""
    entry = book.entry(request.user.id, int(entry_id))
    if entry is None:
        return notice(request, 404, _("This is not possible"), _("There is no such entry."))
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        book.withdraw(request.user.id, entry.id, context.now())
        say(request, _("The entry was withdrawn. It does not count."))
        return redirect("wins:book")
    if request.method == "POST":
        return _changed(request, entry)
    parts = {"hours": str(entry.told.minutes // 60), "minutes": str(entry.told.minutes % 60)}
    return _entry(request, entry, Sheet(entry.told.day.isoformat(), **parts, what=entry.told.what))


def _changed(request: HttpRequest, entry: BookEntry) -> HttpResponse:
    now = context.now()
    try:
        made = book.change(
            request.user.id, entry.id, lambda: book_view.terms_of_entry(entry), _told(request.POST), now,
            hours.reached(now),
        )  # fmt: skip
    except MISTAKES as refusal:
        return _entry(request, entry, _sheet(request, fresh=True), _problem(refusal))
    say(request, said(made))
    return redirect("wins:book")


def _entry(request: HttpRequest, entry: BookEntry, sheet: Sheet, problem: Problem | None = None) -> HttpResponse:
    steps = book_view.history(entry, for_staff=False)
    values = {"here": "book", "line": book_view.line(entry), "steps": steps, **_form(sheet, problem or Problem())}
    return page(request, "book_entry.html", values, problem.status if problem else 200)
