"""Results by hand: one enters, another confirms; and what is decided of a result that is recorded."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.conftest import NOW
from tests.domain.vouchers.builders import ALONE, FND, RULES, fill, issue, position, ready, reveal
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.results import entries, privacy
from wins_xblocks.domain.results.data import Entered
from wins_xblocks.domain.results.models import ResultEntry
from wins_xblocks.domain.vouchers import acts
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.voucher_view import view

pytestmark = pytest.mark.django_db
ONE, OTHER = 1, 2
SAT = NOW + timedelta(days=10)
LATER = SAT + timedelta(days=3)
MAIL = "Mail of Pearson VUE, 3 April"


@pytest.fixture
def voucher():
    """What learner 7 has seen."""
    ready(7)
    fill()
    issue()
    reveal()
    return Voucher.objects.get()


def told(voucher, **changed):
    own = Entered(7, FND, "pass", SAT, "t" * 20, Decimal("81.5"), voucher and voucher.id, "", MAIL)
    return replace(own, **changed)


def entered(voucher, **changed):
    assert entries.enter(told(voucher, **changed), ONE, LATER)
    return ResultEntry.objects.latest("id").id


def actions(subject):
    return [(one.action, one.actor_id) for one in audit.entries(subject)]


def test_an_entry_changes_nothing_until_another_confirms_it(voucher):
    heard = []
    number = entered(voucher)
    assert (ExamEvent.objects.count(), Voucher.objects.get().state) == (0, "revealed")
    [waits] = entries.waiting()
    assert (waits.entered_by, waits.entered_at, waits.evidence) == (ONE, LATER, MAIL)
    entries.confirm(number, OTHER, LATER, RULES, on=heard.extend)
    event = ExamEvent.objects.get()
    assert (event.kind, event.happened_at, event.voucher_id, event.facts) == ("pass", SAT, voucher.id, {"score": 81.5})
    assert (position(now=LATER).state, Voucher.objects.get().state) == ("passed", "used")
    assert actions(f"entry:{number}") == [("result.entered", ONE), ("result.confirmed", OTHER)]
    assert actions(f"voucher:{voucher.id}")[-1] == ("result.recorded", OTHER)
    assert [(one.learner_id, one.kind) for one in heard] == [(7, "pass")]
    assert OutboxMessage.objects.filter(kind="result_arrived", recipient_id=7).count() == 1
    assert (audit.broken(), entries.waiting()) == ([], ())
    with pytest.raises(entries.NotWaiting):
        entries.confirm(number, OTHER, LATER, RULES)


def test_nobody_confirms_what_she_entered(voucher):
    number = entered(voucher)
    with pytest.raises(Refusal, match="Somebody else must confirm"):
        entries.confirm(number, ONE, LATER, RULES)
    with pytest.raises(Refusal, match="Give a reason"):
        entries.confirm(number, ONE, LATER, RULES, "  ")
    assert not ExamEvent.objects.exists()


def test_an_override_is_kept_as_one(voucher):
    number = entered(voucher)
    entries.confirm(number, ONE, LATER, RULES, "No one else is in the office")
    row, entry = ResultEntry.objects.get(), audit.entries(f"entry:{number}")[-1]
    assert (row.alone, row.note) == (True, "No one else is in the office")
    assert (entry.action, entry.facts["override"], entry.text) == ("result.confirmed_alone", True, row.note)


def test_where_the_policy_asks_for_one_person_one_is_enough(voucher):
    entries.confirm(entered(voucher), ONE, LATER, ALONE)
    assert (ResultEntry.objects.get().alone, position(now=LATER).state) == (True, "passed")


def test_the_database_itself_wants_two_people(voucher):
    entered(voucher)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResultEntry.objects.update(state="applied", decided_by=ONE, decided_at=LATER)


def test_an_entry_is_refused_with_a_reason(voucher):
    number = entered(voucher)
    with pytest.raises(Refusal, match="Give a reason"):
        entries.refuse(number, "", OTHER, LATER)
    entries.refuse(number, "The mail is of another person", OTHER, LATER)
    assert (ResultEntry.objects.get().state, ExamEvent.objects.count()) == ("refused", 0)
    with pytest.raises(entries.NotWaiting):
        entries.refuse(number, "Again", OTHER, LATER)
    assert actions(f"entry:{number}")[-1] == ("result.refused", OTHER)


def test_the_same_form_twice_is_one_entry_and_anothers_form_is_none(voucher):
    entered(voucher)
    assert entries.enter(told(voucher), ONE, LATER) is False
    with pytest.raises(Refusal, match="out of date"):
        entries.enter(told(voucher), OTHER, LATER)
    assert ResultEntry.objects.count() == 1


@pytest.mark.parametrize(("changed", "match"), [
    ({"kind": "maybe"}, "Choose the result"), ({"kind": "taken"}, "Choose the result"),
    ({"happened_at": LATER + timedelta(days=1)}, "still to come"), ({"evidence": " \0"}, "where this result"),
    ({"evidence": "x" * 201}, "too long"), ({"voucher_id": None}, "write why"),
    ({"voucher_id": 999}, "not of this learner"), ({"learner_id": 99}, "never studied"),
    ({"learner_id": ONE}, "your own"), ({"kind": "revoke", "reason": "x"}, "stand as you saw"),
    ({"kind": "revoke", "reason": ""}, "Give a reason"), ({"voucher_id": None, "reason": "x" * 2001}, "too long"),
])  # fmt: skip
def test_what_cannot_be_is_refused(voucher, changed, match):
    with pytest.raises(Refusal, match=match):
        entries.enter(told(voucher, **changed), ONE, LATER)
    assert not ResultEntry.objects.exists()


def test_an_unseen_voucher_paid_for_nothing():
    ready(7)
    fill()
    issue()
    with pytest.raises(Refusal, match="has not seen this code"):
        entries.enter(told(Voucher.objects.get()), ONE, LATER)


def test_a_result_without_a_voucher_needs_to_say_why(voucher):
    entries.confirm(entered(voucher, voucher_id=None, reason="Paid at the test centre"), OTHER, LATER, RULES)
    assert (position(now=LATER).result.passed, Voucher.objects.get().state) == (True, "revealed")
    number = ResultEntry.objects.get().id
    assert [one for one, _by in actions(f"entry:{number}")] == ["result.entered", "result.confirmed", "result.recorded"]


def test_a_learner_never_confirms_her_own(voucher):
    with pytest.raises(Refusal, match="your own"):
        entries.confirm(entered(voucher), 7, LATER, RULES)


@pytest.fixture
def passed(voucher):
    entries.confirm(entered(voucher), OTHER, LATER, RULES)


def act(kind, day=0, reason="A question of identity"):
    entries.act(7, FND, kind, reason, ONE, LATER + timedelta(days=day))


def says(day):
    return " ".join((told := view(position(now=LATER + timedelta(days=day)))).sentences + (told.heading,))


def test_hold_and_release(passed):
    act("hold", 1)
    assert position(now=LATER + timedelta(days=1)).state == "review"
    assert "WINS writes to you by" in says(1)
    assert "identity" not in says(1), "the reason is for staff"
    with pytest.raises(entries.NotPossible):
        act("hold", 2)
    act("release", 3)
    assert position(now=LATER + timedelta(days=3)).state == "passed"
    assert actions(f"exam:7:{FND}") == [("result.hold", ONE), ("result.release", ONE)]
    assert OutboxMessage.objects.filter(kind="result_changed", recipient_id=7).count() == 2


def revoked(token="r" * 20):
    own = Entered(7, FND, "revoke", LATER, token, reason="Somebody else sat for her")
    assert entries.enter(own, ONE, LATER + timedelta(days=1))
    return ResultEntry.objects.latest("id").id


def test_a_pass_is_withdrawn_by_two_and_the_learner_reads_why(passed):
    number = revoked()
    assert position(now=LATER + timedelta(days=1)).state == "passed"
    with pytest.raises(Refusal, match="Somebody else must confirm"):
        entries.confirm(number, ONE, LATER, RULES)
    entries.confirm(number, OTHER, LATER + timedelta(days=2), RULES)
    assert position(now=LATER + timedelta(days=2)).state == "withdrawn"
    assert "Somebody else sat for her" in says(2)
    assert "withdrawn on" in says(2)
    act("restore", 3)
    assert position(now=LATER + timedelta(days=3)).state == "passed"
    assert "valid again" in says(3)
    assert exams.outcome(7, FND).passed_at == SAT
    assert audit.broken() == []


def test_a_pass_that_was_withdrawn_meanwhile_is_not_withdrawn_again(passed):
    first, second = revoked(), revoked("s" * 20)
    entries.confirm(first, OTHER, LATER + timedelta(days=2), RULES)
    with pytest.raises(entries.NotPossible):
        entries.confirm(second, OTHER, LATER + timedelta(days=2), RULES)
    assert ResultEntry.objects.get(id=second).state == "waiting", "nothing half applied"


def test_a_late_result_is_folded_by_when_it_happened(passed):
    """A fail of before the pass, entered after the withdrawal, changes nothing of it."""
    entries.confirm(revoked(), OTHER, LATER + timedelta(days=2), RULES)
    late = entered(
        None, kind="fail", token="l" * 20, happened_at=SAT - timedelta(days=1), voucher_id=None, reason="At WINS"
    )
    entries.confirm(late, OTHER, LATER + timedelta(days=4), RULES)
    outcome = exams.outcome(7, FND)
    assert (outcome.passed, outcome.failed, bool(outcome.withdrawn_at)) == (False, False, True)


def test_what_an_act_does_is_told_before(passed):
    before, after = exams.foreseen(7, FND, "revoke", LATER)
    assert (before.passed, after.passed) == (True, False)
    assert exams.outcome(7, FND).passed


@pytest.mark.parametrize(("kind", "match"), [
    ("revoke", "Choose what"), ("x", "Choose what"), ("restore", "does not stand"), ("release", "does not stand"),
])  # fmt: skip
def test_other_acts_are_refused(passed, kind, match):
    with pytest.raises(Refusal, match=match):
        act(kind)


def test_words_of_a_result_go_with_the_account(passed):
    act("hold", 1)
    entries.confirm(revoked(), OTHER, LATER + timedelta(days=2), RULES)
    assert MAIL in str(privacy.told_of(7))
    privacy.forget(7, LATER)
    left = str(privacy.told_of(7))
    assert not any(word in left for word in (MAIL, "identity", "sat for her"))
    assert (exams.outcome(7, FND).withdrawn_at is not None, audit.broken()) == (True, [])


def void(voucher, **changed):
    return entered(voucher, kind="void", token="v" * 20, reason="Misuse", **changed)


def test_a_voucher_that_was_shown_is_cancelled_by_two_people(voucher):
    number = void(voucher)
    assert (position(now=LATER).state, entries.waiting()[0].kind) == ("shown", "void")
    with pytest.raises(Refusal, match="Somebody else"):
        entries.confirm(number, ONE, LATER, RULES)
    entries.confirm(number, OTHER, LATER, RULES)
    here = position(now=LATER)
    assert (here.state, here.voucher.ending.reason) == ("void", "Misuse")
    assert actions(f"entry:{number}") == [("result.entered", ONE), ("result.confirmed", OTHER)]
    assert actions(f"voucher:{voucher.id}")[-1] == ("voucher.cancelled", OTHER)
    assert OutboxMessage.objects.filter(kind="voucher_cancelled").count() == 1
    assert not ExamEvent.objects.exists()
    assert audit.broken() == []


def test_one_person_cancels_it_with_a_reason_that_the_trail_keeps_or_where_the_policy_wants_no_second(voucher):
    entries.confirm(void(voucher), ONE, LATER, RULES, "Alone in the office")
    assert actions(f"entry:{ResultEntry.objects.get().id}")[-1] == ("result.confirmed_alone", ONE)
    assert Voucher.objects.get().state == "void"


def test_what_was_entered_twice_or_has_ended_meanwhile_cancels_nothing(voucher):
    number = void(voucher)
    with pytest.raises(entries.NotPossible, match="waits for a second person"):
        entries.enter(told(voucher, kind="void", token="w" * 20, reason="Again"), OTHER, LATER)
    acts.mark_lost(voucher.id, "Did not come", ONE, RULES, LATER)
    with pytest.raises(entries.NotPossible, match="Refuse the entry"):
        entries.confirm(number, OTHER, LATER, RULES)
    assert (Voucher.objects.get().state, ResultEntry.objects.get().state) == ("lost", "waiting")
    entries.refuse(number, "It was lost", OTHER, LATER)


@pytest.mark.parametrize("state", ["issued", "void", "used"])
def test_only_a_voucher_that_was_shown_waits_to_be_cancelled(voucher, state):
    Voucher.objects.update(state=state, revealed_at=None if state == "issued" else NOW)
    with pytest.raises(entries.NotPossible):
        void(Voucher.objects.get())
    ready(8)
    with pytest.raises(entries.NotPossible):
        void(voucher, learner_id=8)
    assert not ResultEntry.objects.exists()


def test_a_voucher_is_not_cancelled_without_a_reason(voucher):
    with pytest.raises(acts.ReasonWrong):
        entries.enter(told(voucher, kind="void", reason=" "), ONE, LATER)
