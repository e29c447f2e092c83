"""The vouchers' door: import codes, issue, show, take back, end. No permissions are checked here.

Who takes from a pool locks it first, by UPDATE (``pool.lock``). Everything else about one voucher is a conditional
UPDATE, and the number of rows decides a race. Keys come in as a value; a code leaves through ``reveal`` only.
"""

import logging
from datetime import datetime

from django.db.models import F

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..outbox import api as outbox
from ..programme.data import Programme
from ..registration import api as registration
from ..transactions import outermost
from . import giving, names, pool, requests
from .bookings import CityWrong, DayWrong, NotDecided, NothingBooked, book, cancel, told
from .canary import changing, check_keys
from .data import Ended, Handed, OnHanded, Secret, VoucherPosition
from .holdings import holder, of_learners, record_of, usable_again
from .imports import decode
from .keys import Keys, KeyTrouble
from .models import TakenBack, Voucher, VoucherExam, VoucherWait
from .positions import UnknownExam, position, positions
from .reminders import remind
from .rules import GRACE
from .stocks import stock, stock_by_month, waiting
from .supply import import_codes, serve

__all__ = [
    "BY_STAFF", "CityWrong", "DayWrong", "GivenByStaff", "NotConfirmed", "NotDecided", "NotReady", "NotTakenBack",
    "NothingBooked", "NothingToShow", "UnknownExam", "Unreadable",
    "book", "cancel", "changing", "check_keys", "decode", "expire_due", "holder", "import_codes", "issue",
    "of_learners", "position", "positions", "record_of", "remind", "reveal", "serve_waiting", "stock",
    "stock_by_month", "take_back", "tell_low_stock", "told", "usable_again", "waiting",
]  # fmt: skip

log = logging.getLogger(__name__)
BY_STAFF = _("WINS gives you this voucher. You get a mail when it is here.")


class NotReady(Refusal):
    """Something is missing before the learner may have this voucher."""


class NotConfirmed(NotReady):
    """She has not confirmed her name as on her document, or the country that the policy asks for."""


class GivenByStaff(NotReady):
    """Nothing is missing, and by the policy people of WINS give the voucher."""


class NothingToShow(Refusal):
    """The learner holds no voucher for this exam whose code could be shown."""


class Unreadable(Refusal):
    """The code is there and cannot be read: an operator's matter, told in the log."""


class NotTakenBack(Refusal):
    """The voucher is not one that can be taken back (any more)."""


def issue(
    learner_id: int, exam: str, rules: Programme, first_rules: str | None, factor: int, now: datetime,
    on_issued: OnHanded = None,
) -> VoucherPosition:  # fmt: skip
    """Give the learner a voucher for ``exam``: the one that is held, else the pool's next, else a place in the queue.

    Repeating it is safe. ``on_issued`` hears of each voucher that is issued, those to the queue before her too.
    Where the policy names her country, a person is asked instead. Raises NotReady, NotConfirmed, GivenByStaff and
    UnknownExam.
    """
    if rules.module_of_exam(exam) is None and not pool.known(exam):  # an exam of older rules may still have a pool
        raise UnknownExam(_("This exam does not belong to the programme."))
    pool.ensure([exam])
    _issue(learner_id, exam, rules, first_rules, factor, now, on_issued)
    return position(learner_id, exam, rules, first_rules, factor, now)  # the pool is let go: others wait for it


@outermost
def _issue(
    learner_id: int, exam: str, rules: Programme, first_rules: str | None, factor: int, now: datetime,
    on_issued: OnHanded,
) -> None:  # fmt: skip
    pool.lock([exam])
    names.hold(learner_id, rules)
    here = position(learner_id, exam, rules, first_rules, factor, now)
    if here.live or (here.state == "country" and here.country and here.country.open):
        return
    if not here.verdict.met:
        raise NotReady(_("You cannot get this voucher yet. Load the page again to see what is missing."))
    if here.unnamed or here.name is None:
        raise NotConfirmed(_("Confirm your name first. Load the page again."))
    if here.country_due:
        requests.open_country(learner_id, exam, here.name.country, rules, now)
        return
    if here.by_staff:
        raise GivenByStaff(BY_STAFF)
    held = here.voucher
    at_head = held is not None and held.lapsed(now) and _end_unseen(held.id, learner_id, exam, rules, now)
    # Nobody overtakes the queue, but who lost a reserved voucher to its last day, as when the job ends it first.
    served = [] if at_head else giving.serve(exam, rules, first_rules, factor, now, on_issued)
    if learner_id not in served and not giving.hand_over(here, rules, learner_id, now, on_issued):
        giving.put_in_queue(exam, learner_id, rules, now, at_head)


