"""What happened at the test centre, kept and read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from .. import Refusal
from .. import marked as _
from . import rules
from .data import KINDS, Event, Outcome
from .models import ExamEvent


def record(learner_id: int, exam: str, kind: str, happened_at: datetime, now: datetime, by: int | None = None) -> None:
    """Add one event. Raises Refusal for a kind that is not known."""
    if kind not in KINDS:
        raise Refusal(_("{kind} is not a kind of exam event."), kind=kind)
    ExamEvent.objects.create(
        learner_id=learner_id, exam=exam, kind=kind, happened_at=happened_at, recorded_at=now, recorded_by=by
    )


def outcome(learner_id: int, exam: str) -> Outcome:
    """What the learner's events for this exam come to."""
    rows = ExamEvent.objects.filter(learner_id=learner_id, exam=exam)
    return rules.fold(Event(row.id, row.kind, row.happened_at) for row in rows)


def outcomes(learner_ids: Iterable[int]) -> Mapping[tuple[int, str], Outcome]:
    """Outcomes by (learner, exam), for many learners in one query."""
    events: dict[tuple[int, str], list[Event]] = defaultdict(list)
    for row in ExamEvent.objects.filter(learner_id__in=list(learner_ids)):
        events[row.learner_id, row.exam].append(Event(row.id, row.kind, row.happened_at))
    return {key: rules.fold(own) for key, own in events.items()}
