"""Serve the host: one process, many threads, static files included, on this machine only."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.staticfiles.management.commands import runserver
from django.core.management.base import CommandError
from django.db import connection

from wins_xblocks.workbench import periodic
from wins_xblocks.workbench.courses import library
from wins_xblocks.workbench.models import Enrolment


class Command(runserver.Command):
    """Django's ``runserver`` with the host's defaults."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--port", help="Port on 127.0.0.1; the same as giving it as an argument.")
        # Reloading would start a second process; the demo shows plain error pages and still serves its styles.
        parser.set_defaults(use_reloader=False, insecure_serving=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if Enrolment._meta.db_table not in connection.introspection.table_names():
            raise CommandError("There are no demo people yet. Run: python -m wins_xblocks.workbench demo")
        for problem in library().problems:
            self.stderr.write(problem)
        periodic.start()
        options["addrport"] = options["addrport"] or options["port"] or ""
        super().handle(*args, **options)
