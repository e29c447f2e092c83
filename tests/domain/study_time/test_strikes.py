"""Time that staff take out of the count: how much, why, once, and never unseen."""

import pytest

from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.study_time import privacy, strikes
from wins_xblocks.domain.study_time.models import Strike, StudyDay

from .beats import HOUR, MINUTE, NOW, api, beat, visit

pytestmark = pytest.mark.django_db
STAFF = 99


@pytest.fixture(autouse=True)
def studied():
    """Learner 1 has two hours in registration 11."""
    api.accept_notice(1, NOW)
    StudyDay.objects.create(learner_id=1, registration_id=11, module="foundation", day=NOW.date(), ms=2 * HOUR)


def strike(ms=HOUR, reason="Two people at once", seen=0, by=STAFF, learner=1, **more):
    return strikes.strike(learner, 11, ms, reason, seen, "Foundation Module", by, NOW, **more)


def counted():
    hours = api.hours_of([11])[11]
    return hours.credited_ms - hours.struck_ms


def test_it_counts_no_more_and_says_how_much_when_and_why():
    assert strike()
    assert counted() == HOUR
    [told] = api.struck(11)
    assert (told.ms, told.reason, told.at, told.by) == (HOUR, "Two people at once", NOW, STAFF)


def test_credit_itself_is_not_touched():
    strike()
    assert api.by_day(11) == [(NOW.date(), 2 * HOUR)]


def test_it_is_an_act_of_the_trail_and_the_learner_gets_a_mail_without_the_reason():
    strike()
    [entry] = audit.entries(strikes.subject(Strike.objects.get().id))
    assert (entry.action, entry.actor_id, entry.text) == ("hours.struck", STAFF, "Two people at once")
    assert entry.facts == {"registration": 11, "ms": HOUR}
    [message] = OutboxMessage.objects.all()
    assert (message.kind, message.recipient_id, message.values) == ("hours_struck", 1, {"module": "Foundation Module"})


@pytest.mark.parametrize("reason", ["", "   \n", "\0"])
def test_without_a_reason_nothing_is_taken_out(reason):
    with pytest.raises(strikes.ReasonWrong, match="Write the reason"):
        strike(reason=reason)
    assert counted() == 2 * HOUR


@pytest.mark.parametrize("ms", [0, -1, 2 * HOUR + 1])
def test_only_time_that_was_counted_online_can_be_taken_out(ms):
    with pytest.raises(strikes.TimeWrong):
        strike(ms)
    assert counted() == 2 * HOUR
    assert not audit.entries(strikes.subject(1))


def test_not_more_than_is_left():
    strike(90 * MINUTE)
    with pytest.raises(strikes.TimeWrong, match="at most 30 min"):
        strike(HOUR, seen=1)
    assert strike(30 * MINUTE, seen=1)
    assert counted() == 0


def test_in_the_demo_the_rest_is_said_as_it_is_shown():
    with pytest.raises(strikes.TimeWrong, match="at most 20 h"):
        strike(3 * HOUR, factor=10)


def test_pressed_twice_it_is_done_once():
    assert strike()
    assert not strike()
    assert counted() == HOUR


def test_what_another_took_out_meanwhile_must_be_seen_first():
    strike(MINUTE)
    with pytest.raises(Refusal, match="meanwhile"):
        strike()
    with pytest.raises(Refusal, match="meanwhile"):
        strike(MINUTE, by=98)
    assert counted() == 2 * HOUR - MINUTE


def test_the_same_again_on_a_new_form_is_another_one():
    strike()
    assert strike(seen=1)
    assert counted() == 0


def test_nobody_takes_out_her_own():
    with pytest.raises(Refusal, match="your own"):
        strike(by=1)
    assert counted() == 2 * HOUR


def test_a_long_reason_and_too_many_are_refused(monkeypatch):
    with pytest.raises(strikes.ReasonWrong, match="too long"):
        strike(reason="x" * (strikes.LONGEST + 1))
    monkeypatch.setattr(strikes, "MOST", 1)
    strike(MINUTE)
    with pytest.raises(Refusal, match="too often"):
        strike(MINUTE, seen=1)


def test_reading_goes_on_after_it():
    strike()
    beat(visit("a"), (0, MINUTE))
    assert counted() == HOUR + MINUTE


def test_the_reason_is_told_and_erased_with_the_learners_data():
    strike(reason="Lena did it")
    assert "Lena did it" in str(privacy.told_of(1, [11])["AuditEntry"])
    privacy.forget(1, [11], NOW)
    [entry] = audit.entries(strikes.subject(Strike.objects.get().id))
    assert (entry.text, entry.erased) == (None, True)
    assert audit.broken() == []
    assert counted() == HOUR


def test_no_reason_is_written_about_whom_we_have_forgotten():
    privacy.forget(1, [11], NOW)
    with pytest.raises(Refusal, match="was erased"):
        strike()
    assert not Strike.objects.exists()
    assert counted() == 2 * HOUR
