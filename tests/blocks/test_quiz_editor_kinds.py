"""Questions of every kind in Studio: saved, as text, refused with their place."""

import json

import pytest
import yaml

from tests.blocks import call, make_block
from tests.domain.quiz.banks import body, question
from tests.domain.quiz.kinds import EACH, matching, numeric, truefalse
from tests.domain.quiz.test_mixed import CASES
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db

ITEMS = [{**item, "id": f"q{n}", "case": "c1"} for n, item in enumerate(EACH.values(), 1)]
BLUEPRINT = [{"category": "Detection", "difficulty": "hard", "count": 1}]


@pytest.fixture(autouse=True)
def studio(world, teacher):
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True


def whole():
    return {**body(*ITEMS), "cases": CASES, "blueprint": BLUEPRINT}


def quiz(**fields):
    return make_block(QuizBlock, {"display_name": "Unit 1", "bank": json.dumps(whole()), **fields}, usage="quiz-1")


def sent(block, bank, **settings):
    loaded = json.loads(json.dumps(block.studio_view().json_init_args["quiz"]))
    loaded["settings"].update(settings)
    return {**loaded, "bank": bank}


def test_every_kind_is_loaded_and_saved_as_it_stands():
    block = quiz()
    before = block.bank
    data = sent(block, block.studio_view().json_init_args["quiz"]["bank"])
    status, answer = call(block, "save_quiz", data)
    assert (status, answer["problems"], block.bank, answer["bank"]) == (200, [], before, whole())


def test_every_kind_is_written_as_text_and_read_back_the_same():
    block = quiz()
    text = call(block, "write_yaml", {"bank": whole()})[1]["text"]
    assert list(yaml.safe_load(text)) == ["cases", "items", "blueprint"]
    objectives = whole()["objectives"]
    status, read = call(block, "read_yaml", {"text": text, "objectives": objectives, "cases": []})
    assert status == 200
    assert (read["items"], read["cases"], read["blueprint"]) == (ITEMS, CASES, BLUEPRINT)
    assert (read["problems"], read["new"]) == ([], [])


NUMBER = """items:
  - id: n1
    kind: numeric
    stem: "How much?"
    answer: {value: 3.7, tolerance: 0.05, unit: GBq, units: [{name: MBq, factor: 0.001}]}
  - id: t1
    kind: truefalse
    stem: "A fence delays."
    answer: yes
"""


def test_numbers_need_no_quotation_marks():
    read = call(quiz(), "read_yaml", {"text": NUMBER})[1]
    assert read["items"][0]["answer"] == {
        "value": "3.7", "tolerance": "0.05", "unit": "GBq", "units": [{"name": "MBq", "factor": "0.001"}],
    }  # fmt: skip
    assert read["items"][1]["answer"] is True
    assert read["problems"] == []


def test_a_case_that_the_quiz_has_already_is_known_to_a_text():
    text = NUMBER.replace("kind: numeric", "kind: numeric\n    case: c1")
    problems = call(quiz(), "read_yaml", {"text": text, "cases": CASES})[1]["problems"]
    assert problems == []
    problems = call(quiz(), "read_yaml", {"text": text, "cases": []})[1]["problems"]
    assert problems == ["Line 2: Question 1 (“n1”) belongs to the case “c1”, which has no text."]


@pytest.mark.parametrize(("text", "told"), [
    (NUMBER.replace("tolerance: 0.05", "tolerence: 0.05"), "Line 2: Question 1: “answer” is not “value, tolerance,"),
    (NUMBER.replace("3.7", "about 4"), "Line 2: Question 1: “about 4” is not a number here."),
    (NUMBER.replace("answer: yes", "answer: maybe"), "Line 6: Question 2: “answer” must be true or false."),
    (NUMBER.replace("kind: truefalse", "kind: essay"), "Line 6: Question 2: the kind must be one of"),
    (NUMBER + "    rational: x\n", "Line 6: Question 2: “rational” is not known in a question of this kind."),
    ("cases: 5\n" + NUMBER, "must begin with “items:”"), ("cases: [5]\n" + NUMBER, "A case has no id and text."),
    (NUMBER.replace("value: 3.7", "value: .inf"), "“float” is not a number here."),
])  # fmt: skip
def test_a_slip_in_a_text_is_told_with_its_line(text, told):
    status, answer = call(quiz(), "read_yaml", {"text": text})
    assert status == 409
    assert told in answer["error"]