def serve_waiting(
    rules: Programme, first_rules: str | None, factor: int, now: datetime, on_issued: OnHanded = None
) -> int:
    """Issue to whoever waits while codes are there, pool by pool, those of older rules too; how many were served."""
    exams = VoucherWait.objects.filter(open_slot=1).values_list("exam", flat=True).order_by("exam").distinct()
    return sum(len(serve(exam, rules, first_rules, factor, now, on_issued)) for exam in list(exams))


def reveal(learner_id: int, exam: str, keys: Keys, now: datetime, on_first: OnHanded = None) -> Secret:
    """The learner's code. That it was seen is committed before it is decrypted; it may be asked for again.

    ``on_first`` hears of the first time. Raises NothingToShow, and Unreadable when the keys or the code are wrong.
    """
    try:
        check_keys(keys)
    except KeyTrouble as trouble:
        log.error("Voucher codes cannot be read: %s", trouble)
        raise _unreadable() from None
    slot = VoucherExam.objects.filter(exam=exam, open_holder=learner_id).first()
    if slot is None:
        raise NothingToShow(_("There is no code to show. Load the page again."))
    _mark_seen(slot.voucher_id, learner_id, exam, now, on_first)
    return _read(slot.voucher_id, keys)


@outermost
def _mark_seen(voucher_id: int, learner_id: int, exam: str, now: datetime, on_first: OnHanded) -> None:
    own = Voucher.objects.filter(id=voucher_id, holder_id=learner_id, expires_at__gt=now)
    first = own.filter(state="issued").update(state="revealed", revealed_at=now)
    # The same code again: an UPDATE that changes nothing still locks the row for the trail's next link.
    if not first and not own.filter(state__in=["revealed", "booked"]).update(state=F("state")):
        raise NothingToShow(_("There is no code to show. Load the page again."))
    action = "voucher.revealed" if first else "voucher.shown_again"
    audit.append(f"voucher:{voucher_id}", action, now, actor_id=learner_id, facts={"exam": exam, "learner": learner_id})
    if first and on_first:
        on_first(Handed(voucher_id, learner_id, exam, now))


def _read(voucher_id: int, keys: Keys) -> Secret:
    row = Voucher.objects.get(id=voucher_id)
    try:
        code = Secret(keys.decrypt(row.cipher))
    except KeyTrouble as trouble:
        log.error("The code of voucher %s cannot be read: %s", voucher_id, trouble)
        raise _unreadable() from None
    if row.digest not in keys.digests(code.text):
        log.error("The stored code of voucher %s does not match its digest: the row was changed.", voucher_id)
        raise _unreadable()
    return code


def _unreadable() -> Unreadable:
    return Unreadable(_("We cannot read your code at the moment. Your voucher is not lost. Please ask WINS."))


def take_back(voucher_id: int, by: int | None, reason: str, now: datetime, on_done: OnHanded = None) -> None:
    """Put a reserved voucher that nobody has seen back into the pool, and its place back to the learner.

    ``by`` is None when the learner's account was closed.
    Raises NotTakenBack when it was seen, ended or taken back before; Refusal without a reason, which the learner reads.
    """
    if not reason.strip():
        raise Refusal(_("Give a reason. The learner reads it."))
    slot = VoucherExam.objects.filter(voucher_id=voucher_id, state="open").first()
    if slot is None:
        raise NotTakenBack(_("Nobody holds this voucher. It may have been taken back already."))
    pool.ensure([slot.exam])
    _take_back(voucher_id, slot.exam, by, reason.strip(), now, on_done)


@outermost
def _take_back(voucher_id: int, exam: str, by: int | None, reason: str, now: datetime, on_done: OnHanded) -> None:
    pool.lock([exam])
    learner_id = Voucher.objects.values_list("holder_id", flat=True).get(id=voucher_id)
    own = Voucher.objects.filter(id=voucher_id, state="issued", holder_id=learner_id, expires_at__gt=now)
    if learner_id is None or not own.update(state="imported", holder_id=None, issued_at=None):
        raise NotTakenBack(_("This voucher cannot be taken back: its code was seen, it ended, or it is not reserved."))
    for place in pool.release(voucher_id, "free"):
        registration.give_back_place(place, now)
    TakenBack.objects.create(voucher_id=voucher_id, exam=exam, learner_id=learner_id, at=now, reason=reason)
    subject = f"voucher:{voucher_id}"
    facts = {"exam": exam, "learner": learner_id}
    audit.append(subject, "voucher.taken_back", now, actor_id=by, facts=facts, text=reason)
    outbox.write("voucher_taken_back", subject, now, now, learner_id, {"exam": exam})
    if on_done:
        on_done(Handed(voucher_id, learner_id, exam, now))


