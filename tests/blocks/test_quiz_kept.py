"""What a page that kept answers on its device asks of the server: whose they are, and what became of the try."""

import pytest

from tests import edge
from tests.blocks import call, make_block
from tests.conftest import person
from tests.domain.quiz.banks import answers, bank
from wins_xblocks import context
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.quiz_block import QuizBlock
from wins_xblocks.quiz_page import opaque

pytestmark = pytest.mark.django_db


@pytest.fixture
def block(learner, world, now, monkeypatch):
    monkeypatch.setattr(context, "now", lambda: now)
    world.user_id = learner.id
    made = make_block(QuizBlock, {"bank": bank()}, usage="quiz-1")
    call(made, "begin")
    return made


def kept(learner, right=4, **changed):
    given = answers("quiz-1", right, learner.id)
    return {"number": 1, "revision": 0, "responses": given, "who": opaque(learner.id, "quiz-1"), **changed}


def test_each_learner_and_quiz_has_a_name_of_its_own_that_says_neither(block, learner):
    who = block.student_view().json_init_args["who"]
    others = {opaque(learner.id, "quiz-2"), opaque(learner.id + 1, "quiz-1"), opaque(learner.id, "quiz-1")}
    assert who in others
    assert len(others) == 3


def test_a_preview_has_no_name_and_keeps_nothing(block, world, teacher):
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True
    assert block.student_view().json_init_args["who"] == ""


@pytest.mark.parametrize("handler", ["save_answers", "submit"])
def test_a_page_left_open_saves_and_sends_nothing_in_the_session_of_another(block, learner, world, handler):
    other, sent = person("other"), kept(learner)
    world.enrolments |= {(other.id, edge.FOUNDATION)}
    world.user_id = other.id
    call(block, "begin")
    status, answer = call(block, handler, sent)
    assert (status, answer) == (403, {"error": "Somebody else is signed in now. Sign in again to save your answers."})
    assert set(Attempt.objects.values_list("revision", "open_slot")) == {(0, 1)}
    world.user_id = learner.id
    assert call(block, handler, sent)[0] == 200


def test_a_page_that_does_not_say_whose_it_is_is_taken_by_its_session(block, learner):
    sent = kept(learner)
    del sent["who"]
    assert call(block, "save_answers", sent) == (200, {"revision": 1})


def test_a_save_after_the_receipt_of_sending_was_lost_shows_the_result(block, learner):
    sent = kept(learner)
    assert call(block, "submit", sent)[0] == 200
    status, answer = call(block, "save_answers", sent)
    assert (status, answer["error"]) == (409, "You have sent these answers already.")
    assert "4 of 4 right" in answer["html"]
    assert "data-late" not in answer["html"]
