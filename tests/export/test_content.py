"""Broken content is refused with the file, the place and the reason."""

from copy import deepcopy
from pathlib import Path

import pytest

from course_export import ExportError, content

from .tiny import PROGRAMME, Draft, question


def load(root: Path, module_id: str = "regulation") -> content.Content:
    module = PROGRAMME.module(module_id)
    assert module
    return content.load(module, root)


def test_whole_content_is_read_as_frozen_values(tmp_path):
    loaded = load(Draft().write(tmp_path))

    assert loaded.units[0].readings == (content.Page("Outline", "Some *text* to read."),)
    assert [item.id for item in loaded.module_test] == ["t1"]
    assert [objective.id for objective in loaded.objectives] == ["x1.1"]


PLANS = {
    "a field is missing": (lambda d: d.unit.pop("title"), "module.yaml: units.0.title: Field required"),
    "a field is unknown": (lambda d: d.plan.update(colour="red"), "module.yaml: colour: Extra inputs"),
    "a title is a number": (lambda d: d.unit.update(title=5), "module.yaml: units.0.title: "),
    "a title is empty": (lambda d: d.unit.update(title=" "), "module.yaml: units.0.title: is empty"),
    "a title has two lines": (lambda d: d.unit.update(title="a\nb"), "module.yaml: units.0.title: must be one line"),
    "hours are true": (lambda d: d.unit.update(expected_hours=True), "module.yaml: units.0.expected_hours: "),
    "no unit at all": (lambda d: d.plan.update(units=[]), "module.yaml: units: "),
    "a path leads out": (lambda d: d.unit.update(quiz="../u1.yaml"), "module.yaml: units.0.quiz: "),
    "a unit id could clash with a page": (lambda d: d.unit.update(id="start"), "module.yaml: units.0.id: "),
    "a unit stands twice": (lambda d: d.plan["units"].append(deepcopy(d.unit)), "the file as a whole: unit u1 stands"),
    "another module's file": (lambda d: d.plan.update(module="foundation"), "module.yaml: module: says foundation"),
    "the parts do not add up": (
        lambda d: d.plan["hours"]["textbook"].update(hours=24),
        "module.yaml: hours: add up to 39 hours, the programme says 40",
    ),
    "the units do not add up": (lambda d: d.unit.update(expected_hours=8), "module.yaml: units: add up to 8 hours"),
    "a reading is not there": (lambda d: d.pages.clear(), "units/u1-outline.md: cannot be read: No such file"),
    "a reading has no title": (lambda d: d.pages.update({"u1-outline.md": "Text"}), "u1-outline.md: line 1: must be"),
    "a reading has two titles": (
        lambda d: d.pages.update({"u1-outline.md": "# A\n\nText\n# B\n"}),
        "u1-outline.md: line 4: a second title",
    ),
    "a reading has no text": (lambda d: d.pages.update({"u1-outline.md": "# A\n\n"}), "md: line 2: there is no text"),
    "a reading holds a control sign": (
        lambda d: d.pages.update({"u1-outline.md": "# A\n\nbell \a\n"}),
        "u1-outline.md: line 3: holds the character U+0007",
    ),
}

