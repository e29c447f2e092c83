"""A limit of time: told before the start, frozen with the try, closed with what was saved; more of it by staff."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.blocks import call, make_block
from tests.domain.quiz.banks import answers, bank
from tests.web.markup import Markup
from wins_xblocks import periodic
from wins_xblocks.domain.quiz import pace
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
MINUTE, STAFF = timedelta(minutes=1), 99


@pytest.fixture(params=["unit", "test", "practice"])
def block(request, learner, world, clock):
    world.user_id = learner.id
    return make_block(QuizBlock, {"bank": bank(), "purpose": request.param, "minutes": 40}, usage="quiz-1")


def test_the_programme_sets_the_time_of_a_module_test_for_who_begins_under_it(learner, world, clock, now, rules_file):
    world.user_id = learner.id
    own = {purpose: make_block(QuizBlock, {"bank": bank(), "purpose": purpose, "minutes": 40}, usage=f"quiz-{purpose}")
           for purpose in ("unit", "test")}  # fmt: skip
    rules_file("time_limit_minutes: null", "time_limit_minutes: 90")
    for block in own.values():
        assert call(block, "begin")[0] == 200
    ends = dict(Attempt.objects.values_list("purpose", "deadline"))
    assert ends == {"unit": now + 40 * MINUTE, "test": now + 90 * MINUTE}


def text(block):
    return Markup(block.student_view().content).text


def joined(block, learner):
    """A learner whose registration is open, by a first try."""
    call(block, "begin")
    Attempt.objects.all().delete()
    return Registration.objects.get().id


def given(learner, own, now, percent=0, minutes=0, seen=0):
    return pace.give(pace.Given(learner.id, own, pace.More(percent, minutes), "Agreed", seen), STAFF, now)


def statements(act):
    with CaptureQueriesContext(
        connection,
    ) as made:
        act()
    return [one["sql"] for one in made.captured_queries if "wins_xblocks_" in one["sql"]]


def test_the_limit_is_told_before_the_start_and_frozen_with_the_try(block, clock, now):
    assert "You have 40 minutes for this try. The time begins when you start." in text(block)
    html = call(block, "begin")[1]["html"]
    assert 'data-left="2400"' in html
    assert Attempt.objects.get().deadline == now + 40 * MINUTE
    block.minutes = 5
    clock(now + 10 * MINUTE)
    assert 'data-left="1800"' in block.student_view().content


def test_a_due_date_that_is_nearer_holds(block, now):
    block.due, block.graceperiod = now + 10 * MINUTE, None
    call(block, "begin")
    assert Attempt.objects.get().deadline == now + 10 * MINUTE


@pytest.mark.parametrize(("percent", "minutes", "whole", "told"), [
    (25, 0, 50, "25 % more."), (1, 0, 41, "1 % more."), (0, 15, 55, "15 minutes more."), (0, 1, 41, "1 minute more."),
])  # fmt: skip
def test_more_time_is_told_before_the_start_and_given(block, learner, now, percent, minutes, whole, told):
    own = joined(block, learner)
    given(learner, own, now, percent, minutes)
    assert f"You have {whole} minutes for this try. WINS gave you more time: {told}" in text(block)
    call(block, "begin")
    assert Attempt.objects.get().deadline == now + whole * MINUTE


def test_the_newest_word_of_staff_holds_and_an_open_try_keeps_its_end(block, learner, now):
    own = joined(block, learner)
    given(learner, own, now, 100)
    call(block, "begin")
    given(learner, own, now, seen=1)
    assert Attempt.objects.get().deadline == now + 80 * MINUTE
    Attempt.objects.all().delete()
    assert "WINS gave you" not in text(block)
    call(block, "begin")
    assert Attempt.objects.get().deadline == now + 40 * MINUTE


def test_more_time_of_another_registration_is_nothing_here(block, learner, now):
    own = joined(block, learner)
    given(learner, own + 1, now, 100)
    call(block, "begin")
    assert Attempt.objects.get().deadline == now + 40 * MINUTE


def test_at_the_end_what_was_saved_is_sent_by_page_look_or_periodic_work(block, learner, world, clock, now):
    call(block, "begin")
    right = answers("quiz-1", 3, learner.id)
    call(block, "save_answers", {"number": 1, "revision": 0, "responses": right})
    clock(now + 40 * MINUTE + timedelta(seconds=4))  # on their way
    assert call(block, "save_answers", {"number": 1, "revision": 1, "responses": right})[0] == 200
    end = clock(now + 40 * MINUTE + timedelta(seconds=5))
    status, answer = call(block, "save_answers", {"number": 1, "revision": 2, "responses": {}})
    assert (status, "3 of 4 right" in answer["html"]) == (409, True)
    assert periodic.close_tries(end).startswith("0 tries closed")
    assert "The time was over." in text(block)


def test_by_sending_late_the_grade_is_published_at_once(block, learner, world, clock, now):
    call(block, "begin")
    call(block, "save_answers", {"number": 1, "revision": 0, "responses": answers("quiz-1", 3, learner.id)})
    clock(now + 41 * MINUTE)
    assert call(block, "submit", {"number": 1, "revision": 1, "responses": {}})[0] == 200
    assert world.grades == [("quiz-1", 3.0, 4.0)]


def test_statements_stay_within_their_bounds(block, learner, now):
    given(learner, joined(block, learner), now, 25)
    begun = statements(lambda: call(block, "begin"))
    some = {"number": 1, "revision": 0, "responses": answers("quiz-1", 2, learner.id)}
    saved = statements(lambda: call(block, "save_answers", some))
    sent = statements(lambda: call(block, "submit", {**some, "revision": 1}))
    assert len(saved) <= 4, "\n".join(saved)
    assert len(sent) <= 8, "\n".join(sent)
    assert len(begun) <= 6, "\n".join(begun)


@pytest.mark.parametrize("minutes", [0, None, -5])
def test_without_a_limit_there_is_no_clock(block, minutes):
    block.minutes = minutes
    assert "minutes for this try" not in text(block)
    assert "data-clock" not in call(block, "begin")[1]["html"]
    assert Attempt.objects.get().deadline is None
