"""What is stored of a person studying a module: the registration, and what hangs on it."""

from django.db import models
from django.db.models import Q

from ..tables import rule


class Registration(models.Model):
    """One person studying one module from one day under one version of the rules.

    ``open_slot`` is 1 while open and NULL afterwards: the unique key over it allows one open registration
    per learner and module on every database, MySQL included.

    .. pii: learner's id, dates of study
    .. pii_types: id
    .. pii_retirement: local_api, retained
    """

    OPEN, PASSED, LAPSED, CANCELLED = "open", "passed", "lapsed", "cancelled"

    learner_id = models.BigIntegerField()
    module = models.CharField(max_length=64)
    course_id = models.CharField(max_length=255)
    rule_version = models.PositiveIntegerField()
    state = models.CharField(max_length=16, default=OPEN)
    open_slot = models.PositiveSmallIntegerField(null=True, default=1)
    source = models.CharField(max_length=16)  # enrolment | staff
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)  # the required hours were reached: set once
    followed = models.BooleanField(
        null=True
    )  # a later one for the same module; NULL, not False, before an upgrade ends

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["learner_id", "module", "open_slot"], name="wins_reg_one_open"),
            # The NULL is named: a CHECK lets through what it cannot decide.
            rule(
                "wins_reg_slot_is_state",
                Q(state="open", open_slot=1, open_slot__isnull=False) | (~Q(state="open") & Q(open_slot__isnull=True)),
            ),
        ]
        indexes = [
            # Lists of learners, counted, sorted and cut without reading the rows; last, the courses of each module.
            models.Index(fields=["module", "learner_id"], name="wins_reg_module_learner"),
            models.Index(fields=["module", "state", "learner_id", "reached_at"], name="wins_reg_module_list"),
            models.Index(fields=["state", "learner_id", "reached_at"], name="wins_reg_state_list"),
            models.Index(fields=["state", "followed", "learner_id"], name="wins_reg_ended"),
            models.Index(fields=["started_at", "learner_id"], name="wins_reg_started_learner"),
            models.Index(fields=["module", "course_id"], name="wins_reg_courses"),
        ]


class Waiver(models.Model):
    """Hours that WINS accepted without a record of study. A row of its own; credit is never edited.

    .. pii: reason may concern a person (erased)
    .. pii_types: other
    .. pii_retirement: local_api
    """

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="waivers")
    ms = models.BigIntegerField()
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        app_label = "wins_xblocks"
        constraints = [rule("wins_waiver_positive", Q(ms__gt=0))]


class Entitlement(models.Model):
    """A right to one voucher for one exam. Issuing uses it up.

    .. pii: learner's id, staff's reason (erased)
    .. pii_types: id, other
    .. pii_retirement: local_api, retained
    """

    HELD, USED, WITHDRAWN = "held", "used", "withdrawn"

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="entitlements")
    learner_id = models.BigIntegerField()
    exam = models.CharField(max_length=32)
    state = models.CharField(max_length=16, default=HELD)
    number = models.PositiveSmallIntegerField(default=0)  # 0: the first; staff may grant more
    source = models.CharField(max_length=32)  # enrolment | given_back | staff | retake
    granted_at = models.DateTimeField()
    granted_by = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True, default="")
    used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["registration", "exam", "number"], name="wins_entitlement_numbered"),
            rule(
                "wins_entitlement_used_at",
                Q(state="used", used_at__isnull=False) | (~Q(state="used") & Q(used_at__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["learner_id", "exam", "state"], name="wins_entitlement_held")]


class HeldCertificate(models.Model):
    """A record of module completion that the platform asked for too early. It asks once; we ask again.

    .. pii: learner's id
    .. pii_types: id
    .. pii_retirement: local_api
    """

    learner_id = models.BigIntegerField()
    course_id = models.CharField(max_length=255)
    held_at = models.DateTimeField()  # or looked at last

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["learner_id", "course_id"], name="wins_held_once")]
        indexes = [models.Index(fields=["held_at"], name="wins_held_order")]
