"""A query that is composed once answers what the ORM answers, whatever is asked of it."""

import gc
import threading
import weakref
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.db import connection, connections
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW
from tests.domain.vouchers import builders
from tests.domain.vouchers.builders import FND, fill, ready
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.prepared import MOST, prepared
from wins_xblocks.domain.registration.models import Registration, Waiver
from wins_xblocks.domain.vouchers.models import Voucher

pytestmark = pytest.mark.django_db


@prepared
def registrations(ids):
    return Registration.objects.filter(learner_id__in=ids).order_by("id")


@prepared
def waived(ids):
    rows = Waiver.objects.filter(registration__id__in=ids).order_by("registration_id")
    return rows.values_list("registration_id").annotate(sum=Sum("ms"))


@prepared
def last_days(since, last_day, exam):
    rows = Voucher.objects.filter(expires_at__gte=since, expires_on__lte=last_day, exams__exam=exam)
    return rows.order_by("id").values_list("id", "expires_on", "expires_at", "exams__state")[:2]


def plain(rows, **values):
    return list(rows.__wrapped__(**values))


def attributes(row):
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_models_are_those_of_the_orm():
    ready(1, 2, 3)
    for ids in ([1], [2, 3], [3, 1, 2], [9], [1, 9, 2]):
        ours, theirs = registrations(ids=ids), plain(registrations, ids=ids)
        assert list(map(attributes, ours)) == list(map(attributes, theirs)), ids
        assert ours == theirs
    [row, _other] = registrations(ids=[1])
    row.source = "staff"
    row.save()  # it is a row as any other: known to be stored
    assert Registration.objects.get(id=row.id).source == "staff"


def test_json_and_moments_become_pythons_values():
    when = datetime(2027, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
    ExamEvent.objects.create(learner_id=1, exam=FND, kind="pass", happened_at=when, recorded_at=NOW, facts={"score": 7})

    @prepared
    def heard(learner_id):
        return ExamEvent.objects.filter(learner_id=learner_id)

    [row] = heard(learner_id=1)
    assert (row.facts, row.happened_at) == ({"score": 7}, when)


def test_sums_and_joins():
    ready(1, 2, 3)
    fill(3)
    ids = list(Registration.objects.values_list("id", flat=True))
    assert len(ids) == 6
    assert waived(ids=ids) == plain(waived, ids=ids)
    moment = Voucher.objects.first().expires_at
    for since in (NOW, moment, moment.astimezone(timezone(timedelta(hours=9))), moment + timedelta(microseconds=1)):
        for last_day in (builders.LAST_DAY, date(2028, 2, 27)):
            asked = {"since": since, "last_day": last_day, "exam": FND}
            assert last_days(**asked) == plain(last_days, **asked), asked
    assert len(last_days(since=NOW, last_day=builders.LAST_DAY, exam=FND)) == 2


def test_it_is_composed_once_for_a_length_and_sends_what_the_orm_sends():
    ready(1, 2, 3)
    calls = []

    @prepared
    def own(ids):
        calls.append(ids)
        return Registration.objects.filter(learner_id__in=ids).order_by("id")

    for ids in ([1], [2], [1, 2], [2, 3], [1, 2, 3], [3, 2, 1, 9]):
        own(ids=ids)
    assert [len(ids) for ids in calls] == [1, 2, 4]
    with CaptureQueriesContext(connection) as ours:
        own(ids=[1, 2])
    with CaptureQueriesContext(connection) as theirs:
        plain(registrations, ids=[1, 2])
    assert [query["sql"] for query in ours] == [query["sql"] for query in theirs]


def test_no_value_no_query_and_too_many_go_through_the_orm():
    ready(1)
    with CaptureQueriesContext(connection) as asked:
        assert registrations(ids=[]) == []
        assert registrations(ids=()) == []
    assert not asked.captured_queries
    many = list(range(1, MOST + 2))
    assert registrations(ids=many) == plain(registrations, ids=many) != []


def test_what_loads_other_rows_is_refused():
    @prepared
    def dicts(id_):
        return Registration.objects.filter(id=id_).values("id")

    with pytest.raises(AssertionError):
        dicts(id_=1)


def test_lists_are_told_apart_by_their_names():
    ready(1, 2)

    @prepared
    def two(ids, modules):
        return Registration.objects.filter(learner_id__in=ids, module__in=modules).order_by("id").values_list("id")

    first = two(ids=[1, 2], modules=["foundation"])
    assert first == plain(two, ids=[1, 2], modules=["foundation"])
    assert two(modules=["foundation", "regulation"], ids=[1]) == plain(
        two, ids=[1], modules=["foundation", "regulation"]
    )


def test_what_was_composed_goes_with_its_connection():
    left = []

    def ask():
        own = connections.create_connection("default")
        connections["default"] = own
        left.append(weakref.ref(own))
        registrations(ids=[1])
        own.close()

    for _again in range(3):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    gc.collect()
    assert [one() for one in left] == [None] * 3
