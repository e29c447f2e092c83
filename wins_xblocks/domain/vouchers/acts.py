"""What staff do with one voucher: replace its code, cancel it, mark it as lost, enter the supplier's new last day.

Each is a conditional UPDATE behind the pool's lock, with a reason that the learner reads. A code that was seen never
comes back into the pool.
"""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import F

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..audit import privacy
from ..exams import api as exams
from ..outbox import api as outbox
from ..programme.data import Programme
from ..registration import api as registration
from ..transactions import outermost
from . import canary, pool, rules
from .data import FreeSlot, Handed, OnHanded, Secret
from .giving import told_of
from .keys import BadCode, Keys, normalise
from .models import Voucher, VoucherExam

SEEN = ("revealed", "booked")
LONGEST_REASON = 2000


class ReasonWrong(Refusal):
    """No reason, or one that is too long."""


class LastDayWrong(Refusal):
    """Not a new last day."""


class NotPossible(Refusal):
    """The voucher is not in a state for this (any more), or the pool is empty."""


def find(code: Secret, keys: Keys, by: int, now: datetime) -> int | None:
    """The voucher with exactly this code; that it was looked for is in its trail. Raises BadCode, KeyTrouble.

    A search that found nothing leaves its trace too, without what was searched for: guessing is seen.
    """
    canary.check_keys(keys)  # by a wrong digest key no code would be found
    found = with_digest(keys.digests(normalise(code.text)))
    if found is None:
        _note_failure(by, now)
    else:
        _note_search(found, by, now)
    return found


def with_digest(digests: Collection[str]) -> int | None:
    """The voucher whose code has one of these digests; nothing is written down."""
    return Voucher.objects.filter(digest__in=digests).values_list("id", flat=True).first()


@outermost
def _note_search(voucher_id: int, by: int, now: datetime) -> None:
    Voucher.objects.filter(id=voucher_id).update(state=F("state"))  # the lock of its trail
    audit.append(f"voucher:{voucher_id}", "voucher.found_by_code", now, actor_id=by, facts=_holder(voucher_id))


@outermost
def _note_failure(by: int, now: datetime) -> None:
    canary.lock()  # the trail's lock: before the first import there is none, and nothing to be found
    audit.append("codes:search", "code.not_found", now, actor_id=by)


@outermost
def note_looked_up(codes: int, found: int, by: int, now: datetime) -> None:
    """A file of codes was checked and nothing was done: that says which of them exist, so it leaves its trace."""
    canary.lock()
    audit.append("codes:search", "codes.looked_up", now, actor_id=by, facts={"codes": codes, "found": found})


def _holder(voucher_id: int) -> dict[str, object]:
    """Whose act it is about: a voucher may change hands, and each hears of her own acts only."""
    learner_id = Voucher.objects.values_list("holder_id", flat=True).get(id=voucher_id)
    return {} if learner_id is None else {"learner": learner_id}


def replace(
    voucher_id: int, cause: str, reason: str, by: int, programme: Programme, now: datetime, on_issued: OnHanded = None
) -> int:
    """Give the holder of a code that was seen another one, for the same place in the exam; the new voucher's id.

    ``cause`` is one of the policy "replacement reasons". Raises ReasonWrong, and NotPossible when the code was never
    seen, is over, its holder's account was closed, or the pool has no other.
    """
    check_cause(cause, programme)
    why, exam = reason_of(reason), exam_of(voucher_id)
    pool.ensure([exam])
    return _replace(voucher_id, exam, cause, why, by, programme, now, on_issued)


def check_cause(cause: str, programme: Programme) -> None:
    """Raises ReasonWrong."""
    if cause not in programme.policies.replacement_reasons:
        raise ReasonWrong(_("Choose why the code is replaced."))


@outermost
def _replace(
    voucher_id: int, exam: str, cause: str, why: str, by: int, programme: Programme, now: datetime, on_issued: OnHanded
) -> int:
    pool.lock([exam])
    return swap(voucher_id, exam, cause, why, by, programme, now, on_issued)


