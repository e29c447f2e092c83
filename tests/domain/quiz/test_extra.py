"""Tries that staff give beyond: at one test or quiz, counted wherever tries are, told with her data and without words
after it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.quiz.banks import answers, bank
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.quiz import api, extra, privacy
from wins_xblocks.domain.quiz.api import NoTryNow
from wins_xblocks.domain.quiz.data import Counted, Limits, Quiz, Taker
from wins_xblocks.domain.quiz.extra import Extra
from wins_xblocks.domain.quiz.models import ExtraTry

pytestmark = pytest.mark.django_db

LEARNER, BLOCK = 1, "block-v1:quiz"
TEST = Quiz(BLOCK, "test", Limits(70, 3, 24), "foundation")
UNIT = Quiz(BLOCK, "unit", Limits(70, 2), "foundation")
TAKER = Taker(LEARNER, registration_id=5)
DAY = timedelta(days=1)


def take(quiz, right, now, taker=TAKER):
    number = api.start(quiz, taker, bank(), "seed", now).number
    return api.submit(LEARNER, quiz.block, number, answers(quiz.block, right), None, now, taker.registration_id)


def give(now, n=1, registration=5, block="", seen=0, reason="Ill", by=99, learner=LEARNER):
    return extra.give(Extra(learner, registration, block, n, reason, seen), "Foundation Module", by, now)


@pytest.fixture
def used_up(now):
    """The moment after three failed tries."""
    for day in range(3):
        take(TEST, 1, now + day * DAY)
    return now + 2 * DAY + timedelta(minutes=1)


def left(quiz, now):
    """What every page says."""
    stand = api.tries(quiz, TAKER, now)
    counted = api.tests_of([5])[5].counted
    chance = quiz.limits.chance(counted, now)
    assert (stand.left, stand.next_at, stand.may_start) == (chance.left, chance.next_at, chance.may_start)
    return stand.left


def test_another_try_is_there_at_once_and_used_up_by_one(used_up):
    with pytest.raises(NoTryNow):
        api.start(TEST, TAKER, bank(), "seed", used_up)
    assert give(used_up, 2)
    assert left(TEST, used_up) == 2
    later = used_up + timedelta(minutes=1)
    take(TEST, 1, later)
    assert left(TEST, later) == 1
    assert api.tries(TEST, TAKER, later).next_at == later + DAY, "the pause after the next try is that of the rules"
    take(TEST, 1, later + DAY)
    assert left(TEST, later + DAY) == 0


def test_before_any_try_they_are_counted_too(now):
    give(now, 2)
    assert api.tries(TEST, TAKER, now).left == 5
    assert api.tests_of([5])[5].counted == Counted(extra=2, extra_at=now)
    assert api.tests_of([5])[5].tries == 0


def test_after_sending_says_the_same(used_up):
    give(used_up)
    number = api.start(TEST, TAKER, bank(), "seed", used_up).number
    api.submit(LEARNER, BLOCK, number, answers(BLOCK, 1), None, used_up, 5)
    _counted, stand = api.after_sending(TEST, TAKER, (4, 4), used_up)
    assert stand == api.tries(TEST, TAKER, used_up)
    assert stand.left == 0


def test_each_test_and_quiz_has_its_own(used_up):
    give(used_up, registration=6)
    give(used_up, registration=None, block="block-v1:another", seen=1)
    give(used_up, registration=8, learner=2)
    assert left(TEST, used_up) == 0
    assert api.tries(replace(TEST, block="x"), Taker(LEARNER, 6), used_up).left == 4
    assert extra.given(6, LEARNER) == {"": 1, "block-v1:another": 1}
    assert extra.given(5, LEARNER) == {"block-v1:another": 1}


def test_a_quiz_is_found_by_its_block(now):
    for _ in range(2):
        take(UNIT, 1, now)
    assert api.tries(UNIT, TAKER, now).left == 0
    give(now, registration=None, block=BLOCK)
    assert api.tries(UNIT, TAKER, now).left == 1
    assert api.tries(replace(UNIT, limits=Limits(70, 0)), TAKER, now).left is None
    assert api.tries(UNIT, replace(TAKER, is_staff=True), now).left == 2, "staff's own tries are theirs"
    take(UNIT, 1, now)
    assert api.tries(UNIT, TAKER, now).left == 0


def test_who_has_passed_the_test_gets_none(now):
    take(TEST, 4, now)
    give(now)
    assert api.tries(TEST, TAKER, now).left == 0


def test_the_keys_are_hidden_while_another_try_may_come(used_up):
    assert api.tries(TEST, TAKER, used_up).keys
    give(used_up)
    assert not api.tries(TEST, TAKER, used_up).keys


def test_the_same_press_twice_is_one(now):
    assert [give(now), give(now)] == [True, False]
    assert ExtraTry.objects.count() == OutboxMessage.objects.count() == 1
    assert len(audit.entries("tries:1")) == 1


@pytest.mark.parametrize(
    "changed", [{"n": 2}, {"reason": "Else"}, {"by": 98}, {"registration": None, "block": "b"}, {"registration": 6}]
)
def test_of_two_with_the_same_form_the_second_is_told(now, changed):
    give(now)
    with pytest.raises(Refusal, match="Somebody has given tries meanwhile"):
        give(now, **changed)
    assert ExtraTry.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"n": 0}, extra.NumberWrong), ({"n": 6}, extra.NumberWrong), ({"reason": " \0"}, extra.ReasonWrong),
        ({"reason": "x" * 2001}, extra.ReasonWrong), ({"by": LEARNER}, Refusal), ({"seen": 1}, Refusal),
        ({"seen": 200}, Refusal),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(now, changed, refusal):
    with pytest.raises(refusal):
        give(now, **changed)
    assert not ExtraTry.objects.exists()
    assert not audit.entries("tries:1")


def test_they_are_told_with_her_data_and_lose_their_reason_with_it(now):
    give(now)
    give(now, learner=2)
    assert privacy.told_of(LEARNER)["ExtraTry"][0]["reason"] == "Ill"
    assert privacy.told_of(LEARNER)["AuditEntry"][0]["text"] == "Ill"
    assert privacy.forget(LEARNER, now) == 2
    assert list(ExtraTry.objects.order_by("learner_id").values_list("reason", "n")) == [("", 1), ("Ill", 1)]
    assert audit.entries("tries:1")[0].erased
    assert audit.broken() == []
