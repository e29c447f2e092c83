"""The host as a Django app of its own: its tables never reach an LMS."""

from django.apps import AppConfig


class HostConfig(AppConfig):
    """Tables, commands and pages of the embedded host."""

    name = "wins_xblocks.workbench"
    label = "wins_host"
    verbose_name = "WINS demo host"
    default_auto_field = "django.db.models.BigAutoField"
