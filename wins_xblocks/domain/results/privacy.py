"""What the results hold of one person: told, and erased."""

from datetime import datetime

from ..audit import privacy as audit
from ..tables import Told, plain
from ..transactions import outermost
from .models import ExamRow

_ROW = ("id", "file_id", "line", "key", "kind", "exam", "happened_at", "score", "state", "reason", "voucher_id",
        "learner_id", "decided_at", "decided_by", "note")  # fmt: skip


def told_of(learner_id: int) -> Told:
    """Her rows in files of results."""
    own = ExamRow.objects.filter(learner_id=learner_id)
    return {
        "ExamRow": plain(own.order_by("id").values(*_ROW)),
        "AuditEntry": audit.told_of(_subjects(learner_id), learner_id)["AuditEntry"],
    }


def _subjects(learner_id: int) -> set[str]:
    rows = ExamRow.objects.filter(learner_id=learner_id, voucher_id__isnull=True).values_list("id", flat=True)
    return {f"examrow:{id_}" for id_ in rows}


@outermost
def forget(learner_id: int, now: datetime) -> int:
    """Erase what the rows say beside the result. Which row it was, what it says and when stay with the result."""
    own = ExamRow.objects.filter(learner_id=learner_id)
    own.update(learner_id=learner_id)  # the lock
    return int(own.exclude(cipher="", note="").update(cipher="", note=""))
