"""What happened at the test centre, as events."""

from django.db import models


class ExamEvent(models.Model):
    """One thing that happened to one learner's exam. Rows are added only; the result is folded from them.

    .. pii: learner's id, exam result (kept), place of the exam (erased)
    .. pii_types: id, location, other
    .. pii_retirement: local_api, retained
    """

    learner_id = models.BigIntegerField()
    exam = models.CharField(max_length=32)
    kind = models.CharField(max_length=16)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True)
    voucher_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)  # place and day of a booking, score, name of the evidence file

    class Meta:
        app_label = "wins_xblocks"
        indexes = [
            models.Index(fields=["learner_id", "exam", "happened_at", "id"], name="wins_exam_fold"),
            models.Index(fields=["exam", "kind", "happened_at"], name="wins_exam_told"),
        ]
