"""Hints, and until when the tries of each bank were looked at."""

from django.db import models
from django.db.models import Q

from ..tables import rule


class IntegrityHint(models.Model):
    """Something about one try at a module test, or two, that a person may look at. It decides nothing.

    ``facts`` are numbers; ``chance`` is how likely chance alone does so. Deleted after the days of the setting.

    .. pii: ids of one learner or two, staff's note (all deleted)
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    kind = models.CharField(max_length=16)  # answers | time
    bank = models.BigIntegerField()  # the number of its first version
    module = models.CharField(max_length=64, blank=True, default="")
    learner_id = models.BigIntegerField(db_index=True)
    other_id = models.BigIntegerField(null=True, db_index=True)
    attempt_id = models.BigIntegerField()
    other_attempt_id = models.BigIntegerField(default=0)  # 0, not NULL: two NULLs are not the same to a database
    facts = models.JSONField()
    chance = models.FloatField()
    state = models.CharField(max_length=16, default="open")  # open | kept | dismissed
    made_at = models.DateTimeField(db_index=True)
    note = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["kind", "attempt_id", "other_attempt_id"], name="wins_hint_once"),
            rule(
                "wins_hint_state",
                Q(state="open", decided_at__isnull=True, decided_by__isnull=True, note="")
                | Q(state__in=("kept", "dismissed"), decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "made_at"], name="wins_hint_state_made")]


class IntegrityLook(models.Model):
    """Until when the tries at one bank were compared.

    .. no_pii: a bank and a moment
    """

    bank = models.BigIntegerField(primary_key=True)
    until = models.DateTimeField()

    class Meta:
        app_label = "wins_xblocks"
