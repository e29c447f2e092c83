"""Practice: each answer may be checked once in a try, where author and course allow it; a test tells nothing."""

import json
from datetime import timedelta

import pytest

from tests.blocks import call, make_block
from tests.domain.quiz.banks import answers, bank, body, question
from wins_xblocks import context
from wins_xblocks.domain.quiz.models import Attempt, BankVersion
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
SECRETS = ("Reason", "right answer", "is-key", "Not right", "✓ Right")


def quiz(purpose="practice", **fields):
    return make_block(QuizBlock, {"bank": bank(), "purpose": purpose, "check_each": True, **fields}, usage="quiz-1")


@pytest.fixture
def block(learner, world, now, monkeypatch):
    monkeypatch.setattr(context, "now", lambda: now)
    world.user_id = learner.id
    made = quiz()
    call(made, "begin")
    return made


def refs():
    return [drawn["ref"] for drawn in Attempt.objects.get().drawn]


def asked(right=4, place=0, revision=0, **changed):
    given = answers("quiz-1", right, Attempt.objects.get().learner_id)
    return {"number": 1, "revision": revision, "responses": given, "ref": refs()[place], **changed}


def test_a_right_and_a_wrong_answer_are_told_with_their_reason_and_nothing_of_the_others(block):
    status, answer = call(block, "check_answer", asked(1))
    assert (status, answer["revision"]) == (200, 1)
    assert "✓ Right" in answer["html"]
    assert "Reason 1." in answer["html"]
    wrong = call(block, "check_answer", asked(1, 1, 1))[1]
    assert "✗ Not right" in wrong["html"]
    assert [f"Reason {n}." in wrong["html"] for n in (1, 2, 3, 4)] == [False, True, False, False]


def test_an_answer_that_was_checked_stands_whatever_is_saved_or_sent_after_it(block, world):
    call(block, "check_answer", asked(0))  # wrong
    assert call(block, "save_answers", asked(4, revision=1))[0] == 200
    again = call(block, "check_answer", asked(4, revision=2))
    assert (again[0], again[1]["revision"]) == (200, 2), "asked again it is told again and changes nothing"
    assert "✗ Not right" in again[1]["html"]
    assert "3 of 4 right" in call(block, "submit", asked(4, revision=2))[1]["html"]


def test_what_was_checked_is_told_on_the_next_page_and_only_that(block):
    call(block, "check_answer", asked(4, 2))
    html = quiz().student_view().content
    assert html.count("data-told=") == 1
    assert [f"Reason {n}." in html for n in (1, 2, 3, 4)] == [False, False, True, False]


@pytest.mark.parametrize("purpose", ["unit", "test", "essay"])
def test_no_other_quiz_tells_anything_whatever_its_setting(block, learner, purpose):
    sent = asked()
    for made in (quiz(purpose), quiz(check_each=False)):
        status, answer = call(made, "check_answer", sent)
        assert (status, answer) == (409, {"error": "The answers of this quiz are shown after sending."})
        assert "data-check " not in made.student_view().content
        assert "data-check>" not in made.student_view().content
    Attempt.objects.update(purpose="unit")  # made a practice by its author while the try was open
    assert call(block, "check_answer", sent)[0] == 409
    assert Attempt.objects.get().responses == {}


def test_a_question_for_the_test_tells_nothing(block):
    Attempt.objects.all().delete()
    made = quiz(bank=json.dumps(body(question(1), question(2))))
    call(made, "begin")
    row = Attempt.objects.get()
    text = json.loads(row.bank.body)
    text["items"][0]["use"] = "test"
    row.bank = BankVersion.objects.create(hash="f" * 64, bank_id="b", body=json.dumps(text), made_at=row.started_at)
    row.save()
    assert call(made, "check_answer", asked())[0] == 409
    assert call(made, "check_answer", asked(place=1))[0] == 200


@pytest.mark.parametrize("setting", ["never", "past_due", "later"])
def test_the_course_hides_right_answers_here_too(block, now, setting):
    block.show_correctness, block.due, block.graceperiod = setting, now + timedelta(hours=1), None
    assert call(block, "check_answer", asked())[0] == 409
    page = block.student_view().content
    assert "data-check>" not in page
    for secret in SECRETS:
        assert secret not in page


@pytest.mark.parametrize(("changed", "told"), [
    ({"responses": {}}, "Give an answer first."), ({"ref": "nobody"}, "do not belong"), ({"ref": None}, "do not"),
    ({"ref": ["a"]}, "do not belong"), ({"number": 7}, "do not belong"), ({"who": "nobody"}, "Somebody else"),
    ({"responses": {"fixed": []}}, "do not belong"),
])  # fmt: skip
def test_a_request_that_does_not_fit_is_refused_and_fixes_nothing(block, changed, told):
    status, answer = call(block, "check_answer", asked(**changed))
    assert status in (403, 409)
    assert told in answer["error"]
    assert "html" not in answer or "Reason" not in answer["html"]
    assert Attempt.objects.get().responses == {}


def test_a_stale_page_is_told_and_shown_what_stands(block):
    call(block, "save_answers", asked())
    status, answer = call(block, "check_answer", asked(0))
    assert (status, "data-try" in answer["html"]) == (409, True)
    assert "fixed" not in Attempt.objects.get().responses
