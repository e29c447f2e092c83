"""Prepare the host: tables, demo people, courses and a pool of invented voucher codes. Safe to run again."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from wins_xblocks.workbench.courses import library
from wins_xblocks.workbench.furnish import furnish, undo_edits


class Command(BaseCommand):
    """``demo``; ``demo --reset`` also puts the courses back to what their archives say."""

    help = "Prepares the demo host. Run it again at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="Undo all changes that authors made in Studio.")

    def handle(self, *args: Any, **options: Any) -> None:
        for problem in library().problems:
            self.stderr.write(problem)
        if not library().courses:
            folder = settings.WINS_HOST_ARCHIVES
            raise CommandError(f"No courses in {folder}. Run: python -m course_export build --out {folder}")
        # Tables that another xblock-sdk made without migrations count as made.
        call_command("migrate", run_syncdb=True, fake_initial=True, interactive=False, verbosity=0)
        if options["reset"]:
            self.stdout.write(f"Undone: {undo_edits()} changes in Studio.")
        done = furnish()
        self.stdout.write(
            f"Ready: {done.courses} courses, {done.studied} of them studied by the learner; "
            f"{done.people} people; {done.new_codes} new voucher codes."
        )
