"""Questions to be looked at again: kept with the try, marked by nothing."""

import pytest

from tests.blocks import call, make_block
from tests.domain.quiz.banks import answers, bank
from wins_xblocks import context
from wins_xblocks.domain.quiz import privacy
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
PRESSED = 'data-later aria-pressed="true"'


def quiz():
    return make_block(QuizBlock, {"bank": bank()}, usage="quiz-1")


@pytest.fixture
def block(learner, world, now, monkeypatch):
    monkeypatch.setattr(context, "now", lambda: now)
    world.user_id = learner.id
    made = quiz()
    call(made, "begin")
    return made


def sent(later, right=4, revision=0):
    given = answers("quiz-1", right, Attempt.objects.get().learner_id)
    return {"number": 1, "revision": revision, "responses": {**given, "later": later}}


def refs():
    return [drawn["ref"] for drawn in Attempt.objects.get().drawn]


def test_they_stand_on_the_next_page_in_the_order_of_the_questions(block, learner):
    third, first = refs()[2], refs()[0]
    assert call(block, "save_answers", sent([third, first, third])) == (200, {"revision": 1})
    assert Attempt.objects.get().responses["later"] == [first, third]
    html = quiz().student_view().content
    assert html.count(PRESSED) == 2
    assert html.count("data-later") == 4
    told = privacy.told_of(learner.id)["Attempt"][0]["answers"]
    assert [answer["look_again"] for answer in told] == [True, False, True, False]


def test_they_change_no_mark_and_are_no_answer(block):
    status, answer = call(block, "submit", sent(refs(), 3))
    assert status == 200
    assert "3 of 4 right" in answer["html"]
    assert "data-later" not in answer["html"]


def test_none_takes_nothing_in_the_row(block):
    call(block, "save_answers", sent([]))
    assert "later" not in Attempt.objects.get().responses


@pytest.mark.parametrize("forged", [["nobody"], "all", [1], {"a": "b"}, None, [["a"]]])
def test_what_was_not_asked_is_refused(block, forged):
    assert call(block, "save_answers", sent(forged))[0] == 409
    assert Attempt.objects.get().responses == {}


def test_a_preview_has_no_such_button(world, teacher):
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True
    assert "data-later" not in quiz().student_view().content
