"""A hundred kills between the commit of a try and its grade, and one second of sixty learners, round after round."""

import os

import pytest

from tests.races import quiz_crowd, quiz_lives
from tests.races import test_quiz_kills as short
from tests.races import test_quiz_races as races
from tests.races.conftest import database, mariadb, race  # noqa: F401  fixtures
from tests.races.test_quiz_races import gradebook  # noqa: F401  fixture
from wins_xblocks.domain.quiz.models import Attempt

pytestmark = pytest.mark.soak
KILLS = int(os.environ.get("WINS_SOAK_QUIZ_KILLS", "100"))
ROUNDS = int(os.environ.get("WINS_SOAK_ROUNDS", "20"))


@pytest.mark.parametrize("database", ["repeatable read"], indirect=True)
def test_a_hundred_grades_that_kills_kept_back_arrive(database, tmp_path, seed, bounded):  # noqa: F811
    story = quiz_lives.killed(quiz_crowd.begun(list(range(1, 4 * KILLS + 1))), KILLS, tmp_path / "gradebook", seed)
    short.check(story, KILLS)
    assert story.before, "no kill came before the commit"
    assert story.after, "no kill came after the grade"
    told = f"{len(story.between)} kills between commit and grade, {story.before} before, {story.after} after"
    told = f"{told}: grades lost, wrong, or published twice though noted; completions lost"
    bounded("Kills of a quiz's server", told, 0, 0)


@races.MARIADB
def test_sixty_at_one_second_again_and_again(database, gradebook, bounded):  # noqa: F811
    for _round in range(ROUNDS):
        gradebook.__init__()
        sheets = quiz_crowd.begun(list(range(1, races.LEARNERS + 1)))
        answered = race(races.sent, sheets)
        assert {one[0] if isinstance(one, tuple) else repr(one) for one in answered} == {200}
        assert gradebook.faults(sheets, races.NOW) == []
        Attempt.objects.all().delete()
    told = f"{ROUNDS} × {races.LEARNERS} learners who send at one second, {database}"
    bounded("Quizzes sent at once", f"{told}: lost, graded or published otherwise than once", 0, 0)
