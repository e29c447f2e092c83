"""What hints hold of one person: told, and erased."""

from django.db.models import Q

from ..tables import Told, plain
from .models import IntegrityHint

_COLUMNS = ("id", "kind", "module", "facts", "chance", "state", "made_at", "note", "decided_at", "decided_by")


def told_of(learner_id: int) -> Told:
    """Hints about her tries. Who the other one is, is the other's data."""
    rows = IntegrityHint.objects.filter(Q(learner_id=learner_id) | Q(other_id=learner_id)).order_by("id")
    return {"IntegrityHint": plain(rows.values(*_COLUMNS))}


def forget(learner_id: int) -> int:
    """Delete every hint about her, those about two tries, too: half of one says nothing."""
    return int(IntegrityHint.objects.filter(Q(learner_id=learner_id) | Q(other_id=learner_id)).delete()[0])
