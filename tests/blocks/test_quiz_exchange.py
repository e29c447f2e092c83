"""Files and pasted tables at the editor's handlers: who may, what is answered, and that nothing is stored."""

import base64
import json

import pytest

from tests.blocks import call, make_block
from tests.domain.quiz.banks import bank, body, question
from wins_xblocks.domain.quiz import banks
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
TABLE = "question,A,B,right,objective\nWho?,WINS,IAEA,A,o9\nNobody?,a,b,,\n"


@pytest.fixture(autouse=True)
def studio(world, teacher):
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True


def quiz():
    return make_block(QuizBlock, {"display_name": "Unit 1", "bank": bank()}, usage="quiz-1")


def file(text, name="questions.csv"):
    return {"name": name, "data": base64.b64encode(text.encode()).decode(), "bank": json.loads(bank())}


def test_a_file_is_answered_with_a_report_and_nothing_is_stored():
    block = quiz()
    before = block.bank
    status, answer = call(block, "read_questions", file(TABLE))
    assert status == 200
    assert answer["said"] == "2 questions were read. New: 1. Changed: 0. There already: 0. Cannot be taken: 1."
    first, second = answer["lines"]
    assert (first["place"], first["means"], first["item"]["stem"]) == ("Row 2", "New", "Who?")
    assert first["item"]["id"].startswith("q-")
    assert (second["place"], second["means"], second["item"]) == ("Row 3", "Cannot be taken", None)
    assert second["told"] == ["Question 2 (“Nobody?”) has no right answer."]
    assert block.bank == before


def test_what_was_taken_can_be_saved():
    block = quiz()
    line = call(block, "read_questions", file(TABLE))[1]["lines"][0]
    data = json.loads(json.dumps(block.studio_view().json_init_args["quiz"]))
    data["bank"]["items"].append(line["item"])
    data["bank"]["objectives"].append({"id": "o9", "text": "o9"})
    status, answer = call(block, "save_quiz", data)
    assert (status, answer["problems"]) == (200, [])
    assert block.bank["items"][-1]["stem"] == "Who?"


@pytest.mark.parametrize("name", ["csv", "xlsx", "yaml"])
def test_what_is_written_is_read_as_there_already(name):
    block, stored = quiz(), json.loads(bank())
    status, written = call(block, "write_questions", {"bank": stored, "format": name})
    assert (status, written["name"]) == (200, f"questions.{name}")
    again = {"name": written["name"], "data": written["data"], "bank": stored}
    assert call(block, "read_questions", again)[1]["said"].endswith("There already: 4. Cannot be taken: 0.")


def test_only_cases_of_questions_in_the_file_are_sent():
    cases = "cases:\n- {id: c1, stem: A store.}\n- {id: c2, stem: Nobody's.}\n"
    text = cases + "items:\n- {id: n1, kind: truefalse, stem: Locked?, answer: true, case: c1}\n"
    answer = call(quiz(), "read_questions", file(text, "a.yaml"))[1]
    assert (answer["lines"][0]["place"], answer["lines"][0]["fate"]) == ("Line 5", "new")
    assert answer["cases"] == [{"id": "c1", "stem": "A store."}]


@pytest.mark.parametrize(("data", "status", "words"), [
    ({"name": "a.csv", "data": "?"}, 400, "did not arrive whole"), ({"name": "a.csv"}, 400, "did not arrive whole"),
    ({"name": "a.csv", "data": 5}, 400, "did not arrive whole"), ({"name": None, "data": "eA=="}, 409, "are not read"),
    ({"html": 5, "text": ""}, 400, "not a JSON object"), ({"html": "<p>"}, 400, "not a JSON object"),
    ({"html": "", "text": "x"}, 409, "There is no table"), ({"html": "x" * 5_000_001, "text": ""}, 409, "in parts"),
    ({"name": "a.yaml", "data": base64.b64encode(b"items: [*a]").decode()}, 409, "“*” is not read"),
])  # fmt: skip
def test_what_is_no_file_is_refused_in_words(data, status, words):
    found, answer = call(quiz(), "read_questions", {"bank": json.loads(bank()), **data})
    assert (found, words in answer["error"]) == (status, True), answer


@pytest.mark.parametrize("name", ["doc", None, 5, ["csv"]])
def test_another_format_is_refused(name):
    assert call(quiz(), "write_questions", {"bank": json.loads(bank()), "format": name})[0] == 400


def test_a_quiz_does_not_get_more_questions_than_fit(monkeypatch):
    monkeypatch.setattr(banks, "MOST_ITEMS", 4)
    status, answer = call(quiz(), "read_questions", file(TABLE))
    assert (status, "At most 4 fit." in answer["error"]) == (409, True)


@pytest.mark.parametrize("handler", ["read_questions", "write_questions"])
def test_nobody_but_an_author_in_studio_is_answered(handler, world):
    world.in_lms, world.may_author = True, False
    status, answer = call(quiz(), handler, {**file(TABLE), "bank": body(question(1)), "format": "csv"})
    assert (status, set(answer)) == (403, {"error"})
