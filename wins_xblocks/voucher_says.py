"""What words about a voucher are made of, and those of what a person decides before: arrangements, a country."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import words
from .domain.vouchers.data import VoucherPosition


@dataclass(frozen=True)
class Button:
    """The one main button. ``kind``: get, show (both in the voucher block), confirm (a page that asks
    for her name first), continue or ask (links of the page)."""

    kind: str
    label: str


@dataclass(frozen=True)
class Link:
    """What else a learner may do with a voucher: each a page of its own."""

    label: str
    url: str


@dataclass(frozen=True)
class VoucherView:
    """A voucher position in words. ``checklist`` holds (done, words); ``steps`` what to do at Pearson VUE."""

    exam: str
    title: str
    state: str
    heading: str
    sentences: tuple[str, ...] = ()
    checklist: tuple[tuple[bool, str], ...] = ()
    steps: tuple[str, ...] = ()
    small: str = ""
    button: Button | None = None
    links: tuple[Link, ...] = ()


def says(
    heading: str,
    *sentences: str,
    button: Button | None = None,
    small: str = "",
    checklist: tuple[tuple[bool, str], ...] = (),
    steps: tuple[str, ...] = (),
) -> VoucherView:
    return VoucherView("", "", "", heading, sentences, checklist, steps, small, button)


def ask() -> Button:
    return Button("ask", _("Ask WINS"))


def get(position: VoucherPosition) -> Button | None:
    """By the page that asks for her name, until she has confirmed it.

    Where WINS gives the voucher: what WINS waits for, and no button when that is nothing.
    """
    label = _("Get my voucher")
    if position.by_staff:
        if not position.unnamed and not position.country_due:
            return None
        label = _("Confirm my name") if position.unnamed else _("Ask for my voucher")
    return Button("confirm" if position.unnamed else "get", label)


def given(position: VoucherPosition) -> VoucherView:
    """She is ready, and by the policy people of WINS give the voucher."""
    wait = _("You do not have to do anything. You get a mail when it is here.")
    if position.unnamed:
        wait = _("Confirm your name as on your document first. Then you get a mail when it is here.")
    elif position.country_due:
        wait = _("WINS has to look at your country first. Press the button to ask.")
    pays = _("The voucher pays for one exam. You choose the place and day at Pearson VUE.")
    return says(_("You are ready. WINS gives you your voucher."), wait, pays, button=get(position))


def show() -> Button:
    return Button("show", _("Show my code"))


def arrangement_words(name: str) -> str:
    """A kind of arrangement, for learners and staff."""
    return {
        "extra_time": _("Extra time"), "reader": _("A person or program that reads aloud"),
        "separate_room": _("A separate room"), "breaks": _("More breaks"),
        "equipment": _("Special equipment or furniture"), "other": _("Something else"),
    }.get(name, name)  # fmt: skip


def waits_for_arrangement(position: VoucherPosition) -> bool:
    """Must the learner wait for a decision on her arrangements before she books?"""
    return any(condition.kind == "arrangement" for condition in position.verdict.missing)


def arranging(position: VoucherPosition, button: Button | None = None) -> VoucherView:
    asked = position.arrangement
    told = _("You asked for special arrangements on {date}. WINS answers by {deadline}.")
    dates = {"date": words.day(asked.asked_at), "deadline": words.day(asked.deadline)} if asked else {}
    agreed = _("They must be agreed before you book.")
    use = ()
    if position.voucher and button:
        use = (_("Your voucher ends on {date}.").format(date=words.day(position.voucher.expires_on)),)
    return says(_("Do not book yet."), *((told.format(**dates),) if asked else ()), agreed, *use, button=button)


def country(position: VoucherPosition) -> VoucherView:
    asked = position.country
    if asked is None or asked.open:
        by = _("WINS answers by {deadline}.").format(deadline=words.day(asked.deadline)) if asked else ""
        not_yet = _("It is not a decision about you. You do not have to do anything.")
        return says(_("WINS has to look at your request."), *filter(None, (by,)), not_yet, button=ask())
    reason = _('Reason: "{reason}"').format(reason=asked.answer)
    again = _("If you do not agree, ask WINS for a review.")
    return says(_("WINS cannot give you a voucher now."), reason, again, button=ask())


def arranged(position: VoucherPosition) -> tuple[str, ...]:
    """What was decided about arrangements, where the learner still needs to know."""
    own = position.arrangement
    if own is None or own.open or position.state not in ("ready", "waiting", "issued", "shown", "booked"):
        return ()
    if own.state == "granted":
        return (_("Your special arrangements are agreed: {answer}").format(answer=own.answer),)
    return (_('WINS did not agree to your special arrangements. Reason: "{reason}"').format(reason=own.answer),)


def before(position: VoucherPosition) -> tuple[str, ...]:
    """Of a voucher that WINS cancelled before its code was seen: the place is hers again, and she must read why."""
    held = position.voucher
    if held is None or held.state != "void" or held.revealed_at is not None or held.ending is None:
        return ()
    if position.state not in ("ready", "not_ready", "waiting", "arranging", "country"):
        return ()
    told = _("WINS cancelled your voucher on {date}. You had not seen its code.").format(date=words.day(held.ending.at))
    reason = (_('Reason: "{reason}"').format(reason=held.ending.reason),) if held.ending.reason else ()
    return (told, *reason, _("Your place in the exam was not used."))


def beside(position: VoucherPosition) -> tuple[str, ...]:
    """Of an earlier result, beside a voucher that works: it must not be overlooked because there is another try."""
    result = position.result
    if not position.live:
        return ()
    if result.on_hold:
        return (_("Your earlier result of this exam is on hold. This is not a decision. WINS writes to you."),)
    if result.withdrawn_at:
        told = _("Your earlier result was withdrawn on {date}.").format(date=words.day(result.withdrawn_at))
        return (told, _('Reason: "{reason}"').format(reason=result.withdrawn_for)) if result.withdrawn_for else (told,)
    return ()
