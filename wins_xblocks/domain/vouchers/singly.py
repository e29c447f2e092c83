"""A voucher issued to one learner by staff: as ``bulk`` does it for many, whoever waits in the queue first."""

from ..transactions import outermost
from . import each, giving, names, pool
from .data import VoucherPosition
from .each import Terms
from .positions import position


def where(learner_id: int, exam: str, terms: Terms) -> VoucherPosition:
    """Where she stands, before anything is done. Raises UnknownExam."""
    return position(learner_id, exam, terms.rules, terms.first_rules, terms.factor, terms.now)


def issue(learner_id: int, exam: str, terms: Terms) -> None:
    """Raises UnknownExam, and Refusal with what stands in the way: then nobody gets anything."""
    where(learner_id, exam, terms)  # no pool is made for an exam that nobody knows
    pool.ensure([exam])
    _issue(learner_id, exam, terms)


@outermost
def _issue(learner_id: int, exam: str, terms: Terms) -> None:
    pool.lock([exam])
    as_seen = names.hold(learner_id, terms.rules)
    served = giving.serve(exam, terms.rules, terms.first_rules, terms.factor, terms.now, terms.on_issued)
    if learner_id not in served:
        each.hand_out(where(learner_id, exam, terms), as_seen, terms)
