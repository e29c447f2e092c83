"""Questions as a learner will see them, shown to their author before they are saved."""

import pytest

from tests.blocks import call, make_block
from tests.domain.quiz.banks import bank, body, question
from tests.domain.quiz.kinds import EACH, matching, numeric, truefalse
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
SECRETS = ("Reason", "Source", "3.515", "3.885", "5 %", "0.001", "right answer", "is-key")


@pytest.fixture(autouse=True)
def studio(world, teacher):
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True


@pytest.fixture
def block():
    return make_block(QuizBlock, {"display_name": "Unit 1", "bank": bank()}, usage="quiz-1")


def shown(block, items, **data):
    asked = {"seed": 0, "keys": False, "alone": False, "purpose": "unit", "draw": 0, "draw_by": "", "bank": items}
    return call(block, "preview_questions", asked | data)


@pytest.mark.parametrize("kind", EACH)
def test_a_question_of_each_kind_is_seen_alone_and_its_key_only_on_request(block, kind):
    before = block.bank
    status, seen = shown(block, body(EACH[kind]), alone=True)
    assert (status, seen["problems"]) == (200, [])
    assert seen["html"].count("<fieldset") == 1
    for secret in SECRETS:
        assert secret not in seen["html"]
    keys = shown(block, body(EACH[kind]), alone=True, keys=True, seed=seen["seed"])[1]["html"]
    assert "right answer</span>" in keys
    assert "Reason 1." in keys
    assert "Report this question" not in keys
    assert "No answer" not in keys
    assert block.bank == before


def test_the_same_draw_is_seen_again_with_its_keys_and_another_one_on_request(block):
    items = body(*(question(number) for number in range(1, 30)))
    first = shown(block, items, draw=3)[1]
    assert first["html"].count("<fieldset") == 3
    assert shown(block, items, draw=3, seed=first["seed"])[1] == first
    assert shown(block, items, draw=3, keys=True, seed=first["seed"])[1]["html"].startswith(first["html"][:2000])
    assert len({shown(block, items, draw=3)[1]["seed"] for _ in range(3)}) == 3


def test_a_whole_try_is_drawn_by_the_blueprint(block):
    items = body(*({**EACH[kind], "id": kind} for kind in ("single", "multiple", "matching", "numeric")))
    items["blueprint"] = [{"category": "", "difficulty": "", "count": 2}]
    assert shown(block, items, draw_by="blueprint")[1]["html"].count("<fieldset") == 2
    items["blueprint"][0]["count"] = 9
    status, answer = shown(block, items, draw_by="blueprint")
    assert status == 409
    assert "asks for more questions (9) than there are (4)" in answer["error"]


def test_what_learners_would_not_get_is_in_no_try(block):
    items = body(question(1), question(2, right=""), question(3, status="draft"), question(4, use="test"))
    seen = shown(block, items)[1]["html"]
    assert [f"Stem {number}?" in seen for number in (1, 2, 3, 4)] == [True, False, False, False]
    assert "There is no question that learners would get." in shown(block, body())[1]["html"]


@pytest.mark.parametrize("item", [
    question(1, right=""), truefalse(answer=None), matching(pairs=[]), numeric(answer={"value": ""}),
    question(1, right="", status="draft"), question(1, stem="", use="test"),
    matching(pairs=[{"id": "a", "left": "l", "right": ""}]), {"id": "q1"},
    question(1, case="none"), question(1, stem="![](https://x.example/y.png)"),
])  # fmt: skip
def test_an_unfinished_question_is_seen_with_what_is_missing_and_without_a_key(block, item):
    status, seen = shown(block, body(item), alone=True, keys=True)
    assert status == 200
    assert seen["html"].count("<fieldset") == 1
    assert {told["item"] for told in seen["problems"]} == {"q1"}
    assert "right answer" not in seen["html"]


def test_markup_of_an_author_is_shown_and_never_run(block):
    seen = shown(block, body(question(1, stem="**Bold** <script>alert(1)</script>")), alone=True)[1]["html"]
    assert "<strong>Bold</strong>" in seen
    assert "<script>" not in seen


@pytest.mark.parametrize(("data", "status"), [
    ({"bank": None}, 409), ({"bank": []}, 409), ({"bank": {"items": 5}}, 409), ({"bank": {"items": [5]}}, 409),
    ({"bank": {"items": []}, "alone": True}, 400), ({"bank": {"items": [None]}, "alone": True}, 409),
    ({"seed": -1}, 400), ({"seed": "x"}, 400), ({"seed": None}, 400), ({"purpose": "exam"}, 400), ({"draw": None}, 400),
    ({"draw_by": []}, 400), ({"seed": 2**31}, 400), ({"bank": {"items": [question(1), question(1)]}}, 409),
])  # fmt: skip
def test_what_no_editor_sends_is_refused_in_words(block, data, status):
    found, answer = shown(block, body(question(1)), **data)
    assert found == status
    assert answer["error"]


def test_nobody_else_looks_at_questions_so(block, world, learner):
    for who, where in (({"user_id": learner.id}, {}), ({}, {"in_lms": True}), ({}, {"course_id": None})):
        world.__dict__.update({"may_author": False, **who, **where})
        assert shown(block, body(question(1)))[0] == 403
