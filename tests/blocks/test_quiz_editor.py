import json
from dataclasses import replace

import pytest
import yaml

from tests.blocks import call, make_block
from tests.domain.quiz.banks import bank, body, question
from wins_xblocks.domain.quiz import banks
from wins_xblocks.quiz_block import QuizBlock
from wins_xblocks.quiz_yaml import LARGEST_YAML

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def studio(world, teacher):
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True


def quiz(**fields):
    return make_block(QuizBlock, {"display_name": "Unit 1", "bank": bank(), **fields}, usage="quiz-1")


def editor(block):
    """What the editor's script gets."""
    return block.studio_view().json_init_args


def sent(block, **settings):
    """What it sends back, with settings changed."""
    loaded = json.loads(json.dumps(editor(block)["quiz"]))
    loaded["settings"].update(settings)
    return loaded


def test_the_editor_loads_what_is_stored_and_saving_it_again_changes_nothing():
    block = quiz()
    before = (block.bank, block.pass_percent)
    status, answer = call(block, "save_quiz", sent(block))
    assert status == 200
    assert answer["problems"] == []
    assert (block.bank, block.pass_percent) == before


def test_settings_and_questions_are_saved_together():
    block = quiz()
    data = sent(block, display_name="New 😀", purpose="test", pass_percent=80, draw=3, draw_by="objective", weight=2)
    data["bank"]["items"].append(question(9, right=""))
    status, answer = call(block, "save_quiz", data)
    assert status == 200
    assert (block.display_name, block.purpose, block.pass_percent, block.draw, block.weight) == (
        "New 😀", "test", 80, 3, 2,
    )  # fmt: skip
    assert [item["id"] for item in block.bank["items"]] == ["q1", "q2", "q3", "q4", "q9"]
    told = "Question 5 (“q9”) has no right answer. Learners will not get it until this is fixed."
    assert answer["problems"] == [{"text": told, "item": "q9", "about": "answers"}]


def test_a_new_bank_gets_its_name_once():
    block = make_block(QuizBlock, {}, usage="new")
    data = sent(block)
    data["bank"]["items"] = [question(1, objective="")]
    _status, answer = call(block, "save_quiz", data)
    name = block.bank["bank_id"]
    assert name.startswith("bank-")
    assert answer["bank"]["bank_id"] == name
    call(block, "save_quiz", sent(block, display_name="Again"))
    assert block.bank["bank_id"] == name


@pytest.mark.parametrize("stored", [5, ["x"], {"a": 1}, "x" * 400, None, True, "\u0001", ""])
def test_a_bank_whose_name_is_none_is_repaired_by_saving(stored):
    block = quiz(bank=json.dumps({"bank_id": stored, "items": []}))
    data = sent(block)
    data["bank"] = {**body(question(1)), "bank_id": ""}
    status, answer = call(block, "save_quiz", data)
    assert (status, answer["problems"]) == (200, [])
    assert block.bank["bank_id"].startswith("bank-")
    assert [item.id for item in block.readable_bank().usable] == ["q1"]


def test_a_broken_bank_keeps_its_name_when_it_is_repaired():
    block = quiz(bank=json.dumps({**body("no question"), "bank_id": "known"}))
    data = sent(block)
    data["bank"]["items"] = [question(1, objective="")]
    assert call(block, "save_quiz", data)[0] == 200
    assert block.bank["bank_id"] == "known"


def test_a_bank_that_is_too_long_once_it_is_written_out_is_not_stored(monkeypatch):
    block = quiz()
    data, before = sent(block), block.bank
    options = [{"id": letter, "text": letter, "correct": letter == "a"} for letter in "ab"]
    data["bank"] = {"items": [{"id": f"q{n}", "stem": "s", "options": options} for n in range(50)]}
    monkeypatch.setattr(banks, "LARGEST", len(json.dumps(data["bank"])))
    status, answer = call(block, "save_quiz", data)
    assert (status, block.bank) == (409, before)
    assert "too long together" in answer["error"]


def test_what_somebody_else_saved_meanwhile_is_never_overwritten_unseen():
    block = quiz()
    mine = sent(block, display_name="Mine")
    call(block, "save_quiz", sent(block, display_name="Theirs"))
    status, answer = call(block, "save_quiz", mine)
    assert status == 409
    assert "Somebody saved this quiz while you were writing" in answer["error"]
    assert block.display_name == "Theirs"
    assert answer["theirs"]["settings"]["display_name"] == "Theirs"
    assert "Stem 1?" in answer["theirs"]["yaml"]
    assert call(block, "save_quiz", {**mine, "loaded": answer["theirs"]["loaded"]})[0] == 200
    assert block.display_name == "Mine"


