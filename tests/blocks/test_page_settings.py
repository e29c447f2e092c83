"""What the author of a page says to its clock: the kind of content and how long may be read without a touch."""

from types import SimpleNamespace

import pytest
from lxml import etree

from tests.blocks import call, make_block
from tests.conftest import NOW
from tests.web.builders import HOUR, joined, studied
from tests.web.markup import Markup
from wins_xblocks import context
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.study_time import tickets
from wins_xblocks.domain.study_time.models import OfflineClaim, StudyLearner
from wins_xblocks.study_time_block import KINDS, StudyTimeBlock

pytestmark = pytest.mark.django_db
KEY = "block-v1:WINS+FND+2026+type@{}+block@x"


@pytest.fixture(autouse=True)
def studying(learner, world, monkeypatch):
    """The learner opens pages; the notice was accepted."""
    monkeypatch.setattr(context, "now", lambda: NOW)
    world.user_id = learner.id
    study_time.accept_notice(learner.id, NOW)
    return learner


def args(**fields):
    return make_block(StudyTimeBlock, fields).student_view().json_init_args


def kind(block):
    return tickets.read_page(block.student_view().json_init_args["ticket"]).kind


def page(*kinds, inside=(), parent=None):
    """A page, as much of it as the clock looks at: keys, and the blocks that hold others."""
    return SimpleNamespace(
        children=[KEY.format(name) for name in kinds], get_children=lambda: inside, parent=parent,
        usage_key=SimpleNamespace(block_type="vertical"),
    )  # fmt: skip


def placed(page, **fields):
    block = make_block(StudyTimeBlock, fields)
    block.parent, block.get_parent = "page", lambda: page
    return block


@pytest.mark.parametrize(("said", "seconds"), [("text", 300), ("quiz", 600), ("pdf", 600), ("film", 600)])
def test_the_author_says_what_the_page_holds(said, seconds):
    block = placed(page("html", "wins_quiz"), content_kind=said)
    assert kind(block) == said
    assert block.student_view().json_init_args["idleSeconds"] == seconds


@pytest.mark.parametrize("said", ["", "nonsense"])
def test_without_a_word_or_with_one_that_nobody_knows_the_page_is_looked_at(said):
    assert kind(placed(page("html", "wins_quiz"), content_kind=said)) == "quiz"
    assert kind(placed(page("html"), content_kind=said)) == "text"


def test_a_page_within_the_page_is_looked_at_from_both_sides():
    inner = page("problem")
    assert kind(placed(page("html", "vertical", inside=[inner, page()]))) == "quiz"
    inner.parent = "outer"
    inner.get_parent = lambda: page("wins_quiz", "vertical", inside=[page("html")], parent="sequence")
    above = inner.get_parent()
    above.get_parent = lambda: SimpleNamespace(usage_key=SimpleNamespace(block_type="sequential"))
    inner.get_parent, inner.children = lambda: above, [KEY.format("html")]
    assert kind(placed(inner)) == "quiz"


def test_blocks_on_a_plain_page_are_not_loaded_to_know_its_kind():
    plain = page("html", "video")
    plain.get_children = lambda: 1 / 0
    assert kind(placed(plain)) == "text"


def test_the_authors_minutes_go_to_the_script_with_the_learners_factor():
    assert args(idle_minutes=8)["idleSeconds"] == 480
    StudyLearner.objects.update(idle_factor=3)
    assert args(idle_minutes=8)["idleSeconds"] == 3 * 480
    assert args()["idleSeconds"] == 900


@pytest.mark.parametrize(("own", "seconds"), [(1, 120), (-4, 120), (90, 900), (10**9, 900)])
def test_minutes_from_elsewhere_count_as_far_as_the_rules_allow(own, seconds):
    assert args(idle_minutes=own)["idleSeconds"] == seconds


def test_the_rules_say_how_far_an_author_may_go(rules_file):
    rules_file("idle_bounds: {least: 2, most: 15}", "idle_bounds: {least: 4, most: 12}")
    assert [args(idle_minutes=own)["idleSeconds"] for own in (3, 15)] == [240, 720]


def author(**fields):
    return Markup(make_block(StudyTimeBlock, fields).author_view().content).text


def test_the_author_reads_what_holds_on_the_page(world):
    world.in_lms = False
    assert "This page: Text and pictures. Time is paused after 5 minutes without a touch." in author()
    told = author(content_kind="film", idle_minutes=12)
    assert "This page: A film or a recording. Time is paused after 12 minutes without a touch." in told
    assert "The setting says" not in told


def test_what_cannot_hold_as_it_stands_is_told_to_the_author_alone(world):
    fields = {"content_kind": "nonsense", "idle_minutes": 90}
    told = make_block(StudyTimeBlock, fields).student_view().content
    assert "The setting says" not in told
    assert "nonsense" not in told
    world.in_lms = False
    told = author(**fields)
    assert "Time is paused after 15 minutes without a touch." in told
    assert "The setting says 90 minutes. WINS allows 2 to 15." in told
    assert "“nonsense” is no kind of content." in told


