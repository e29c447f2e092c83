"""A quiz whose key was corrected, as its learner sees it, and what that costs."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.blocks import call, make_block
from tests.domain.quiz.banks import body, question
from tests.web.markup import Markup
from wins_xblocks import context, marking
from wins_xblocks.domain.quiz import closing, corrections
from wins_xblocks.domain.quiz.corrections import Wish
from wins_xblocks.domain.quiz.models import Attempt, BankVersion
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db


def bank(first):
    return json.dumps(body(question(1, right=first), *(question(n) for n in range(2, 5))))


@pytest.fixture
def block(learner, world, monkeypatch, now):
    closing._as_drawn.cache_clear()
    closing._corrected.cache_clear()
    monkeypatch.setattr(context, "now", lambda: now)
    world.user_id = learner.id
    return make_block(QuizBlock, {"bank": bank("a"), "purpose": "unit"}, usage="quiz-1")


def sheet(letters):
    row = Attempt.objects.get(open_slot=1)
    by_item = dict(zip(("q1", "q2", "q3", "q4"), letters, strict=True))
    responses = {
        one["ref"]: [o["ref"] for o in one["options"] if o["option"] == by_item[one["item"]]] for one in row.drawn
    }
    return {"number": row.number, "revision": row.revision, "responses": responses}


def correct(now, told="", seen=0):
    number = BankVersion.objects.earliest("id").id
    made = corrections.make(Wish(number, bank("b"), {"q1": "key"}, False, "So.", told, seen), {}, 9, now)
    marking.each(corrections.due(made), now)


def text(block):
    return Markup(block.student_view().content).text


def test_the_result_says_what_the_mark_was_when_and_why(block, now):
    call(block, "begin")
    call(block, "submit", sheet("bbaa"))
    assert "2 of 4 right (50 %)." in text(block)
    correct(now, "The guide was right.")
    page = text(block)
    assert "3 of 4 right (75 %)." in page
    assert "You passed" in page
    assert "WINS changed this mark on 1 March 2027. Before, it was 2 of 4. The guide was right." in page


def test_without_a_text_for_learners_a_standard_sentence_stands(block, now):
    call(block, "begin")
    call(block, "submit", sheet("aaaa"))
    correct(now)
    page = text(block)
    assert "4 of 4 right (100 %)." in page
    told = (
        "WINS corrected a question of this quiz on 1 March 2027. Your mark would have gone down, and stays as it was."
    )
    assert f"{told} The key of a question was corrected." in page


def test_a_mark_that_no_correction_touched_says_nothing(block, now):
    call(block, "begin")
    call(block, "submit", sheet("caaa"))
    correct(now)
    assert "corrected" not in text(block)


def statements(act, cold=True):
    """``cold``: this process has read neither the bank nor its correction."""
    if cold:
        closing._as_drawn.cache_clear()
        closing._corrected.cache_clear()
    with CaptureQueriesContext(connection) as made:
        assert act()[0] == 200
    return sum("wins_xblocks_" in one["sql"] for one in made.captured_queries)


def test_statements_stay_within_their_bounds_after_a_correction(block, now, learner):
    call(block, "begin")
    call(block, "submit", sheet("bbaa"))
    correct(now)
    assert statements(lambda: call(block, "begin"), cold=False) <= 6
    some = sheet("baaa")
    assert statements(lambda: call(block, "save_answers", some)) <= 4
    assert statements(lambda: call(block, "submit", {**some, "revision": 1})) <= 8
    assert Attempt.objects.latest("id").correct == 4, "drawn from the old version, marked by the corrected key"
