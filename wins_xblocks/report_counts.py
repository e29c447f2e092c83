"""What each report's page counts: plain numbers without words, so that they may be kept and read in any language."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .domain.exams import tally as exams
from .domain.quiz import tally as quiz
from .domain.registration import tally as registration
from .domain.study_time import tally as study_time
from .domain.vouchers import tally as vouchers
from .platform import platform
from .report_values import Asked

Counts = Mapping[Any, Mapping[str, int]]  # by the key of a group
RESULT_KINDS = {"heard": exams.HEARD, "sat": exams.SAT, "passed": ("pass",), "away": ("no_show", "refused"),
                "withdrawn": ("revoke",)}  # fmt: skip


def progress(asked: Asked, now: datetime) -> Counts:
    if asked.by == "month":
        return _by_place(registration.by_month(asked.modules, asked.period, asked.months(now)))
    return registration.by_module(asked.modules, asked.period)


def _by_place(found: Mapping[int, dict[str, int]]) -> Counts:
    return {str(place): row for place, row in found.items()}


def hours(asked: Asked, now: datetime) -> Counts:
    """Persons, and ms by where they come from, as stored."""
    persons = registration.persons(asked.modules, asked.period)
    found = registration.hours(asked.modules, asked.period)
    return {module: {**found.get(module, {}), "persons": count} for module, count in persons.items()}


def book(asked: Asked, now: datetime) -> Counts:
    return study_time.book_by_module(asked.modules, asked.period)


def quizzes(asked: Asked, now: datetime) -> Counts:
    """By (module, purpose)."""
    return quiz.by_purpose(asked.modules, asked.period)


def batches(asked: Asked, now: datetime) -> list[vouchers.BatchCount]:
    """Deliveries, and what became of each."""
    return vouchers.batches(asked.exams, asked.period, asked.rules.policies.safe_days_before_expiry, now)


def results(asked: Asked, now: datetime) -> Counts:
    if asked.by == "month":
        return _by_place(exams.by_month(asked.exams, asked.period, asked.months(now)))
    if asked.by == "country":
        return _by_country(
            {name: exams.learners(asked.exams, asked.period, *kinds) for name, kinds in RESULT_KINDS.items()}
        )
    return exams.by_exam(asked.exams, asked.period)


def members(asked: Asked, now: datetime) -> Counts:
    """Learners by module; or by country, with those who have passed all exams of each designation."""
    if asked.by == "module":
        counts = registration.persons(asked.modules, asked.period)
        return {module: {"persons": count} for module, count in counts.items()}
    wanted: dict[str, object] = {"persons": registration.learners(asked.modules, asked.period)}
    for title in asked.rules.designations:
        electives = [module.exam for module in asked.rules.modules if module.kind == "elective"]
        foundation = asked.rules.module(title.foundation)
        passed = exams.passed_all(foundation.exam if foundation else "", electives, title.electives)
        wanted[title.id] = registration.learners_among(asked.modules, asked.period, passed)
    return _by_country(wanted)


def _by_country(wanted: Mapping[str, object]) -> Counts:
    rows: dict[str, dict[str, int]] = {}
    for name, ids in wanted.items():
        for country, count in platform().count_by_country(ids).items():
            own = rows.setdefault(country, {})
            own[name] = own.get(name, 0) + count
    return rows


COUNTS: Mapping[str, Callable[[Asked, datetime], Any]] = {
    "progress": progress, "hours": hours, "book-hours": book, "quizzes": quizzes, "vouchers": batches,
    "results": results, "members": members,
}  # fmt: skip
