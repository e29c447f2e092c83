"""Versions of the rules that administrators made after the first one, which is a file."""

from django.db import models


class ProgrammeVersion(models.Model):
    """One later version of the rule set. Rows are added, never edited: registrations point to them by number.

    .. no_pii: rules only; who made it stands in the audit trail
    """

    version = models.PositiveIntegerField(primary_key=True)
    effective = models.DateField()
    reason = models.TextField()
    body = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        app_label = "wins_xblocks"
