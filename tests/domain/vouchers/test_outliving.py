"""Vouchers and places in the queue that outlive a registration, or the rules under which they were given."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.programme.loader import plain
from wins_xblocks.domain.programme.models import ProgrammeVersion
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.vouchers import api, pool
from wins_xblocks.domain.vouchers.models import VoucherExam

from .builders import FND, REG, RULES, fill, issue, join, position, ready, reveal

pytestmark = pytest.mark.django_db
MUCH_LATER = NOW + timedelta(days=200)


def end(learner_id=7, state="lapsed"):
    """The Foundation registration ends."""
    own = Registration.objects.filter(learner_id=learner_id, module="foundation")
    own.update(state=state, open_slot=None, ended_at=NOW)


def states(rules=RULES):
    return {own.exam: own.state for own in api.positions(7, rules, None, 1, NOW)}


def newer(version=2, exam="WINS-NEW"):
    """Rules that know the Foundation exam by another code."""
    changed = tuple(replace(m, exam=exam) if m.exam == FND else m for m in RULES.modules)
    return replace(RULES, version=version, modules=changed)


@pytest.mark.parametrize("state", ["lapsed", "cancelled"])
def test_a_voucher_stays_in_sight_when_its_registration_has_ended(state):
    ready(7)
    [code] = fill()
    issue()
    end(state=state)
    assert states() == {FND: "issued", REG: "not_ready"}
    assert reveal() == code
    assert states()[FND] == "shown"


def test_the_exam_of_an_ended_registration_without_a_voucher_says_no_place():
    ready(7)
    end()
    assert states() == {FND: "no_place", REG: "not_ready"}


def test_a_reserved_voucher_that_ends_brings_no_place_to_a_registration_that_ended_before():
    ready(7)
    fill(1, last_day=date(2027, 6, 30))
    issue()
    end()
    here = position(now=MUCH_LATER)
    assert here.voucher.lapsed(MUCH_LATER)
    assert here.state == "no_place"


def test_the_place_of_a_voucher_that_ended_unseen_goes_to_the_registration_opened_since():
    ready(7)
    fill(1, last_day=date(2027, 6, 30))
    issue()
    end()
    join(7, "foundation")
    assert registration.places(7, FND) == 0
    api.expire_due(RULES, MUCH_LATER)
    assert registration.places(7, FND) == 1


def test_who_waits_for_an_exam_of_older_rules_is_served():
    ready(7, 8)
    fill()
    held = issue(8)
    issue(7)
    api.take_back(held.voucher.id, 1, "Sent to the wrong person", NOW)
    assert api.serve_waiting(newer(), None, 1, NOW) == 1
    assert position(7).state == "issued"


def test_a_pool_that_no_rules_know_keeps_back_no_other():
    ready(7)
    pool.ensure(["OLD"])
    pool.join("OLD", 7, NOW)
    fill()
    VoucherExam.objects.update(exam="OLD")
    issue(7)
    fill(1, start=2, exam=REG)
    VoucherExam.objects.filter(exam=REG).update(exam=FND)
    assert api.serve_waiting(RULES, None, 1, NOW) == 1
    assert position(7).state == "issued"


def test_a_code_of_the_first_rules_stays_in_sight_under_newer_ones():
    ready(7)
    fill()
    issue()
    Registration.objects.filter(learner_id=7).update(rule_version=2)
    assert states(newer()) == {FND: "issued", "WINS-NEW": "no_place", REG: "ready"}


def test_a_code_of_rules_between_the_first_and_the_present_ones_stays_in_sight():
    ready(7)
    fill()
    issue()
    body = plain(newer(2, "WINS-MID"))
    ProgrammeVersion.objects.create(
        version=2, effective=NOW.date(), reason="A new code", body=body, made_at=NOW, made_by=1
    )
    VoucherExam.objects.filter(exam=FND).update(exam="WINS-MID")
    Registration.objects.filter(learner_id=7).update(rule_version=3)
    assert states(newer(3))["WINS-MID"] == "issued"


def test_a_slot_that_is_not_free_undoes_the_whole_hand_over(monkeypatch):
    ready(7)
    fill()
    [slot] = pool.usable(FND, 90, NOW)
    monkeypatch.setattr(pool, "take", lambda *args: slot)
    VoucherExam.objects.update(state="closed")
    with pytest.raises(Refusal, match="not free any more"):
        issue()
    assert registration.places(7, FND) == 1
