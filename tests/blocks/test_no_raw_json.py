"""No author ever meets a box of raw JSON."""

import re

import pytest
from xblock.fields import Dict, List

from tests.blocks import make_block
from tests.domain.quiz.banks import bank
from tests.web.markup import Markup
from wins_xblocks.bank_field import JsonText, dump
from wins_xblocks.exam_voucher_block import ExamVoucherBlock
from wins_xblocks.module_block import ModuleBlock
from wins_xblocks.quiz_block import QuizBlock
from wins_xblocks.quiz_editor import SETTINGS
from wins_xblocks.study_time_block import StudyTimeBlock

pytestmark = pytest.mark.django_db
STOCK = (ModuleBlock, StudyTimeBlock, ExamVoucherBlock)
WRITTEN = {ModuleBlock: {"hours": dump({"parts": [], "units": []})}, QuizBlock: {"bank": bank()}}


@pytest.fixture(autouse=True)
def studio(world, teacher):
    world.user_id, world.in_lms, world.may_author = teacher.id, False, True


def form(block):
    return make_block(block, WRITTEN.get(block, {})).studio_view().content


def is_json(field):
    return isinstance(field, JsonText | Dict | List)


@pytest.mark.parametrize(("block", "names"), [*((own, own.editable_fields) for own in STOCK), (QuizBlock, SETTINGS)])
def test_no_editable_field_holds_json(block, names):
    assert names
    assert [name for name in names if is_json(block.fields[name])] == []


@pytest.mark.parametrize("block", [*STOCK, QuizBlock])
def test_the_form_offers_its_editable_fields_and_shows_no_json(block):
    html = form(block)
    offered = set(re.findall(r'data-(?:field-name|set)="([^"]+)"', html))
    assert offered == set(getattr(block, "editable_fields", SETTINGS))
    assert not re.search(r"""(\{|&#123;)\s*("|&quot;|&#34;)""", Markup(html).text + "".join(values(html)))


def values(html):
    return re.findall(r'value="([^"]*)"', html)


def test_the_fields_that_hold_json_are_the_two_known_ones():
    found = {
        (own.__name__, name) for own in (*STOCK, QuizBlock) for name, f in own.fields.items() if isinstance(f, JsonText)
    }
    assert found == {("ModuleBlock", "hours"), ("QuizBlock", "bank")}


def test_the_quizs_text_boxes_are_for_words_and_yaml():
    boxes = re.findall(r"<textarea([^>]*)>", form(QuizBlock))
    kinds = {next(iter(re.findall(r"data-((?:item|case)=\"\w+\"|yaml|theirs|paste)", box)), box) for box in boxes}
    assert kinds == {'item="stem"', 'item="rationale"', 'case="stem"', "yaml", "theirs", "paste"}
