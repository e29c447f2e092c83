"""What the Academy and course staff see of learners and stock. The numbers come from the learner's own functions."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import context
from .domain.programme.data import Module
from .domain.programme.loader import ProgrammeError
from .domain.quiz.data import TestStanding
from .domain.registration import api as registration
from .domain.vouchers import requests
from .domain.vouchers.data import RequestValue
from .people import Person
from .platform import platform
from .voucher_says import arrangement_words


@dataclass(frozen=True)
class CourseSummary:
    """One course in two numbers, for the platform's dashboard: learners now, and those with all hours."""

    module: Module | None
    living: int = 0
    reached: int = 0
    problem: str = ""


def request_words(asked: RequestValue) -> str:
    """What a person must decide, in a table's cell."""
    if asked.kind == requests.COUNTRY:
        return _("Country of the policy: {country}").format(country=asked.what)
    return _("Special arrangements: {what}").format(what=arrangement_words(asked.what))


def summary(course_id: str) -> CourseSummary:
    """What the platform's instructor dashboard says of a course. A broken rule file is told in words."""
    try:
        with context.told_in_words():
            module = context.module_of_course(course_id)
            counts = registration.living_and_reached(module.id) if module else ()
    except ProgrammeError as error:
        return CourseSummary(None, problem=str(error))
    return CourseSummary(module, *counts)


def registration_words(state: str) -> str:
    """A registration's state in a table's cell: whoever has left the module must not look like somebody who studies."""
    return {
        "open": _("Studying"), "passed": _("Passed"), "lapsed": _("Ended: time is over"),
        "cancelled": _("Ended: cancelled"),
    }.get(state, state)  # fmt: skip


def test_words(test: TestStanding) -> str:
    """A module test in a table's cell."""
    if test.passed:
        return _("Passed, {percent} %").format(percent=test.passed_percent)
    if not test.tries:
        return _("Not taken")
    tries = ngettext("{tries} try, last {percent} %", "{tries} tries, last {percent} %", test.tries)
    return tries.format(tries=test.tries, percent=test.last_percent)


def voucher_words(state: str) -> str:
    """A voucher's state in a table's cell, in the words of the Academy."""
    return {
        "issued": _("Issued, not seen"), "revealed": _("Code shown"), "booked": _("Exam booked"), "used": _("Used"),
        "imported": _("In the pool"), "lost": _("Lost"), "expired": _("Expired"), "void": _("Cancelled"),
    }.get(state, state)  # fmt: skip


def people_of(ids: Collection[int]) -> dict[int, Person]:
    """Everybody of these ids; who has left the platform is shown by number."""
    known = platform().people(set(ids))
    return {id_: known.get(id_) or Person(id_, f"#{id_}", "", "") for id_ in ids}
