"""Migrations forward and back on real databases, with rows and without."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.conftest import NOW
from tests.domain.quiz.banks import bank
from tests.domain.study_time.entries import decide, tell
from tests.domain.vouchers.builders import FND, fill, issue, ready
from wins_xblocks.domain.quiz import api as quiz
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration import places
from wins_xblocks.domain.registration.models import Entitlement, Registration
from wins_xblocks.domain.study_time.models import OfflineClaim
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

UNIT = Quiz("unit-1", "unit", Limits(70, 3), "foundation")


def migrate(*target):
    call_command("migrate", "wins_xblocks", *target, verbosity=0)


def ours():
    return {name for name in connection.introspection.table_names() if name.startswith("wins_xblocks_")}


@pytest.fixture
def migrated(bare_database):
    call_command("migrate", verbosity=0)
    return bare_database


def furnished():
    """A learner who passed and holds a voucher, with one quiz open; how many rows there are of each kind."""
    ready(1)
    fill(3)
    issue(1)
    quiz.start(UNIT, Taker(1, None, False), bank(), "seed", NOW)
    decide(tell(hours=17).id)
    return counts()


def counts():
    return [model.objects.count() for model in (Registration, Attempt, Voucher, VoucherExam)]


def test_empty_tables_go_forward_back_to_nothing_and_forward_again(migrated):
    there = ours()
    assert "wins_xblocks_attempt" in there
    migrate("zero")
    assert ours() == set()
    migrate()
    assert ours() == there


def test_rows_outlive_a_step_back_and_forward(migrated):
    before = furnished()
    assert all(before)
    migrate("0001")
    migrate()
    assert counts() == before
    assert OfflineClaim.objects.get().state == "accepted"
    assert Voucher.objects.get(holder_id=1).state == "issued"


def test_going_back_stops_before_a_second_place_is_lost_and_changes_nothing(migrated):
    before = furnished()
    with transaction.atomic():
        places.grant(1, "foundation", FND, "Paid again", 1, NOW)
    with pytest.raises(RuntimeError, match="1 places in exams are second ones"):
        migrate("0008")
    assert counts() == before
    migrate()
    assert registration.places(1, FND) == 1
    Entitlement.objects.filter(number=1).delete()
    migrate("0008")
    migrate()
    assert counts() == before


def test_tables_with_rows_can_be_taken_away(migrated):
    furnished()
    migrate("zero")
    assert ours() == set()


def test_the_migrated_tables_refuse_what_the_models_refuse(migrated):
    """The constraints stand in the database, not in the models only."""
    furnished()
    free = VoucherExam.objects.filter(open_holder__isnull=True).first()
    for wrong in ({"open_holder": 1, "state": "issued"}, {"state": "issued"}, {"open_holder": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VoucherExam.objects.filter(id=free.id).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(open_slot=1).update(submitted_at=NOW)
    assert VoucherExam.objects.filter(exam=FND, open_holder=1).count() == 1
