"""Hand vouchers over, inside the transaction of a caller who holds the pool's lock."""

from datetime import datetime, time

from ..audit import api as audit
from ..outbox import api as outbox
from ..programme.data import Programme
from ..registration import api as registration
from ..registration import places
from . import names, pool, requests
from .data import Handed, OnHanded, VoucherPosition
from .positions import UnknownExam, position


def hand_over(
    here: VoucherPosition, rules: Programme, by: int | None, now: datetime, on_issued: OnHanded = None
) -> bool:
    """Issue the pool's next voucher to a learner who may have it; False when the pool is empty.

    Raises NoPlace. ``by`` is None when the queue is served.
    """
    exam, learner_id = here.exam, here.learner_id
    slot = pool.take(exam, learner_id, rules.policies.days_left_at_issue, now)
    if slot is None:
        return False
    if here.included and not registration.places(learner_id, exam):
        places.grant_retake(learner_id, exam, now)
    place = registration.use_place(learner_id, exam, now)
    pool.open_slot(slot, learner_id, place)
    pool.leave(exam, learner_id, now)
    subject = f"voucher:{slot.voucher_id}"
    last_day = slot.last_day.isoformat()
    audit.append(
        subject, "voucher.issued", now, actor_id=by,
        facts={"exam": exam, "learner": learner_id, "place": place, "last_day": last_day},
    )  # fmt: skip
    outbox.write("voucher_ready", subject, now, now, learner_id, told_of(exam, rules) | {"expires_on": last_day})
    if on_issued:
        on_issued(Handed(slot.voucher_id, learner_id, exam, now))
    return True


def serve(
    exam: str, rules: Programme, first_rules: str | None, factor: int, now: datetime, on_issued: OnHanded = None
) -> list[int]:
    """Issue to those who wait, in their order, while codes last; a learner who is no longer ready keeps the place."""
    served: list[int] = []
    for learner_id in pool.queue(exam):
        if not pool.usable(exam, rules.policies.days_left_at_issue, now).exists():
            break
        here = _ready(exam, learner_id, rules, first_rules, factor, now)
        if here and hand_over(here, rules, None, now, on_issued):
            served.append(learner_id)
    return served


def _ready(
    exam: str, learner_id: int, rules: Programme, first_rules: str | None, factor: int, now: datetime
) -> VoucherPosition | None:
    """Where a learner stands who may have the voucher now.

    A person is asked first when the policy has come to name her country while she waited.

    Who has not told her country since then, or changes it at this moment, is passed over until she has.
    """
    if not names.hold(learner_id, rules):
        return None
    try:
        here = position(learner_id, exam, rules, first_rules, factor, now)
    except UnknownExam:  # of rules that are gone; one pool must not keep back the others
        return None
    if here.unnamed and rules.policies.country_review:
        return None
    if here.country_due and here.name:
        requests.open_country(learner_id, exam, here.name.country, rules, now)
        return None
    return here if here.verdict.met else None


def put_in_queue(exam: str, learner_id: int, rules: Programme, now: datetime, at_head: bool = False) -> None:
    """Keep the learner's place, and tell the Academy once a day that the pool is empty."""
    if not pool.join(exam, learner_id, now, at_head):
        return
    audit.append(f"pool:{exam}", "voucher.waited_for", now, actor_id=learner_id)
    day = now.astimezone(rules.zone).date()
    due = datetime.combine(day, time.min, rules.zone)  # the same all day, so that the message is unique
    told = told_of(exam, rules)
    outbox.write("voucher_waits", f"wait:{learner_id}:{exam}", now, now, learner_id, told)
    outbox.write("pool_empty", f"pool:{exam}", due, now, None, told)


def told_of(exam: str, rules: Programme) -> dict[str, object]:
    """What a message says of an exam."""
    module = rules.module_of_exam(exam)
    return {"exam": exam, "module": module.title if module else exam}
