"""What our commands share."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from .. import context
from ..domain.programme.loader import ProgrammeError


class WinsCommand(BaseCommand):
    """A command that says in words when rules or tables are not there, and exits 1."""

    def execute(self, *args: Any, **options: Any) -> Any:
        try:
            with context.told_in_words():
                return super().execute(*args, **options)
        except ProgrammeError as error:
            raise CommandError(str(error)) from error
