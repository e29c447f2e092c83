import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from xblock.core import XBlock
from xblock.fields import Scope

from tests.blocks import make_block
from tests.domain.quiz.banks import bank, body, question
from wins_xblocks.bank_field import JsonText, JsonValue
from wins_xblocks.quiz_block import QuizBlock

SPECIAL = "😀 & < > \" ' \n\t\r שלום \u2028 \u0085 \ufffe \x00 ]]>"


class Holder(XBlock):
    value = JsonText(scope=Scope.content)


@cache
def holder():
    return make_block(Holder)  # slow to make


def through_olx(value):
    """Written to a course file and read again, as the platform does."""
    node, block = etree.Element("holder"), holder()
    block.value = value
    block.add_xml_to_node(node)
    text = etree.tostring(node, encoding="utf-8")
    return Holder.value.from_string(etree.fromstring(text).attrib["value"])


def test_special_text_and_numbers_survive_a_course_file():
    value = {"text": SPECIAL, "large": 1e300, "list": [1, None, True], SPECIAL: {}}
    assert dict(through_olx(value)) == value


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)))
def test_whatever_json_holds_survives_a_course_file(value):
    assert dict(through_olx(value)) == value


def test_half_a_character_survives_too():
    assert through_olx({"a": "\ud83d"})["a"] == "\ud83d"


def test_a_quiz_keeps_its_bank_and_settings_in_a_course_file():
    written = json.dumps(body(question(1, stem=SPECIAL[:20])), ensure_ascii=False)
    block = make_block(QuizBlock, {})
    block.bank, block.purpose, block.draw = json.loads(written), "test", 40
    node = etree.Element("wins_quiz")
    block.add_xml_to_node(node)
    assert dict(QuizBlock.bank.from_string(node.attrib["bank"])) == json.loads(written)
    assert (node.attrib["purpose"], node.attrib["draw"]) == ("test", "40")


def test_a_bank_is_parsed_once_and_only_when_it_is_looked_into():
    first, second = JsonValue(bank(3)), JsonValue(bank(3))
    assert first["items"] is second["items"]
    assert len(first) == 3
    assert first == second


def test_setting_a_dict_reads_as_its_value():
    block = make_block(Holder)
    block.value = {"a": 1}
    assert (block.value["a"], block.value.text, block.value.get("b")) == (1, '{"a":1}', None)


@pytest.mark.parametrize("broken", ["", "{", "[1]", "[" * 100_000])
def test_text_that_is_no_object_reads_as_an_empty_one_and_is_kept(broken):
    value = make_block(Holder, {"value": broken}).value
    assert (dict(value), value.readable, value.text) == ({}, False, broken)


def test_nothing_written_is_an_empty_object():
    assert dict(make_block(Holder).value) == {}
