"""What to read again: the objectives that the newest module test found weak."""

from datetime import timedelta

import pytest

from tests.domain.quiz.banks import bank
from wins_xblocks.domain.quiz import api
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt

pytestmark = pytest.mark.django_db

LEARNER, OWN = 1, 5
TEST = Quiz("block-v1:test", "test", Limits(70, 9), "foundation")


def take(now, right, quiz=TEST, is_staff=False):
    """Send answers that are right for the questions in ``right`` only; q1 and q2 test o1, q3 and q4 test o2."""
    started = api.start(quiz, Taker(LEARNER, None if is_staff else OWN, is_staff), bank(), "seed", now)
    drawn = Attempt.objects.get(block=quiz.block, number=started.number).drawn
    answers = {
        row["ref"]: [next(o["ref"] for o in row["options"] if o["option"] == ("a" if row["item"] in right else "b"))]
        for row in drawn
    }
    api.submit(LEARNER, quiz.block, started.number, answers, None, now)


@pytest.mark.parametrize(
    ("right", "weak"),
    [(("q1", "q2"), ("o2",)), (("q3", "q4"), ("o1",)), ((), ("o1", "o2")), (("q1", "q2", "q3", "q4"), ())],
)
def test_objectives_below_what_was_needed_are_named(now, right, weak):
    take(now, right)
    assert api.read_again(OWN) == weak


def test_the_newest_try_says_it(now):
    take(now, ("q1", "q2"))
    take(now + timedelta(days=1), ("q3", "q4"))
    assert api.read_again(OWN) == ("o1",)


def test_nothing_is_named_before_a_test_was_sent_or_by_what_is_none(now):
    assert api.read_again(OWN) == ()
    api.start(TEST, Taker(LEARNER, OWN), bank(), "seed", now)
    take(now, (), quiz=Quiz("block-v1:unit", "unit", Limits(70, 0), "foundation"))
    take(now, (), quiz=Quiz("block-v1:other", "test", Limits(70, 9), "foundation"), is_staff=True)
    assert api.read_again(OWN) == ()


def test_questions_without_an_objective_name_none(now):
    started = api.start(TEST, Taker(LEARNER, OWN), bank().replace('"objective": "o1"', '"objective": ""'), "s", now)
    api.submit(LEARNER, TEST.block, started.number, {}, None, now)
    assert api.read_again(OWN) == ("o2",)