@pytest.mark.parametrize(("item", "told"), [
    ({**question(1), "pairs": []}, "Question 1: “pairs” is not known"),
    (matching(pairs=[{"id": "a", "left": "l", "right": 5}]), "Question 1: a text is not text."),
    (numeric(answer={"value": "five"}), "Question 1: “five” is not a number here."),
    (truefalse(answer="true"), "Question 1: “answer” must be true or false."),
    ({**question(1), "points": 0}, "Question 1: “points” must be a whole number from 1 to 100."),
])  # fmt: skip
def test_a_slip_in_a_form_is_told_and_nothing_is_stored(item, told):
    block = quiz()
    before = block.bank
    status, answer = call(block, "save_quiz", sent(block, body(item)))
    assert status == 409
    assert told in answer["error"]
    assert block.bank == before


def test_an_unfinished_question_of_any_kind_is_saved_and_named():
    block = quiz()
    bank = body(truefalse(answer=None, number=1), matching(2, pairs=[]), numeric(3, answer={"value": ""}))
    status, answer = call(block, "save_quiz", sent(block, bank))
    assert status == 200
    assert len(answer["problems"]) == 3
    assert all("Learners will not get it until this is fixed." in problem["text"] for problem in answer["problems"])


def test_a_blueprint_that_asks_for_too_much_is_saved_and_told():
    block = quiz()
    bank = {**whole(), "blueprint": [{"category": "Detection", "difficulty": "", "count": 2}]}
    status, answer = call(block, "save_quiz", sent(block, bank, draw_by="blueprint"))
    assert (status, block.draw_by) == (200, "blueprint")
    told = (
        "Row 1 of the blueprint asks for more questions (2) than there are (1). No try can begin until this is fixed."
    )
    assert answer["problems"] == [{"text": told, "item": "", "about": "blueprint"}]


def beside(world, **fields):
    """Another quiz of the course."""
    other = make_block(QuizBlock, {"display_name": "Module test", "purpose": "test", **fields}, usage="test-1")
    found = [(block.scope_ids, block.display_name, block.purpose, block.bank) for block in (other, quiz())]
    world.settings[world.course_id, "wins_quiz", "scope_ids", "display_name", "purpose", "bank"] = tuple(found)


@pytest.mark.parametrize("twin", [
    question(1, id="q1", stem="Other"), question(1, id="t9", stem="stem 3 !"), question(1, id="q5", stem="Other"),
])  # fmt: skip
def test_a_question_that_the_module_test_asks_too_is_told_at_once(world, twin):
    beside(world, bank=json.dumps(body(twin)))
    block = quiz(bank=json.dumps(body(question(1), question(3), question(5))))
    status, answer = call(block, "save_quiz", sent(block, body(question(1), question(3), question(5)), purpose="unit"))
    assert status == 200
    (told,) = (problem["text"] for problem in answer["problems"])
    assert "stands in “Module test”, too." in told
    assert told in block.author_view().content


def test_two_quizzes_of_practice_may_ask_the_same_and_what_is_retired_is_free(world):
    block = quiz(bank=json.dumps(body(question(1))))
    beside(world, purpose="practice", bank=json.dumps(body(question(1))))
    assert block.problems_in_course() == []
    beside(world, bank=json.dumps(body(question(1, status="retired"))))
    assert block.problems_in_course() == []
    beside(world, bank="{")
    assert block.problems_in_course() == []
    beside(world, bank=json.dumps(body(question(1))))
    assert len(block.problems_in_course()) == 1
