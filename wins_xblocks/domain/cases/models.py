"""Questions to WINS and what else waits for a person's answer."""

from django.db import models


class Case(models.Model):
    """One question, report or request, with a number, a deadline and, later, an answer.

    .. pii: learner's id, free text, what was attached (erased)
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    number = models.CharField(max_length=16, unique=True, null=True)
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=128)
    learner_id = models.BigIntegerField(db_index=True)
    page = models.CharField(max_length=255, blank=True, default="")
    text = models.TextField()
    token = models.CharField(max_length=64, unique=True)  # of the form that was sent: pressing twice is one case
    state = models.CharField(max_length=16, default="open")
    opened_at = models.DateTimeField()
    deadline = models.DateField()
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)
    attached = models.JSONField(null=True)  # what the case is about as it stood when it was opened

    class Meta:
        app_label = "wins_xblocks"
        indexes = [models.Index(fields=["state", "deadline"], name="wins_case_waiting")]


class StaffNote(models.Model):
    """What staff want each other to know of a learner. She reads it with all her data, when she asks for that.

    .. pii: learner's id, free text (all deleted)
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    learner_id = models.BigIntegerField(db_index=True)
    text = models.TextField()
    token = models.CharField(max_length=64, unique=True)  # of the form that was sent: pressing twice is one note
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        app_label = "wins_xblocks"
