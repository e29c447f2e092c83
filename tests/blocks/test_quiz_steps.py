"""One question at a time: all of them are on the page, and its script shows the one in turn."""

import json

import pytest

from tests.blocks import call, make_block
from tests.domain.quiz.banks import body, question
from tests.domain.quiz.kinds import numeric, truefalse
from tests.domain.quiz.test_mixed import CASES
from tests.web.markup import Markup, faults
from wins_xblocks import context
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
ITEMS = (question(1), question(2), truefalse(number=3, case="c1"), question(4, case="c1"), numeric(5, case="c1"))
BANK = json.dumps({**body(*ITEMS), "cases": CASES})


def begun(**fields):
    block = make_block(QuizBlock, {"bank": BANK, **fields}, usage="quiz-1")
    return call(block, "begin")[1]["html"]


@pytest.fixture(autouse=True)
def lena(learner, world, now, monkeypatch):
    monkeypatch.setattr(context, "now", lambda: now)
    world.user_id = learner.id


def test_without_the_script_every_question_stands_there_and_no_button_that_needs_it():
    html = begun(one_by_one=True)
    assert html.count("data-question=") == 5
    hidden = {tag for tag, a in Markup(html).elements if "hidden" in a and ("data-steps" in a or "data-moves" in a)}
    assert hidden == {"nav", "p"}
    assert [a["data-step"] for _tag, a in Markup(html).elements if "data-step" in a] == ["0", "1", "2", "3", "4"]
    assert html.count("data-case ") == 1
    assert faults(html, whole=False) == []


def test_it_is_off_where_nothing_was_chosen():
    html = begun()
    assert "data-steps" not in html
    assert "data-moves" not in html
