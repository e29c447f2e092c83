"""What a learner reads of a voucher: one heading, one sentence or two, one button. Blocks and pages show the same."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import words
from .domain.hushed import hushed
from .domain.vouchers.data import VoucherPosition
from .voucher_says import (
    Button,
    Link,
    VoucherView,
    arranged,
    arranging,
    ask,
    before,
    beside,
    country,
    get,
    given,
    says,
    show,
    waits_for_arrangement,
)

ENDS_SOON = 30  # days: from here on the page says how many are left
GROUP = 4
EXAM = re.compile(r"[A-Z0-9-]{2,32}")  # as the rule file writes them


def view(position: VoucherPosition) -> VoucherView:
    """The position as a learner reads it. Never a code: that comes from the block's handler alone."""
    made = _WORDS[position.state](position)
    if position.state in ("issued", "shown") and waits_for_arrangement(position):
        made = arranging(position, show())
    made = replace(made, sentences=(*before(position), *made.sentences, *arranged(position), *beside(position)))
    links = tuple(_link(kind, position) for kind in _links(position))
    return replace(made, exam=position.exam, title=position.module.title, state=position.state, links=links)


def _links(position: VoucherPosition) -> tuple[str, ...]:
    """By what the learner holds: a voucher of which she told a booking may be moved until its last day."""
    again = position.verdict.met or waits_for_arrangement(position)
    before_code = ("ready", "waiting", "issued", "arranging", *(("withdrawn", "taken_back") if again else ()))
    if position.state in before_code:
        return "name", "arrangement"
    if position.state == "shown":
        return "book", "calendar", "code", "name", "arrangement"
    if position.state == "booked":
        return "move", "calendar", "code", "name"
    if position.state == "pending" and position.booking:
        return "move", "happened"
    return ("happened",) if position.state in ("pending", "expired", "lost", "failed") else ()


def _link(kind: str, position: VoucherPosition) -> Link:
    exam = position.exam
    booking, ask = reverse("wins:booking", args=[exam]), reverse("wins:ask")
    return {
        "book": Link(_("I have booked"), booking),
        "move": Link(_("Change the date here"), booking),
        "calendar": Link(_("Put the date in my calendar"), reverse("wins:calendar", args=[exam])),
        "code": Link(_("The code does not work"), f"{ask}?about=code:{exam}"),
        "name": Link(_("My name on the document"), reverse("wins:document_name")),
        "arrangement": Link(
            _("My special arrangements") if position.arrangement else _("I need special arrangements"),
            reverse("wins:arrangement", args=[exam]),
        ),
        "happened": Link(_("Tell WINS what happened"), f"{ask}?about=exam:{exam}"),
    }[kind]


@hushed
def grouped(code: str) -> str:
    """A code as it is printed: "ABCD 1234 EFGH"."""
    return " ".join(code[i : i + GROUP] for i in range(0, len(code), GROUP))


@hushed
def spelled(code: str) -> str:
    """A code for a screen reader, letter by letter, with a pause between groups."""
    return ", ".join(" ".join(group) for group in grouped(code).split())


def _hint() -> str:
    return _("A voucher that you do not use in time is lost. Get it when you can book within the next weeks.")


def _no_place(position: VoucherPosition) -> VoucherView:
    return says(
        _("You have no exam place yet."), _("Your enrolment does not include a place in this exam."), button=ask()
    )


def _not_ready(position: VoucherPosition) -> VoucherView:
    done = _("When everything on this list is done, you can get it.")
    if position.by_staff:
        done = _("When everything on this list is done, WINS gives it to you.")
    return says(
        _("Your exam voucher is not ready yet."), done,
        checklist=_checklist(position), button=Button("continue", _("Continue studying")),
    )  # fmt: skip


def _checklist(position: VoucherPosition) -> tuple[tuple[bool, str], ...]:
    """What must be done, done or not; the rest only where it stands in the way."""
    shown = [c for c in position.verdict.conditions if not c.met or c.kind in ("hours", "test", "module")]
    return tuple((condition.met, words.condition(condition)) for condition in shown)


