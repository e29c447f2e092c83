"""What the archive says is what the host's blocks hold: field by field, through each block's own ``parse_xml``."""

import json
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from lxml import etree

from tests.export.tiny import Draft, question
from tests.host import handmade
from wins_xblocks.workbench import courses
from wins_xblocks.workbench.courses import library, runtime_for
from wins_xblocks.workbench.runtime import HostRuntime

OURS = ("wins_module", "wins_study_time", "wins_quiz", "wins_exam_voucher")
SPECIAL = {
    "emoji": "Guard 😀 🛡️ post",
    "xml": "A & B < C > D \"quoted\" 'single' ]]> &amp;",
    "right to left": "שלום עולם – مرحبا",
    "number": "1e300",
    "lines": "one\ntwo\n\tthree",
    "looks like yaml": "[no, yes: {off}]",
}


def stored(path):
    """(type, url_name, attributes) of each of our blocks, and the texts, as they stand in the archive."""
    with tarfile.open(path) as tar:
        for member in tar.getmembers():
            if member.name.startswith("course/vertical/"):
                for node in etree.fromstring(tar.extractfile(member).read()):
                    if node.tag in OURS:
                        attributes = dict(node.attrib)
                        attributes.pop("xblock-family")
                        yield node.tag, attributes.pop("url_name"), attributes
            if member.name.startswith("course/html/") and member.name.endswith(".html"):
                name = member.name.rpartition("/")[2].removesuffix(".html")
                yield "html", name, {"data": tar.extractfile(member).read().decode()}


def test_each_field_of_the_ten_courses_is_what_the_archive_says(archives, db):
    runtime, here = runtime_for(None), {(key.block_type, key.block_id): key for key in library().keys}
    compared = 0
    for path in archives:
        for tag, name, attributes in stored(path):
            block = runtime.get_block(here.pop((tag, name)))
            for field, text in attributes.items():
                assert plain(getattr(block, field)) == as_written(block.fields[field], text), (path, name, field)
                compared += 1
    assert compared > 1000
    assert not [key for key in here if key[0] in OURS]


def as_written(field, text):
    """What an attribute means, without the field's own reader where JSON's is at hand."""
    kind = type(field).__name__
    return {"String": str, "Integer": int, "Float": float}.get(kind, json.loads)(text)


def plain(value):
    return dict(value) if isinstance(value, Mapping) else value


def small(tmp_path, blocks, **more):
    found = courses.load(handmade.write(tmp_path / "small.tar.gz", handmade.files(blocks, **more)))
    runtime = HostRuntime(found)
    return runtime, {key.block_id: key for key in found.keys}


@pytest.mark.parametrize("text", SPECIAL.values(), ids=SPECIAL)
def test_special_text_arrives_whole(tmp_path, db, text):
    bank = {
        "bank_id": "b",
        "objectives": [{"id": "o1", "text": text}],
        "items": [{
            "id": "q1", "kind": "single", "objective": "o1", "stem": text, "rationale": text,
            "options": [{"id": "a", "text": text, "correct": True}, {"id": "b", "text": "x", "correct": False}],
        }],
    }  # fmt: skip
    quiz = handmade.element("wins_quiz", "q", display_name=text, bank=json.dumps(bank, ensure_ascii=False))
    pointer = '<html url_name="t"/>'
    runtime, keys = small(
        tmp_path, quiz + pointer,
        **{"course/html/t.xml": '<html display_name="T" filename="t"/>', "course/html/t.html": text},
    )  # fmt: skip
    block = runtime.get_block(keys["q"])
    assert block.display_name == text
    assert plain(block.bank) == bank
    assert runtime.get_block(keys["t"]).data == text


def test_special_text_goes_the_whole_way_from_the_content_to_the_host(tmp_path, db):
    texts = [text for text in SPECIAL.values() if "\n" not in text]
    draft = Draft(quiz=[question(f"q{number}", text, rationale=text) for number, text in enumerate(texts)])
    draft.unit["title"] = title = " ".join(texts)
    found = courses.load(draft.archive(tmp_path))
    runtime, keys = HostRuntime(found), {key.block_id: key for key in found.keys}
    items = plain(runtime.get_block(keys["regulation-u1-quiz"]).bank)["items"]
    assert [item["stem"] for item in items] == [item["rationale"] for item in items] == texts
    assert [item["options"][0]["text"] for item in items] == [f"{text} a" for text in texts]
    assert runtime.get_block(keys["regulation-u1"]).display_name == title


def test_the_course_its_units_and_pages_carry_their_settings(tmp_path, db):
    runtime, keys = small(tmp_path, handmade.element("wins_study_time", "t", module_id="foundation"))
    course = runtime.get_block(keys["course"])
    assert (course.display_name, course.self_paced) == ("Small", True)
    assert str(course.context_key) == "course-v1:WINS+FND+2026"
    assert runtime.get_block(keys["u1"]).display_name == "Unit one"
    assert runtime.get_block(keys["p1"]).children == [keys["t"]]
    assert runtime.get_block(keys["t"]).parent == keys["p1"]


def test_a_block_takes_what_its_page_group_declares(tmp_path, db):
    runtime, keys = small(tmp_path, handmade.element("wins_quiz", "q"))
    quiz = runtime.get_block(keys["q"])
    assert (quiz.graded, quiz.format) == (True, "Unit quiz")
    assert quiz.due == datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    assert runtime.get_block(keys["u1"]).due is None


def test_a_type_that_is_not_installed_is_said_and_harms_nothing(tmp_path, db):
    runtime, keys = small(tmp_path, '<problem url_name="x" display_name="P"><p>text</p></problem>')
    assert 'blocks of the type "problem"' in runtime.get_block(keys["p1"]).render("student_view", {}).body_html()


def test_a_blocks_arguments_cannot_break_out_of_the_page(tmp_path, db):
    from web_fragments.fragment import Fragment

    runtime, keys = small(tmp_path, '<html url_name="t" data="x"/>')
    block, fragment = runtime.get_block(keys["t"]), Fragment("inside")
    fragment.initialize_js("Start", json_args={"text": "</script><b>'\"&"})
    element = etree.HTML(runtime.wrap_xblock(block, "student_view", fragment, {}).body_html()).find(".//div")
    assert json.loads(element.get("data-args")) == {"text": "</script><b>'\"&"}
    assert element.text == "inside"
    assert len(element) == 0
