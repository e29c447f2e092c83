"""Does study time add up? Every learner's visits against what was credited, and against the days."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from ... import context
from ...domain.study_time import api as study_time
from ..base import WinsCommand


class Command(WinsCommand):
    """``manage.py wins_recount [--id ID]``: one line for each difference, and exit 1. Nothing is changed."""

    help = "Recount study time: what pages reported, what was credited, what each day says. Names every difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--id", type=int, help="one learner only: the id of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        zone, faults, learners = context.programme().zone, 0, 0
        for learner_id in study_time.learners() if options["id"] is None else (options["id"],):
            learners += 1
            for fault in study_time.recount_at_rest(learner_id, zone):
                faults += 1
                self.stderr.write(f"learner {learner_id}: {fault}")
        if faults:
            raise CommandError(f"study time: {faults} found that do not add up, among learners: {learners}")
        self.stdout.write(f"Study time adds up. Learners: {learners}.")
