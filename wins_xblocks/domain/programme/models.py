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


class ProgrammeWithdrawal(models.Model):
    """A version that was taken away before its day. It never was in force, so no registration points to it.

    .. no_pii: rules only; who did it stands in the audit trail
    """

    version = models.OneToOneField(
        ProgrammeVersion, on_delete=models.PROTECT, primary_key=True, related_name="withdrawal"
    )
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        app_label = "wins_xblocks"


class SetupMark(models.Model):
    """What an administrator said is done when the Academy was made ready; written once.

    .. no_pii: who said it stands in the audit trail
    """

    name = models.CharField(max_length=32, primary_key=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta:
        app_label = "wins_xblocks"
