"""What runs in the background: one row for each job, one for each line of it."""

from django.db import models
from django.db.models import Q

from ..tables import rule
from .data import OPEN


class Job(models.Model):
    """A check that may become a job, a job, or what is left of one.

    ``open_slot`` is 1 while it waits or runs, else NULL: the same lines are never done by two jobs at once. ``until``
    is the end of its worker's lease; whoever finds it over goes on.

    .. no_pii: staff ids, and staff's reason for many, which goes with the lines
    """

    kind = models.CharField(max_length=16)
    cause = models.CharField(max_length=32, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=16, default="checked")
    open_slot = models.PositiveSmallIntegerField(null=True)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    started_by = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)  # NULL: it came to its end
    ended_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField(default=0)  # lines that the check found bad
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    holder = models.CharField(max_length=32, blank=True, default="")
    until = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # how often it was taken up since the last line
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["digest", "open_slot"], name="wins_job_once"),
            rule(
                "wins_job_slot",
                Q(state__in=OPEN, open_slot__isnull=False) | (~Q(state__in=OPEN) & Q(open_slot__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["state", "until"], name="wins_job_due")]


class JobLine(models.Model):
    """One line: whom or which voucher it means, and what became of it. Never a code.

    .. pii: number of the learner whom the line means, and why it could not be done
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines")
    seq = models.PositiveIntegerField()  # in which order they are done
    number = models.PositiveIntegerField()  # in the file
    exam = models.CharField(max_length=32, blank=True, default="")
    learner_id = models.BigIntegerField(null=True, db_index=True)
    voucher_id = models.BigIntegerField(null=True)
    attempt_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=16, default="waiting")
    sentence = models.TextField(blank=True, default="")
    values = models.JSONField(default=dict)
    at = models.DateTimeField(null=True)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["job", "seq"], name="wins_job_line")]
        indexes = [
            models.Index(fields=["job", "state", "seq"], name="wins_job_next"),
            models.Index(fields=["job", "number"], name="wins_job_number"),
        ]
