"""The clock's block: who gets a ticket, and what everybody else reads."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from lxml import html
from xblock.completable import XBlockCompletionMode

from tests import edge
from tests.blocks import call, make_block
from tests.conftest import NOW
from tests.web.builders import studied
from tests.web.markup import Markup
from wins_xblocks import context, words
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.study_time import tickets
from wins_xblocks.domain.study_time.models import OfflineClaim, Strike, StudyDay, StudyLearner
from wins_xblocks.study_time_block import StudyTimeBlock

pytestmark = pytest.mark.django_db
STATIC = Path(__file__).parents[2] / "static/wins_xblocks"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)


def shown(view: str = "student_view", **fields):
    return getattr(make_block(StudyTimeBlock, fields), view)()


@pytest.fixture
def studying(learner, world):
    """The learner opens the page; the notice was accepted."""
    world.user_id = learner.id
    study_time.accept_notice(learner.id, NOW)
    return learner


def test_a_learner_gets_the_clock_with_a_ticket_of_her_own(studying):
    fragment = shown()
    args = fragment.json_init_args
    ticket = tickets.read_page(args["ticket"])
    found = registration.latest(studying.id, "foundation")
    assert (ticket.learner_id, ticket.registration_id) == (studying.id, found.id)
    assert (ticket.module, ticket.unit, ticket.page, ticket.kind) == ("foundation", "u1", "p1", "text")
    assert ticket.course_id == edge.FOUNDATION
    assert (args["hello"], args["beat"], args["notice"]) == ("/wins/beat/hello", "/wins/beat", "")
    assert (args["beatSeconds"], args["idleSeconds"], args["required"]) == (90, 300, 40 * 3_600_000)
    assert "Counting · today 0 min · module 0 min" in fragment.content
    assert "<noscript>" in fragment.content
    json.dumps(args)


def test_the_page_may_be_opened_again_without_a_second_registration(studying):
    shown()
    shown()
    assert Registration.objects.count() == 1


def test_totals_are_those_of_every_other_page(studying):
    found = registration.open_for_enrolment(
        studying.id, context.programme().module("foundation"), edge.FOUNDATION, 1, NOW
    )
    for day, hours in ((NOW.date(), 1), (NOW.date() - timedelta(days=1), 8)):
        StudyDay.objects.create(
            learner_id=studying.id, registration_id=found.id, module="foundation", day=day, ms=hours * 3_600_000
        )
    OfflineClaim.objects.create(
        learner_id=studying.id, registration_id=found.id, day=NOW.date(), ms=1_800_000, what="x", state="counted",
        made_at=NOW,
    )  # fmt: skip
    fragment = shown()
    assert "today 1 h · module 9 h 30 min" in fragment.content
    assert "online 9 h, book 30 min" in fragment.content
    assert fragment.json_init_args["total"] == registration.hours_of([found.id], 1)[found.id].counted


def test_the_details_hold_the_days_what_does_not_count_and_the_way_to_object(studying):
    shown()
    own = registration.latest(studying.id, "foundation")
    studied(own, 2)
    why = "Two people, one account"
    Strike.objects.create(registration_id=own.id, ms=600_000, reason=why, made_at=NOW, made_by=1)
    fragment = shown()
    assert Markup(fragment.content).faults == []
    tree = html.fromstring(fragment.content)
    text = " ".join(tree.text_content().split())
    assert tree.xpath("//details//figure//svg/@aria-label") == [
        f"You studied on 1 of the last 28 days. The longest was {words.day(NOW)}: 2 h."
    ]
    assert tree.xpath("//table//tbody/tr/td/text()") == ["2 h", "0 min", "2 h"]
    assert "Not counted 10 min were not counted" in text
    assert "Reason: Two people, one account" in text
    assert tree.xpath("//a[.='This looks wrong']/@href") == ["/wins/me/study/foundation/wrong"]


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Apps.example.org/learning", "https://apps.example.org"), ("http://localhost:2000", "http://localhost:2000"),
        ("https://apps.example.org:443/", "https://apps.example.org"), ("", ""), ("/learning", ""),
    ],
)  # fmt: skip
def test_only_the_frame_that_shows_the_courseware_may_tell_of_scrolling(studying, monkeypatch, url, origin):
    monkeypatch.setattr(edge.FakeOpenEdx, "frame_url", lambda _self: url)
    assert shown().json_init_args["frame"] == origin


def test_before_the_notice_was_read_it_stands_on_the_page(learner, world):
    world.user_id = learner.id
    fragment = shown()
    assert fragment.json_init_args["notice"] == "/wins/notice"
    assert "OK, start" in fragment.content
    assert "Counting" not in fragment.content


def test_reached_hours_are_said_with_their_day(studying):
    shown()
    Registration.objects.update(reached_at=NOW)
    assert shown().json_init_args["words"]["reached"] == "✓ 40 h reached on 1 March 2027. You can go on reading."


def test_a_slower_reader_is_asked_later(studying):
    StudyLearner.objects.update(idle_factor=3)
    assert shown().json_init_args["idleSeconds"] == 900


def test_questions_beside_the_clock_give_more_time(studying):
    block = make_block(StudyTimeBlock)
    block.parent = "vertical"
    quiz = "block-v1:WINS+FND+2026+type@wins_quiz+block@q"
    block.get_parent = lambda: SimpleNamespace(children=["block-v1:WINS+FND+2026+type@html+block@h", quiz])
    args = block.student_view().json_init_args
    assert args["idleSeconds"] == 600
    assert tickets.read_page(args["ticket"]).kind == "quiz"


def test_the_demo_says_what_a_minute_counts(studying, settings):
    settings.WINS_DEMO_TIME_FACTOR = 600
    fragment = shown()
    assert "Demo time: 1 minute counts as 10 hours." in fragment.content
    assert (fragment.json_init_args["factor"], fragment.json_init_args["beatSeconds"]) == (600, 5)


def plain(fragment) -> str:
    """A page without script and ticket, that stored nothing."""
    assert fragment.json_init_args is None
    assert "ticket" not in fragment.content
    assert not Registration.objects.exists()
    return fragment.content


def test_staff_read_that_no_time_is_counted(teacher, world):
    world.user_id = teacher.id
    assert "Staff view: no time is counted." in plain(shown())


def test_under_view_as_nothing_is_stored_for_the_learner(learner, teacher, world):
    world.user_id, world.shown_id, world.masquerading = teacher.id, learner.id, True
    assert "Staff view: no time is counted." in plain(shown())


@pytest.mark.parametrize("change", [{"in_lms": False}, {"course_id": None}])
def test_studio_and_libraries_show_a_sample(learner, world, change):
    world.user_id = learner.id
    world.__dict__.update(change)
    assert "Preview with sample data. Nothing is counted here." in plain(shown())


def test_who_has_not_joined_reads_so(db, world, administrator):
    world.user_id = administrator.id
    assert "You have not joined this course." in plain(shown())


def test_a_course_outside_the_programme_tells_staff_and_shows_learners_nothing(learner, teacher, world):
    world.course_id = "course-v1:Other+X+1"
    world.enrolments.add((learner.id, world.course_id))
    world.user_id = learner.id
    assert plain(shown()).strip() == ""
    world.staff.add((teacher.id, world.course_id))
    world.user_id = teacher.id
    assert "does not belong to a module" in plain(shown())
    world.in_lms = False
    assert "does not belong to a module" in plain(shown("author_view"))


def test_a_broken_rule_file_is_told_to_staff_only(learner, teacher, world, settings, tmp_path):
    settings.WINS_PROGRAMME = str(tmp_path / "missing.yaml")
    world.user_id = learner.id
    assert plain(shown()).count("Your time cannot be counted at the moment.") == 1
    world.user_id = teacher.id
    assert "missing.yaml" in plain(shown())
    world.in_lms = False
    assert "missing.yaml" in plain(shown())


def test_a_module_named_by_the_author_wins(studying, rules):
    registration.open_for_enrolment(studying.id, rules.module("regulation"), edge.REGULATION, 1, NOW)
    assert tickets.read_page(shown(module_id="regulation").json_init_args["ticket"]).module == "regulation"


def test_the_clock_is_no_part_of_a_pages_completion():
    assert StudyTimeBlock.completion_mode == XBlockCompletionMode.EXCLUDED
    assert not StudyTimeBlock.has_score


def test_the_settings_form_offers_the_modules_by_title():
    content = shown("studio_view").content
    assert "Foundation Module" in content
    assert "Found by the course number" in content
    assert "nonsense (not a module of the programme)" in shown("studio_view", module_id="nonsense").content


def save(values, defaults=()):
    block = make_block(StudyTimeBlock)
    return block, *call(block, "submit_studio_edits", {"values": values, "defaults": list(defaults)})


def test_an_author_saves_the_settings(world):
    world.may_author = True
    block, status, _ = save({"module_id": "regulation"}, ["display_name"])
    assert (status, block.module_id) == (200, "regulation")


@pytest.mark.parametrize("values", [{"module_id": "nonsense"}, {"module_id": 5}, {"display_name": ["x"]}])
def test_settings_that_cannot_be_are_refused_in_words(world, values):
    world.may_author = True
    block, status, answer = save(values)
    assert (status, block.module_id) == (400, "")
    assert answer["error"]


@pytest.mark.parametrize("body", [{}, {"values": []}, {"values": {}, "defaults": {}}, []])
def test_what_is_not_a_settings_form_is_refused(world, body):
    world.may_author = True
    assert call(make_block(StudyTimeBlock), "submit_studio_edits", body)[0] == 400


def test_nobody_but_an_author_saves_settings(learner, world):
    world.user_id = learner.id
    block, status, _ = save({"module_id": "regulation"})
    assert (status, block.module_id) == (403, "")


def test_script_and_style_are_small():
    assert len(gzip.compress((STATIC / "js/study_time.js").read_bytes(), 9)) <= 5_000
    both = (STATIC / "js/study_time.js").read_bytes() + (STATIC / "css/study_time.css").read_bytes()
    assert len(gzip.compress(both, 9)) <= 12_000
