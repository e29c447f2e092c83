"""Check the audit trail: every link, every text, every day's anchor."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...domain.audit import api as audit


class Command(BaseCommand):
    """``manage.py wins_verify``: one line for each thing that does not fit, and exit 1."""

    help = "Check the audit trail. Says each entry that was changed, is missing, or was cut off."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = [*audit.broken(), *audit.broken_anchors()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in the audit trail")
        self.stdout.write("The audit trail is whole.")
