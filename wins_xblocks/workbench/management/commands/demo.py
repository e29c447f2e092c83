"""Prepare the host: tables, demo people, courses and a pool of invented voucher codes. Safe to run again."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from wins_xblocks import context
from wins_xblocks.web.roles import ensure_groups
from wins_xblocks.workbench.cast import ADA, ARNO, LENA, PEOPLE, DemoPerson
from wins_xblocks.workbench.courses import library
from wins_xblocks.workbench.models import AuthorEdit, CourseRole, Enrolment
from wins_xblocks.workbench.pool import fill_pool

STUDIED = ("foundation", "regulation")


class Command(BaseCommand):
    """``demo``; ``demo --reset`` also puts the courses back to what their archives say."""

    help = "Prepares the demo host. Run it again at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="Undo all changes that authors made in Studio.")

    def handle(self, *args: Any, **options: Any) -> None:
        courses = self._courses()
        # Tables that another xblock-sdk made without migrations count as made.
        call_command("migrate", run_syncdb=True, fake_initial=True, interactive=False, verbosity=0)
        if options["reset"]:
            undone, _ = AuthorEdit.objects.all().delete()
            self.stdout.write(f"Undone: {undone} changes in Studio")
        ensure_groups()
        people = {name: _person(person) for name, person in PEOPLE.items()}
        studied = self._enrol(people[LENA.username], courses)
        for course_id in courses:
            CourseRole.objects.get_or_create(user=people[ARNO.username], course_id=course_id)
        added = fill_pool(people[ADA.username].id)
        self.stdout.write(
            f"Ready: {len(courses)} courses, {len(studied)} of them studied by {LENA.first_name}; "
            f"{len(people)} people; {added} new voucher codes."
        )

    def _courses(self) -> tuple[str, ...]:
        found = library()
        for problem in found.problems:
            self.stderr.write(problem)
        if not found.courses:
            folder = settings.WINS_HOST_ARCHIVES
            raise CommandError(f"No courses in {folder}. Run: python -m course_export build --out {folder}")
        return tuple(found.courses)

    def _enrol(self, user: Any, courses: tuple[str, ...]) -> list[str]:
        rules = context.programme()
        mine = []
        for course_id in courses:
            module = context.module_of_course(course_id, rules)
            if module and module.id in STUDIED:
                Enrolment.objects.get_or_create(user=user, course_id=course_id)
                mine.append(course_id)
        return mine


def _person(told: DemoPerson) -> Any:
    user, _ = get_user_model().objects.update_or_create(
        username=told.username,
        defaults={"first_name": told.first_name, "last_name": told.last_name, "email": told.email},
    )
    if user.has_usable_password():
        user.set_unusable_password()
        user.save()
    if told.group:
        user.groups.add(Group.objects.get(name=told.group))
    return user
