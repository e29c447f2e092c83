"""The learner tells of her booking at the test centre, and takes its days into her calendar."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import calendar_file, context, words
from ..domain import Refusal
from ..domain.vouchers import api as vouchers
from ..domain.vouchers import rules
from ..domain.vouchers.data import VoucherPosition
from .pages import notice, opens, page, say
from .roles import Action

FIELDS = {vouchers.DayWrong: "day", vouchers.CityWrong: "city"}


@opens(Action.OWN_PAGES, methods=("GET", "POST"))
def booking_page(request: HttpRequest, exam: str) -> HttpResponse:
    """What she booked, what she moved it to, or that she cancelled in time."""
    position = _position(request, exam)
    if position is None or position.state not in ("shown", "booked", "pending") or not position.voucher:
        told = _("You have no voucher for this exam whose code was shown.")
        return notice(request, 409, _("This is not possible"), told)
    if request.method != "POST":
        return _form(request, position)
    try:
        return _told(request, exam)
    except Refusal as refusal:
        return _form(request, position, refusal)


def _told(request: HttpRequest, exam: str) -> HttpResponse:
    learner_id, now = request.user.id, context.now()
    if request.POST.get("do") == "cancel":
        vouchers.cancel(learner_id, exam, now)
        say(request, _("Your code works again. Book another day before its last one."))
        return redirect("wins:vouchers")
    booking = vouchers.told(request.POST.get("day", ""), request.POST.get("city", "")[:1000])
    vouchers.book(learner_id, exam, booking, context.programme(), now)
    told = _("Saved: your exam is on {date} in {city}. We wish you success.")
    say(request, told.format(date=words.day(booking.day), city=booking.city))
    return redirect("wins:vouchers")


def _position(request: HttpRequest, exam: str) -> VoucherPosition | None:
    found = vouchers.positions(
        request.user.id, context.programme(), context.first_rules(), context.factor(), context.now()
    )
    return next((position for position in found if position.exam == exam), None)


def _form(request: HttpRequest, position: VoucherPosition, refusal: Refusal | None = None) -> HttpResponse:
    booking, sent, now, held = position.booking, request.POST, context.now(), position.voucher
    values = {
        "here": "vouchers",
        "title": position.module.title,
        "may_cancel": position.state == "booked" and not (booking and rules.come(booking.day, now)),
        "day": sent.get("day", booking.day.isoformat() if booking else "")[:10],
        "city": sent.get("city", booking.city if booking else "")[:1000],
        "first": now.astimezone(rules.LAST_ZONE).date().isoformat(),
        "last": rules.last_exam_day(held.expires_at).isoformat() if held else "",
        "last_day": held.expires_on if held else None,
        "problem": words.refusal(refusal) if refusal else "",
        "field": FIELDS.get(type(refusal), "") if refusal else "",
        "pearson_url": context.setting("WINS_PEARSON_URL"),
    }
    return page(request, "booking.html", values, 400 if refusal else 200)


@opens(Action.OWN_PAGES)
def calendar_page(request: HttpRequest, exam: str) -> HttpResponse:
    """The day to book by, the last day, and the exam once it is booked, as a calendar's file. Never a code."""
    position = _position(request, exam)
    if position is None or not position.voucher or position.state not in ("shown", "booked"):
        return notice(request, 409, _("This is not possible"), _("There is no date to put in a calendar."))
    response = HttpResponse(calendar_file.text_of(_days(position), context.now()), content_type="text/calendar")
    response["Content-Disposition"] = f'attachment; filename="wins-exam-{exam.lower()}.ics"'
    return response


def _days(position: VoucherPosition) -> list[calendar_file.Day]:
    held, title, exam = position.voucher, position.module.title, position.exam
    if held is None:
        return []
    last = _("Last day of the exam voucher: {title} ({exam})").format(title=title, exam=exam)
    days = [calendar_file.Day(f"voucher-{held.id}-last", held.expires_on, last)]
    if position.booking:
        told = _("Exam: {title} ({exam})").format(title=title, exam=exam)
        days.insert(0, calendar_file.Day(f"voucher-{held.id}-exam", position.booking.day, told, position.booking.city))
    elif position.safe_on:
        told = _("Book your exam by today to be safe: {title} ({exam})").format(title=title, exam=exam)
        days.insert(0, calendar_file.Day(f"voucher-{held.id}-book", position.safe_on, told))
    return days
