"""What many queries bring in one statement is what each of them brings alone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, fill, issue, ready
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.registration.models import Registration, Waiver
from wins_xblocks.domain.results.models import ResultEntry
from wins_xblocks.domain.together import Read, together
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

pytestmark = pytest.mark.django_db
WHEN = datetime(2027, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)


def attributes(row):
    return {name: value for name, value in vars(row).items() if name != "_state"}


def written():
    """Rows with moments, days, booleans, decimals, JSON, NULLs, and words that could be taken for something else."""
    ready(1, 2)
    fill(2)
    issue(1)
    ExamEvent.objects.create(
        learner_id=1, exam=FND, kind="pass", happened_at=WHEN, recorded_at=NOW, facts={"score": 7, "city": '{"%s"}'}
    )
    ResultEntry.objects.create(
        token="t", learner_id=1, exam=FND, kind="fail", happened_at=WHEN, score=Decimal("71.2500"), entered_at=NOW,
        entered_by=9, reason='“已接受” {0} %s "\\"', alone=True,
    )  # fmt: skip


def queries():
    held = VoucherExam.objects.filter(voucher__holder_id=1)
    return {
        "registrations": Registration.objects.filter(learner_id=1).order_by("-id"),
        "one": Registration.objects.order_by("-id")[:1],
        "events": ExamEvent.objects.all(),
        "entries": ResultEntry.objects.all(),
        "vouchers": Voucher.objects.defer("cipher"),
        "nobody": Registration.objects.filter(learner_id__in=[]),
        "nothing": Registration.objects.filter(learner_id=99),
    }, {
        "joined": held.values_list("exam", "voucher__state", "voucher__expires_on", "voucher__expires_at", "id"),
        "summed": Waiver.objects.values_list("registration_id").annotate(sum=Sum("ms")).order_by("-sum"),
    }


def test_models_are_those_of_the_orm_each_under_its_name():
    written()
    models, _tuples = queries()
    with CaptureQueriesContext(connection) as told:
        found = together({name: Read(rows, list) for name, rows in models.items()})
    assert len(told) == 1
    for name, rows in models.items():
        theirs = sorted(rows, key=lambda row: row.id)
        ours = sorted(found[name], key=lambda row: row.id)
        assert ours == theirs, name
        deferred = {"cipher"} if name == "vouchers" else set()
        for one, other in zip(ours, theirs, strict=True):
            assert {k: v for k, v in attributes(one).items() if k not in deferred} == attributes(other)
    assert isinstance(found["entries"][0].score, Decimal)
    assert found["entries"][0].alone is True
    assert len(found["one"]) == 1
    assert (found["nobody"], found["nothing"]) == ([], [])


def test_columns_of_joins_and_sums_are_those_of_the_orm():
    written()
    _models, tuples = queries()
    found = together({name: Read(rows, sorted) for name, rows in tuples.items()})
    assert found == {name: sorted(rows) for name, rows in tuples.items()}
    assert found["joined"]


def test_a_part_says_what_it_makes_of_its_rows():
    ready(1)
    assert together({"how many": Read(Registration.objects.all(), len)}) == {"how many": 2}
    assert together({"none": Read(Registration.objects.filter(id__in=[]), tuple)}) == {"none": ()}
    assert together({}) == {}


def test_a_row_is_one_as_any_other():
    ready(1)
    [row, _other] = together({"rows": Read(Registration.objects.order_by("id"), list)})["rows"]
    row.started_at += timedelta(days=1)
    row.save()
    assert Registration.objects.get(id=row.id).started_at == row.started_at
