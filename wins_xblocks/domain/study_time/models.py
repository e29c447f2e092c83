"""The study-time ledger (reference: ``docs/study-time.md``). Integer milliseconds, UTC."""

from django.db import models
from django.db.models import Q

from ..tables import rule


class StudyLearner(models.Model):
    """One row per learner: the lock of the ledger, taken by ``UPDATE … SET beats = beats + 1``.

    .. pii: learner's id, answer to the notice, factor for slower readers
    .. pii_types: id
    .. pii_retirement: local_api
    """

    learner_id = models.BigIntegerField(primary_key=True)
    beats = models.BigIntegerField(default=0)
    idle_factor = models.PositiveSmallIntegerField(default=1)
    notice_at = models.DateTimeField(null=True)  # "How your time is counted" was read: nothing is counted before

    class Meta:
        app_label = "wins_xblocks"
        constraints = [rule("wins_idle_factor", Q(idle_factor__in=[1, 2, 3]))]


class StudySession(models.Model):
    """One visit of one page. ``reported`` and ``credited`` are sorted, disjoint lists of ``[from, to]`` in UTC ms.

    .. pii: learner's id, which page was read when; deleted, by retention too
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    learner_id = models.BigIntegerField()
    key = models.CharField(max_length=32)
    registration_id = models.BigIntegerField()
    module = models.CharField(max_length=64)
    unit = models.CharField(max_length=255)
    page = models.CharField(max_length=255)
    kind = models.CharField(max_length=16)  # text | quiz | pdf
    begins = models.BigIntegerField()
    ends = models.BigIntegerField()
    reported = models.JSONField(default=list)
    credited = models.JSONField(default=list)
    credited_ms = models.BigIntegerField(default=0)  # the sum of ``credited``, so that a unit's total is a SUM
    inputs = models.PositiveIntegerField(default=0)
    flags = models.JSONField(default=list)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["learner_id", "key"], name="wins_session_key")]
        indexes = [
            models.Index(fields=["learner_id", "ends"], name="wins_session_ends"),
            models.Index(fields=["registration_id", "unit"], name="wins_session_unit"),
        ]


class StudyDay(models.Model):
    """Credited milliseconds of one registration on one day of the programme's calendar.

    .. pii: learner's id, time of study by day
    .. pii_types: id
    .. pii_retirement: retained
    """

    learner_id = models.BigIntegerField()
    registration_id = models.BigIntegerField()
    module = models.CharField(max_length=64)
    day = models.DateField()
    ms = models.BigIntegerField(default=0)
    sealed = models.BooleanField(default=False)  # its sessions were deleted by retention; the sum stands

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["learner_id", "registration_id", "day"], name="wins_day_once"),
            rule("wins_day_not_negative", Q(ms__gte=0)),
        ]
        indexes = [models.Index(fields=["registration_id"], name="wins_day_registration")]


class Strike(models.Model):
    """Time that staff took out of the count, with a reason the learner sees. Credit itself is never edited.

    .. pii: reason may concern a person (erased)
    .. pii_types: other
    .. pii_retirement: local_api
    """

    registration_id = models.BigIntegerField(db_index=True)
    ms = models.BigIntegerField()
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        app_label = "wins_xblocks"
        constraints = [rule("wins_strike_positive", Q(ms__gt=0))]


class OfflineClaim(models.Model):
    """Hours with the printed book, as the learner told them.

    Undecided are those that count or wait: whoever is asked for a decision, all that wait and those that were drawn.

    .. pii: learner's id, what was read, its form's token, staff's reason (erased), hours (kept)
    .. pii_types: id, other
    .. pii_retirement: local_api, retained
    """

    COUNTED, WAITING, ACCEPTED, REFUSED, WITHDRAWN = "counted", "waiting", "accepted", "refused", "withdrawn"

    learner_id = models.BigIntegerField()
    registration_id = models.BigIntegerField(db_index=True)
    module = models.CharField(max_length=64, default="")
    day = models.DateField()
    ms = models.BigIntegerField()
    what = models.TextField()
    state = models.CharField(max_length=16)
    reason = models.TextField(blank=True, default="")
    sampled = models.BooleanField(default=False)  # drawn for a check when it was made, whether it counted or not
    revision = models.PositiveIntegerField(default=0)  # how often it was changed: staff decide what they have seen
    token = models.CharField(max_length=64, null=True)  # of the form that was sent: pressing twice is one entry
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            rule("wins_book_positive", Q(ms__gt=0)),
            rule(
                "wins_book_decided",
                Q(state__in=["accepted", "refused"], decided_at__isnull=False)
                | Q(state__in=["counted", "waiting", "withdrawn"], decided_at__isnull=True),
            ),
            models.UniqueConstraint(fields=["learner_id", "token"], name="wins_book_token"),
        ]
        indexes = [
            models.Index(fields=["learner_id", "day"], name="wins_book_day"),
            models.Index(fields=["state", "sampled", "id"], name="wins_book_asked"),
        ]
