"""What the demo starts from: people and their courses, the Academy's groups, a pool of codes. Safe to repeat."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from .. import context
from ..domain.registration import api as registration
from ..web.roles import ensure_groups
from .cast import ADA, ARNO, LENA, PEOPLE, DemoPerson
from .courses import library
from .models import AuthorEdit, CourseInstructor, CourseRole, Enrolment
from .pool import fill_pool

STUDIED = ("foundation", "regulation")


@dataclass(frozen=True)
class Furnished:
    """What is there now, and how many voucher codes are new."""

    courses: int
    studied: int
    people: int
    new_codes: int


def furnish() -> Furnished:
    """Make what is missing; nothing that is there changes."""
    courses = tuple(library().courses)
    ensure_groups()
    people = {name: _person(person) for name, person in PEOPLE.items()}
    studied = _enrol(people[LENA.username], courses)
    for course_id in courses:
        CourseRole.objects.get_or_create(user=people[ARNO.username], course_id=course_id)
        CourseInstructor.objects.get_or_create(user=people[ARNO.username], course_id=course_id)
    return Furnished(len(courses), studied, len(people), fill_pool(people[ADA.username].id))


def undo_edits() -> int:
    """Put the courses back to what their archives say; how many fields authors had changed."""
    return int(AuthorEdit.objects.all().delete()[0])


def _person(told: DemoPerson) -> Any:
    names = {"first_name": told.first_name, "last_name": told.last_name, "email": told.email}
    user, made = get_user_model().objects.update_or_create(username=told.username, defaults=names)
    if made:
        user.set_unusable_password()
        user.save()
    if told.group:
        user.groups.add(Group.objects.get(name=told.group))
    return user


def _enrol(user: Any, courses: Iterable[str]) -> int:
    """Enrol in the courses of the studied modules, and open the registrations as the platform's event would."""
    rules, now = context.programme(), context.now()
    modules = {course_id: context.module_of_course(course_id, rules) for course_id in courses}
    mine = {course_id: module for course_id, module in modules.items() if module and module.id in STUDIED}
    for course_id, module in mine.items():
        Enrolment.objects.get_or_create(user=user, course_id=course_id)
        registration.open_for_enrolment(
            user.id, module, course_id, rules.version, now, entitlement=rules.policies.entitlement
        )
    return len(mine)
