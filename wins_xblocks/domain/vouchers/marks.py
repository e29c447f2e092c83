"""What staff write down of a voucher when the supplier tells them: booked, cancelled in time, used. With the evidence.

A learner tells the first two herself; a file of results tells the third. These are for what reaches WINS by letter.
"""

from datetime import datetime
from typing import cast

from .. import marked as _
from ..audit import api as audit
from ..exams import api as exams
from ..exams.data import Booking
from ..outbox import api as outbox
from ..transactions import outermost
from . import pool, rules
from .acts import SEEN, NotPossible, exam_of, reason_of
from .bookings import DayWrong
from .models import Voucher

MAILS = {
    "voucher.marked_booked": "booking_entered", "voucher.marked_returned": "booking_cancelled",
    "voucher.marked_used": "voucher_used",
}  # fmt: skip


def mark_booked(voucher_id: int, booking: Booking, evidence: str, by: int, now: datetime) -> None:
    """The supplier says where and when she sits. Raises ReasonWrong, DayWrong, NotPossible."""
    why, exam = reason_of(evidence), exam_of(voucher_id)
    _book(voucher_id, exam, booking, why, by, now)


@outermost
def _book(voucher_id: int, exam: str, booking: Booking, why: str, by: int, now: datetime) -> None:
    if not Voucher.objects.filter(id=voucher_id, state__in=SEEN, expires_at__gt=now).update(state="booked"):
        raise NotPossible(_("Only a voucher whose code was shown and is not over can be booked. Nothing was changed."))
    own = Voucher.objects.get(id=voucher_id)
    if booking.day > rules.last_exam_day(own.expires_at):
        raise DayWrong(_("The voucher ends on {date}."), date=own.expires_on)
    day = {"day": booking.day.isoformat()}
    exams.record(own.holder_id, exam, "booked", now, now, by, voucher_id, {**day, "city": booking.city})
    _note(voucher_id, "voucher.marked_booked", {"exam": exam, "learner": own.holder_id, **day}, why, by, now)


def mark_returned(voucher_id: int, evidence: str, by: int, now: datetime) -> None:
    """The supplier says that she cancelled in time: her code works again. Raises ReasonWrong, NotPossible."""
    why, exam = reason_of(evidence), exam_of(voucher_id)
    _return(voucher_id, exam, why, by, now)


@outermost
def _return(voucher_id: int, exam: str, why: str, by: int, now: datetime) -> None:
    own = Voucher.objects.filter(id=voucher_id, state="booked", expires_at__gt=now)
    if not own.update(state="revealed"):
        raise NotPossible(_("Only a booked voucher that is not over can be returned. Nothing was changed."))
    learner_id = Voucher.objects.values_list("holder_id", flat=True).get(id=voucher_id)
    exams.record(learner_id, exam, "returned", now, now, by, voucher_id)
    _note(voucher_id, "voucher.marked_returned", {"exam": exam, "learner": learner_id}, why, by, now)


def mark_used(voucher_id: int, evidence: str, by: int, now: datetime) -> None:
    """The supplier says that she took the exam with it; the result is to come. Raises ReasonWrong, NotPossible.

    Also one that ended or was thought lost: the supplier knows. Not one that was replaced: that is another question.
    """
    why, exam = reason_of(evidence), exam_of(voucher_id)
    pool.ensure([exam])
    _use(voucher_id, exam, why, by, now)


@outermost
def _use(voucher_id: int, exam: str, why: str, by: int, now: datetime) -> None:
    pool.lock([exam])
    was = Voucher.objects.values_list("state", flat=True).get(id=voucher_id)
    own = Voucher.objects.filter(id=voucher_id, state=was, revealed_at__isnull=False, replaced_by__isnull=True)
    if was not in rules.USABLE or not own.update(state="used", ended_at=now):
        raise NotPossible(_("Only a voucher whose code was shown can have been used. Nothing was changed."))
    pool.close(voucher_id)
    learner_id = Voucher.objects.values_list("holder_id", flat=True).get(id=voucher_id)
    _note(voucher_id, "voucher.marked_used", {"exam": exam, "learner": learner_id, "was": was}, why, by, now)


def _note(voucher_id: int, action: str, facts: dict[str, object], why: str, by: int, now: datetime) -> None:
    """What was written down, and a mail to its learner, who knows whether it is so."""
    subject = f"voucher:{voucher_id}"
    audit.append(subject, action, now, actor_id=by, facts=facts, text=why)
    told: dict[str, object] = {name: facts[name] for name in ("exam", "day") if name in facts}
    if facts["learner"]:
        outbox.write(MAILS[action], subject, now, now, cast(int, facts["learner"]), told)
