"""Messages that leave the house, written with the fact they tell of."""

from django.db import models


class OutboxMessage(models.Model):
    """One message: unique by what it is about, so that a fact is told once however often it is noticed.

    .. pii: recipient's id; a mail server's complaint may hold the address (erased)
    .. pii_types: id, email_address
    .. pii_retirement: local_api
    """

    kind = models.CharField(max_length=48)
    subject = models.CharField(max_length=96)
    due = models.DateTimeField()
    recipient_id = models.BigIntegerField(null=True)  # NULL: the Academy's own address
    values = models.JSONField(default=dict)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    last_error = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["kind", "subject", "due"], name="wins_outbox_once")]
        indexes = [models.Index(fields=["sent_at", "next_try_at"], name="wins_outbox_due")]