def _ready(position: VoucherPosition) -> VoucherView:
    if position.by_staff:
        return given(position)
    return says(
        _("You can get your exam voucher."),
        _("The voucher pays for one exam. You choose the place and day at Pearson VUE."),
        _("Before you start, have your passport or identity card ready."),
        small=_hint(), button=get(position),
    )  # fmt: skip


def _waiting(position: VoucherPosition) -> VoucherView:
    return says(
        _("You are ready. We have no code left today."),
        _("Your place is kept: you are number {number}. WINS has been told.").format(number=position.place_in_queue),
        _("Confirm your name as on your document first. The link is below.") if position.unnamed
        else _("You get a mail as soon as your code is here. You do not have to do anything."),
    )  # fmt: skip


def _replaced(position: VoucherPosition) -> tuple[str, ...]:
    """Of a code that WINS gave instead of another one."""
    before = position.voucher.instead_of if position.voucher else None
    if before is None:
        return ()
    told = _("WINS replaced your code on {date}. Do not use the old one.").format(date=words.day(before.at))
    return (told, _('Reason: "{reason}"').format(reason=before.reason)) if before.reason else (told,)


def _issued(position: VoucherPosition) -> VoucherView:
    replaced = _replaced(position)
    return says(
        _("You have a new code.") if replaced else _("Your voucher is reserved for you."), *replaced,
        _("Use it on or before {date}. You can show the code now or later.").format(date=_last_day(position)),
        _("Once you have seen a code, WINS cannot take it back or change it for another."),
        button=show(),
    )  # fmt: skip


def _shown(position: VoucherPosition) -> VoucherView:
    date, left = _last_day(position), position.days_left or 0
    if left <= ENDS_SOON:
        heading = ngettext("{days} day left.", "{days} days left.", left).format(days=left)
        sentences = [_("Your voucher ends on {date}. Test centres may be full. Book this week.").format(date=date)]
    else:
        safe = words.day(position.safe_on) if position.safe_on else date
        heading = _("Your exam voucher is here.")
        sentences = [
            _("Take the exam on or before {date}. Book before {safe} to be safe.").format(date=date, safe=safe)
        ]
    return says(
        heading, *_replaced(position), *sentences, steps=_steps(position), small=_rules_of_booking(), button=show()
    )


def _steps(position: VoucherPosition) -> tuple[str, ...]:
    account = _(
        "Go to Pearson VUE. Create an account with exactly the name on your identity document, in Latin letters."
    )
    if position.name:
        account = _("Go to Pearson VUE. Create an account with exactly this name: {name}.")
        account = account.format(name=position.name.latin)
    return (
        account,
        _('Choose the exam "{title}" ({exam}).').format(title=position.module.title, exam=position.exam),
        _('Put the code into "Voucher / Promotion Code", without spaces.'),
    )


def _rules_of_booking() -> str:
    return _(
        "Change or cancel at least 24 hours before. If you do not come, or come too late, the voucher is lost. "
        'To change the day use "Reschedule". Do not book a second time.'
    )


def _booked(position: VoucherPosition) -> VoucherView:
    bring, small = _("Bring the identity document with your name. Come 30 minutes early."), ""
    if position.name:
        bring = _("Bring the identity document with the name {name}. Come 30 minutes early.")
        bring = bring.format(name=position.name.latin)
    heading = _("Your exam is booked.")
    if position.booking:
        told = _("Exam booked: {date}, {city}.")
        heading = told.format(date=words.day(position.booking.day), city=position.booking.city)
        small = _("This only tells WINS. To change your booking, use Pearson VUE.")
    return says(heading, bring, small=small, button=show())


def _expired(position: VoucherPosition) -> VoucherView:
    heading = _("This voucher ended on {date}.").format(date=_last_day(position))
    return says(heading, _("It can no longer be used."), button=ask())


def _lost(position: VoucherPosition) -> VoucherView:
    within = _("If something serious happened, such as illness or an accident, tell us within 14 days.")
    return says(_("This voucher is lost."), *_why(position), within, button=ask())


