"""One line of a file, done inside the transaction of a caller: a place given, a voucher issued, a code replaced.

A line that says no raises Refusal; what it had begun is the caller's to undo.
"""

from dataclasses import dataclass
from datetime import datetime

from .. import Refusal
from .. import marked as _
from ..outbox import api as outbox
from ..programme.data import Programme
from ..registration import places
from . import acts, giving, names, pool
from .data import OnHanded, VoucherPosition
from .models import Voucher
from .positions import UnknownExam, position
from .report import MISSING

ISSUED = _("A voucher is issued.")


class InColumn(Refusal):
    """A refusal about one column of its line."""

    def __init__(self, column: str, sentence: str, **values: object) -> None:
        super().__init__(sentence, **values)
        self.column = column


@dataclass(frozen=True)
class Wanted:
    """A line about a learner. ``learner_id`` is None when nobody, or more than one, is meant: ``problem`` says it."""

    number: int
    label: str
    learner_id: int | None
    exam: str
    problem: Refusal | None = None
    voucher_id: int | None = None  # whose code is replaced


@dataclass(frozen=True)
class Terms:
    """Under which rules, for what reason, by whom and when."""

    rules: Programme
    first_rules: str | None
    factor: int
    reason: str
    by: int
    now: datetime
    dry_run: bool = False
    on_issued: OnHanded = None


def grant(line: Wanted, why: str, terms: Terms) -> str:
    """Give a place. The caller holds the pool's lock."""
    here = _position(line, terms)
    learner_id, met = here.learner_id, {condition.kind: condition.met for condition in here.verdict.conditions}
    if here.live:
        raise InColumn("learner", _("The learner holds a voucher for this exam. A new place is for the time after."))
    for kind in ("passed", "pending", "review"):
        if not met.get(kind, True):
            raise InColumn("learner", MISSING[kind])
    if met.get("place"):
        raise InColumn("learner", _("The learner has an unused place in this exam already."))
    if not places.grant(learner_id, here.module.id, here.exam, why, terms.by, terms.now):
        raise InColumn("learner", _("The learner has not joined the module of this exam."))
    subject = f"place:{learner_id}:{here.exam}"
    outbox.write("place_granted", subject, terms.now, terms.now, learner_id, giving.told_of(here.exam, terms.rules))
    return _("A place in the exam is given.")


def issue(line: Wanted, terms: Terms) -> str:
    """Issue the pool's next voucher. The caller holds the pool's lock."""
    as_seen = line.learner_id is None or names.hold(line.learner_id, terms.rules)
    hand_out(_position(line, terms), as_seen, terms)
    return ISSUED


def hand_out(here: VoucherPosition, as_seen: bool, terms: Terms) -> None:
    """Issue to one, behind the pool's lock and the name's: ``as_seen`` is what the latter said. Raises InColumn."""
    check_ready(here, as_seen)
    if not giving.hand_over(here, terms.rules, terms.by, terms.now, terms.on_issued):
        raise InColumn("exam", _("The pool has no code for this line. Add codes first."))


def check_ready(here: VoucherPosition, as_seen: bool = True) -> None:
    """Raises InColumn with what stands in the way."""
    if here.live:
        raise InColumn("learner", _("The learner holds a voucher for this exam already."))
    if not here.verdict.met:
        missing = here.verdict.missing[0]
        raise InColumn("learner", MISSING.get(missing.kind, missing.sentence), **missing.values)
    if here.unnamed:
        raise InColumn("learner", _("The learner has not confirmed the name on the identity document."))
    if here.country_due or not as_seen:
        raise InColumn("learner", _("A person must look at the learner’s country first: the learner asks for it."))


def _position(line: Wanted, terms: Terms) -> VoucherPosition:
    if line.problem:
        raise line.problem
    if line.learner_id is None or not line.exam:
        raise InColumn("exam", _("The exam is not one of the programme."))
    try:
        return position(line.learner_id, line.exam, terms.rules, terms.first_rules, terms.factor, terms.now)
    except UnknownExam as refusal:
        raise InColumn("exam", refusal.sentence) from None


def replace(voucher_id: int, exam: str, cause: str, why: str, terms: Terms) -> str:
    """Give the holder another code, or withdraw one that nobody holds. The caller holds the pool's lock."""
    if Voucher.objects.values_list("state", flat=True).get(id=voucher_id) == "imported":
        acts.withdraw(voucher_id, exam, why, terms.by, terms.rules, terms.now)
        return _("Nobody holds it: it is withdrawn from the pool.")
    acts.swap(voucher_id, exam, cause, why, terms.by, terms.rules, terms.now, terms.on_issued, unseen_too=True)
    return _("Its learner gets another code, and a mail.")


def alone(what: str, line: Wanted, cause: str, terms: Terms) -> str:
    """One line by itself, whatever became of those before it; the pool's lock is taken here.

    Who waits in the queue is served first, as before a whole file.
    """
    pool.lock([line.exam])
    if what == "grant":
        return grant(line, terms.reason, terms)
    if what == "replace":
        return replace(line.voucher_id or 0, line.exam, cause, terms.reason, terms)
    served = giving.serve(line.exam, terms.rules, terms.first_rules, terms.factor, terms.now, terms.on_issued)
    return ISSUED if line.learner_id in served else issue(line, terms)
