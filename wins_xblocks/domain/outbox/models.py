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
        indexes = [
            models.Index(fields=["sent_at", "next_try_at"], name="wins_outbox_due"),
            # The log, the newest first: of all, of a kind, of a person.
            models.Index(fields=["written_at", "id"], name="wins_outbox_written"),
            models.Index(fields=["kind", "written_at", "id"], name="wins_outbox_kind"),
            models.Index(fields=["recipient_id", "written_at", "id"], name="wins_outbox_recipient"),
        ]


class MailText(models.Model):
    """One version of a mail's text in a language, as staff wrote it. Rows are added, never edited.

    Without subject and body it is a return to the shipped text.

    .. no_pii: words to everybody; who wrote them acted for the Academy
    """

    kind = models.CharField(max_length=48)
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=150, blank=True, default="")
    body = models.TextField(blank=True, default="")
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["kind", "language", "version"], name="wins_mail_text_version")]
