"""What the results hold of one person: told, and erased."""

from datetime import datetime

from django.db.models import Q

from ..audit import privacy as audit
from ..exams import api as exams
from ..tables import Told, plain
from ..transactions import outermost
from .models import ExamRow, ResultEntry

_ROW = ("id", "file_id", "line", "key", "kind", "exam", "happened_at", "score", "state", "reason", "voucher_id",
        "learner_id", "decided_at", "decided_by", "note")  # fmt: skip
_ENTRY = ("id", "exam", "kind", "happened_at", "score", "voucher_id", "learner_id", "reason", "evidence", "state",
          "entered_at", "entered_by", "decided_at", "decided_by", "alone", "note")  # fmt: skip


def _about(learner_id: int) -> Q:
    """Hers, or of her by a sheet's own words while it waits."""
    return Q(learner_id=learner_id) | Q(meant_id=learner_id)


def told_of(learner_id: int) -> Told:
    """Her rows in files of results, and what was entered by hand."""
    rows, entries = ExamRow.objects.filter(_about(learner_id)), ResultEntry.objects.filter(learner_id=learner_id)
    return {
        "ExamRow": plain(rows.order_by("id").values(*_ROW)),
        "ResultEntry": plain(entries.order_by("id").values(*_ENTRY)),
        "AuditEntry": audit.told_of(_subjects(learner_id), learner_id)["AuditEntry"],
    }


def _subjects(learner_id: int) -> set[str]:
    rows = ExamRow.objects.filter(learner_id=learner_id, voucher_id__isnull=True).values_list("id", flat=True)
    entries = ResultEntry.objects.filter(learner_id=learner_id).values_list("id", "exam")
    decided = exams.exams_of([learner_id])[learner_id] | {exam for _id, exam in entries}
    return {
        *(f"examrow:{id_}" for id_ in rows), *(f"entry:{id_}" for id_, _exam in entries),
        *(f"exam:{learner_id}:{exam}" for exam in decided),
    }  # fmt: skip


@outermost
def forget(learner_id: int, now: datetime) -> int:
    """Erase what the rows say beside the result. Which row it was, what it says and when stay with the result."""
    own, entries = ExamRow.objects.filter(learner_id=learner_id), ResultEntry.objects.filter(learner_id=learner_id)
    own.update(learner_id=learner_id)  # the lock
    rows = ExamRow.objects.filter(_about(learner_id)).exclude(cipher="", note="").update(cipher="", note="")
    ExamRow.objects.filter(meant_id=learner_id).update(meant_id=None)
    words = entries.exclude(evidence="", reason="", note="").update(evidence="", reason="", note="")
    texts = audit.forget(_subjects(learner_id), learner_id)
    return int(rows) + int(words) + texts
