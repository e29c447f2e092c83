"""Files of results as they came, and what became of each of their rows."""

from django.db import models
from django.db.models import F, Q

from ..tables import rule


class ExamFile(models.Model):
    """One file, known again by its digest. ``rows_done`` is how far it was taken over: an import may be cut off.

    ``stepped_at`` is when it last went on, ``dropped_at`` when its pieces were deleted.

    .. no_pii: staff id only
    """

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=128)
    size = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.BigIntegerField(null=True)
    state = models.CharField(max_length=16, default="kept")  # kept | good | open | done
    rows_done = models.PositiveIntegerField(default=0)
    stepped_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [rule("wins_exam_file_state", Q(state__in=["kept", "good", "open", "done"]))]
        indexes = [models.Index(fields=["dropped_at", "imported_at"], name="wins_exam_file_kept")]


class ExamFilePart(models.Model):
    """A piece of the file, encrypted before anybody has read it.

    .. pii: rows of many people, encrypted with the operator's keys
    .. pii_types: other
    .. pii_retirement: retained
    """

    file = models.ForeignKey(ExamFile, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    cipher = models.TextField()

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="wins_exam_part_once")]


class ExamRow(models.Model):
    """One row and its fate. ``key`` makes it the same row in another file; ``cipher`` is the row without its code.

    ``voucher_id``: while it waits, the voucher that its code names; then the one that the result was paid with.
    ``meant_id``: the learner whom the row itself names.

    .. pii: learner's id, number of the registration at Pearson VUE, the row (encrypted), reason in free text
    .. pii_types: id, other
    .. pii_retirement: local_api, retained
    """

    file = models.ForeignKey(ExamFile, on_delete=models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=16)
    exam = models.CharField(max_length=32)
    happened_at = models.DateTimeField()
    score = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    cipher = models.TextField()
    state = models.CharField(max_length=16)  # applied | waiting | ignored
    reason = models.CharField(max_length=32, blank=True, default="")
    voucher_id = models.BigIntegerField(null=True, db_index=True)
    meant_id = models.BigIntegerField(null=True)
    learner_id = models.BigIntegerField(null=True, db_index=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    note = models.TextField(blank=True, default="")

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["key", "kind"], name="wins_exam_row_once"),
            rule("wins_exam_row_state", Q(state__in=["applied", "waiting", "ignored"])),
            rule("wins_exam_row_applied_to", ~Q(state="applied") | Q(learner_id__isnull=False)),
        ]
        indexes = [models.Index(fields=["state", "id"], name="wins_exam_row_waits")]


class ResultEntry(models.Model):
    """What one member of staff says of a learner's exam, and another confirms: a result, or that a pass is withdrawn.

    ``alone``: whoever entered it confirmed it too; the trail says by which right.

    .. pii: learner's id, evidence and reasons in free text (erased)
    .. pii_types: id, other
    .. pii_retirement: local_api, retained
    """

    token = models.CharField(max_length=64, unique=True)  # of the form that was sent: pressing twice is one entry
    learner_id = models.BigIntegerField(db_index=True)
    exam = models.CharField(max_length=32)
    kind = models.CharField(max_length=16)
    happened_at = models.DateTimeField()
    score = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    voucher_id = models.BigIntegerField(null=True, db_index=True)
    reason = models.TextField(blank=True, default="")
    evidence = models.TextField(blank=True, default="")
    state = models.CharField(max_length=16, default="waiting")  # waiting | applied | refused
    entered_at = models.DateTimeField()
    entered_by = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    alone = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            rule("wins_result_entry_state", Q(state__in=["waiting", "applied", "refused"])),
            rule(
                "wins_result_entry_two_people",
                ~Q(state="applied") | Q(alone=True) | Q(decided_by__isnull=False) & ~Q(decided_by=F("entered_by")),
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="wins_result_entry_waits")]
