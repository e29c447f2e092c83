"""Run the periodic work. Made for cron or a CronJob, every five minutes."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from ... import context, periodic
from ...domain.schedule import api as schedule
from ...web import roles
from ..base import WinsCommand


class Command(WinsCommand):
    """``manage.py wins_periodic [--force]``"""

    help = "Send messages, repair grades, end vouchers: whatever is due. Safe to start twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="run every task, whether or not it is due")

    def handle(self, *args: Any, **options: Any) -> None:
        now = context.now()
        token = schedule.take_lease(now)
        if token is None:
            self.stdout.write("Another process runs the periodic work. Nothing was done.")
            return
        try:
            roles.ensure_groups()
            told = schedule.run_due(periodic.TASKS, now, force=options["force"])
        finally:
            schedule.give_lease(token, context.now())
        for name, result in told:
            self.stdout.write(f"{name}: {result}")
        failed = [name for name, result in told if result.startswith("failed: ")]
        if failed:
            raise CommandError(f"failed: {', '.join(failed)}")