def swap(
    voucher_id: int, exam: str, cause: str, why: str, by: int, programme: Programme, now: datetime,
    on_issued: OnHanded, unseen_too: bool = False,
) -> int:  # fmt: skip
    """The same inside the transaction of a caller who holds the pool's lock; the codes of a file, seen or not."""
    states = rules.OPEN if unseen_too else SEEN
    own = Voucher.objects.filter(id=voucher_id, state__in=states, expires_at__gt=now)
    if not own.update(state="void", ended_at=now, end_reason=why):
        words = _("Only a code that was shown and is not over can be replaced. Take an unseen voucher back instead.")
        raise NotPossible(_("This voucher has ended already. Nothing was changed.") if unseen_too else words)
    slot = VoucherExam.objects.select_related("voucher").get(voucher_id=voucher_id, exam=exam)
    learner_id, place = slot.open_holder, slot.entitlement_id
    if privacy.forgotten(learner_id):
        raise NotPossible(_("The learner has closed the account: nobody would see another code. Nothing was changed."))
    VoucherExam.objects.filter(voucher_id=voucher_id).update(state="closed", open_holder=None, entitlement_id=None)
    new = pool.take(exam, learner_id, programme.policies.days_left_at_issue, now)
    if new is None:
        raise NotPossible(_("The pool has no other code. Add codes first. Nothing was changed."))
    pool.open_slot(new, learner_id, place)
    Voucher.objects.filter(id=voucher_id).update(replaced_by=new.voucher_id)
    if exams.outcome(learner_id, exam).booked:
        exams.record(learner_id, exam, "returned", now, now, by, voucher_id)
    _note_replaced(voucher_id, new, exam, learner_id, place, cause, why, by, now)
    outbox.write("voucher_replaced", f"voucher:{voucher_id}", now, now, learner_id, told_of(exam, programme))
    if on_issued:
        on_issued(Handed(new.voucher_id, learner_id, exam, now))
    return int(new.voucher_id)


def _note_replaced(
    voucher_id: int, new: FreeSlot, exam: str, learner_id: int, place: int, cause: str, why: str, by: int,
    now: datetime,
) -> None:  # fmt: skip
    facts = {"exam": exam, "cause": cause, "by": new.voucher_id, "learner": learner_id}
    audit.append(f"voucher:{voucher_id}", "voucher.replaced", now, actor_id=by, facts=facts, text=why)
    last_day = new.last_day.isoformat()
    issued = {"exam": exam, "learner": learner_id, "place": place, "last_day": last_day, "instead_of": voucher_id}
    audit.append(f"voucher:{new.voucher_id}", "voucher.issued", now, actor_id=by, facts=issued)


def cancel_voucher(voucher_id: int, reason: str, by: int, programme: Programme, now: datetime) -> None:
    """Withdraw a voucher, in the pool or held. An unseen one gives its place back; a seen one does not.

    Raises ReasonWrong, and NotPossible when it has ended already, or when its code was shown and the policy wants two
    people for that: ``results.entries`` holds what waits for the second.
    """
    why, exam = reason_of(reason), exam_of(voucher_id)
    pool.ensure([exam])
    _cancel(voucher_id, exam, why, by, programme, now)


@outermost
def _cancel(voucher_id: int, exam: str, why: str, by: int, programme: Programme, now: datetime) -> None:
    pool.lock([exam])
    withdraw(voucher_id, exam, why, by, programme, now, seen=not needs_two(programme))


def needs_two(programme: Programme) -> bool:
    """Does a second person confirm that a voucher is cancelled whose code was shown?"""
    return "void_after_shown" in programme.policies.two_people


def withdraw(
    voucher_id: int, exam: str, why: str, by: int, programme: Programme, now: datetime, seen: bool = True
) -> None:  # fmt: skip
    """The same inside the transaction of a caller who holds the pool's lock; not ``seen``: only an unseen one.

    A learner's look at her code does not wait for the pool: what is judged is the state that is then changed.
    """
    row = Voucher.objects.filter(id=voucher_id).values_list("state", "holder_id").get()
    if not seen and row[0] in SEEN:
        raise NotPossible(_("The learner has seen this code: somebody else must confirm it. Load the page again."))
    own = Voucher.objects.filter(id=voucher_id, state=row[0], holder_id=row[1], state__in=["imported", *rules.OPEN])
    if not own.update(state="void", ended_at=now, end_reason=why):
        raise NotPossible(_("This voucher has ended already. Nothing was changed."))
    if row[0] in SEEN:
        pool.close(voucher_id)
    else:
        for place in pool.release(voucher_id, "closed"):
            registration.give_back_place(place, now)
    facts = {"exam": exam, "was": row[0], **_holder(voucher_id)}
    audit.append(f"voucher:{voucher_id}", "voucher.cancelled", now, actor_id=by, facts=facts, text=why)
    _tell("voucher_cancelled", voucher_id, row[1], exam, programme, now)


