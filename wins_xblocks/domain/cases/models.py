"""Questions to WINS and what else waits for a person's answer."""

from django.db import models
from django.db.models import Q

from ..tables import rule


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


class ReportedQuestion(models.Model):
    """Which question of a bank a learner reported, as she was asked it: bank, version, quiz and try.

    ``open_slot`` is 1 while the report is not answered, NULL then: one is open for a learner and a question.

    .. pii: learner's id (deleted)
    .. pii_types: id
    .. pii_retirement: local_api
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="reported")
    learner_id = models.BigIntegerField()
    bank_id = models.CharField(max_length=128)
    item = models.CharField(max_length=64)
    bank_hash = models.CharField(max_length=64)
    module = models.CharField(max_length=64, blank=True, default="")
    block = models.CharField(max_length=255)
    number = models.PositiveIntegerField()  # of the try
    place = models.PositiveSmallIntegerField()  # of the question in it, from 1
    stem = models.CharField(max_length=300)  # how the question begins: a list needs no bank to be read
    open_slot = models.PositiveSmallIntegerField(null=True, default=1)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["learner_id", "bank_id", "item", "open_slot"], name="wins_reported_once"),
            rule("wins_reported_slot", Q(open_slot=1) | Q(open_slot__isnull=True)),
        ]
        indexes = [models.Index(fields=["bank_id", "item", "open_slot"], name="wins_reported_question")]


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