ITEMS = {
    "no right option": (lambda d: d.quiz.append(question("q3", "?!a", "")), "items.2: question q3 has 0 right options"),
    "two right options of a single question": (
        lambda d: d.quiz.append(question("q3", "Why?", "ab", kind="single")),
        "items.2: question q3 has 2 right options, it needs exactly 1",
    ),
    "one right option of a multiple question": (
        lambda d: d.quiz.append(question("q3", "Why?", "a", kind="multiple")),
        "items.2: question q3 has 1 right options, it needs at least 2",
    ),
    "only right options": (lambda d: d.quiz.append(question("q3", "Why?", "abcd")), "q3 has 4 right options"),
    "an option id stands twice": (
        lambda d: d.quiz[0]["options"][1].update(id="a"),
        "items.0: question q1: option a stands twice",
    ),
    "an option text stands twice": (
        lambda d: d.quiz[0]["options"][1].update(text="What is it? A!"),
        "items.0: question q1: option text what is it a stands twice",
    ),
    "correct is a word": (lambda d: d.quiz[0]["options"][1].update(correct="yes"), "items.0.options.1.correct: "),
    "a kind we do not have": (lambda d: d.quiz[0].update(kind="essay"), "items.0.kind: "),
    "an objective of nowhere": (lambda d: d.quiz[0].update(objective="z9"), "items.0.objective: z9 is no objective"),
    "an id stands twice": (lambda d: d.quiz[1].update(id="q1"), "items.1: question q1 (id) stands already in u1.yaml"),
    "an empty rationale": (lambda d: d.quiz[0].update(rationale=""), "items.0.rationale: is empty"),
    "a stem beyond measure": (lambda d: d.quiz[0].update(stem="x" * 4001), "items.0.stem: "),
}


@pytest.mark.parametrize(("change", "told"), [*PLANS.values(), *ITEMS.values()], ids=[*PLANS, *ITEMS])
def test_broken_content_is_told_with_file_place_and_reason(change, told, tmp_path):
    draft = Draft()
    change(draft)

    with pytest.raises(ExportError) as refusal:
        load(draft.write(tmp_path))

    message = str(refusal.value)
    assert told in message
    assert message.startswith(str(tmp_path / "regulation"))
    assert "\n" not in message


@pytest.mark.parametrize("stem", ["What is it?", "what  IS it", "WHAT – is it!"])
def test_a_question_of_the_module_test_stands_in_no_other_quiz(stem, tmp_path):
    draft = Draft(test=[question("t1", stem)])

    with pytest.raises(ExportError, match=r"module-test\.yaml: items\.0: question t1 \(stem\) stands already in u1"):
        load(draft.write(tmp_path))


RAW = {
    "not YAML": (b"items: ]", "line 1: is not YAML"),
    "nothing": (b"", "the file as a whole: "),
    "a list": (b"- a\n- b\n", "the file as a whole: "),
    "not UTF-8": (b"items: \xff", "byte 7: is not UTF-8 text"),
    "a key twice": (b"a:\n  items: []\n  items: []\n", "line 3: key items stands twice"),
    "an alias": (b"items: &a [1]\nmore: *a\n", "line 2: aliases are not allowed"),
    "an object": (b"items: !!python/object:os.system []\n", 'line 1: tags ("!") are not allowed'),
    "a type that does not fit": (b"a: 1\nitems: !!bool maybe\n", 'line 2: tags ("!") are not allowed'),
    "an endless number": (b"items: 1" + b":59" * 9000 + b"\n", "line 1: a number is too long"),
    "a day that does not exist": (b"items: 2026-99-99\n", "month must be in 1..12"),
    "half of an emoji": (b'items: [{id: "\\ud83d"}]\n', "line 1: is not YAML: found invalid Unicode"),
    "deep": (b"[" * 300, "line 1: is nested too deeply"),
    "very deep": (b"[" * 100_000, "nest"),  # some builds of libyaml have a limit of their own
    "too large": (b"#" * 1_000_001, "larger than 1,000,000 bytes"),
}


@pytest.mark.parametrize(("raw", "told"), RAW.values(), ids=RAW)
def test_a_file_that_is_no_question_file_is_refused(raw, told, tmp_path):
    root = Draft().write(tmp_path)
    file = root / "regulation" / "items" / "u1.yaml"
    file.write_bytes(raw)

    with pytest.raises(ExportError) as refusal:
        load(root)

    assert str(refusal.value).startswith(f"{file}: ")
    assert told in str(refusal.value)


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(tmp_path):
    root = Draft().write(tmp_path)
    (root / "regulation" / "units" / "u1-outline.md").write_bytes("\ufeff# Outline\r\n\r\nText\r\n".encode())

    assert load(root).units[0].readings[0] == content.Page("Outline", "Text")
