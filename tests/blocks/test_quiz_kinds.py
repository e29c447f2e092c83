"""Questions of every kind through the block: shown, answered, saved, marked, looked back at; and no key too early."""

import json

import pytest

from tests.blocks import call, make_block
from tests.domain.quiz.banks import body, question
from tests.domain.quiz.kinds import answers, matching, multiple, numeric, truefalse
from tests.domain.quiz.test_mixed import CASES, SAID
from wins_xblocks import context
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db

# What no page may say before the keys may be seen: reasons, sources, the number, what is accepted, who fits whom.
SECRETS = ("Reason", "Source", "3.7", "3.515", "3.885", "5 %", "0.001", "right answer", "is-key")


def mixed(**changed):
    items = [
        question(1), multiple(2, credit="part", points=2), truefalse(number=3, case="c1"),
        matching(4, credit="part", points=2, case="c1", reference="Source: book"), numeric(5, points=3, case="c1"),
    ]  # fmt: skip
    return json.dumps({**body(*items), "cases": CASES, **changed})


def quiz(**fields):
    return make_block(QuizBlock, {"display_name": "Unit 1", "bank": mixed(), **fields}, usage="quiz-1")


@pytest.fixture
def block(learner, world, now, monkeypatch):
    monkeypatch.setattr(context, "now", lambda: now)
    world.user_id = learner.id
    return quiz()


def said(**changed):
    return answers(Attempt.objects.get(open_slot=1), **{**SAID, **changed})


def test_each_kind_has_its_own_fields_and_none_a_key(block):
    html = call(block, "begin")[1]["html"]
    assert (html.count('type="radio"'), html.count('type="checkbox"')) == (4 + 2, 4)
    assert (html.count("data-prompt="), html.count('inputmode="decimal"'), html.count("<option")) == (3, 1, 3 * 4 + 2)
    assert "Case for questions 3 to 5" in html
    assert html.count("A site has two fences.") == html.count("</section>") == 1
    assert html.index("Case for questions") < html.index("Question 3 of 5") < html.index("</section>")
    assert "Question 5 of 5. 3 points." in html
    for secret in SECRETS:
        assert secret not in html


def test_what_was_saved_stands_in_the_fields_again(block):
    call(block, "begin")
    script = '"><script>alert(1)</script>'
    given = said(q5={"text": script, "unit": "MBq"})
    assert call(block, "save_answers", {"number": 1, "revision": 0, "responses": given}) == (200, {"revision": 1})
    html = quiz().student_view().content
    assert (html.count(" checked"), html.count(" selected")) == (4, 3)
    assert "5 of 5 answered" in html
    assert "<script>" not in html
    assert 'value="&quot;&gt;&lt;script&gt;' in html
    for secret in SECRETS:
        assert secret not in html


def test_points_are_told_and_each_answer_is_looked_back_at(block, world):
    call(block, "begin")
    status, answer = call(block, "submit", {"number": 1, "revision": 0, "responses": said()})
    assert status == 200
    html = answer["html"]
    assert "6 of 9 points (66 %)." in html
    for told in (
        "◐ Partly right: 1.33 of 2 points", "◐ Partly right: 0.66 of 2 points", "✓ Right: 3 of 3 points",
        "<bdi>3,75</bdi>", "<bdi>3.7 GBq</bdi>", "Right from 3.515 GBq to 3.885 GBq.", "Source: book",
    ):  # fmt: skip
        assert told in html
    assert html.count("A site has two fences.") == 1
    assert world.grades == [("quiz-1", 6.0, 9.0)]
    assert (block.raw_earned, block.raw_possible, block.max_score()) == (6.0, 9.0, 9.0)


def test_what_was_written_instead_of_a_number_is_told_and_harmless(block):
    call(block, "begin")
    given = said(q5={"text": "<script>alert(1)</script>", "unit": ""})
    html = call(block, "submit", {"number": 1, "revision": 0, "responses": given})[1]["html"]
    assert "<script>" not in html
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in html
    assert "not a number" in html


@pytest.mark.parametrize("forged", [
    {"q1": ["a", "b"]}, {"q2": {"a": "b"}}, {"q3": ["true"]}, {"q4": ["a"]}, {"q4": {"a": "a"}}, {"q5": ["3.7"]},
    {"q5": {"text": "3.7", "unit": "lb"}}, {"q5": {"text": "3.7", "unit": "", "correct": True}}, {"q5": 3.7},
])  # fmt: skip
def test_answers_in_the_shape_of_another_kind_are_refused_in_words(block, forged):
    call(block, "begin")
    refs = {drawn["item"]: drawn["ref"] for drawn in Attempt.objects.get().drawn}
    responses = {refs[name]: value for name, value in forged.items()}
    for handler in ("save_answers", "submit"):
        status, answer = call(block, handler, {"number": 1, "revision": 0, "responses": responses})
        assert (status, answer["error"]) == (409, "These answers do not belong to this page. Open the page again.")
    assert Attempt.objects.get().responses == {}


def test_a_module_tests_keys_stay_hidden_until_they_may_be_seen(block):
    test = quiz(purpose="test")
    call(test, "begin")
    html = call(test, "submit", {"number": 1, "revision": 0, "responses": said()})[1]["html"]
    assert "You did not pass this time" in html
    for secret in (*SECRETS, "Stem"):
        assert secret not in html.replace("You see the right answers when", "")
    told = json.dumps([test.student_view_data(), test.index_dictionary()])
    assert "Stem" not in told


def test_a_preview_shows_every_kind_and_no_key(world, teacher):
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True
    html = quiz().student_view().content
    assert html.count("<fieldset") == html.count(" disabled ") == 5
    assert (html.count("data-prompt="), html.count("data-number")) == (3, 1)
    for secret in SECRETS:
        assert secret not in html


def test_the_author_sees_the_key_of_every_kind(world, teacher):
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True
    html = quiz(bank=mixed(), purpose="unit").author_view().content
    for told in ("Alarm → Detect", "– → Respond", "3.7 ± 5 % GBq", "True <span", "A site has two fences.", "2 points"):
        assert told in html


def test_a_blueprint_that_cannot_be_met_is_said_to_its_author_and_kept_from_learners(block):
    text = mixed(blueprint=[{"category": "Fences", "difficulty": "hard", "count": 2}])
    broken = quiz(bank=text, draw_by="blueprint")
    assert [str(one) for one in broken.problems()] == [
        "Row 1 of the blueprint asks for more questions (2) than there are (0). No try can begin until this is fixed."
    ]
    assert "This quiz has no questions yet." in broken.student_view().content
    status, answer = call(broken, "begin")
    assert (status, answer["error"]) == (409, "The questions of this quiz are not complete. Write to WINS.")


def test_a_question_for_the_test_is_not_asked_in_a_unit_quiz(block):
    text = json.dumps(body(question(1), question(2, use="test")))
    here = quiz(bank=text)
    assert "1 question" in here.student_view().content
    assert [str(one) for one in here.problems()] == [
        "Question 2 (“q2”) is for the module test, and this is none. Learners will not get it until this is fixed."
    ]
    assert "Stem 2?" not in call(here, "begin")[1]["html"]
