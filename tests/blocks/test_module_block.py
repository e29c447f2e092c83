"""The module block: the learner's page, the staff's panel, previews that store nothing."""

import pytest
from lxml import etree

from tests.blocks import make_block
from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, RULES, fill, finish, issue, ready, reveal
from tests.web.builders import FOUNDATION, HOUR, course, joined, noticed, studied, tried, visited
from tests.web.markup import Markup, faults
from wins_xblocks import context, journey
from wins_xblocks.bank_field import dump
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.module_block import ModuleBlock

pytestmark = pytest.mark.django_db

HOURS = {
    "parts": [
        {"part": "online_text", "hours": 7, "explained": 1.2, "reason": "The sample text is short.", "count": 8640},
        {"part": "textbook", "hours": 33, "explained": 33, "pages": 396},
    ],
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


@pytest.fixture
def opened(world):
    """Open the block as somebody; its text."""

    def open_as(user, view="student_view", **fields):
        world.user_id = user.id if user else None
        html = getattr(make_block(ModuleBlock, {"hours": dump(HOURS), **fields}), view)({}).body_html()
        assert faults(html, whole=False) == []
        return Markup(html).text

    return open_as


def test_the_first_visit_opens_the_registration_and_leads_to_the_notice(opened, learner):
    text = opened(learner)
    assert Registration.objects.filter(learner_id=learner.id, module="foundation").count() == 1
    assert "Nothing is counted before you press OK. How your time is counted" in text


def test_the_parts_of_the_page_stand_in_their_order(opened, learner):
    noticed(learner)
    text = opened(learner)
    places = [text.index(part) for part in (
        "Foundation Module", "Next", "Your study time", "Units", "Module test", "Exam", "Help"
    )]  # fmt: skip
    assert places == sorted(places)
    assert "About 40 hours of study · 3 units · 1 module test · 1 exam at a Pearson VUE test centre" in text


def test_units_say_done_now_and_not_started_with_their_hours(opened, learner):
    own, units = joined(learner), course()
    noticed(learner)
    tried(own, 80, block=units[1].pages[-1].blocks[0][0], purpose="unit")
    visited(own, units[1], units[1].pages[0], hours=6)
    visited(own, units[2], units[2].pages[0], hours=3, at=NOW.replace(hour=12))
    text = opened(learner)
    assert "Title of unit 1 done – 6 h of about 8 h" in text
    assert "Title of unit 2 now – 3 h of about 8 h" in text
    assert "Title of unit 3 not started – about 24 h" in text


def test_start_test_and_voucher_pages_are_no_units(opened, learner):
    text = opened(learner)
    assert "Start not started" not in text
    assert "Exam voucher not started" not in text


def test_hours_are_those_of_my_wins_path(opened, learner, client):
    own = joined(learner)
    noticed(learner)
    studied(own, 12.6)
    client.force_login(learner)
    told = "Your study time: 12 h 36 min of 40 hours"
    assert told in opened(learner)
    assert told in Markup(client.get("/wins/me/").content.decode()).text


def test_the_test_can_be_started_from_here(opened, learner):
    joined(learner)
    noticed(learner)
    assert "You can take it at any time. You need 70 %. You have 3 tries. Start the test" in opened(learner)


def test_the_exam_says_what_is_missing(opened, learner):
    joined(learner)
    assert "Your exam voucher is not ready yet. What is missing?" in opened(learner)


def test_learners_see_no_panel_of_staff(opened, learner):
    assert "For course staff" not in opened(learner)


def test_course_staff_see_where_hours_come_from_and_store_nothing(opened, teacher, world):
    text = opened(teacher)
    assert "40 hours required, 40 hours planned" in text
    assert "Online text 7.0 1.2 5.8 The sample text is short." in text
    assert "Together 40.0 34.2" in text
    assert not Registration.objects.exists()


def test_a_working_title_is_named_as_such_to_staff_only(opened, teacher, learner):
    assert "working title" in opened(teacher, module_id="security-culture")
    assert "working title" not in opened(teacher, module_id="foundation")
    assert "working title" not in opened(learner, module_id="security-culture")


def test_staff_who_view_as_a_learner_see_that_page_and_store_nothing(opened, teacher, learner, world):
    own = joined(learner)
    noticed(learner)
    studied(own, 5)
    before = Registration.objects.count()
    world.shown_id, world.masquerading = learner.id, True
    registration.waive(own.id, HOUR, "Hers alone", 1, NOW)
    assert "Your study time: 6 h of 40 hours" in opened(teacher)
    assert "Hers alone" not in opened(teacher)
    assert Registration.objects.count() == before


def test_staff_who_view_as_a_learner_learn_nothing_of_her_other_module(opened, teacher, learner, world):
    joined(learner, "regulation")
    finish(joined(learner).id, learner.id)
    noticed(learner)
    assert "Regulation" in opened(learner)
    world.shown_id, world.masquerading = learner.id, True
    assert "Module complete. See your next step on My WINS path." in opened(teacher)
    assert "Regulation" not in opened(teacher)


@pytest.mark.parametrize("state", ["issued", "seen", "passed"])
def test_staff_who_view_as_a_learner_see_no_voucher_and_no_result(opened, teacher, learner, world, state):
    """They are the Academy's to see (web/roles.py)."""
    noticed(learner)
    ready(learner.id)
    fill()
    issue(learner.id)
    if state == "seen":
        reveal(learner.id)
    if state == "passed":
        exams.record(learner.id, FND, "pass", NOW, NOW)
    [told] = [own for own in journey.my_exams(learner.id, RULES, NOW) if own.exam == FND]
    assert told.heading in opened(learner)
    world.shown_id, world.masquerading = learner.id, True
    text = opened(teacher)
    assert "Your study time: 40 h of 40 hours" in text
    assert told.heading not in text
    assert "Only the learner and the Academy see vouchers and exam results." in text


def test_staff_of_a_course_that_only_names_the_module_see_no_learners_page(opened, learner, world):
    own = joined(learner)
    studied(own, 5)
    noticed(learner)
    coach, sister = person("coach"), "course-v1:WINS+TRIAL+1"
    world.course_id = sister
    world.staff.add((coach.id, sister))
    told = "Your study time: 5 h of 40 hours"
    assert told in opened(learner, module_id="foundation")
    world.shown_id, world.masquerading = learner.id, True
    text = opened(coach, module_id="foundation")
    assert told not in text
    assert "Learners' pages are shown in the module's own courses." in text


def test_studio_shows_sample_data_and_stores_nothing(opened, learner, world):
    world.in_lms = False
    text = opened(learner, view="author_view")
    assert "Preview with sample data. Nothing is stored here." in text
    assert "Your study time: 12 h 35 min of 40 hours" in text
    assert "Title of unit 1 done" in text
    assert "Where the hours come from" in text
    assert not Registration.objects.exists()


@pytest.mark.parametrize("view", ["student_view", "author_view"])
def test_a_course_of_no_module_is_told_to_staff_and_nothing_to_learners(opened, learner, teacher, world, view):
    world.course_id = "course-v1:Other+X+1"
    world.staff.add((teacher.id, world.course_id))
    assert "This course does not belong to a module" in opened(teacher, view=view)
    if view == "student_view":
        assert "does not belong" not in opened(learner)


def test_a_library_has_no_course_and_no_error(opened, teacher, world):
    world.course_id = None
    assert opened(teacher)
    assert "A library belongs to no module." in opened(teacher, view="author_view")
    assert opened(None)


NOTHING_SAID = "The course says nothing about where its hours come from."
UNREADABLE = "The hours of this course cannot be read."


@pytest.mark.parametrize("text", ["", " ", "{}", '{"parts": [], "units": []}'])
def test_a_course_may_say_nothing_of_its_hours(opened, learner, teacher, text):
    assert "3 units" in opened(learner, hours=text)
    assert NOTHING_SAID in opened(teacher, hours=text)


@pytest.mark.parametrize("text", [
    "[]", "no json", '{"parts": 3}', '{"units": [{"hours": "x"}]}', dump({**HOURS, "units": None}),
    dump({"rows": HOURS["parts"], "units": HOURS["units"]}), dump({"units": HOURS["units"]}),
    dump({**HOURS, "parts": [{"name": "textbook", "hours": 40}]}), dump({**HOURS, "units": [{"unit": "u1"}]}),
    dump({**HOURS, "parts": [{"part": "textbook", "hours": float("nan")}]}),
    dump({**HOURS, "parts": [{"part": "\ud800", "hours": 40}]}),
    dump({**HOURS, "parts": [{"part": "textbook", "hours": 40, "reason": "\udfff"}]}),
    dump({**HOURS, "units": [{"unit": "foundation-u1", "title": "\ud800", "hours": 8}]}),
])  # fmt: skip
def test_hours_that_cannot_be_read_are_told_to_staff_only(opened, learner, teacher, world, text):
    assert "3 units" in opened(learner, hours=text)
    assert UNREADABLE not in opened(learner, hours=text)
    told = opened(teacher, hours=text)
    assert UNREADABLE in told
    assert NOTHING_SAID not in told
    world.in_lms = False
    assert UNREADABLE in opened(teacher, view="author_view", hours=text)


def test_a_broken_rule_file_is_told_to_staff_in_words(opened, learner, teacher, settings, tmp_path):
    settings.WINS_PROGRAMME = str(tmp_path / "none.yaml")
    assert "none.yaml" in opened(teacher)
    assert "none.yaml" not in opened(learner)
    assert "none.yaml" in opened(teacher, view="author_view")


def test_reading_the_page_counts_as_nothing_for_completion():
    assert ModuleBlock.completion_mode == "excluded"


def test_the_hours_come_back_from_olx_as_they_went_in():
    block = make_block(ModuleBlock, {"hours": dump(HOURS)})
    node = etree.Element("wins_module")
    block.add_xml_to_node(node)
    assert dict(ModuleBlock.hours.from_string(node.get("hours"))) == HOURS
