"""What the exporter writes is what the blocks read. The only tests that know both."""

import json
from importlib import import_module

import pytest

from course_export import content, course, outline
from wins_xblocks import hours_table
from wins_xblocks.bank_field import JsonText
from wins_xblocks.domain.quiz import banks

from .tiny import PROGRAMME

BLOCKS = {
    "wins_module": "wins_xblocks.module_block:ModuleBlock",
    "wins_study_time": "wins_xblocks.study_time_block:StudyTimeBlock",
    "wins_quiz": "wins_xblocks.quiz_block:QuizBlock",
    "wins_exam_voucher": "wins_xblocks.exam_voucher_block:ExamVoucherBlock",
}
IN_OLX_ONLY = {"xblock-family", "url_name"}


@pytest.fixture(scope="module", params=[module.id for module in PROGRAMME.modules])
def root(request) -> outline.Node:
    module = PROGRAMME.module(request.param)
    assert module
    return outline.read(course.files(PROGRAMME, module, content.load(module))).course


@pytest.mark.parametrize("tag", BLOCKS)
def test_each_attribute_is_a_field_of_its_block_and_reads_back_the_same(tag, root):
    file, _, name = BLOCKS[tag].partition(":")
    fields = getattr(import_module(file), name).fields

    for node in root.each(tag):
        for attribute in node.attributes.keys() - IN_OLX_ONLY:
            written = node.attributes[attribute]
            assert fields[attribute].to_string(fields[attribute].from_string(written)) == written


def test_the_blocks_find_nothing_wrong_with_the_questions(root):
    for node in root.each("wins_quiz"):
        bank = banks.parse(node.attributes["bank"])

        assert bank.problems == ()
        assert len(bank.usable) == len(json.loads(node.attributes["bank"])["items"])


def test_json_survives_the_field(root):
    (node,) = root.each("wins_module")

    assert dict(JsonText().from_string(node.attributes["hours"])) == json.loads(node.attributes["hours"])


def test_the_module_block_reads_each_part_unit_and_sum_of_the_hours(root):
    (node,) = root.each("wins_module")
    written = json.loads(node.attributes["hours"])
    parts, units = written["parts"], written["units"]
    read = hours_table.parse(dict(JsonText().from_string(node.attributes["hours"])))
    module = PROGRAMME.module(node.attributes["module_id"])

    assert [part["part"] for part in parts] == ["online_text", "exercises", "questions", "textbook"]
    for part, row in zip(parts, read.parts, strict=True):
        assert (row.part, row.hours, row.explained, row.reason) == (
            part["part"], part["hours"], part["explained"], part.get("reason", ""),
        )  # fmt: skip
        assert row.title != row.part
    for unit, row in zip(units, read.units, strict=True):
        assert (row.unit, row.title, row.hours) == (unit["unit"], unit["title"], unit["hours"])
    assert {unit.unit for unit in read.units} <= {chapter.attributes["url_name"] for chapter in root.each("chapter")}
    assert read.declared == sum(unit.hours for unit in read.units) == module.nominal_hours
    assert read.explained == round(sum(part["explained"] for part in parts), 1)


@pytest.mark.parametrize("renamed", ["parts", "units"])
def test_a_shape_that_the_module_block_does_not_know_is_refused(root, renamed):
    (node,) = root.each("wins_module")
    written = json.loads(node.attributes["hours"])

    with pytest.raises(ValueError, match=renamed):
        hours_table.parse({f"{name}-new" if name == renamed else name: rows for name, rows in written.items()})