def test_pressing_save_twice_is_no_conflict():
    block = quiz()
    mine = sent(block, display_name="Mine")
    assert [call(block, "save_quiz", mine)[0] for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(("changed", "told"), [
    ({"display_name": 5}, "title"), ({"display_name": "x" * 256}, "title"), ({"display_name": "\ud83d"}, "title"),
    ({"purpose": "exam"}, "purpose"), ({"purpose": []}, "purpose"), ({"module_id": "nowhere"}, "module"),
    ({"module_id": []}, "module"), ({"pass_percent": 101}, "pass mark"), ({"pass_percent": None}, "pass mark"),
    ({"max_tries": -1}, "tries"), ({"max_tries": True}, "tries"), ({"draw": 2001}, "drawn"), ({"draw": "5"}, "drawn"),
    ({"draw_by": "luck"}, "drawn"), ({"one_by_one": 1}, "shown"), ({"minutes": 601}, "time limit"),
    ({"one_by_one": None}, "shown"), ({"weight": -1}, "weight"), ({"weight": float("nan")}, "weight"),
])  # fmt: skip
def test_a_setting_that_does_not_fit_is_refused_in_words(changed, told):
    block = quiz()
    status, answer = call(block, "save_quiz", sent(block, **changed))
    assert status == 409
    assert told in answer["error"]
    assert answer["problems"] == [{"text": answer["error"], "item": "", "about": next(iter(changed))}]
    assert block.purpose == "unit"


@pytest.mark.parametrize(("broken", "told"), [
    (None, "cannot be read"), ([], "cannot be read"), (body(question(1), question(1)), "Question 2 (“q1”)"),
    (body(question(1, id="A B")), "Question 1"), (body(question(1, stem="x" * 4001)), "longer than 4000"),
])  # fmt: skip
def test_a_bank_that_is_none_is_refused_in_words(broken, told):
    block = quiz()
    before = block.bank
    status, answer = call(block, "save_quiz", {**sent(block), "bank": broken})
    assert status == 409
    assert told in answer["error"]
    assert block.bank == before


@pytest.mark.parametrize("handler", sorted(QuizBlock.author_handlers))
def test_only_authors_may_use_the_editor(handler, world):
    world.may_author = False
    block = quiz()
    before = block.bank
    assert call(block, handler, {"text": "", "bank": {}})[0] == 403
    assert block.bank == before
    fragment = block.studio_view()
    assert "You may not change this course." in fragment.content
    assert fragment.json_init_args is None
    assert "Stem 1" not in fragment.content


@pytest.mark.parametrize("course", ["course-v1:WINS+FND+2026", None])
@pytest.mark.parametrize("view", ["author_view", "student_view", "studio_view"])
def test_whoever_sees_studio_and_may_not_author_gets_neither_questions_nor_keys(view, course, world, learner):
    world.user_id, world.may_author, world.course_id = learner.id, False, course
    fragment = getattr(quiz(purpose="test"), view)()
    shown = fragment.content + json.dumps(fragment.to_dict())
    assert ("Questions are shown to authors of this course." in shown) == (view != "studio_view")
    for secret in ("Stem", "Answer", "Reason", "right answer"):
        assert secret not in shown


def test_in_the_lms_the_authors_view_is_the_learners_page(world, learner):
    world.user_id, world.in_lms, world.may_author = learner.id, True, False
    text = quiz().author_view().content
    assert "data-start" in text
    assert "Stem" not in text


def test_the_author_sees_questions_keys_and_problems():
    text = quiz(bank=json.dumps(body(question(1), question(2, right="")))).author_view().content
    assert "Stem 1?" in text
    assert "Reason 1." in text
    assert text.count("right answer</span>") == 1
    assert "Question 2 (“q2”) has no right answer. Learners will not get it until this is fixed." in text
    assert "This quiz belongs to: Foundation Module." in text


def test_a_course_of_no_module_is_said(world):
    world.course_id = "course-v1:Other+X+1"
    assert "does not belong to a module" in quiz().author_view().content
    assert "does not belong to a module" in quiz().studio_view().content


def test_in_a_library_no_course_is_spoken_of(world):
    world.course_id = None
    for view in (quiz().author_view, quiz().studio_view):
        assert "A library belongs to no module." in view().content
        assert "This course" not in view().content


def test_a_quiz_without_questions_says_so_and_numbers_nothing():
    text = make_block(QuizBlock, {}, usage="new").author_view().content
    assert "No questions yet." in text
    assert "<ol" not in text


def test_the_programmes_rules_for_a_module_test_are_shown():
    assert "at least 70 % to pass, 3 tries, 24 hours between tries" in quiz().studio_view().content


def test_a_bank_that_cannot_be_read_is_a_sentence_for_the_author():
    block = quiz(bank="{")
    assert "The stored questions cannot be read." in block.author_view().content
    assert [told["text"] for told in editor(block)["problems"]] == ["The stored questions cannot be read."]


def test_questions_written_as_text_read_back_the_same():
    block = quiz()
    _status, out = call(block, "write_yaml", {"bank": dict(block.bank)})
    assert list(yaml.safe_load(out["text"])) == ["items"]
    _status, read = call(block, "read_yaml", {"text": out["text"], "objectives": block.bank["objectives"]})
    assert read["items"] == block.bank["items"]
    assert (read["objectives"], read["new"], read["problems"]) == (block.bank["objectives"], [], [])
    assert read["said"] == "4 questions were read."


ITEM = """items:
  - id: f1q1
    kind: single
    objective: f1.1
    stem: "Which?"
    options:
      - {id: a, text: "This", correct: true}
      - {id: b, text: "That 😀"}
    rationale: "Because."
"""


def test_the_exporters_item_files_are_read_and_new_objectives_added():
    status, read = call(quiz(), "read_yaml", {"text": ITEM, "objectives": []})
    assert status == 200
    assert [option["correct"] for option in read["items"][0]["options"]] == [True, False]
    assert read["objectives"] == [{"id": "f1.1", "text": "f1.1"}]
    assert read["new"] == ["f1.1"]


@pytest.mark.parametrize(("text", "told"), [
    (None, "too long"), ("x" * (LARGEST_YAML + 1), "too long"), ("items: ]", "Line 1: This is not YAML."),
    (ITEM.replace("kind: single", "id: other"), "Line 3: “id” stands twice."),
    (ITEM + ITEM, "Line 10: “items” stands twice."), ("items: [{? [a] : 1}]", "Line 1: This is not YAML."),
    ("items:\n\t- a", "Line 2: This is not YAML."), ("", "must begin with “items:”"), ("[]", "must begin with"),
    ("items: 5", "must begin with"), ("items: []\nmore: 1", "must begin with"),
    ("a: &a [1]\nitems: [*a]", "Line 2: Write the text out"),
    ("!!python/object:os.system {}", "Line 1: Write the value without “!”."),
    ("items: [a\x00b]", "not YAML"), ("items:\n  - 5", "Line 2: Question 1 is not a question."),
    (ITEM + ITEM[7:], "Line 10: Question 2 (“f1q1”) uses an id twice."),
    (ITEM.replace('"Which?"', "2026-01-01"), "Line 2: Question 1: a text is not text. Put it in quotation marks."),
    (ITEM.replace("correct: true", 'correct: "yes"'), "Line 2: Question 1: one answer is not"),
    ("items: " + "[" * 300, "Line 1: Too many levels"), ("- " * 300, "Line 1: Too many levels"),
    # Some builds of libyaml have a limit of their own and words of their own for it.
    ("items: " + "[" * 300_000, "Line 1: "), ("- " * 300_000, "Line 1: "),
])  # fmt: skip
def test_a_text_that_cannot_be_read_is_refused_with_its_line(text, told):
    status, answer = call(quiz(), "read_yaml", {"text": text, "objectives": []})
    assert status == 409
    assert told in answer["error"]


@pytest.mark.parametrize("value", [
    "!!bool maybe", "!!timestamp abc", "!!int ''", "!!float ''", "!!int _", "!!float 1:59" + ":59" * 400,
    "!!str [a]", "!!omap {a: b}", "! a", "!own a", "!!binary 'é'", "!!null x",
])  # fmt: skip
def test_a_value_whose_type_is_named_by_the_text_is_refused_with_its_line(value):
    status, answer = call(quiz(), "read_yaml", {"text": f"items:\n  - {value}"})
    assert (status, answer["error"]) == (409, "Line 2: Write the value without “!”.")


@pytest.mark.parametrize("value", [
    "0x" + "f" * 9000, "0b" + "1" * 20_000, "0" + "7" * 9000, "1" + ":59" * 5000, "1" + ":59" * 400 + ".5", "9" * 5000,
])  # fmt: skip
@pytest.mark.parametrize("place", ["{{id: {}}}", "{{id: a, stem: s, options: [{{id: {}}}]}}", "{{stem: {}}}", "{}"])
def test_a_number_of_thousands_of_digits_is_refused_with_its_line(value, place):
    status, answer = call(quiz(), "read_yaml", {"text": f"items:\n  - {place.format(value)}"})
    assert (status, answer["error"]) == (409, "Line 2: This number is too long.")


@pytest.mark.parametrize("value", ["=", "<<", "2001-01-01T00:00:00+99:99", "0x" + "f" * 40, ".inf", "~", "2001-02-30"])
def test_whatever_yaml_makes_of_a_value_is_an_answer(value):
    assert call(quiz(), "read_yaml", {"text": f"items: [{{id: {value}}}]"})[0] == 409


def test_unfinished_questions_are_read_and_named_with_their_line():
    text = ITEM.replace(", correct: true", "")
    _status, read = call(quiz(), "read_yaml", {"text": text, "objectives": []})
    assert read["problems"] == ["Line 2: Question 1 (“f1q1”) has no right answer."]
    assert len(read["items"]) == 1


def objectives(count):
    return [{"id": f"k{n}", "text": "t"} for n in range(count)]


@pytest.mark.parametrize("handler", ["read_yaml", "write_yaml", "save_quiz"])
def test_too_many_objectives_are_refused_in_words(handler):
    block = quiz()
    many = {"objectives": objectives(2001)}
    data = {**sent(block), "text": ITEM, **many, "bank": {**body(question(1)), **many}}
    status, answer = call(block, handler, data)
    assert (status, answer["error"]) == (409, "These are too many learning objectives. At most 2000 fit.")


def test_objectives_that_a_text_adds_count_with_those_there_are():
    status, answer = call(quiz(), "read_yaml", {"text": ITEM, "objectives": objectives(2000)})
    assert (status, answer["error"]) == (409, "These are too many learning objectives. At most 2000 fit.")


class Counted:
    """Objectives that count how often they are gone through."""

    def __init__(self, rows):
        self.rows, self.times = rows, 0

    def __iter__(self):
        self.times += 1
        return iter(self.rows)


def test_however_many_questions_there_are_the_objectives_are_gone_through_a_few_times_only(monkeypatch):
    known, real, seen = objectives(1000), banks.bank_of, []

    def counted(value, **asked):
        found = real(value, **asked)
        seen.append(Counted(found.objectives))
        return replace(found, objectives=seen[-1])

    monkeypatch.setattr(banks, "bank_of", counted)
    block = quiz(bank=json.dumps({**body(*(question(n, "k9") for n in range(900))), "objectives": known}))
    banks.parse.cache_clear()
    block.author_view()
    questions = "\n".join(ITEM[7:].replace("f1q1", f"q{n}").replace("f1.1", f"n{n}") for n in range(900))
    assert call(block, "read_yaml", {"text": f"items:\n{questions}", "objectives": known})[0] == 200
    banks.parse.cache_clear()
    assert max(one.times for one in seen) <= 3


def test_the_largest_bank_is_saved_and_shown():
    items = [question(n, "o1") for n in range(2000)]
    block = quiz()
    data = sent(block)
    data["bank"]["items"] = items
    assert call(block, "save_quiz", data)[0] == 200
    assert block.max_score() == 2000.0


@pytest.mark.parametrize(("changed", "item", "about"), [
    ({"items": [question(1), question(2, points=0)]}, "q2", "points"),
    ({"items": [question(1), question(1)]}, "q1", ""),
    ({"items": [question(1, id="A B")]}, "A B", ""), ({"items": [question(1, stem="x" * 4001)]}, "q1", ""),
    ({"objectives": [{"id": "", "text": "x"}]}, "", "objectives"),
    ({"objectives": [{"id": "o1", "text": "x"}] * 2}, "", "objectives"),
    ({"blueprint": [{"category": "", "difficulty": "", "count": 0}]}, "", "count"),
    ({"items": [5]}, "", ""), ({"items": 5}, "", "objectives"),
])  # fmt: skip
def test_what_is_refused_names_its_question_and_field(changed, item, about):
    block = quiz()
    status, answer = call(block, "save_quiz", {**sent(block), "bank": {**body(question(1)), **changed}})
    assert status == 409
    assert answer["problems"] == [{"text": answer["error"], "item": item, "about": about}]
