"""Which tries use one up: after a reset, after deleted state, in another run, for another registration."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.quiz.banks import answers, bank
from wins_xblocks.domain.quiz import api
from wins_xblocks.domain.quiz.api import NoTryNow, OpenElsewhere, TryClosed
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt

pytestmark = pytest.mark.django_db

LEARNER, BLOCK, RERUN = 1, "block-v1:quiz", "block-v1:quiz-of-the-rerun"
TEST = Quiz(BLOCK, "test", Limits(70, 3, 24), "foundation")
AGAIN = replace(TEST, block=RERUN)
UNIT = Quiz(BLOCK, "unit", Limits(70, 3), "foundation")
TAKER = Taker(LEARNER, registration_id=5)
DAY = timedelta(days=1)


def take(quiz, right, now, taker=TAKER):
    number = api.start(quiz, taker, bank(), "seed", now).number
    return api.submit(LEARNER, quiz.block, number, answers(quiz.block, right), None, now, taker.registration_id)


@pytest.fixture
def used_up(now):
    """The moment after three failed tries."""
    for day in range(3):
        take(TEST, 1, now + day * DAY)
    return now + 2 * DAY + timedelta(minutes=1)


def same(quiz, now):
    """What the quiz page says, after comparing it with what every other page says."""
    stand, told = api.tries(quiz, TAKER, now), api.tests_of([5])[5]
    chance = quiz.limits.chance(told.counted, now)
    assert (stand.used, stand.left, stand.next_at) == (told.counted.tries, chance.left, chance.next_at)
    return stand


def test_a_reset_by_staff_allows_the_next_try_at_once_and_counts_from_there(used_up):
    assert same(TEST, used_up).left == 0
    api.note_reset(LEARNER, BLOCK, (0, 3), used_up)
    assert same(TEST, used_up).may_start
    take(TEST, 0, used_up)
    after = same(TEST, used_up)
    assert (after.used, after.left, len(after.done)) == (1, 2, 4)
    assert after.next_at == used_up + DAY


@pytest.mark.parametrize("told", [(3, 3), (9, 3), (2, 2), (0, 0)])
def test_a_count_that_was_not_lowered_gives_nothing_back(used_up, told):
    api.note_reset(LEARNER, BLOCK, told, used_up)
    assert same(TEST, used_up).used == 3


def test_a_late_request_with_the_reset_of_before_gives_no_newer_try_back(used_up):
    for _ in range(2):
        api.note_reset(LEARNER, BLOCK, (0, 3), used_up)
    take(TEST, 1, used_up)
    api.note_reset(LEARNER, BLOCK, (0, 3), used_up)
    assert api.counted(LEARNER, BLOCK) == (1, 4)
    api.note_reset(LEARNER, BLOCK, (-1, 4), used_up)
    assert api.counted(LEARNER, BLOCK) == (0, 0)


def test_a_platform_that_lost_its_state_gives_back_what_it_must_have_known(used_up):
    at = Attempt.objects.get(number=3).submitted_at
    api.note_reset(LEARNER, BLOCK, None, at + timedelta(seconds=59))
    assert api.counted(LEARNER, BLOCK) == (1, 3)
    api.note_reset(LEARNER, BLOCK, None, at + timedelta(minutes=2))
    assert api.counted(LEARNER, BLOCK) == (0, 0)


def test_a_pass_stays_a_pass_after_a_reset(now):
    take(TEST, 4, now)
    api.note_reset(LEARNER, BLOCK, (0, 1), now)
    stand = same(TEST, now)
    assert (stand.passed, stand.left, stand.may_start) == (True, 3, True)
    assert api.tests_of([5])[5].passed
    assert api.best(LEARNER, BLOCK) == (4, 4)


def test_deleted_state_takes_tries_marks_and_the_pass_away_and_keeps_the_rows(now):
    take(TEST, 4, now)
    api.clear(LEARNER, BLOCK, now + DAY)
    stand = api.tries(TEST, TAKER, now)
    assert (stand.used, stand.left, stand.passed, stand.keys, stand.done) == (0, 3, False, False, ())
    assert api.tests_of([5]) == {}
    assert api.best(LEARNER, BLOCK) is None
    assert api.result(LEARNER, BLOCK, 1, keys=True) is None
    assert api.unit_results(LEARNER, [BLOCK]) == {BLOCK: False}
    assert api.takers(BLOCK) == 0
    assert api.unpublished(now + DAY) == ()
    row = Attempt.objects.get()
    assert (row.correct, row.passed, row.counts, row.cleared_at) == (4, True, False, now + DAY)
    assert take(TEST, 1, now + DAY).number == 2


def test_deleted_state_closes_the_open_try(now, monkeypatch):
    api.start(TEST, TAKER, bank(), "seed", now)
    found = api.find(LEARNER, BLOCK, 1)
    api.clear(LEARNER, BLOCK, now)
    assert api.open_try(LEARNER, BLOCK) is None
    for _ in range(2):
        with pytest.raises(TryClosed):
            api.submit(LEARNER, BLOCK, 1, {}, None, now)
        with pytest.raises(TryClosed):
            api.save(LEARNER, BLOCK, 1, {}, 0, now)
        monkeypatch.setattr(api, "find", lambda *key: found)  # read before it was cleared
    assert api.start(TEST, TAKER, bank(), "seed", now).number == 2


def test_deleted_state_is_one_learners_at_one_block(now):
    take(TEST, 4, now)
    api.clear(2, BLOCK, now)
    api.clear(LEARNER, RERUN, now)
    assert api.tries(TEST, TAKER, now).passed


def test_a_rerun_of_the_course_gives_no_fresh_tries_and_no_way_round_the_pause(now):
    take(TEST, 1, now)
    stand = same(AGAIN, now)
    assert (stand.used, stand.left, stand.next_at, stand.done) == (1, 2, now + DAY, ())
    with pytest.raises(NoTryNow, match="try again from"):
        take(AGAIN, 1, now)
    assert take(AGAIN, 4, now + DAY).number == 1
    with pytest.raises(NoTryNow, match="passed this test already"):
        take(TEST, 4, now + 2 * DAY)


def test_a_try_open_in_another_run_is_one_of_the_three(now):
    for day in range(2):
        take(TEST, 1, now + day * DAY)
    api.start(TEST, TAKER, bank(), "seed", now + 2 * DAY)
    assert api.tries(TEST, TAKER, now + 3 * DAY).left == 1
    assert api.tries(AGAIN, TAKER, now + 3 * DAY).left == 0
    with pytest.raises(OpenElsewhere):
        take(AGAIN, 1, now + 3 * DAY)


def opened(quiz, now, taker=TAKER):
    return api.start(quiz, taker, bank(), "seed", now).number


def test_one_try_at_a_module_test_is_open_at_a_time_in_whatever_run(now):
    take(TEST, 1, now)
    opened(TEST, now + DAY)
    stand = api.tries(AGAIN, TAKER, now + DAY)
    assert (stand.elsewhere, stand.may_start, stand.keys) == (BLOCK, False, False)
    with pytest.raises(OpenElsewhere, match="open in another place"):
        opened(AGAIN, now + DAY)
    api.submit(LEARNER, BLOCK, 2, {}, None, now + DAY)
    with pytest.raises(NoTryNow, match="try again from"):  # and no way round the pause
        opened(AGAIN, now + DAY)
    assert opened(AGAIN, now + 2 * DAY) == 1


def test_the_database_allows_one_open_try_at_a_module_test_only(now, monkeypatch):
    monkeypatch.setattr(api, "_allowed", lambda *args: None)  # two presses in two runs, each before the other is seen
    opened(TEST, now)
    with pytest.raises(OpenElsewhere):
        opened(AGAIN, now)
    assert Attempt.objects.count() == 1
    assert opened(AGAIN, now, Taker(LEARNER, registration_id=7)) == 1
    assert opened(AGAIN, now, Taker(2, registration_id=8)) == 1
    assert opened(replace(UNIT, block="unit"), now) == 1


@pytest.mark.parametrize("earlier", [5, 4])
@pytest.mark.parametrize("right", [1, 4])
def test_no_key_is_shown_while_a_try_is_open_anywhere(now, monkeypatch, right, earlier):
    """However it came to be open: begun before this rule, or under a registration that has ended."""
    for day in range(3 if right == 1 else 1):
        take(TEST, right, now + day * DAY)
    assert api.tries(TEST, TAKER, now + 3 * DAY).keys
    monkeypatch.setattr(api, "_allowed", lambda *args: None)
    opened(AGAIN, now + 3 * DAY, Taker(LEARNER, registration_id=earlier))
    assert not api.tries(TEST, TAKER, now + 3 * DAY).keys
    api.submit(LEARNER, RERUN, 1, {}, None, now + 3 * DAY, 5)
    assert api.tries(TEST, TAKER, now + 3 * DAY).keys


def test_a_try_left_open_under_an_ended_registration_is_sent_before_another_begins(now):
    opened(TEST, now, Taker(LEARNER, registration_id=4))
    with pytest.raises(OpenElsewhere):
        opened(AGAIN, now)
    assert api.tries(replace(AGAIN, module="regulation"), Taker(LEARNER, registration_id=9), now).elsewhere == ""
    api.clear(LEARNER, BLOCK, now)
    assert opened(AGAIN, now) == 1


def test_deleted_state_makes_room_for_another_try_in_any_run(now):
    opened(TEST, now)
    api.clear(LEARNER, BLOCK, now)
    assert opened(AGAIN, now) == 1


def test_whoever_studies_again_takes_the_test_again(now):
    take(TEST, 4, now)
    later = Taker(LEARNER, registration_id=6)
    for taker in (later, Taker(LEARNER)):
        stand = api.tries(TEST, taker, now)
        assert (stand.used, stand.left, stand.passed, stand.keys, stand.done) == (0, 3, False, False, ())
    assert take(TEST, 1, now, later).number == 2
    assert (api.tests_of([5, 6])[5].passed, api.tests_of([5, 6])[6].passed) == (True, False)


def test_a_try_left_open_counts_for_the_registration_that_sends_it(now):
    api.start(TEST, TAKER, bank(), "seed", now)
    assert take(TEST, 4, now, Taker(LEARNER, registration_id=6)).passed
    assert api.tests_of([5, 6]).keys() == {6}


def test_other_quizzes_are_counted_by_block(now):
    take(UNIT, 1, now)
    assert api.tries(UNIT, Taker(LEARNER, registration_id=6), now).used == 1
    assert api.tries(replace(UNIT, block=RERUN), TAKER, now).used == 0
