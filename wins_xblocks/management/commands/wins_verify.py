"""Check the audit trail: every link, every text, every day's anchor."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from ... import context
from ...domain.audit import api as audit
from ..base import WinsCommand


class Command(WinsCommand):
    """``manage.py wins_verify [--head HEAD]``: one line for each thing that does not fit, and exit 1."""

    help = (
        "Check the audit trail. Says each entry that was changed, is missing, or was cut off. Tells the newest head: "
        "keep it outside the database, and give it to a later check."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", help="a head that an earlier check told, kept outside the database")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            faults = [*audit.broken(), *audit.broken_anchors(context.now(), options["head"])]
        except audit.KeyWrong as trouble:
            raise CommandError(str(trouble)) from None
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in the audit trail")
        self.stdout.write("The audit trail is whole.")
        if head := audit.newest_head():
            self.stdout.write(f"Its head of {head.day.isoformat()} is {head.seal}")
