"""When each periodic task last ran, and who runs now."""

from django.db import models


class PeriodicTask(models.Model):
    """One task of ``wins_periodic``.

    .. no_pii: names of tasks
    """

    name = models.CharField(max_length=48, primary_key=True)
    last_run_at = models.DateTimeField(null=True)
    last_result = models.TextField(blank=True, default="")

    class Meta:
        app_label = "wins_xblocks"


class PeriodicLease(models.Model):
    """Who runs the periodic work now: one row, taken by a conditional UPDATE, free again when it runs out.

    .. no_pii: a random name
    """

    name = models.CharField(max_length=16, primary_key=True)
    holder = models.CharField(max_length=64, blank=True, default="")
    until = models.DateTimeField()

    class Meta:
        app_label = "wins_xblocks"
