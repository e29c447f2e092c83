"""Hours planned for each unit: set in Studio, shown to the learner, compared with what was counted."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from lxml import etree
from lxml import html as parser
from opaque_keys.edx.keys import UsageKey

from tests.blocks import call, make_block
from tests.conftest import NOW, person
from tests.web.builders import FOUNDATION, course, joined, noticed, visited
from tests.web.markup import Markup, faults
from wins_xblocks import context, unit_hours
from wins_xblocks.bank_field import dump
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.module_block import ModuleBlock

pytestmark = pytest.mark.django_db
KEY = "block-v1:WINS+X+2026+type@{}+block@{}"
HOURS = {
    "parts": [{"part": "textbook", "hours": 40, "explained": 33, "reason": "", "pages": 396}],
    "units": [
        {"unit": "foundation-u1", "title": "Title of unit 1", "hours": 8},
        {"unit": "foundation-u2", "title": "Title of unit 2", "hours": 8},
        {"unit": "foundation-u3", "title": "Title of unit 3", "hours": 24},
    ],
}


@pytest.fixture(autouse=True)
def here(world, monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)
    world.outlines[FOUNDATION] = course()
    world.may_author = True


def standing(kind, name, parent=None, title="", children=()):
    """A block of the course, as much of it as the form looks at."""
    block = SimpleNamespace(
        scope_ids=SimpleNamespace(block_type=kind, usage_id=UsageKey.from_string(KEY.format(kind, name))),
        parent=parent and "above", display_name=title, get_children=lambda: list(children),
    )  # fmt: skip
    block.get_parent = lambda: parent
    return block


def in_course(hours=HOURS, **fields):
    """The block in the first unit of a course of four."""
    titles = {"foundation-u1": "New title 1", "foundation-u2": "Unit 2", "foundation-u4": "Unit 4"}
    units = [standing("chapter", name, None, title) for name, title in titles.items()]
    root = standing("course", "course", children=units)
    start = standing("chapter", "foundation-start", root, "Start")
    units.insert(0, start)
    root.get_children = lambda: units
    block = make_block(ModuleBlock, {"hours": hours if isinstance(hours, str) else dump(hours), **fields})
    block.parent, block.get_parent = "page", lambda: standing("vertical", "p", start)
    return block


def form(block):
    """Label and value of each unit's line, by the field's name."""
    tree = parser.fromstring(block.studio_view().content)
    lines = tree.xpath("//li[starts-with(@data-field-name, 'unit_hours.')]")
    for line in lines:
        assert line.xpath(".//label/@for") == line.xpath(".//input/@id")
    found = ((line.get("data-field-name"), line.xpath(".//label")[0], line.xpath(".//input")[0]) for line in lines)
    return {name: (label.text, field.get("value")) for name, label, field in found}


def save(block, values):
    return call(block, "submit_studio_edits", {"values": values, "defaults": ["module_id"]})


def units(block):
    return {unit["unit"]: unit["hours"] for unit in block.hours["units"]}


# The form


def test_the_form_has_a_line_for_each_unit_of_the_course_but_the_blocks_own():
    assert form(in_course()) == {
        "unit_hours.foundation-u1": ("New title 1", "8"),
        "unit_hours.foundation-u2": ("Unit 2", "8"),
        "unit_hours.foundation-u4": ("Unit 4", ""),
        "unit_hours.foundation-u3": ("Title of unit 3", "24"),
    }


def test_a_unit_that_only_the_table_knows_is_told_as_such():
    content = in_course().studio_view().content
    assert content.count("This course has no such unit.") == 1
    alone = make_block(ModuleBlock, {"hours": dump(HOURS)}).studio_view().content
    assert "This course has no such unit." not in alone, "nobody knows the course's units there"
    assert "Title of unit 1" in alone


def test_a_number_is_written_for_the_browser_whatever_the_language(settings):
    from django.utils import translation

    hours = {**HOURS, "units": [{"unit": "foundation-u1", "title": "One", "hours": 7.5}]}
    with translation.override("de"):
        assert form(in_course(hours))["unit_hours.foundation-u1"][1] == "7.5"


def test_an_author_saves_hours_and_the_rest_of_the_table_stays():
    block = in_course()
    status, _ = save(block, {
        "unit_hours.foundation-u1": 6.5, "unit_hours.foundation-u2": None, "unit_hours.foundation-u4": 9,
        "unit_hours.foundation-u3": 24,
    })  # fmt: skip
    assert status == 200
    assert units(block) == {"foundation-u1": 6.5, "foundation-u4": 9, "foundation-u3": 24}
    assert block.hours["parts"] == HOURS["parts"]
    assert block.hours["units"][0]["title"] == "Title of unit 1"
    assert block.hours["units"][1] == {"unit": "foundation-u4", "title": "Unit 4", "hours": 9}


def test_what_a_unit_teaches_stays_when_its_hours_are_taken_out():
    hours = {**HOURS, "units": [{"unit": "foundation-u1", "title": "One", "hours": 8, "objectives": ["f1.1"]}]}
    block = in_course(hours)
    assert save(block, {"unit_hours.foundation-u1": None})[0] == 200
    assert block.hours["units"] == [{"unit": "foundation-u1", "title": "One", "hours": 0, "objectives": ["f1.1"]}]


def test_a_course_that_said_nothing_gets_a_table():
    block = in_course("")
    assert save(block, {"unit_hours.foundation-u2": 12})[0] == 200
    assert dict(block.hours) == {"parts": [], "units": [{"unit": "foundation-u2", "title": "Unit 2", "hours": 12}]}


def test_saving_what_stands_there_changes_nothing():
    block = in_course(json.dumps(HOURS))
    before = block.hours.text
    assert save(block, {"unit_hours.foundation-u1": 8, "display_name": "Mine"})[0] == 200
    assert (block.hours.text, block.display_name) == (before, "Mine")
    assert save(block, {"display_name": "Mine"})[0] == 200
    assert block.hours.text == before


@pytest.mark.parametrize("wrong", [-1, 1001, "8", True, [], {}, float("inf"), float("nan")])
def test_what_are_no_hours_is_refused_by_the_units_title_and_nothing_is_saved(wrong):
    block = in_course()
    status, answer = save(block, {"display_name": "Mine", "unit_hours.foundation-u2": wrong})
    assert (status, answer["error"]) == (400, "Unit 2: write hours from 0 to 1000, or nothing.")
    assert dict(block.hours) == HOURS
    assert block.display_name != "Mine"


def test_another_settings_fault_saves_no_hours_either():
    block = in_course()
    assert save(block, {"module_id": "nonsense", "unit_hours.foundation-u2": 3})[0] == 400
    assert dict(block.hours) == HOURS


def test_a_unit_that_is_gone_meanwhile_is_told():
    status, answer = save(in_course(), {"unit_hours.gone": 3})
    assert (status, answer["error"]) == (400, "The course has changed meanwhile. Open the settings again.")


def test_hours_that_cannot_be_read_are_not_written_over():
    block = in_course("no json")
    assert "The hours of this course cannot be read." in block.studio_view().content
    assert form(block) == {}
    assert save(block, {"unit_hours.foundation-u2": 3})[0] == 400
    assert save(block, {"display_name": "Mine"})[0] == 200
    assert block.hours.text == "no json"


def test_nobody_but_an_author_saves_hours(world):
    world.may_author = False
    block = in_course()
    assert save(block, {"unit_hours.foundation-u2": 3})[0] == 403
    assert dict(block.hours) == HOURS


def test_hours_set_in_studio_come_back_from_olx():
    block = in_course()
    save(block, {"unit_hours.foundation-u4": 9.25})
    node = etree.Element("wins_module")
    block.add_xml_to_node(node)
    assert dict(ModuleBlock.hours.from_string(node.get("hours"))) == dict(block.hours)
    assert units(block)["foundation-u4"] == 9.25


# What the learner sees


def opened(user, world, view="student_view", hours=HOURS, **fields):
    world.user_id = user.id
    html = getattr(make_block(ModuleBlock, {"hours": dump(hours), **fields}), view)({}).body_html()
    assert faults(html, whole=False) == []
    return html


def test_the_learner_sees_counted_of_planned_in_words_and_as_a_bar(learner, world):
    own, outline = joined(learner), course()
    noticed(learner)
    visited(own, outline[1], outline[1].pages[0], hours=6)
    html = opened(learner, world)
    assert "6 h of about 8 h" in Markup(html).text
    bars = [bar.get("value") for bar in parser.fromstring(html).xpath("//ol[@class='wins-units']//progress")]
    assert bars == ["75"], "none for what was not begun"
    assert "The time of a unit is what you read online. Book hours count for the whole module." in Markup(html).text


def test_a_unit_without_a_plan_shows_what_was_counted_and_no_bar(learner, world):
    own, outline = joined(learner), course()
    noticed(learner)
    visited(own, outline[1], outline[1].pages[0], hours=6)
    html = opened(learner, world, hours={"parts": [], "units": [{"unit": "foundation-u1", "hours": 0}]})
    assert "Title of unit 1 now – 6 h" in Markup(html).text
    assert "wins-units" in html
    assert not parser.fromstring(html).xpath("//ol[@class='wins-units']//progress")
    assert "what you read online" not in html


# What the course team sees


@pytest.fixture
def read(db):
    """Learners who each read so many hours in the first unit, in runs of the course of their own."""
    outline = course()

    def make(*hours, start=0, unit=1):
        for number, length in enumerate(hours, start):
            own = joined(person(f"reader{number}"))
            visited(own, outline[unit], outline[unit].pages[0], hours=length)
        return outline

    return make


def rows(html):
    found = parser.fromstring(html).xpath("//table[caption[@id='wins-compared']]/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def test_the_team_sees_the_middle_of_five_learners_beside_the_plan(teacher, world, read):
    read(1, 2, 4, 10, 30)
    assert rows(opened(teacher, world)) == [
        ["Title of unit 1", "8 h", "4 h", "5", "50 %"],
        ["Title of unit 2", "8 h", "–", "fewer than 5", "–"],
        ["Title of unit 3", "24 h", "–", "fewer than 5", "–"],
    ]


def test_of_four_learners_nothing_is_said(teacher, world, read):
    read(1, 2, 4, 10)
    assert rows(opened(teacher, world))[0] == ["Title of unit 1", "8 h", "–", "fewer than 5", "–"]


def test_in_studio_the_author_sees_the_same(teacher, world, read):
    read(1, 2, 4, 10, 30)
    world.in_lms = False
    assert rows(opened(teacher, world, "author_view"))[0][2:4] == ["4 h", "5"]


def test_learners_and_teams_of_other_courses_see_no_comparison(learner, world, read):
    read(1, 2, 4, 10, 30)
    assert rows(opened(learner, world)) == []
    coach, sister = person("coach"), "course-v1:WINS+TRIAL+1"
    world.course_id = sister
    world.staff.add((coach.id, sister))
    assert rows(opened(coach, world, module_id="foundation")) == []


def test_whoever_left_the_module_is_not_counted_and_two_runs_are_one_learner(teacher, world, read):
    outline = read(1, 2, 4, 10, 30)
    rerun = replace(outline[1], key=outline[1].key.replace("2026", "2027"))
    leaver, again = Registration.objects.order_by("id")[:2]
    Registration.objects.filter(id=leaver.id).update(state="cancelled", ended_at=NOW, open_slot=None)
    visited(again, rerun, rerun.pages[1], hours=6)
    read(7, start=5)
    assert rows(opened(teacher, world))[0][2:4] == ["8 h", "5"], "of 4, 7, 8, 10, 30"


def test_the_ledger_is_asked_twice_and_then_not_for_ten_minutes(teacher, world, read, django_assert_num_queries):
    read(*range(1, 9))
    planned = [SimpleNamespace(unit="foundation-u1", title="One", hours=8)]
    with django_assert_num_queries(2):
        first = unit_hours.compared("foundation", planned)
    with django_assert_num_queries(0):
        assert unit_hours.compared("foundation", planned) == first
    with django_assert_num_queries(0):
        assert unit_hours.compared("foundation", []) == ()


def test_of_very_many_learners_the_newest_are_read(teacher, world, read, monkeypatch):
    monkeypatch.setattr(unit_hours, "MOST_LEARNERS", 5)
    read(30, 1, 2, 4, 10, 30)
    assert rows(opened(teacher, world))[0][2:4] == ["4 h", "5"]


def test_a_plan_that_does_not_add_up_is_said_to_the_team(teacher, learner, world):
    assert "add up" not in opened(teacher, world)
    off = {**HOURS, "units": HOURS["units"][:2]}
    assert "The units add up to 16 h; the module has 40 h planned." in opened(teacher, world, hours=off)
    assert "add up" not in opened(learner, world, hours=off)


def test_without_a_plan_the_team_is_told_where_to_write_it(teacher, world):
    told = "No hours are planned for the units. In Studio, write them into the settings of this block."
    assert told in opened(teacher, world, hours={"parts": HOURS["parts"], "units": []})
    assert told not in opened(teacher, world)


# What others may ask


def test_planned_minutes_are_known_outside_of_the_block(world, rules):
    keys = [unit.key for unit in course()[1:4]]
    block = make_block(ModuleBlock, {"hours": dump(HOURS)})
    world.settings[FOUNDATION, "wins_module", "hours"] = ((block.hours,),)
    asked = unit_hours.expected_minutes(rules.module("foundation"), FOUNDATION, keys)
    assert asked == dict(zip(keys, (480, 480, 1440), strict=True))


@pytest.mark.parametrize("hours", [(), ("",), ("no json",), ('{"parts": [], "units": []}',)])
def test_without_a_plan_each_unit_gets_its_share_of_the_module(world, rules, hours):
    world.settings[FOUNDATION, "wins_module", "hours"] = tuple(
        (make_block(ModuleBlock, {"hours": text}).hours,) for text in hours
    )
    asked = unit_hours.expected_minutes(rules.module("foundation"), FOUNDATION, ["a", "b"])
    assert asked == {"a": 1200, "b": 1200}
    assert unit_hours.expected_minutes(rules.module("foundation"), FOUNDATION, []) == {}


@pytest.mark.parametrize("hours", ["5e-324", "0.004", "1e308", "1" + 400 * "0"])
def test_hours_that_no_arithmetic_holds_take_no_page_down(learner, teacher, world, rules, read, hours):
    outline = read(1, 2, 4, 10, 30)
    visited(joined(learner), outline[1], outline[1].pages[0], hours=1)
    unit = f'{{"unit": "foundation-u1", "title": "Unit 1", "hours": {hours}}}'
    block = make_block(ModuleBlock, {"hours": f'{{"parts": [], "units": [{unit}]}}'})
    for world.user_id in (learner.id, teacher.id):
        assert faults(block.student_view().body_html(), whole=False) == []
    assert faults(block.author_view().body_html(), whole=False) == []
    world.settings[FOUNDATION, "wins_module", "hours"] = ((block.hours,),)
    assert unit_hours.expected_minutes(rules.module("foundation"), FOUNDATION, [outline[1].key])[outline[1].key] > 0
