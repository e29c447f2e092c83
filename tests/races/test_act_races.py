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
ROUNDS = pytest.mark.parametrize("times", range(3))


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


def issue_by_saving(learner_id, gate):
    """The same of a learner's own button."""
    new = pool.usable(FND, 90, NOW).first().voucher
    gate.wait()
    with transaction.atomic():
        new.state, new.holder_id, new.issued_at = "issued", learner_id, NOW
        new.save()
    return new.id


def replace_by_looking(number, voucher_id, gate):
    """Look whether the code may be replaced, then take another one: what was looked at is out of date by then."""
    row, slot = Voucher.objects.get(id=voucher_id), pool.usable(FND, 90, NOW)[number]
    may = row.state in acts.SEEN
    gate.wait()
    if may:
        Voucher.objects.filter(id=voucher_id).update(state="void", replaced_by=slot.voucher_id)
        Voucher.objects.filter(id=slot.voucher_id, state="imported").update(
            state="issued", holder_id=row.holder_id, issued_at=NOW
        )
    return may


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


def test_without_lock_and_condition_a_code_that_two_replace_becomes_two(database):
    [voucher_id] = shown(1)
    fill(2, start=50)
    gate = threading.Barrier(2)
    assert race(lambda number: replace_by_looking(number, voucher_id, gate), [0, 1]) == [True, True]
    assert Voucher.objects.filter(holder_id=1, state="issued").count() == 2


def test_without_lock_and_condition_the_last_code_is_given_instead_and_issued(database):
    [voucher_id] = shown(1)
    ready(2)
    fill(1, start=50)
    gate = threading.Barrier(2)
    acting = [lambda: replace_by_saving(voucher_id, gate), lambda: issue_by_saving(2, gate)]
    instead, issued = race(lambda act: act(), acting)
    assert instead == issued


@ROUNDS
def test_the_last_code_is_given_instead_or_issued_never_both(database, times):
    """Staff replace a code while the last one is issued to another learner: she waits, or nothing is replaced."""
    [voucher_id] = shown(1)
    ready(2)
    fill(1, start=50)
    instead, issued = race(lambda act: act(), [lambda: replace(voucher_id), lambda: issue(2)])
    old, last = Voucher.objects.order_by("id")
    if isinstance(instead, int):
        assert (issued.state, old.state, old.replaced_by_id, last.holder_id) == ("waiting", "void", last.id, 1)
    else:
        assert isinstance(instead, acts.NotPossible), instead
        assert (issued.state, old.state, old.replaced_by_id, last.holder_id) == ("issued", "revealed", None, 2)
        assert position(1).state == "shown", "whose code could not be replaced keeps it"
    holders = list(VoucherExam.objects.filter(state="open").values_list("open_holder", flat=True))
    assert sorted(holders) == ([1] if isinstance(instead, int) else [1, 2])
    assert Entitlement.objects.filter(exam=FND, state="used").count() == len(holders)
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
