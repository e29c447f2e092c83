"""Every state of a module that its page must tell: minutes, what to read again, accepted hours, what comes next."""

from datetime import timedelta

import pytest

from tests.blocks import make_block
from tests.conftest import NOW
from tests.domain.vouchers.builders import finish, ready
from tests.web.builders import FOUNDATION, HOUR, REGULATION, course, joined, noticed, studied, tried, visited
from tests.web.markup import Markup, faults
from wins_xblocks import context
from wins_xblocks.bank_field import dump
from wins_xblocks.domain.quiz import api as quizzes
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Waiver
from wins_xblocks.module_block import ModuleBlock

pytestmark = pytest.mark.django_db

HOURS = {
    "parts": [],
    "units": [
        {
            "unit": "foundation-u1", "title": "Title of unit 1", "hours": 8, "objectives": ["f1.1", "f1.2"],
            "minutes": {"foundation-u1-r1": 12, "foundation-u1-r2": 1},
        },
        {"unit": "foundation-u2", "title": "Title of unit 2", "hours": 8, "objectives": ["f2.1"]},
        {"unit": "foundation-u3", "title": "Title of unit 3", "hours": 24},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def here(world, monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)
    world.outlines[FOUNDATION] = course()


def page_of(user, world, **fields):
    world.user_id = user.id
    return make_block(ModuleBlock, {"hours": dump(HOURS), **fields}).student_view({}).body_html()


@pytest.fixture
def opened(world):
    """Open the block as somebody; its text."""

    def open_as(user, **fields):
        html = page_of(user, world, **fields)
        assert faults(html, whole=False) == []
        return Markup(html).text

    return open_as


def failed(own, at=NOW - timedelta(hours=1), number=1, weak="f1.2"):
    """A sent module test of two questions: the one on ``weak`` wrong, the other one right."""
    options = [{"id": "a", "text": "Yes", "correct": True}, {"id": "b", "text": "No", "correct": False}]
    rows = [{"id": f"q{n}", "objective": o, "stem": o, "options": options} for n, o in enumerate((weak, "f2.1"))]
    text = dump({"objectives": [{"id": o, "text": o} for o in (weak, "f2.1")], "items": rows})
    quiz = Quiz("the-test", "test", Limits(70, 3, 24), "foundation")
    started = quizzes.start(quiz, Taker(own.learner_id, own.id), text, "seed", at)
    drawn = {row["item"]: row for row in Attempt.objects.get(block="the-test", number=started.number).drawn}
    right = next(option["ref"] for option in drawn["q1"]["options"] if option["option"] == "a")
    quizzes.submit(own.learner_id, "the-test", number, {drawn["q1"]["ref"]: [right]}, None, at)


def test_the_next_page_says_how_long_it_takes_where_that_is_known(opened, learner):
    own, units = joined(learner), course()
    noticed(learner)
    assert "Unit 1, page 1: “Page u1-r1”. About 12 minutes. Continue" in opened(learner)
    visited(own, units[1], units[1].pages[1])
    assert "Unit 1, page 2: “Page u1-r2”. About 1 minute. Continue" in opened(learner)
    visited(own, units[2], units[2].pages[0], at=NOW.replace(hour=12))
    assert "Unit 2, page 1: “Page u2-r1”. Continue" in opened(learner)
    assert "Unit 2, page 1: “Page u2-r1”. Continue" in opened(learner, hours="")


def test_after_a_failed_test_the_weak_units_are_named_with_links(opened, learner, world):
    own = joined(learner)
    noticed(learner)
    assert "What to read again" not in opened(learner)
    failed(own)
    assert "50 %. You need 70 %. Next try from" in opened(learner)
    assert "What to read again Unit 1: Title of unit 1 Exam" in opened(learner)
    assert 'href="/go/foundation-u1-r1"' in page_of(learner, world)


def test_where_no_unit_teaches_what_was_weak_there_is_no_link(opened, learner):
    own = joined(learner)
    noticed(learner)
    failed(own, weak="z9")
    assert "What to read again" not in opened(learner)
    assert "What to read again" not in opened(learner, hours="")


def test_when_all_tries_are_used_what_to_read_is_still_there(opened, learner):
    own = joined(learner)
    noticed(learner)
    for number in (1, 2, 3):
        failed(own, at=NOW - timedelta(days=9 - 2 * number), number=number)
    text = opened(learner)
    assert "You have used all your tries." in text
    assert "What to read again Unit 1: Title of unit 1" in text


def test_while_a_test_runs_or_once_it_is_passed_nothing_is_to_be_read_again(opened, learner):
    own = joined(learner)
    noticed(learner)
    failed(own, at=NOW - timedelta(days=2))
    assert "What to read again" in opened(learner)
    quiz = Quiz("the-test", "test", Limits(70, 3, 24), "foundation")
    options = [{"id": "a", "text": "Yes", "correct": True}, {"id": "b", "text": "No"}]
    text = dump({"items": [{"id": "q", "stem": "Is it?", "options": options}]})
    quizzes.start(quiz, Taker(learner.id, own.id), text, "seed", NOW)
    assert "Continue the test" in opened(learner)
    assert "What to read again" not in opened(learner)
    Attempt.objects.filter(open_slot=1).delete()
    tried(own, 82, number=5)
    assert "What to read again" not in opened(learner)


def test_accepted_hours_are_told_with_day_and_reason(opened, learner):
    own = joined(learner)
    noticed(learner)
    assert "WINS accepted" not in opened(learner)
    registration.waive(own.id, 34 * HOUR, "Studied in 2019.", 1, NOW)
    registration.waive(own.id, HOUR, "Read on paper.", 1, NOW + timedelta(days=1))
    text = opened(learner)
    assert (
        "Accepted by WINS 35 h WINS accepted 1 h for you (2 March 2027). Reason: Read on paper. "
        "WINS accepted 34 h for you (1 March 2027). Reason: Studied in 2019."
    ) in text


def test_of_many_decisions_the_newest_are_told(opened, learner):
    own = joined(learner)
    for number in range(8):
        registration.waive(own.id, HOUR, f"Reason number {number}", 1, NOW + timedelta(days=number))
    text = opened(learner)
    assert [n for n in range(8) if f"Reason number {n}" in text] == [3, 4, 5, 6, 7]
    assert text.index("Reason number 7") < text.index("Reason number 6") < text.index("Earlier ones are part of")


def test_a_reason_that_was_erased_is_left_out(opened, learner):
    own = joined(learner)
    registration.waive(own.id, HOUR, "Ill", 1, NOW)
    Waiver.objects.update(reason="")
    assert "WINS accepted 1 h for you (1 March 2027). See my study time" in opened(learner)


def test_after_the_foundation_module_comes_the_elective(opened, learner, world):
    world.outlines[REGULATION] = course("regulation")
    own = joined(learner)
    finish(own.id, learner.id)
    noticed(learner)
    assert "Module complete. Next: your elective, Nuclear Security Regulation. Go to Nuclear" in opened(learner)
    assert 'href="/go/regulation-start"' in page_of(learner, world)


def test_after_the_elective_comes_the_foundation_module(opened, learner, world):
    world.outlines[REGULATION], world.course_id = course("regulation"), REGULATION
    finish(joined(learner, "regulation").id, learner.id)
    noticed(learner)
    assert "Module complete. Next: Foundation Module. Go to Foundation Module" in opened(learner)
    assert 'href="/go/foundation-start"' in page_of(learner, world)


def test_whoever_has_one_module_only_asks_wins_for_the_other(opened, learner, other_learner, world):
    finish(joined(other_learner).id, other_learner.id)
    noticed(other_learner)
    assert "Module complete. Next: your elective. Ask WINS which one fits you. Ask WINS" in opened(other_learner)
    world.enrolments -= {(learner.id, FOUNDATION)}
    world.course_id = REGULATION
    finish(joined(learner, "regulation").id, learner.id)
    noticed(learner)
    assert "Module complete. Next: the Foundation Module. Ask WINS to enrol you. Ask WINS" in opened(learner)


def test_whoever_left_the_other_course_gets_no_dead_link(opened, learner, world):
    joined(learner, "regulation")
    world.enrolments -= {(learner.id, REGULATION)}
    finish(joined(learner).id, learner.id)
    noticed(learner)
    assert "Next: your elective, Nuclear Security Regulation. My WINS path" in opened(learner)


def test_when_both_are_complete_the_path_says_what_comes(opened, learner):
    ready(learner.id)
    noticed(learner)
    assert "Module complete. See your next step on My WINS path. My WINS path" in opened(learner)


def test_a_passed_test_says_how_many_hours_are_left_and_where_they_come_from(opened, learner):
    own = joined(learner)
    studied(own, 35.7)
    tried(own, 82)
    told = "You passed the module test. You need 4 h 18 min more. You can read online or in your book."
    assert told in opened(learner)


def test_where_hours_are_advisory_they_stop_nobody(opened, learner, rules_file):
    rules_file("hours: required", "hours: advisory")
    studied(joined(learner), 3)
    text = opened(learner)
    assert "Your study time: 3 h Your study time: 3 hours 0 minutes 7 % About 40 hours are planned." in text
    assert "Study time is for your own information. It does not stop you." in text


@pytest.mark.parametrize(("policy", "told"), [("after_both", "both modules are"), ("after_module", "this module is")])
def test_before_anybody_joined_the_exam_says_when_its_voucher_comes(opened, learner, rules_file, world, policy, told):
    rules_file("release: after_both ", f"release: {policy} ")
    world.enrolments.clear()
    assert f"You get your voucher when {told} done." in opened(learner)


def test_the_rules_that_bind_are_named_by_their_day(opened, learner):
    joined(learner)
    assert "The rules of 1 January 2026 apply to you." in opened(learner)
