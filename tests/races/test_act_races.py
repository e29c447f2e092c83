"""What staff do with vouchers while learners and other staff act on the same ones. The negative control comes first."""

import threading

import pytest
from django.db import transaction

from tests.conftest import NOW
from tests.domain.vouchers.builders import ALONE, FND, RULES, fill, issue, position, ready, reveal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.vouchers import acts, pool
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

from .conftest import race

LEARNERS = list(range(1, 9))


def replace(voucher_id):
    return acts.replace(voucher_id, "sent_twice", "Sent twice", 99, RULES, NOW)


def replace_by_saving(voucher_id, gate):
    """What one writes first: look for the next code, then save it as the learner's. No lock, no condition."""
    row, new = Voucher.objects.get(id=voucher_id), pool.usable(FND, 90, NOW).first().voucher
    gate.wait()
    with transaction.atomic():
        new.state, new.holder_id, new.issued_at = "issued", row.holder_id, NOW
        new.save()
    return new.id


def shown(*learner_ids):
    """Each of them has seen a code; the vouchers' ids."""
    ready(*learner_ids)
    fill(len(learner_ids))
    for learner_id in learner_ids:
        issue(learner_id)
        reveal(learner_id)
    return [Voucher.objects.get(holder_id=learner_id).id for learner_id in learner_ids]


def test_without_lock_and_condition_one_new_code_goes_to_two_learners(database):
    """If this fails, the races below prove nothing."""
    vouchers = shown(1, 2)
    fill(1, start=50)
    gate = threading.Barrier(2)
    first, second = race(lambda voucher_id: replace_by_saving(voucher_id, gate), vouchers)
    assert first == second


def test_a_code_that_eight_people_replace_at_once_is_replaced_once(database):
    [voucher_id] = shown(1)
    fill(8, start=50)
    answers = race(lambda _who: replace(voucher_id), LEARNERS)
    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert sum(isinstance(answer, acts.NotPossible) for answer in answers) == 7
    assert VoucherExam.objects.filter(open_holder=1, exam=FND).count() == 1
    assert audit.broken() == []


def test_replacing_and_issuing_from_one_pool_hand_no_code_out_twice(database):
    vouchers = shown(*LEARNERS[:4])
    ready(*LEARNERS[4:])
    fill(6, start=50)
    acting = [(replace, voucher_id) for voucher_id in vouchers] + [(issue, who) for who in LEARNERS[4:]]
    answers = race(lambda one: one[0](one[1]), acting)
    new = [answer for answer in answers[:4] if isinstance(answer, int)]
    issued = [answer.voucher.id for answer in answers[4:] if answer.state == "issued"]
    assert len({*new, *issued}) == len(new) + len(issued) == 6
    for learner_id in LEARNERS:
        assert VoucherExam.objects.filter(open_holder=learner_id, exam=FND).count() <= 1
    assert (
        Entitlement.objects.filter(exam=FND, state="used").count() == VoucherExam.objects.filter(state="open").count()
    )
    assert audit.broken() == []


@pytest.mark.parametrize("rules", [ALONE, RULES] * 2)
def test_cancelling_and_showing_at_once_leaves_no_code_that_works_and_was_cancelled(database, rules):
    ready(1)
    fill(1)
    voucher_id = issue(1).voucher.id
    cancel = lambda: acts.cancel_voucher(voucher_id, "A mistake", 9, rules, NOW)  # noqa: E731
    race(lambda act: act(), [lambda: reveal(1), cancel])
    row = Voucher.objects.get()
    assert not (row.state == "void" and row.revealed_at and rules is RULES), "one person cancelled what was seen"
    assert row.state in ("void", "revealed")
    assert row.state == "void" or position(1).state == "shown"
    used = Entitlement.objects.get(exam=FND).state
    assert used == ("used" if row.revealed_at else "held")
    assert audit.broken() == []
