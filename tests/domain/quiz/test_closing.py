"""The deadline of a try: frozen at its start; what is saved by then counts, and nothing after."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.quiz.banks import answers, bank
from wins_xblocks.domain.quiz import api, closing
from wins_xblocks.domain.quiz.api import NoTryNow, TimeOver, TryClosed
from wins_xblocks.domain.quiz.data import ON_THEIR_WAY, Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt

pytestmark = pytest.mark.django_db

LEARNER, BLOCK, RERUN = 1, "block-v1:quiz", "block-v1:quiz-of-the-rerun"
TAKER = Taker(LEARNER, registration_id=5)
HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)


@pytest.fixture
def end(now):
    return now + HOUR


@pytest.fixture(params=["unit", "test"])
def quiz(request, end):
    return Quiz(BLOCK, request.param, Limits(70, 3, 24), "foundation", deadline=end)


def start(quiz, now, taker=TAKER):
    return api.start(quiz, taker, bank(), "seed", now)


def test_no_try_begins_at_the_deadline_or_later(quiz, now, end):
    for at in (end, end + TICK, end + 100 * HOUR):
        with pytest.raises(NoTryNow, match="This was open until"):
            start(quiz, at)
    assert not Attempt.objects.exists()
    assert start(quiz, end - TICK).deadline == end


def test_a_try_keeps_the_deadline_it_began_with(quiz, now, end):
    start(quiz, now)
    for later in (None, end - 2 * HOUR, end + HOUR):
        assert start(replace(quiz, deadline=later), now).deadline == end


def test_answers_on_their_way_at_the_deadline_still_count(quiz, now, end):
    start(quiz, now)
    given = answers(BLOCK, 4)
    assert api.save(LEARNER, BLOCK, 1, given, 0, end + ON_THEIR_WAY - TICK) == 1
    sent = api.submit(LEARNER, BLOCK, 1, given, 1, end + ON_THEIR_WAY - TICK)
    assert (sent.passed, sent.result.in_time) == (True, True)


def test_answers_that_come_later_are_not_saved_and_what_was_saved_is_sent(quiz, now, end):
    start(quiz, now)
    few, all_right = answers(BLOCK, 1), answers(BLOCK, 4)
    api.save(LEARNER, BLOCK, 1, few, 0, end - TICK)
    late = end + ON_THEIR_WAY
    with pytest.raises(TimeOver, match="What was saved by then counts"):
        api.save(LEARNER, BLOCK, 1, all_right, 1, late)
    first, again = (api.submit(LEARNER, BLOCK, 1, all_right, 1, late) for _ in range(2))
    assert (first.first, again.first, first.result, first.passed) == (True, False, again.result, False)
    assert (first.result.correct, first.result.in_time, first.result.submitted_at) == (1, False, end)
    row = Attempt.objects.get()
    assert (row.responses, row.open_slot, row.test_slot, row.submitted_at) == (few, None, None, end)
    with pytest.raises(TryClosed):
        api.save(LEARNER, BLOCK, 1, all_right, 1, late)


def test_the_next_read_closes_what_is_past_its_deadline(quiz, now, end):
    start(quiz, now)
    api.save(LEARNER, BLOCK, 1, answers(BLOCK, 4), 0, now)
    assert api.standing(quiz, TAKER, end + ON_THEIR_WAY - TICK)[1].answered == 4
    stand, running = api.standing(quiz, TAKER, end + ON_THEIR_WAY)
    assert (running, stand.passed, stand.used, stand.overdue) == (None, True, 1, False)
    assert [(done.correct, done.submitted_at) for done in stand.done] == [(4, end)]


def test_a_begin_after_the_deadline_closes_the_open_try_and_is_refused(quiz, now, end):
    start(quiz, now)
    with pytest.raises(NoTryNow, match="This was open until"):
        start(quiz, end + HOUR)
    assert (Attempt.objects.get().correct, Attempt.objects.get().passed) == (0, False)


def test_a_try_that_ended_in_another_run_holds_nobody_up(now, end):
    test = Quiz(BLOCK, "test", Limits(70, 3, 24), "foundation", deadline=end)
    start(test, now)
    assert start(replace(test, block=RERUN, deadline=None), end + 25 * HOUR).number == 1
    assert Attempt.objects.get(block=BLOCK).submitted_at == end


def test_the_periodic_closing_takes_what_is_over_and_nothing_else(quiz, now, end):
    start(quiz, now)
    start(replace(quiz, deadline=None), now, Taker(2))
    start(replace(quiz, deadline=end + HOUR), now, Taker(3))
    start(quiz, now, Taker(4))
    api.clear(4, BLOCK, now)
    assert api.close_over(end + ON_THEIR_WAY - TICK) == (0, 0)
    assert api.close_over(end + ON_THEIR_WAY) == (1, 0)
    assert api.close_over(end + ON_THEIR_WAY) == (0, 0)
    assert [row.learner_id for row in Attempt.objects.filter(submitted_at=end)] == [LEARNER]
    (found,) = api.unpublished(end + HOUR)
    assert (found.learner_id, found.earned, found.possible) == (LEARNER, 0, 4)


def test_one_that_cannot_be_closed_keeps_back_no_other(quiz, now, end, monkeypatch):
    start(quiz, now)
    start(replace(quiz, deadline=end + TICK), now, Taker(2))
    real = closing.close
    monkeypatch.setattr(closing, "close", lambda row: 1 / 0 if row.learner_id == LEARNER else real(row))
    assert api.close_over(end + HOUR) == (1, 1)


def test_a_save_that_was_faster_is_not_lost(quiz, now, end):
    start(quiz, now)
    seen = closing.rows().get()
    given = answers(BLOCK, 4)
    api.save(LEARNER, BLOCK, 1, given, 0, end)
    assert not closing.close(seen)
    assert api.close_over(end + HOUR) == (1, 0)
    assert Attempt.objects.get().correct == 4


def test_an_open_try_in_time_costs_no_query_more(quiz, now, django_assert_num_queries):
    start(quiz, now)
    api.standing(quiz, TAKER, now)
    with django_assert_num_queries(2):
        api.standing(quiz, TAKER, now)
