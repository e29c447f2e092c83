"""Questions of every kind in content files: written into a course as the blocks read them; each slip with its place."""

import json
import re
from typing import Any

import pytest

from course_export import ExportError, check, outline
from tests.domain.quiz.kinds import EACH
from wins_xblocks.domain.quiz import banks, drawing

from .tiny import PROGRAMME, Draft, question

CASES = [{"id": "c1", "stem": "A site has two fences."}]
BLUEPRINT = [{"category": "Law", "count": 1}, {"category": "Detection", "difficulty": "hard", "count": 1}]


def items() -> list[dict[str, Any]]:
    """One of each kind, as an author writes it: numbers are numbers."""
    found = [{**item, "objective": "x1.1", "id": f"k-{name}", "stem": f"Of {name}?"} for name, item in EACH.items()]
    found[4]["answer"] = {"value": 3.7, "tolerance": "5 %", "unit": "GBq", "units": [{"name": "MBq", "factor": 0.001}]}
    found[2]["case"] = found[3]["case"] = "c1"
    return found


def quiz_of(files: dict[str, bytes], purpose: str) -> dict[str, str]:
    """The attributes of the course's one quiz for this purpose."""
    (node,) = [n for n in outline.read(files).course.each("wins_quiz") if n.attributes["purpose"] == purpose]
    return node.attributes


def test_every_kind_reaches_the_block_as_it_was_meant(tmp_path):
    draft = Draft()
    draft.quiz = items()
    draft.quiz_parts = {"cases": CASES}
    body = json.loads(quiz_of(draft.files(tmp_path), "practice")["bank"])
    found = banks.bank_of(body, strict=True)
    assert found.problems == ()
    assert [item.kind for item in found.usable] == list(EACH)
    assert body["cases"] == CASES
    wanted = banks.bank_of({**body, "items": items()}, strict=True)
    assert found.items == wanted.items


def test_a_blueprint_of_the_module_test_is_what_the_block_draws_by(tmp_path):
    draft = Draft()
    draft.test = [
        question("t1", "What?", category="Law"), question("t2", "Why?", category="Law"),
        question("t3", "When?", category="Detection", difficulty="hard"), question("t4", "Who?", status="draft"),
    ]  # fmt: skip
    draft.test_parts = {"blueprint": BLUEPRINT}
    files = draft.files(tmp_path)
    found = quiz_of(files, "test")
    assert found["draw_by"] == "blueprint"
    assert drawing.asked(banks.parse(found["bank"]), "test", 0, "blueprint") == 2
    report = check.check(files, PROGRAMME)
    assert [quiz.asked for quiz in report.quizzes if quiz.rules.purpose == "test"] == [2]
    assert not [problem for problem in report.problems if "blueprint" in problem]


@pytest.mark.parametrize(("rows", "told"), [
    ([{"category": "Law", "count": 3}], "row 1 of the blueprint asks for 3 questions, and there are 2"),
    ([{"difficulty": "hard", "count": 1}, {"category": "Detection", "count": 1}], "rows 1 and 2 of the blueprint ask"),
])  # fmt: skip
def test_a_blueprint_that_cannot_be_met_is_found_by_the_check(tmp_path, rows, told):
    draft = Draft()
    draft.test = [
        question("t1", "What?", category="Law"), question("t2", "Why?", category="Law"),
        question("t3", "When?", category="Detection", difficulty="hard"),
    ]  # fmt: skip
    draft.test_parts = {"blueprint": rows}
    problems = check.check(draft.files(tmp_path), PROGRAMME).problems
    assert [problem for problem in problems if told in problem]


def test_a_question_in_a_quiz_of_another_use_is_found_by_the_check(tmp_path):
    draft = Draft()
    draft.quiz[0]["use"] = "practice"
    files = draft.files(tmp_path)
    assert not [told for told in check.check(files, PROGRAMME).problems if "is for" in told]
    moved = {path: text.replace(b"use&quot;:&quot;practice", b"use&quot;:&quot;test") for path, text in files.items()}
    assert [told for told in check.check(moved, PROGRAMME).problems if told.endswith("question q1 is for test")]


GRAM = {"value": 5, "unit": "g"}
OPTIONS = [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]
SLIPS = {
    "options of a statement": ("truefalse", {"options": OPTIONS}, "has no options"),
    "a statement without an answer": ("truefalse", {"answer": None}, "is truefalse and needs answer"),
    "a number for a statement": ("truefalse", {"answer": {"value": 5}}, "an answer of another kind"),
    "true for a number": ("numeric", {"answer": True}, "an answer of another kind"),
    "a word for a number": ("numeric", {"answer": {"value": "five"}}, "items.0.answer"),
    "a tolerance below zero": ("numeric", {"answer": {"value": 5, "tolerance": -1}}, "items.0.answer"),
    "per cent of zero": ("numeric", {"answer": {"value": 0, "tolerance": "5 %"}}, "per cent of zero is zero"),
    "units without one": ("numeric", {"answer": {"value": 5, "units": [{"name": "g", "factor": 1}]}}, "none of its"),
    "a unit twice": ("numeric", {"answer": {**GRAM, "units": [{"name": "g", "factor": 1}]}}, "unit g stands twice"),
    "a factor of zero": ("numeric", {"answer": {**GRAM, "units": [{"name": "k", "factor": 0}]}}, "above zero"),
    "one pair": ("matching", {"pairs": [{"id": "a", "left": "l", "right": "r"}]}, "items.0.pairs"),
    "pairs all alike": ("matching", {"pairs": [{"id": n, "left": n, "right": "r"} for n in "ab"]}, "two pairs"),
    "a left side twice": ("matching", {"pairs": [{"id": n, "left": "l", "right": n} for n in "ab"]}, "side l stands"),
    "credit for one answer": ("single", {"credit": "part"}, "is single and has no credit"),
    "points of a half": ("single", {"points": 0.5}, "items.0.points"),
    "a status of its own": ("single", {"status": "old"}, "items.0.status"),
    "a case of nowhere": ("single", {"case": "c9"}, "c9 is no case of this file"),
    "a question for the test": ("single", {"use": "test"}, "a question for test stands in the wrong file"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_its_place(tmp_path, name):
    kind, changes, told = SLIPS[name]
    draft = Draft()
    item = next(item for item in items() if item["kind"] == kind)
    said = {key: value for key, value in item.items() if key not in ("use", "case")} | changes
    draft.quiz = [{key: value for key, value in said.items() if value is not None}]
    with pytest.raises(ExportError, match=re.escape(told)):
        draft.files(tmp_path)


def test_a_case_stands_once_in_a_module(tmp_path):
    draft = Draft()
    draft.quiz_parts = draft.test_parts = {"cases": CASES}
    with pytest.raises(ExportError, match="c1 stands already in u1"):
        draft.files(tmp_path)


def test_only_the_module_test_has_a_blueprint(tmp_path):
    draft = Draft()
    draft.quiz_parts = {"blueprint": BLUEPRINT}
    with pytest.raises(ExportError, match="blueprint: is for the module test"):
        draft.files(tmp_path)