def test_the_form_names_the_choices_and_the_bounds(world, rules_file):
    rules_file("idle_bounds: {least: 2, most: 15}", "idle_bounds: {least: 4, most: 12}")
    content = make_block(StudyTimeBlock, {"idle_minutes": 5}).studio_view().content
    assert "A film or a recording" in content
    assert "From 4 to 12. Empty: as WINS says for what the page holds." in content
    assert 'max="12"' in content
    assert 'value="None"' not in make_block(StudyTimeBlock).studio_view().content


def save(values, defaults=(), **fields):
    block = make_block(StudyTimeBlock, fields)
    return block, *call(block, "submit_studio_edits", {"values": values, "defaults": list(defaults)})


def test_an_author_saves_both_and_takes_them_back(world):
    world.may_author = True
    block, status, _ = save({"content_kind": "pdf", "idle_minutes": 12})
    assert (status, block.content_kind, block.idle_minutes) == (200, "pdf", 12)
    block, status, _ = save({"idle_minutes": None}, ["content_kind"], content_kind="pdf", idle_minutes=12)
    assert (status, block.content_kind, block.idle_minutes) == (200, "", None)


@pytest.mark.parametrize("values", [
    {"idle_minutes": 1}, {"idle_minutes": 16}, {"idle_minutes": -3}, {"idle_minutes": "many"}, {"idle_minutes": []},
    {"idle_minutes": True}, {"idle_minutes": float("inf")}, {"content_kind": "podcast"}, {"content_kind": 7},
    {"content_kind": "pdf", "idle_minutes": 99},
])  # fmt: skip
def test_what_the_rules_do_not_allow_is_refused_in_words_and_nothing_is_saved(world, values):
    world.may_author = True
    block, status, answer = save(values)
    assert status == 400
    assert (block.content_kind, block.idle_minutes) == ("", None)
    assert str(answer["error"])


def test_the_refusal_names_the_bounds(world):
    world.may_author = True
    _, _, answer = save({"idle_minutes": 16})
    told = [message["text"] for message in answer["error"]["messages"]]
    assert told == ["Minutes without a touch: write a number from 2 to 15, or nothing."]


def test_the_settings_come_back_from_olx_as_they_went_in():
    block = make_block(StudyTimeBlock, {"content_kind": "film", "idle_minutes": 12})
    node = etree.Element("wins_study_time")
    block.add_xml_to_node(node)
    assert (node.get("content_kind"), node.get("idle_minutes")) == ("film", "12")
    assert StudyTimeBlock.idle_minutes.from_string(node.get("idle_minutes")) == 12
    empty = etree.Element("wins_study_time")
    make_block(StudyTimeBlock).add_xml_to_node(empty)
    assert not {"content_kind", "idle_minutes"} & set(empty.attrib)


def test_every_kind_has_its_minutes_in_the_rules_and_its_words():
    assert all(context.programme().policies.idle(one) >= 2 for one in KINDS)
    assert [choice["value"] for choice in StudyTimeBlock.content_kind.runtime_options["values_provider"](None)] == [
        "", *KINDS
    ]  # fmt: skip


# What a learner opens under "Details"


def details(**fields):
    return Markup(make_block(StudyTimeBlock, fields).student_view().content).text


def book(own, hours):
    OfflineClaim.objects.create(
        learner_id=own.learner_id, registration_id=own.id, day=NOW.date(), ms=int(hours * HOUR), what="x",
        state="counted", made_at=NOW,
    )  # fmt: skip


def test_today_week_and_module_are_those_of_my_study_time(studying, client):
    own = joined(studying)
    studied(own, 1.5)
    studied(own, 7, NOW.date().replace(day=28, month=2))  # a Sunday
    book(own, 1)
    client.force_login(studying)
    study = Markup(client.get("/wins/me/study/").content.decode()).text
    for told in ("Today 2 h 30 min: online 1 h 30 min, book 1 h", "This week 2 h 30 min: online 1 h 30 min, book 1 h"):
        assert told in details()
        assert told in study
    assert "This module 9 h 30 min of 40 h: online 8 h 30 min, book 1 h" in details()


def test_an_estimate_comes_after_five_days_and_is_the_one_of_my_wins_path(studying, client):
    own = joined(studying)
    client.force_login(studying)
    for day in range(4):
        studied(own, 2, NOW.date().replace(month=2, day=20 + day))
    assert "At this pace" not in details()
    studied(own, 2, NOW.date().replace(month=2, day=24))
    told = "At this pace you reach 40 hours around 31 March 2027."
    assert told in details()
    assert told in Markup(client.get("/wins/me/").content.decode()).text


def test_hours_that_wins_accepted_are_said_to_count(studying, client):
    own = joined(studying)
    client.force_login(studying)
    told = "WINS accepted 6 h for you. They count like hours of study."
    assert told not in details()
    registration.waive(own.id, 6 * HOUR, "Studied before", 1, NOW)
    assert told in details()
    assert told in Markup(client.get("/wins/me/study/").content.decode()).text


def test_who_is_given_more_time_reads_so(studying, client):
    joined(studying)
    client.force_login(studying)
    told = "The clock waits 2 times longer for you."
    assert "On this page we ask after 4 minutes without a touch. One minute later we pause." in details()
    assert told not in details()
    StudyLearner.objects.update(idle_factor=2)
    assert "On this page we ask after 23 minutes without a touch." in details(idle_minutes=12)
    assert told in details()
    assert told in Markup(client.get("/wins/me/study/").content.decode()).text
