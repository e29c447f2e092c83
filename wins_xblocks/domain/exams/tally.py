"""What happened at test centres, for reports: counted by the database, or read part by part.

Whoever sat an exam has a pass, a fail, or was told that it is incomplete; a result on hold stays as it was told.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from .. import tables
from ..period import Period
from . import api
from .data import Happened
from .models import ExamEvent

TOLD = ("pass", "fail", "incomplete", "no_show", "refused", "hold", "release", "revoke", "restore")
SAT = ("pass", "fail", "incomplete")
HEARD = (*SAT, "no_show", "refused")
_COLUMNS = ("id", "learner_id", "exam", "kind", "happened_at", "recorded_at", "voucher_id", "facts")


def _told(exams: Collection[str] | None, period: Period, kinds: Collection[str]) -> QuerySet:
    rows = ExamEvent.objects.filter(period.moments("happened_at"), kind__in=kinds).order_by()
    return rows if exams is None else rows.filter(exam__in=sorted(exams))


def results(exams: Collection[str] | None, period: Period) -> Iterator[list[Happened]]:
    """What was told of these exams in the period, about a thousand at a time, in the order in which it was recorded."""
    for part in tables.windows(_told(exams, period, TOLD).values_list(*_COLUMNS)):
        yield [_happened(*row) for row in part]


def _happened(
    id_: int, learner_id: int, exam: str, kind: str, happened: datetime, recorded: datetime, voucher_id: int | None,
    facts: Mapping[str, Any],
) -> Happened:  # fmt: skip
    return Happened(id_, learner_id, exam, kind, happened, recorded, voucher_id, facts.get("score"))


def count(exams: Collection[str] | None, period: Period) -> int:
    return int(_told(exams, period, TOLD).count())


def learners(exams: Collection[str] | None, period: Period, *kinds: str) -> QuerySet:
    """Ids of learners of whom one of these was told, as a query within another one."""
    return _told(exams, period, kinds).values("learner_id")


def _counted(rows: QuerySet, by: str) -> list[dict[str, Any]]:
    """Learners of whom anything was heard, who sat, who passed, who did not come or were refused, and withdrawals."""

    def persons(*kinds: str) -> Count:
        return Count("learner_id", Q(kind__in=kinds), distinct=True)

    found = rows.values(by).annotate(
        heard=persons(*HEARD), sat=persons(*SAT), passed=persons("pass"), away=persons("no_show", "refused"),
        withdrawn=persons("revoke"),
    )  # fmt: skip
    return list(found)


def by_exam(exams: Collection[str] | None, period: Period) -> dict[str, dict[str, int]]:
    """How each exam ended in the period."""
    return {row.pop("exam"): row for row in _counted(_told(exams, period, (*HEARD, "revoke")), "exam")}


def by_month(exams: Collection[str] | None, period: Period, months: list[date]) -> dict[int, dict[str, int]]:
    """The same by month, by its place in ``months``."""
    rows = _told(exams, period, (*HEARD, "revoke")).annotate(month=period.month_of("happened_at", months))
    return {row.pop("month"): row for row in _counted(rows, "month")}


def passed_all(foundation: str, electives: Collection[str], count: int) -> QuerySet:
    """Ids of learners who have passed one exam and ``count`` of the others, as a query within another one.

    Passes that are withdrawn do not count.
    """
    passes = ExamEvent.objects.filter(kind="pass").exclude(id__in=_withdrawn()).order_by()
    first = passes.filter(exam=foundation).values("learner_id")
    if not count:
        return first
    others = passes.filter(exam__in=sorted(electives), learner_id__in=first).values("learner_id")
    return others.annotate(exams=Count("exam", distinct=True)).filter(exams__gte=count).values("learner_id")


def _withdrawn() -> list[int]:
    """Ids of passes that stand no more: few, so that each is looked at. Two queries."""
    touched = set(ExamEvent.objects.filter(kind="revoke").values_list("learner_id", "exam"))
    if not touched:
        return []
    ids = sorted({learner_id for learner_id, _exam in touched})
    gone = {key for key, outcome in api.outcomes(ids).items() if key in touched and not outcome.passed}
    passes = ExamEvent.objects.filter(kind="pass", learner_id__in=ids).values_list("id", "learner_id", "exam")
    return [id_ for id_, learner_id, exam in passes if (learner_id, exam) in gone]
