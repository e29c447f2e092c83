"""Say in words what an installation lacks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ... import context, doctor


class Command(BaseCommand):
    """``manage.py wins_doctor``: exit 1 when something does not work; what will merely be missed is told."""

    requires_system_checks: list[str] = []  # it asks the same itself, and must speak where an error of theirs stops all
    help = "Examine packages, filters, keys, rules, stock, courses, completion, database and the periodic command."

    def handle(self, *args: Any, **options: Any) -> None:
        found = doctor.examine(context.now())
        for one in found:
            self.stdout.write(f"{'ERROR' if one.error else 'note '} {one.id}  {one.text}")
            if one.hint:
                self.stdout.write(f"                  {one.hint}")
        if any(one.error for one in found):
            raise CommandError("Something does not work. See above.")
        self.stdout.write("Nothing is missing." if not found else "Nothing is broken.")
