"""What the database itself makes impossible."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.conftest import NOW
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam, VoucherWait

from .builders import FND, fill, issue, ready, reveal

pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    ready(7)
    fill(2)
    return issue().voucher.id


def refused(rows, **change):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**change)


def test_a_code_once_seen_cannot_go_back_to_the_pool(held):
    reveal()
    own = Voucher.objects.filter(id=held)
    refused(own, state="imported")
    refused(own, state="imported", holder_id=None, issued_at=None)


def test_a_pooled_code_belongs_to_nobody(held):
    refused(Voucher.objects.filter(state="imported"), holder_id=7)


def test_an_open_voucher_has_a_holder_and_a_seen_one_its_time(held):
    own = Voucher.objects.filter(id=held)
    refused(own, holder_id=None)
    refused(own, state="revealed")
    refused(own, state="somewhere")


def test_a_learner_cannot_hold_two_open_vouchers_for_one_exam(held):
    refused(VoucherExam.objects.exclude(voucher_id=held), state="open", open_holder=7)
    VoucherExam.objects.exclude(voucher_id=held).update(state="open", open_holder=8)


@pytest.mark.parametrize("change", [{"open_holder": None}, {"state": "free"}, {"state": "closed"}])
def test_slot_and_state_go_together(held, change):
    refused(VoucherExam.objects.filter(voucher_id=held), **change)


def test_a_digest_stands_once(held):
    twin = Voucher.objects.get(id=held)
    twin.id = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_a_learner_waits_once_for_an_exam():
    VoucherWait.objects.create(exam=FND, learner_id=7, since=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        VoucherWait.objects.create(exam=FND, learner_id=7, since=NOW + timedelta(days=1))
    refused(VoucherWait.objects.all(), open_slot=None)


def test_an_open_registration_always_fills_its_slot():
    """A CHECK lets NULL through: without its slot an open registration would not be the only one."""
    from wins_xblocks.domain.registration.models import Registration

    ready(7)
    refused(Registration.objects.all(), open_slot=None)