def _void(position: VoucherPosition) -> VoucherView:
    ending = position.voucher.ending if position.voucher else None
    heading = _("This voucher was cancelled by WINS on {date}.").format(date=words.day(ending.at) if ending else "")
    return says(heading, *_why(position), _("If you do not agree, ask WINS for a review."), button=ask())


def _why(position: VoucherPosition) -> tuple[str, ...]:
    ending = position.voucher.ending if position.voucher else None
    return (_('Reason: "{reason}"').format(reason=ending.reason),) if ending and ending.reason else ()


def _taken_back(position: VoucherPosition) -> VoucherView:
    told = position.taken_back
    heading = _("WINS took this voucher back on {date}.").format(date=words.day(told.at)) if told else ""
    reason = _('Reason: "{reason}"').format(reason=told.reason) if told else ""
    may = position.verdict.met
    again = _("You can get one again now.") if may else _("You can get one again when you are ready.")
    if position.by_staff:
        again = _("WINS gives you another one.") if may else _("WINS gives you another one when you are ready.")
    return says(
        heading, reason, again, checklist=() if may else _checklist(position), button=get(position) if may else ask()
    )


def _passed(position: VoucherPosition) -> VoucherView:
    date = words.day(position.passed_at) if position.passed_at else ""
    again = (_("Your result is valid again."),) if position.result.restored_at else ()
    return says(_("You passed this exam."), *again, _("Passed on {date}.").format(date=date))


def _withdrawn(position: VoucherPosition) -> VoucherView:
    result, may = position.result, position.verdict.met
    heading = _("Your result was withdrawn on {date}.")
    heading = heading.format(date=words.day(result.withdrawn_at) if result.withdrawn_at else "")
    why = (_('Reason: "{reason}"').format(reason=result.withdrawn_for),) if result.withdrawn_for else ()
    now = _("WINS gives you another voucher.") if position.by_staff else _("You can get another voucher now.")
    again = (now,) if may else ()
    return says(heading, *why, _("If you do not agree, ask WINS for a review."), *again,
                 button=get(position) if may else ask())  # fmt: skip


def _failed(position: VoucherPosition) -> VoucherView:
    heading = {
        "no_show": _("Pearson VUE says that you did not come to the exam."),
        "refused": _("You did not accept the rules at the test centre."),
        "incomplete": _("Your exam was not finished."),
    }.get(position.sat_as, _("You did not pass this time."))
    has_place = all(condition.met for condition in position.verdict.conditions if condition.kind == "place")
    again = _("Many people pass the second time.")
    if position.again_from:
        again = _("You can try again from {date}.").format(date=words.day(position.again_from))
    place = _("Your place for it is there.") if has_place else _("A new voucher is not part of your package.")
    return says(heading, again, place, button=ask())


def _pending(position: VoucherPosition) -> VoucherView:
    return says(
        _("We wait for your result."),
        _("Pearson VUE usually sends it to WINS within 5 working days. You do not have to do anything."),
    )


def _review(position: VoucherPosition) -> VoucherView:
    told = _("This is not a decision. WINS writes to you.")
    if position.told_by:
        told = _("This is not a decision. WINS writes to you by {date}.").format(date=words.day(position.told_by))
    return says(_("Your result is on hold."), told, button=ask())


def _last_day(position: VoucherPosition) -> str:
    return words.day(position.voucher.expires_on) if position.voucher else ""


_WORDS: Mapping[str, Callable[[VoucherPosition], VoucherView]] = {
    "no_place": _no_place, "not_ready": _not_ready, "ready": _ready, "waiting": _waiting, "issued": _issued,
    "shown": _shown, "booked": _booked, "expired": _expired, "taken_back": _taken_back, "passed": _passed,
    "pending": _pending, "review": _review, "lost": _lost, "void": _void,
    "failed": _failed, "withdrawn": _withdrawn, "arranging": arranging, "country": country,
}  # fmt: skip
