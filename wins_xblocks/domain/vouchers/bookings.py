"""What a learner tells of her booking at the test centre: booked, moved, cancelled in time.

Only she knows before the supplier's files come; what she tells is the second key by which a result finds her.
"""

import unicodedata
from datetime import date, datetime

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..exams import api as exams
from ..exams.data import Booking
from ..programme.data import Programme
from ..transactions import outermost
from . import requests, rules
from .models import Voucher, VoucherExam

LONGEST_CITY = 100


class DayWrong(Refusal):
    """Not a day on which this voucher's exam can be."""


class CityWrong(Refusal):
    """Not the name of a city."""


class NotDecided(Refusal):
    """An arrangement was asked for and is not decided yet."""


class NothingBooked(Refusal):
    """The learner holds no voucher for this exam that could be booked or returned."""


def told(day: str, city: str) -> Booking:
    """What a form says. Raises DayWrong, CityWrong."""
    try:
        chosen = date.fromisoformat(day.strip())
    except ValueError:
        raise DayWrong(_("Write the day of your exam as a date like 2027-05-12.")) from None
    name = " ".join(city.split())
    if not name:
        raise CityWrong(_("Write the city of the test centre."))
    if len(name) > LONGEST_CITY or any(unicodedata.category(sign)[0] == "C" for sign in name):
        raise CityWrong(_("Write the name of the city only, at most {most} characters."), most=LONGEST_CITY)
    return Booking(chosen, name)


def book(learner_id: int, exam: str, booking: Booking, programme: Programme, now: datetime) -> bool:
    """Keep what the learner booked, or moved it to; False when she told the same before.

    Where the test centre is nobody told us: a day is over, or after the voucher's last one, when it is so everywhere.
    Raises DayWrong for such a day, NothingBooked without a code that was shown, NotDecided while her arrangement waits.
    """
    slot = _slot(exam, learner_id)
    if rules.over(booking.day, now):
        raise DayWrong(_("This day is over. Write the day on which your exam will be."))
    if booking.day > rules.last_exam_day(slot.voucher.expires_at):
        sentence = _("Your voucher ends on {date}. Choose a day on or before it at Pearson VUE.")
        raise DayWrong(sentence, date=slot.voucher.expires_on)
    must_be_decided = programme.policies.arrangements_before_booking
    return _book(slot.voucher_id, learner_id, exam, booking, must_be_decided, now)


@outermost
def _book(voucher_id: int, learner_id: int, exam: str, booking: Booking, must_be_decided: bool, now: datetime) -> bool:
    own = Voucher.objects.filter(id=voucher_id, holder_id=learner_id, expires_at__gt=now)
    if not own.filter(state__in=["revealed", "booked"]).update(state="booked"):
        raise NothingBooked(_("Show your code first. Then tell us what you have booked."))
    if must_be_decided and requests.must_wait(learner_id, exam):
        raise NotDecided(_("WINS has not decided about your special arrangements yet. Do not book before."))
    if exams.outcome(learner_id, exam).booking == booking:
        return False
    exams.book(learner_id, exam, booking, voucher_id, now)
    facts = {"exam": exam, "day": booking.day.isoformat(), "learner": learner_id}
    audit.append(f"voucher:{voucher_id}", "voucher.booked", now, actor_id=learner_id, facts=facts, text=booking.city)
    return True


def cancel(learner_id: int, exam: str, now: datetime) -> None:
    """The learner cancelled in time: her code works again, until the same last day. Raises NothingBooked.

    Not when the day of the exam has come everywhere: then it was too late, and WINS must hear what happened.
    """
    booking = exams.outcome(learner_id, exam).booking
    if booking and rules.come(booking.day, now):
        raise NothingBooked(_("The day of your exam has come. Tell WINS what happened."))
    _cancel(_slot(exam, learner_id).voucher_id, learner_id, exam, now)


@outermost
def _cancel(voucher_id: int, learner_id: int, exam: str, now: datetime) -> None:
    own = Voucher.objects.filter(id=voucher_id, holder_id=learner_id, state="booked", expires_at__gt=now)
    if not own.update(state="revealed"):
        raise NothingBooked(_("You have not told us of a booking. Nothing was changed."))
    exams.record(learner_id, exam, "returned", now, now, learner_id, voucher_id)
    facts = {"exam": exam, "learner": learner_id}
    audit.append(f"voucher:{voucher_id}", "voucher.returned", now, actor_id=learner_id, facts=facts)


def _slot(exam: str, learner_id: int) -> VoucherExam:
    slot: VoucherExam | None = (
        VoucherExam.objects.filter(exam=exam, open_holder=learner_id).select_related("voucher").first()
    )
    if slot is None:
        raise NothingBooked(_("You have no voucher for this exam at the moment. Load the page again."))
    return slot
