"""How the questions perform, in Studio: for authors of the module's course, as on the desk, and for nobody else."""

import json

import pytest
from django.core.cache import cache

from tests.blocks import call, make_block
from tests.domain.quiz.banks import bank, question
from tests.domain.statistics.test_api import sent
from tests.web.markup import Markup
from wins_xblocks import kept
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def studio(world, teacher):
    cache.clear()
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True


def quiz(text=None, **fields):
    return make_block(QuizBlock, {"bank": text or bank(), "purpose": "test", **fields}, usage="quiz-1")


def asked(block=None, status=200, **data):
    """The page, and what is told of single questions."""
    found, answer = call(block or quiz(), "question_statistics", data)
    assert found == status
    if status != 200:
        return answer
    page = Markup(answer["html"])
    assert page.faults == []
    return page, answer["looks"]


def turned(count=40, text=None, **changed):
    """Strong learners choose B at the third question, whose key says A; weak ones choose A."""
    for learner in range(1, count + 1):
        strong = learner % 2
        chosen = ["a" if strong else "c", "a" if strong else "d", "b" if strong else "a", "-"]
        sent(learner, chosen, **({"text": text} if text else {}), **changed)


def test_words_come_first_and_stand_beside_their_question():
    turned()
    page, looks = asked()
    assert "40 learners" in page.text
    assert page.text.index("Question 3: check the key. Strong learners choose B.") < page.text.index("Mean result")
    assert looks["q3"][0] == "Question {n}: check the key. Strong learners choose B."
    assert "Question {n} is left empty by 100 %." in looks["q4"]
    assert "A ✓ right Answer a of 3 50 % 0 % 100 %" in page.text


def test_nobody_has_answered_yet():
    page, looks = asked()
    assert "No learner of yours has answered such a quiz." in page.text
    assert looks == {}


def test_of_few_learners_nothing_is_told():
    turned(29)
    page, looks = asked()
    assert "Numbers are shown from 30 on" in page.text
    assert ("%" in page.text, looks) == (False, {})


def test_no_learner_is_named(learner):
    for number in range(100, 140):
        sent(number, "abcd")
    sent(learner.id, "abcd")
    _status, answer = call(quiz(), "question_statistics", {})
    assert not [word for word in (learner.email, "Learner", "Example") if word in json.dumps(answer)]


@pytest.mark.parametrize("change", [{"in_lms": True, "may_author": False}, {"may_author": False}])
def test_whoever_may_not_write_here_is_refused_and_so_is_everybody_in_the_lms(world, change):
    turned()
    world.__dict__.update(change)
    answer = asked(status=403)
    assert set(answer) == {"error"}


def test_a_bank_of_another_module_is_not_told_whatever_the_block_says_of_itself(world):
    """An author writes what she likes into her bank's name and her block's module."""
    turned(module="regulation")
    for block in (quiz(), quiz(module_id="regulation")):
        page, looks = asked(block)
        assert "No learner of yours" in page.text
        assert looks == {}


@pytest.mark.parametrize("course_id", [None, "course-v1:Other+X+2026"])
def test_in_a_library_or_a_course_of_no_module_nothing_is_told(world, course_id):
    turned()
    turned_blank = Attempt.objects.filter(learner_id__lte=20).update(module="")
    assert turned_blank == 20
    world.course_id = course_id
    page, looks = asked(quiz(module_id="foundation"))
    assert ("%" in page.text, "40" in page.text, looks) == (False, False, {})


def test_a_question_whose_key_was_corrected_since_is_told_of_no_more():
    turned()
    body = json.loads(bank())
    body["items"][2] = question(3, "o2", right="b")
    body["items"][0]["stem"] = "New words?"
    _page, looks = asked(quiz(json.dumps(body)))
    assert "q3" not in looks
    body["items"][2] = question(3, "o2", right="a")
    assert "q3" in asked(quiz(json.dumps(body)))[1]


def test_pages_of_fifty_questions():
    text = json.dumps({"bank_id": "long", "objectives": [], "items": [question(n, "") for n in range(1, 121)]})
    for learner in range(1, 41):
        sent(learner, ["a" if (learner + n) % 3 else "b" for n in range(120)], text)
    page, _looks = asked(quiz(text))
    assert ("wins-statistics-q50" in page.ids, "wins-statistics-q51" in page.ids) == (True, False)
    assert [b["data-page"] for b in page.all("button") if "data-page" in b] == ["2"]
    assert "wins-statistics-q120" in asked(quiz(text), page=3)[0].ids


@pytest.mark.parametrize("page", ["x", -1, 10**30, None, [], {}, 1.5, "9" * 5000])
def test_a_page_that_is_none_is_the_nearest_one(page):
    turned()
    assert "Question 3: check the key." in asked(page=page)[0].text


def test_markdown_is_rendered_and_html_is_not_obeyed():
    body = json.loads(bank())
    body["items"][2]["stem"] = "Which is **not** <b>right</b>?"
    body["items"][2]["options"][1]["text"] = "*This* one"
    text = json.dumps(body)
    turned(text=text)
    _status, answer = call(quiz(text), "question_statistics", {})
    assert "Which is <strong>not</strong> &lt;b&gt;right" in answer["html"]
    assert "<em>This</em> one" in answer["html"]


def test_what_takes_long_is_kept_and_counted_again_on_request(monkeypatch):
    turned()
    monkeypatch.setattr(kept, "SLOW_SECONDS", -1)
    assert "Counted on" in asked()[0].text
    sent(99, "aaaa")
    assert "40 learners" in asked()[0].text
    assert "41 learners" in asked(anew=True)[0].text


def test_the_editor_asks_for_nothing_of_it_when_it_opens(monkeypatch):
    turned()
    monkeypatch.setattr("wins_xblocks.statistics_view.found_of", None)
    args = quiz().studio_view().json_init_args
    assert args["urls"]["question_statistics"].endswith("question_statistics")


def test_a_bank_that_cannot_be_read_is_no_error():
    assert "No learner of yours" in asked(quiz("[1"))[0].text
