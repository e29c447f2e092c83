"""What the exams hold of one person: told, and erased."""

from datetime import datetime

from ..tables import Told, plain
from ..transactions import outermost
from .models import ExamEvent

KEPT_FACTS = frozenset({"score"})


def told_of(learner_id: int) -> Told:
    """What happened at the test centre."""
    return {"ExamEvent": plain(ExamEvent.objects.filter(learner_id=learner_id).order_by("id").values())}


@outermost
def forget(learner_id: int, now: datetime) -> int:
    """Erase where she sat and from which file that is known. What happened, when, and the score stay: the result."""
    done, own = 0, ExamEvent.objects.filter(learner_id=learner_id)
    own.update(learner_id=learner_id)  # the lock
    for row in own:
        kept = {name: value for name, value in row.facts.items() if name in KEPT_FACTS}
        if kept != row.facts:
            done += ExamEvent.objects.filter(id=row.id).update(facts=kept)
    return done
