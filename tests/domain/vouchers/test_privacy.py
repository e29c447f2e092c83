"""Erasing a learner: the money's record stays, nobody's place or code is lost, no word is left."""

from datetime import timedelta

import pytest

from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration import privacy as registration_privacy
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.vouchers import api, privacy
from wins_xblocks.domain.vouchers.models import TakenBack, Voucher, VoucherExam, VoucherWait

from .builders import FND, KEYS, NOW, RULES, fill, issue, position, ready, reveal

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def texts(voucher_id):
    return [entry.text for entry in audit.entries(f"voucher:{voucher_id}") if entry.action == "voucher.taken_back"]


def test_a_reserved_voucher_that_nobody_saw_goes_back_to_the_pool_and_on_to_the_next():
    ready(7, 8)
    fill()
    issue(7)
    issue(8)
    privacy.forget(7, LATER)
    registration_privacy.forget(7, LATER)
    assert api.serve_waiting(RULES, None, 1, LATER) == 1
    assert position(8).state == "issued"
    assert set(Entitlement.objects.filter(learner_id=7).values_list("state", flat=True)) == {"withdrawn"}


def test_a_voucher_that_was_seen_stays_hers_under_her_number():
    ready(7)
    [code] = fill()
    issue(7)
    reveal(7)
    Voucher.objects.update(end_reason="She wrote to us")
    privacy.forget(7, LATER)
    row = Voucher.objects.get()
    assert (row.holder_id, row.state, row.end_reason) == (7, "revealed", "")
    assert VoucherExam.objects.get().open_holder == 7
    assert KEYS.decrypt(row.cipher) == code


def test_one_whose_last_day_passed_unseen_ends_without_a_word_to_her():
    ready(7)
    fill()
    issue(7)
    after = NOW + timedelta(days=400)
    privacy.forget(7, after)
    registration_privacy.forget(7, after)
    api.expire_due(RULES, after)
    assert Voucher.objects.get().state == "expired"
    assert set(Entitlement.objects.filter(learner_id=7).values_list("state", flat=True)) == {"withdrawn"}
    assert not VoucherWait.objects.exists()
    assert not OutboxMessage.objects.filter(kind="voucher_ended").exists()
    assert audit.broken() == []


def test_who_waits_leaves_the_queue_and_gets_nothing_afterwards():
    ready(7)
    issue(7)
    privacy.forget(7, LATER)
    registration_privacy.forget(7, LATER)
    fill(now=LATER)
    assert not VoucherWait.objects.exists()
    assert api.serve_waiting(RULES, None, 1, LATER) == 0
    assert Voucher.objects.get().state == "imported"


def test_of_a_voucher_that_went_to_another_only_her_own_words_are_erased():
    ready(7, 8)
    fill()
    for learner in (7, 8):
        issue(learner)
        api.take_back(Voucher.objects.get().id, 1, f"Because of {learner}", NOW)
    privacy.forget(7, LATER)
    assert texts(Voucher.objects.get().id) == [None, "Because of 8"]
    assert list(TakenBack.objects.values_list("learner_id", flat=True)) == [8]
    assert audit.broken() == []


def test_what_she_is_told_names_no_other_learner():
    ready(7, 8)
    fill()
    issue(7)
    api.take_back(Voucher.objects.get().id, 1, "A mistake", NOW)
    issue(8)
    told = privacy.told_of(7)
    assert [row["reason"] for row in told["TakenBack"]] == ["A mistake"]
    assert [row["action"] for row in told["AuditEntry"]] == ["name.confirmed", "voucher.issued", "voucher.taken_back"]
    assert told["Voucher"] == []
    assert [row["action"] for row in privacy.told_of(8)["AuditEntry"]] == ["name.confirmed", "voucher.issued"]


def test_a_new_registration_after_that_brings_no_second_place():
    ready(7)
    registration_privacy.forget(7, LATER)
    module = RULES.module("foundation")
    again = registration.open_for_enrolment(7, module, "course-v1:WINS+FND+2026", RULES.version, LATER)
    assert again.open
    assert registration.places(7, FND) == 0


def test_forgetting_again_changes_nothing():
    ready(7)
    fill()
    issue(7)
    assert privacy.forget(7, LATER) > 0
    assert privacy.forget(7, LATER) == 0
    assert registration_privacy.forget(7, LATER) > 0
    assert registration_privacy.forget(7, LATER) == 0
