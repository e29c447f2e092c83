"""The trail: who did what and why, in a chain that shows when a link is changed."""

from django.db import models


class AuditEntry(models.Model):
    """One act. ``text`` (a reason, in somebody's words) can be erased: the chain holds its salted digest only.

    .. pii: who acted (kept), reasons in free text (erased)
    .. pii_types: id, other
    .. pii_retirement: local_api, retained
    """

    subject = models.CharField(max_length=64)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)  # NULL: the system itself
    action = models.CharField(max_length=48)
    facts = models.JSONField(default=dict)
    text = models.TextField(null=True)  # NULL once erased
    salt = models.CharField(max_length=32)
    text_digest = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        app_label = "wins_xblocks"
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="wins_audit_seq")]
        indexes = [  # the trail on the desk, the newest first: all of it, one act, one person's acts
            models.Index(fields=["at", "id"], name="wins_audit_at"),
            models.Index(fields=["action", "at", "id"], name="wins_audit_action"),
            models.Index(fields=["actor_id", "at", "id"], name="wins_audit_actor"),
        ]


class AuditAnchor(models.Model):
    """Seal over all chain heads of a day and the anchor before: what is cut short no longer matches.

    .. no_pii: digests only
    """

    day = models.DateField(primary_key=True)
    made_at = models.DateTimeField()
    subjects = models.PositiveIntegerField()
    last_entry_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        app_label = "wins_xblocks"
