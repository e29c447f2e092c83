"""A try that its time closed while the learner's connection was down: measured, it does not cost her one.

Her device says since when it could not save; we know when it last did, that answers were left on it, and that the try
was still open at that moment. No permissions are checked here; whoever calls must have done so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from .. import Refusal
from .. import marked as _
from . import api, rules
from .counting import TOLD_WITHIN
from .models import Attempt

MOST = 2  # by itself at one quiz: a line can be cut on purpose, too; about more a person decides
SLACK = timedelta(minutes=1)  # what was under way when the line went may have arrived without a receipt


class NotCut(Refusal):
    """What was measured does not say that a lost connection cost the learner anything."""


@dataclass(frozen=True)
class Lost:
    """What a device tells: the answers that it could not save, and how long ago the first save failed."""

    responses: object
    since: timedelta


def tell(learner_id: int, block: str, number: int, lost: Lost, now: datetime) -> None:
    """The try does not use one up. Telling it again changes nothing.

    Raises NotCut, TryClosed for a try that is not hers, or ForgedAnswer.
    """
    row, bank, drawn = api.find(learner_id, block, number)
    answers = rules.checked(bank, drawn, lost.responses)
    if row.cut_at is not None:
        return
    cut_at = now - lost.since
    _measured(row, cut_at, answers, now)
    if _times(row) >= MOST:
        raise NotCut(_("The connection failed at this quiz before. Ask WINS: a person looks at it."))
    # Once, and never of a try that staff have given back or deleted meanwhile.
    own = Attempt.objects.filter(id=row.id, cut_at__isnull=True, counts=True, cleared_at__isnull=True)
    own.update(cut_at=cut_at, counts=False)


def _measured(row: Attempt, cut_at: datetime, answers: dict[str, object], now: datetime) -> None:
    """Raises NotCut unless the line was cut before the end, and nothing of ours says otherwise."""
    if row.deadline is None or row.submitted_at != row.deadline:
        raise NotCut(_("These answers were sent in time."))
    if row.passed or not row.counts:
        raise NotCut(_("This try costs you nothing."))
    if now >= row.deadline + TOLD_WITHIN:
        raise NotCut(_("The time of this try was over more than a day ago. Ask WINS."))
    if cut_at < row.started_at:
        raise NotCut(_("The clock of this device does not fit this try. Ask WINS."))
    if cut_at >= row.deadline or (row.saved_at and row.saved_at > cut_at + SLACK):
        raise NotCut(_("Your answers could be saved until the time was over."))
    if answers == row.responses:
        raise NotCut(_("All your answers had reached WINS."))


def _times(row: Attempt) -> int:
    """How often a lost connection gave a try back here: at the module test of her registration, or at the block."""
    same = Q(block=row.block)
    if row.purpose == "test" and row.registration_id:
        same = Q(registration_id=row.registration_id, purpose="test")
    return int(Attempt.objects.filter(same, learner_id=row.learner_id, cut_at__isnull=False).count())
