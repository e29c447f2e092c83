"""Banks as they were when drawn from, and attempts."""

from django.db import models
from django.db.models import Q

from ..tables import rule


class BankVersion(models.Model):
    """The text of a bank at the moment somebody first drew from it. Attempts are graded from here, not from the course.

    .. no_pii: questions only
    """

    hash = models.CharField(max_length=64, unique=True)  # SHA-256 of the canonical JSON body
    bank_id = models.CharField(max_length=128, db_index=True)
    body = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        app_label = "wins_xblocks"


class Attempt(models.Model):
    """One try of one learner at one quiz block. ``open_slot`` is 1 while open, NULL once submitted or cleared.

    ``test_slot`` likewise for the module test of a registration: one may be open, in whatever run or block.

    ``drawn`` lists what was shown, in order: ``[{"ref", "item", "options": [{"ref", "option"}]}]``; ``responses``
    maps a question's ref to its answer, in the shape of its kind, and ``later`` to refs to be looked at again. Refs are
    opaque: the page never sees the author's ids. Marks are questions or, with ``units``, that part of a point: whole
    numbers, so that none is rounded.

    .. pii: learner's id, answers (erased) and marks (kept)
    .. pii_types: id, other
    .. pii_retirement: local_api, retained
    """

    learner_id = models.BigIntegerField()
    block = models.CharField(max_length=255)
    number = models.PositiveIntegerField()
    open_slot = models.PositiveSmallIntegerField(null=True, default=1)
    test_slot = models.PositiveSmallIntegerField(null=True)
    module = models.CharField(max_length=64, blank=True, default="")
    registration_id = models.BigIntegerField(null=True, db_index=True)
    purpose = models.CharField(max_length=16)  # practice | unit | test
    bank = models.ForeignKey(BankVersion, on_delete=models.PROTECT, related_name="attempts")
    pass_percent = models.PositiveSmallIntegerField()
    is_staff = models.BooleanField(default=False)
    seed = models.CharField(max_length=64)  # evidence only: the draw itself is stored
    drawn = models.JSONField()
    responses = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)  # when answers came last
    started_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    correct = models.PositiveIntegerField(null=True)
    possible = models.PositiveIntegerField()
    units = models.PositiveSmallIntegerField(null=True)
    marked_by = models.BigIntegerField(null=True)  # the CorrectedVersion whose keys the marks follow; NULL: as drawn
    passed = models.BooleanField(null=True)
    grade_published_at = models.DateTimeField(null=True)
    counts = models.BooleanField(default=True)  # False: given back (a reset, a lost connection), or cleared
    cut_at = models.DateTimeField(null=True)  # the connection was lost: since when; the try does not count
    cleared_at = models.DateTimeField(null=True)  # staff deleted the learner's state: a record, shown to nobody

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["learner_id", "block", "number"], name="wins_attempt_number"),
            models.UniqueConstraint(fields=["learner_id", "block", "open_slot"], name="wins_attempt_one_open"),
            models.UniqueConstraint(fields=["registration_id", "test_slot"], name="wins_attempt_one_open_test"),
            rule(
                "wins_attempt_slot_is_state",
                Q(open_slot=1, open_slot__isnull=False, submitted_at__isnull=True, passed__isnull=True)
                | Q(open_slot__isnull=True, submitted_at__isnull=False, passed__isnull=False)
                | Q(open_slot__isnull=True, submitted_at__isnull=True, passed__isnull=True, cleared_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["registration_id", "purpose", "passed"], name="wins_attempt_test"),
            # Of everybody who passed, or failed: rows are wide, and lists and reports ask for this alone.
            models.Index(
                fields=["purpose", "passed", "is_staff", "cleared_at", "registration_id", "counts", "submitted_at"],
                name="wins_attempt_passed",
            ),
            models.Index(fields=["submitted_at", "grade_published_at"], name="wins_attempt_unpublished"),
            # Who answered which bank, for statistics: all of it, so that no wide row is read to count them.
            models.Index(
                fields=["bank", "is_staff", "cleared_at", "counts", "module", "purpose", "learner_id", "submitted_at"],
                name="wins_attempt_bank",
            ),
        ]


class KeyCorrection(models.Model):
    """One correction of keys of one bank, over its versions. ``number`` counts those of the bank, which is named by its
    first version: of two people at once, one is refused. ``new`` is the text whose keys are right.

    ``quizzes`` holds titles by block; ``job_id`` is what does it in the background; ``done_at`` NULL while tries may be
    left that follow the old keys.

    .. no_pii: questions, staff ids and staff's reason, which names no learner
    """

    bank = models.ForeignKey(BankVersion, on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveIntegerField()
    new = models.ForeignKey(BankVersion, on_delete=models.PROTECT, related_name="corrects")
    chosen = models.JSONField()  # by question: "key" or "free"
    lower = models.BooleanField()  # may marks go down?
    reason = models.TextField()
    told = models.TextField(blank=True, default="")  # to learners
    quizzes = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    job_id = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["bank", "number"], name="wins_key_correction_number")]


class CorrectedVersion(models.Model):
    """The keys of one version of a bank since a correction, whole: those of before are in it. Never changed.

    .. no_pii: questions only
    """

    correction = models.ForeignKey(KeyCorrection, on_delete=models.PROTECT, related_name="versions")
    old = models.ForeignKey(BankVersion, on_delete=models.PROTECT, related_name="corrected")
    done = models.JSONField()  # ``correcting.Done``

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["correction", "old"], name="wins_corrected_version")]


class Regraded(models.Model):
    """What a correction did to a sent try: its marks before and after. ``kept``: they would have gone down, and stay.

    ``held_earned`` of ``held_possible`` is what the gradebook had been told of the learner's best; NULL where that did
    not change.

    .. pii: through its try: marks (kept)
    .. pii_types: other
    .. pii_retirement: retained
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="regraded")
    correction = models.ForeignKey(KeyCorrection, on_delete=models.PROTECT, related_name="regraded")
    correct_before = models.PositiveIntegerField()
    possible_before = models.PositiveIntegerField()
    units_before = models.PositiveSmallIntegerField(null=True)
    passed_before = models.BooleanField()
    correct = models.PositiveIntegerField()
    possible = models.PositiveIntegerField()
    units = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField()
    kept = models.BooleanField()
    held_earned = models.FloatField(null=True)
    held_possible = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["attempt", "correction"], name="wins_regraded_once")]


class ExtraTry(models.Model):
    """More tries than the rules or the author give, with staff's reason: at the module test of a registration, or at
    the quiz ``block``. ``number`` counts a learner's from 1: of two who give at once, one is refused.

    .. pii: learner's id, staff's reason (erased)
    .. pii_types: id, other
    .. pii_retirement: local_api, retained
    """

    learner_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    registration_id = models.BigIntegerField(null=True, db_index=True)
    block = models.CharField(max_length=255, blank=True, default="")
    n = models.PositiveSmallIntegerField()
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["learner_id", "number"], name="wins_extra_try_number"),
            rule(
                "wins_extra_try_of_one",
                Q(n__gt=0)
                & (Q(registration_id__isnull=False, block="") | Q(registration_id__isnull=True) & ~Q(block="")),
            ),
        ]


class ExtraTime(models.Model):
    """More time at every quiz with a limit in one registration, with staff's reason: the newest row holds, none in it
    takes it back. ``number`` counts a learner's from 1: of two who give at once, one is refused.

    .. pii: learner's id, staff's reason, the time itself
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    learner_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    registration_id = models.BigIntegerField(db_index=True)
    percent = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["learner_id", "number"], name="wins_extra_time_number")]
