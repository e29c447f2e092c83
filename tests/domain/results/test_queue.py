"""Rows one after the other: whose one may be, the likeliest first, and by which voucher it was paid."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, RULES, fill, issue, ready, reveal
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.results import queue
from wins_xblocks.domain.results.models import ExamFile, ExamRow
from wins_xblocks.domain.vouchers.models import Voucher

pytestmark = pytest.mark.django_db
SAT = NOW + timedelta(days=20)


def waiting(reason="no_code", voucher_id=None, meant_id=None, key="k", kind="pass", number=1):
    file, _new = ExamFile.objects.get_or_create(
        digest="d", defaults={"name": "exam.dat", "size": 1, "imported_at": NOW}
    )
    row = ExamRow.objects.create(
        file=file, line=number, key=key, kind=kind, exam=FND, happened_at=SAT, cipher="-", state="waiting",
        reason=reason, voucher_id=voucher_id, meant_id=meant_id,
    )  # fmt: skip
    return queue.value(ExamRow.objects.select_related("file").get(id=row.id))


def holders(*learner_ids, start=1):
    """Who has seen a code, with its voucher."""
    ready(*learner_ids)
    fill(len(learner_ids), start=start)
    for learner_id in learner_ids:
        issue(learner_id), reveal(learner_id)
    return [Voucher.objects.get(holder_id=learner_id).id for learner_id in learner_ids]


def near(row):
    return [
        (one.learner_id, one.why, one.voucher.id if one.voucher else None) for one in queue.near(row, RULES.zone)
    ]  # fmt: skip


def test_without_a_name_those_who_hold_a_code_the_newest_first():
    one, two = holders(7, 8)
    assert near(waiting()) == [(8, "holds", two), (7, "holds", one)]


def test_who_told_a_booking_of_that_day_stands_alone_unless_she_has_a_result():
    one, two = holders(7, 8)
    exams.book(7, FND, Booking(SAT.astimezone(RULES.zone).date(), "Vienna"), one, NOW)
    assert near(waiting()) == [(7, "told", one)]
    exams.record(7, FND, "fail", SAT, NOW)
    assert near(waiting(number=2, key="l")) == [(8, "holds", two), (7, "holds", one)]


def test_whom_the_row_names_by_its_code_or_by_its_line():
    one, two = holders(7, 8)
    assert near(waiting("before_seen", voucher_id=one)) == [(7, "named", one)]
    assert near(waiting("no_code", meant_id=8, number=2, key="l")) == [(8, "named", two)]
    assert near(waiting("another_learner", voucher_id=one, meant_id=8, number=3, key="m")) == [
        (8, "named", None), (7, "named", one),
    ]  # fmt: skip


def test_a_code_that_nobody_has_seen_or_that_came_later_pays_for_nothing():
    [one] = holders(7)
    Voucher.objects.update(issued_at=SAT + timedelta(days=1))
    assert near(waiting()) == [(7, "holds", None)]
    Voucher.objects.update(revealed_at=None, state="issued")
    assert near(waiting("unseen", voucher_id=one, number=2, key="l")) == [(7, "named", None)]


def test_the_same_registration_with_another_result_goes_to_whom_the_first_went():
    [one] = holders(7)
    first = waiting(kind="fail")
    ExamRow.objects.filter(id=first.id).update(state="applied", learner_id=7, voucher_id=one)
    assert near(waiting("changed", number=2)) == [(7, "before", one)]
    ExamRow.objects.filter(id=first.id).update(voucher_id=None)
    [found] = queue.near(waiting("changed", number=3, kind="no_show"), RULES.zone)
    assert (found.learner_id, found.voucher, found.unpaid) == (7, None, True)
    ExamRow.objects.filter(id=first.id).delete()
    assert near(replace(first, cause="changed")) == []


def test_nobody_of_an_empty_programme():
    assert near(waiting()) == []
    assert queue.first_waiting(1).value is not None
    assert queue.settled(99) is None
