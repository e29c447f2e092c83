"""Pictures of the course, which authors name by /static/: also in what handlers answer, by the platform's own hand."""

import json
from types import SimpleNamespace

import pytest

from tests.blocks import call, make_block
from tests.domain.quiz.banks import body, question
from tests.domain.statistics.test_api import sent
from wins_xblocks.platform import OpenEdx
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
STEM = 'See ![a fence](/static/fence.png), not "/static" alone.'
FOUND = 'src="/asset-v1:course-v1:WINS+FND+2026+fence.png"'


def text():
    return json.dumps(body(*(question(n, stem=STEM, rationale=STEM) for n in range(1, 3))))


def quiz(**fields):
    return make_block(QuizBlock, {"bank": text(), **fields}, usage="quiz-1")


@pytest.fixture
def block(learner, world):
    world.user_id = learner.id
    return quiz(purpose="practice", check_each=True)


def test_in_whatever_a_handler_answers(block):
    begun = call(block, "begin")[1]["html"]
    assert begun.count(FOUND) == 2
    ref = (
        begun.partition('data-question="')[2].partition('"')[0] or begun.partition('data-report="')[2].partition('"')[0]
    )
    option = begun.partition('type="radio"')[2].partition('value="')[2].partition('"')[0]
    answer = call(block, "check_answer", {"number": 1, "revision": 0, "ref": ref, "responses": {ref: [option]}})
    assert (answer[0], answer[1]["html"].count(FOUND)) == (200, 2)
    sent_ = call(block, "submit", {"number": 1, "revision": 1, "responses": {}})[1]["html"]
    assert sent_.count(FOUND) == 4, "questions and reasons"
    assert "/static/" not in sent_
    assert call(block, "result", {"number": 1})[1]["html"].count(FOUND) == 4


def test_in_the_newer_state_of_a_stale_save(block):
    call(block, "begin")
    call(block, "save_answers", {"number": 1, "revision": 0, "responses": {}})
    status, answer = call(block, "save_answers", {"number": 1, "revision": 0, "responses": {}})
    assert (status, answer["html"].count(FOUND)) == (409, 2)


def test_in_statistics_for_authors(world, teacher):
    for learner in range(1, 41):
        sent(learner, "ab", text())
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True
    assert FOUND in call(quiz(purpose="test"), "question_statistics")[1]["html"]


def test_views_are_left_to_the_platform_which_does_it_for_all_blocks(block):
    call(block, "begin")
    assert block.student_view().content.count('src="/static/fence.png"') == 2


def test_what_has_no_such_address_asks_no_service(learner, world, monkeypatch):
    world.user_id = learner.id
    monkeypatch.setattr("tests.edge.FakeOpenEdx.with_static_urls", None)
    block = make_block(QuizBlock, {"bank": json.dumps(body(question(1)))}, usage="quiz-1")
    assert call(block, "begin")[0] == 200


def test_the_platforms_service_is_asked_for_files_only():
    """Its signature: replace_urls(text, static_replace_only=False)."""
    asked = []

    def replace_urls(text, static_replace_only=False):
        asked.append((text, static_replace_only))
        return "replaced"

    runtime = SimpleNamespace(service=lambda block, name: SimpleNamespace(replace_urls=replace_urls))
    assert OpenEdx().with_static_urls(SimpleNamespace(runtime=runtime), "<p>") == "replaced"
    assert asked == [("<p>", True)]


def test_without_the_service_the_text_stays(caplog):
    runtime = SimpleNamespace(service=lambda block, name: None)
    assert OpenEdx().with_static_urls(SimpleNamespace(runtime=runtime), "<p>") == "<p>"
    assert "Blocks have no service “replace_urls” here" in caplog.text