def mark_lost(voucher_id: int, reason: str, by: int, programme: Programme, now: datetime) -> None:
    """The supplier says that the voucher is lost: not come, or cancelled too late. Raises ReasonWrong, NotPossible."""
    why, exam = reason_of(reason), exam_of(voucher_id)
    pool.ensure([exam])
    _lose(voucher_id, exam, why, by, programme, now)


@outermost
def _lose(voucher_id: int, exam: str, why: str, by: int, programme: Programme, now: datetime) -> None:
    pool.lock([exam])
    if not Voucher.objects.filter(id=voucher_id, state__in=SEEN).update(state="lost", ended_at=now, end_reason=why):
        raise NotPossible(_("Only a voucher whose code was shown can be lost. Nothing was changed."))
    pool.close(voucher_id)
    learner_id = Voucher.objects.values_list("holder_id", flat=True).get(id=voucher_id)
    facts = {"exam": exam, "learner": learner_id}
    audit.append(f"voucher:{voucher_id}", "voucher.lost", now, actor_id=by, facts=facts, text=why)
    _tell("voucher_lost", voucher_id, learner_id, exam, programme, now)


def extend(voucher_id: int, last_day: date, evidence: str, by: int, programme: Programme, now: datetime) -> None:
    """Enter the last day that the supplier has given anew, and where that is written.

    Raises LastDayWrong unless it is later, ReasonWrong without evidence, NotPossible when the voucher has ended.
    """
    why, exam = reason_of(evidence), exam_of(voucher_id)
    pool.ensure([exam])
    _extend(voucher_id, exam, last_day, why, by, programme, now)


@outermost
def _extend(voucher_id: int, exam: str, last_day: date, why: str, by: int, programme: Programme, now: datetime) -> None:
    pool.lock([exam])
    row = Voucher.objects.get(id=voucher_id)
    if not row.expires_on < last_day or last_day.year > now.year + rules.FARTHEST_YEARS:
        raise LastDayWrong(_("The new last day must be later than {date}."), date=row.expires_on)
    ends = rules.ends_at(last_day, ZoneInfo(row.expires_zone))
    if ends <= now:
        raise LastDayWrong(_("The last day is over."))
    own = Voucher.objects.filter(id=voucher_id, expires_on=row.expires_on, state__in=["imported", *rules.OPEN])
    if not own.update(expires_on=last_day, expires_at=ends, extended_at=now):
        raise NotPossible(_("This voucher has ended already. Nothing was changed."))
    facts = {"exam": exam, "from": row.expires_on.isoformat(), "to": last_day.isoformat(), **_holder(voucher_id)}
    audit.append(f"voucher:{voucher_id}", "voucher.extended", now, actor_id=by, facts=facts, text=why)
    told = told_of(exam, programme) | {"expires_on": last_day.isoformat()}
    if row.holder_id is not None:
        outbox.write("voucher_extended", f"voucher:{voucher_id}", now, now, row.holder_id, told)


def _tell(kind: str, voucher_id: int, learner_id: int | None, exam: str, programme: Programme, now: datetime) -> None:
    if learner_id is not None:
        outbox.write(kind, f"voucher:{voucher_id}", now, now, learner_id, told_of(exam, programme))


def reason_of(text: str) -> str:
    """A reason as it is kept. Raises ReasonWrong."""
    why = text.replace("\0", "").strip()
    if not why:
        raise ReasonWrong(_("Give a reason. The learner reads it."))
    if len(why) > LONGEST_REASON:
        raise ReasonWrong(_("The reason is too long. Please use at most {most} characters."), most=LONGEST_REASON)
    return why


def exam_of(voucher_id: int) -> str:
    """Which exam a voucher pays for. Raises NotPossible."""
    exam = VoucherExam.objects.filter(voucher_id=voucher_id).values_list("exam", flat=True).first()
    if exam is None:
        raise NotPossible(_("There is no such voucher."))
    return str(exam)


__all__ = [
    "BadCode", "LastDayWrong", "NotPossible", "ReasonWrong", "cancel_voucher", "extend", "find",
    "mark_lost", "replace",
]  # fmt: skip
