"""Exam vouchers: the pool, who holds what, and who waits (design §7)."""

from django.db import models
from django.db.models import Q

from ..tables import rule

OPEN_STATES = ["issued", "revealed", "booked"]


class Pool(models.Model):
    """All vouchers of one exam. Who takes from it locks this row first: ``UPDATE … SET claims = claims + 1``.

    .. no_pii: counts only
    """

    exam = models.CharField(max_length=32, primary_key=True)
    claims = models.BigIntegerField(default=0)
    low_told = models.BooleanField(default=False)  # the Academy knows that few codes are left

    class Meta:
        app_label = "wins_xblocks"


class Batch(models.Model):
    """One delivery of codes by the supplier. Who imported it stands in the audit trail too.

    .. no_pii: staff id only
    """

    exam = models.CharField(max_length=32)
    order_number = models.CharField(max_length=64)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    file_digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    imported_by = models.BigIntegerField(null=True)  # NULL: the import command

    class Meta:
        app_label = "wins_xblocks"


class Voucher(models.Model):
    """One code, encrypted; its digest keeps it unique. ``expires_on`` is the last day, in the zone ``expires_zone``;
    ``expires_at`` is the first instant after it, UTC, so that expiry can be tested in an UPDATE.

    .. pii: who holds it (kept), reason of its end (erased)
    .. pii_types: id, other
    .. pii_retirement: local_api, retained
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="vouchers")
    digest = models.CharField(max_length=64, unique=True)
    cipher = models.TextField()
    state = models.CharField(max_length=16, default="imported")
    expires_on = models.DateField()
    expires_zone = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    holder_id = models.BigIntegerField(null=True, db_index=True)
    issued_at = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    extended_at = models.DateTimeField(null=True)  # when its last day was last moved
    end_reason = models.TextField(blank=True, default="")
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            rule(
                "wins_voucher_state",
                Q(state__in=["imported", "issued", "revealed", "booked", "used", "lost", "expired", "void"]),
            ),
            # A code once revealed never returns to the pool, and a pooled one belongs to nobody.
            rule(
                "wins_voucher_pool_is_clean",
                ~Q(state="imported") | Q(revealed_at__isnull=True, holder_id__isnull=True, issued_at__isnull=True),
            ),
            rule(
                "wins_voucher_open_has_holder",
                ~Q(state__in=OPEN_STATES) | Q(holder_id__isnull=False, issued_at__isnull=False),
            ),
            rule("wins_voucher_seen_has_time", ~Q(state__in=["revealed", "booked"]) | Q(revealed_at__isnull=False)),
        ]
        indexes = [models.Index(fields=["state", "expires_at", "id"], name="wins_voucher_next")]


class VoucherExam(models.Model):
    """Which exam a voucher pays for, and who holds it open: one open voucher per learner and exam, on MySQL too.

    .. pii: who holds it
    .. pii_types: id
    .. pii_retirement: retained
    """

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="exams")
    exam = models.CharField(max_length=32)
    state = models.CharField(max_length=16, default="free")  # free | open | closed
    open_holder = models.BigIntegerField(null=True)
    entitlement_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["voucher", "exam"], name="wins_vexam_once"),
            models.UniqueConstraint(fields=["exam", "open_holder"], name="wins_vexam_one_open"),
            rule(
                "wins_vexam_slot_is_state",
                Q(state="open", open_holder__isnull=False) | Q(state__in=["free", "closed"], open_holder__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["exam", "state"], name="wins_vexam_stock")]


class VoucherWait(models.Model):
    """A learner who was ready when the pool was empty. ``open_slot`` is 1 while waiting.

    .. pii: learner's id
    .. pii_types: id
    .. pii_retirement: local_api
    """

    exam = models.CharField(max_length=32)
    learner_id = models.BigIntegerField()
    open_slot = models.PositiveSmallIntegerField(null=True, default=1)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["exam", "learner_id", "open_slot"], name="wins_wait_one_open"),
            # The NULL is named: a CHECK lets through what it cannot decide.
            rule(
                "wins_wait_slot_is_state",
                Q(open_slot=1, open_slot__isnull=False, ended_at__isnull=True)
                | Q(open_slot__isnull=True, ended_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["exam", "open_slot", "since", "id"], name="wins_wait_queue")]


class TakenBack(models.Model):
    """A voucher that WINS took back before it was seen. ``open_slot`` is 1 while the learner's page tells of it.

    .. pii: learner's id, reason in free text
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="taken_back")
    exam = models.CharField(max_length=32)
    learner_id = models.BigIntegerField()
    open_slot = models.PositiveSmallIntegerField(null=True, default=1)
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["exam", "learner_id", "open_slot"], name="wins_taken_back_one_open"),
        ]


class DocumentName(models.Model):
    """A learner's name as printed on her identity document, confirmed for the test centre; the newest row counts.

    .. pii: learner's id, name, country of the document, staff's reason (all deleted)
    .. pii_types: id, name, location, other
    .. pii_retirement: local_api
    """

    learner_id = models.BigIntegerField(db_index=True)
    given = models.CharField(max_length=30, blank=True, default="")  # Latin letters; empty: one name only
    family = models.CharField(max_length=50)  # Latin letters
    native = models.CharField(max_length=100, blank=True, default="")  # in the document's own script
    country = models.CharField(max_length=2, blank=True, default="")  # asked only where the policy names countries
    text_version = models.CharField(max_length=16)  # of what was confirmed
    confirmed_at = models.DateTimeField()
    confirmed_by = models.BigIntegerField(null=True)  # NULL: the learner herself
    reason = models.TextField(blank=True, default="")  # of staff

    class Meta:
        app_label = "wins_xblocks"
        indexes = [
            models.Index(fields=["family", "learner_id"], name="wins_name_family"),
            models.Index(fields=["country", "learner_id"], name="wins_name_country"),
        ]


class VoucherRequest(models.Model):
    """What a person must decide before a voucher: special arrangements, or a country that the policy names.

    ``open_slot`` is 1 until it is decided or withdrawn. No medical evidence is asked for or kept.

    .. pii: learner's id, kind of arrangement or country, free text, decision (all deleted)
    .. pii_types: id, location, other
    .. pii_retirement: local_api
    """

    learner_id = models.BigIntegerField()
    exam = models.CharField(max_length=32)
    kind = models.CharField(max_length=16)  # arrangement | country
    what = models.CharField(max_length=32)
    text = models.TextField(blank=True, default="")
    state = models.CharField(max_length=16, default="asked")
    open_slot = models.PositiveSmallIntegerField(null=True, default=1)
    asked_at = models.DateTimeField()
    deadline = models.DateField()
    overdue_told = models.BooleanField(default=False)
    answer = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [
            models.UniqueConstraint(fields=["learner_id", "exam", "kind", "open_slot"], name="wins_request_one_open"),
            rule("wins_request_state", Q(state__in=["asked", "granted", "refused", "withdrawn"])),
            # The NULL is named: a CHECK lets through what it cannot decide.
            rule(
                "wins_request_slot_is_state",
                Q(state="asked", open_slot=1, open_slot__isnull=False)
                | (~Q(state="asked") & Q(open_slot__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["state", "deadline"], name="wins_request_waiting")]


class KeyCanary(models.Model):
    """A known sentence under the current keys: tells at start whether codes can still be read.

    .. no_pii: a constant
    """

    name = models.CharField(max_length=32, primary_key=True)
    cipher = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "wins_xblocks"
