"""What a person says of a result, checked before it is recorded: whose it is, why, with which voucher, and once."""

from datetime import datetime

from .. import Refusal
from .. import marked as _
from ..exams import api as exams
from ..registration import api as registration
from ..vouchers import usage
from .placing import RESULTS, SAME_SITTING

LONGEST_REASON = 2000


def check_learner(learner_id: int, by: int) -> None:
    """Raises Refusal unless this is a learner of the programme, and somebody else than who acts."""
    if learner_id == by:
        raise Refusal(_("This is your own result. Somebody else must place it."))
    if not registration.of_learners([learner_id]):
        raise Refusal(_("This person never studied a module of the programme. Choose a learner."))


def reason(text: str) -> str:
    """What staff wrote, as it is kept. Raises Refusal for none, or one that is too long."""
    why = text.replace("\0", "").strip()
    if not why:
        raise Refusal(_("Give a reason."))
    if len(why) > LONGEST_REASON:
        raise Refusal(_("The reason is too long. Please use at most {most} characters."), most=LONGEST_REASON)
    return why


def spend(voucher_id: int | None, learner_id: int, exam: str, now: datetime, named: int | None = None) -> None:
    """The voucher that a person says the result was paid with, used up by it where it was not over.

    ``named``: one that evidence names, of another exam too. Raises Refusal unless it is the learner's and was seen.
    """
    if voucher_id is None:
        return
    usage.hold([voucher_id])
    check_voucher(voucher_id, learner_id, exam, named)
    usage.use([voucher_id], now)


def once(learner_id: int, exam: str, kind: str, at: datetime, known: bool = True) -> None:
    """Behind the lock of the exam's pool. Raises Refusal for a result that is recorded; a person may correct one of
    another kind, if she has ``known`` of it."""
    for told in exams.events_of(learner_id, exam):
        if told.kind in RESULTS and abs(told.happened_at - at) < SAME_SITTING and (told.kind == kind or not known):
            raise Refusal(_("A result of this learner for this exam and day is there already. Look at her results."))


def check_voucher(voucher_id: int, learner_id: int, exam: str, named: int | None = None) -> None:
    """Raises Refusal unless the learner has, or had, this voucher for this exam, and saw it."""
    own = next((one for one in usage.of_learner(learner_id, exam, named) if one.id == voucher_id), None)
    if own is None:
        raise Refusal(_("This voucher is not of this learner and this exam."))
    if own.state == "issued":
        raise Refusal(_("The learner has not seen this code. Take the voucher back or cancel it first."))
