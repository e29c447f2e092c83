"""What a sent try is answered with comes from one look at the rows, and says what the two looks would have said."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.domain.quiz.banks import answers, bank
from tests.domain.quiz.test_counting import AGAIN, BLOCK, LEARNER, TAKER, TEST, UNIT, take
from wins_xblocks.domain.quiz import api
from wins_xblocks.domain.quiz.data import Taker
from wins_xblocks.domain.quiz.models import Attempt

pytestmark = pytest.mark.django_db
STAFF, EARLIER, NOBODYS = Taker(LEARNER, is_staff=True), Taker(LEARNER, registration_id=4), Taker(LEARNER)
LATER = timedelta(days=20)


@pytest.fixture(autouse=True)
def past(now, monkeypatch):
    """Tries of one person in every capacity, at two blocks, one of them open, one cleared."""
    monkeypatch.setattr(api, "_allowed", lambda *args: None)
    take(TEST, 1, now, EARLIER)
    Attempt.objects.update(cleared_at=now, counts=False)
    for day, (quiz, right, taker) in enumerate([
        (UNIT, 1, TAKER), (UNIT, 4, STAFF), (TEST, 1, EARLIER), (TEST, 2, NOBODYS), (TEST, 1, TAKER), (AGAIN, 1, TAKER),
        (UNIT, 2, TAKER),
    ]):  # fmt: skip
        take(quiz, right, now + timedelta(days=day), taker)
    api.start(AGAIN, TAKER, bank(), "seed", now + timedelta(days=9))


def counting():
    return list(Attempt.objects.order_by("id").values_list("id", "counts"))


@pytest.mark.parametrize("quiz", [UNIT, TEST, AGAIN], ids=["unit", "test", "rerun"])
@pytest.mark.parametrize("who", [TAKER, STAFF, EARLIER, NOBODYS], ids=["learner", "staff", "earlier", "nobodys"])
@pytest.mark.parametrize("told", [None, (0, 3), (2, 4), (6, 7), (99, 99)])
def test_one_look_says_what_two_said(quiz, who, told, now):
    at = now + LATER
    with transaction.atomic():
        before = counting()
        expected = api.settled(LEARNER, quiz.block, told, at), api.tries(quiz, who, at), counting()
        transaction.set_rollback(True)
    assert counting() == before
    assert (*api.after_sending(quiz, who, told, at), counting()) == expected


def test_the_tries_here_are_not_all_alike(now):
    """Else the comparison above would say nothing."""
    seen = {
        (quiz.block, quiz.purpose, str(api.tries(quiz, who, now + LATER).done))
        for quiz in (UNIT, TEST, AGAIN)
        for who in (TAKER, STAFF, EARLIER, NOBODYS)
    }
    assert len(seen) >= 6
    untouched = api.settled(LEARNER, BLOCK, (99, 99), now + LATER)
    assert api.settled(LEARNER, BLOCK, (0, 3), now + LATER) != untouched


def test_it_is_one_statement(now, django_assert_num_queries):
    number = api.start(UNIT, TAKER, bank(), "seed", now).number
    api.submit(LEARNER, BLOCK, number, answers(BLOCK, 4), None, now)
    with django_assert_num_queries(1):
        api.after_sending(UNIT, TAKER, (99, 99), now)