def tell_low_stock(rules: Programme, now: datetime) -> int:
    """Write to the Academy of each pool that has fallen below the policy's line since it was above; how many."""
    policies = rules.policies
    crossed = pool.crossed(policies.low_stock, policies.days_left_at_issue, now)
    return sum(_tell_low(exam, rules, now) for exam in crossed)


@outermost
def _tell_low(exam: str, rules: Programme, now: datetime) -> bool:
    pool.lock([exam])
    left = pool.usable(exam, rules.policies.days_left_at_issue, now).count()
    low = left < rules.policies.low_stock
    if not pool.mark_low(exam, low) or not low:
        return False
    told = giving.told_of(exam, rules) | {"left": left, "line": rules.policies.low_stock}
    outbox.write("pool_low", f"pool:{exam}", now, now, None, told)
    return True


def expire_due(rules: Programme, now: datetime) -> Ended:
    """End the vouchers whose last day is over, pool by pool; seen ones after a grace of 14 days.

    A reserved one that ended unseen gives its place back; its learner waits at the head when the pool is empty.
    """
    due = VoucherExam.objects.filter(
        voucher__state__in=["imported", "issued", "revealed", "booked"], voucher__expires_at__lte=now
    )
    ended = [_expire(exam, rules, now) for exam in due.values_list("exam", flat=True).order_by("exam").distinct()]
    return Ended(sum(e.pool for e in ended), sum(e.issued for e in ended), sum(e.seen for e in ended))


@outermost
def _expire(exam: str, rules: Programme, now: datetime) -> Ended:
    pool.lock([exam])
    due = Voucher.objects.filter(exams__exam=exam, expires_at__lte=now).order_by("id")
    unused = pool.end_unused(list(due.filter(state="imported").values_list("id", flat=True)), now)
    if unused:
        audit.append(f"pool:{exam}", "codes.expired", now, facts={"codes": unused})
    # The order in which they were given: codes go out by their last day.
    issued = list(due.filter(state="issued").order_by("issued_at", "expires_at", "id").values_list("id", "holder_id"))
    for voucher_id, learner_id in reversed(issued):  # each goes to the head: who got hers first ends up first
        if _end_unseen(voucher_id, learner_id, exam, rules, now) and not _any_usable(exam, rules, now):
            giving.put_in_queue(exam, learner_id, rules, now, at_head=True)
    seen = due.filter(state__in=["revealed", "booked"], expires_at__lte=now - GRACE).values_list("id", "state")
    return Ended(unused, len(issued), sum(_end_seen(id_, state, exam, now) for id_, state in list(seen)))


def _any_usable(exam: str, rules: Programme, now: datetime) -> bool:
    return bool(pool.usable(exam, rules.policies.days_left_at_issue, now).exists())


def _end(voucher_id: int, state: str, now: datetime) -> bool:
    own = Voucher.objects.filter(id=voucher_id, state=state, expires_at__lte=now)
    return bool(own.update(state="expired", ended_at=now))


def _end_unseen(voucher_id: int, learner_id: int, exam: str, rules: Programme, now: datetime) -> bool:
    if not _end(voucher_id, "issued", now):
        return False
    for place in pool.release(voucher_id, "closed"):
        registration.give_back_place(place, now)
    subject = f"voucher:{voucher_id}"
    audit.append(subject, "voucher.expired", now, facts={"exam": exam, "learner": learner_id})
    last_day = Voucher.objects.values_list("expires_on", flat=True).get(id=voucher_id).isoformat()
    told = giving.told_of(exam, rules) | {"expires_on": last_day}
    outbox.write("voucher_ended", subject, now, now, learner_id, told)
    return True


def _end_seen(voucher_id: int, state: str, exam: str, now: datetime) -> bool:
    if not _end(voucher_id, state, now):
        return False
    pool.close(voucher_id)
    learner_id = Voucher.objects.values_list("holder_id", flat=True).get(id=voucher_id)
    audit.append(f"voucher:{voucher_id}", "voucher.expired", now, facts={"exam": exam, "learner": learner_id})
    return True
