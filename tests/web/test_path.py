"""My WINS path: one next step in every situation, and nothing of anybody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW
from tests.domain.vouchers.builders import COURSES, RULES, fill, finish, issue, join, named
from wins_xblocks import context
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.data import Question
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.study_time.models import Strike
from wins_xblocks.domain.vouchers import api as vouchers

from .builders import FOUNDATION, HOUR, TODAY, course, joined, noticed, studied, tried, visited
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
LARGEST = 20 * 1024


def path(client):
    """The page's text and its main buttons, after checking what every page must have."""
    response = client.get(reverse("wins:path"))
    html = response.content.decode()
    assert response.status_code == 200
    assert len(response.content) <= LARGEST
    assert faults(html) == []
    page = Markup(html)
    buttons = [attrs for _, attrs in page.elements if "wins-button" in attrs.get("class", "").split()]
    assert len(buttons) <= 1, "one next step has one button"
    return page.text, buttons


def complete(user):
    """Both modules complete, the notice read."""
    for own in join(user.id):
        finish(own.id, user.id)
    named(user.id)
    noticed(user)


def asked(user, text, times):
    """Questions of one person over some days."""
    for number in range(times):
        at = NOW - timedelta(days=60) + timedelta(hours=3 * number)
        cases.ask(Question(user.id, "question", "Ask WINS", text, f"{user.id}-{number}"), at.date(), 10, at)


def full(user, state):
    """A person of whom as much as possible is told, in one of the states of a path."""
    mine = {name: joined(user, name) for name in ("foundation", "regulation")}
    asked(user, "核安全" * 1333 + "吗", 50)
    if state == "new":  # the notice stands on the page
        return
    noticed(user)
    for own in mine.values():
        registration.waive(own.id, 25 * HOUR, "已接受" * 300, 1, NOW)
        studied(own, 8.1)
        tried(own, 61 if state == "failed" else 82, block=f"test-{own.id}")
    if state in ("failed", "missing"):
        return
    for own in mine.values():
        studied(own, 9, day=TODAY - timedelta(days=1))
    named(user.id, family="Ł" * 50)
    for exam in (own.exam for own in RULES.modules if own.id in mine) if state != "ready" else ():
        if state != "waiting":
            fill(exam=exam)
        issue(user.id, exam)
        if state == "shown":
            vouchers.reveal(user.id, exam, context.voucher_keys(), NOW)


@pytest.mark.parametrize("state", ["new", "failed", "missing", "ready", "waiting", "issued", "shown"])
def test_the_fullest_page_is_small(signed_in, learner, world, state):
    title = "第" * 255  # as long as a page's title may be
    for name, course_id in COURSES.items():
        units = tuple(replace(u, pages=tuple(replace(p, title=title) for p in u.pages)) for u in course(name))
        world.outlines[course_id] = units
    full(learner, state)
    response = signed_in(learner).get(reverse("wins:path"))
    html = response.content.decode()
    assert faults(html) == []
    # In a script of three bytes a letter the page must still fit.
    assert len(response.content) + 2 * sum(letter.isascii() for letter in Markup(html).text) <= LARGEST


def test_whoever_never_joined_is_told_so(signed_in, other_learner, world):
    world.enrolments.clear()
    text, buttons = path(signed_in(other_learner))
    assert "Step 1 of 5: Join" in text
    assert "You have not joined a module yet." in text
    assert buttons[0]["href"] == reverse("wins:ask")


def test_the_first_visit_opens_a_registration_for_each_enrolment(signed_in, learner):
    path(signed_in(learner))
    path(signed_in(learner))
    rows = Registration.objects.filter(learner_id=learner.id)
    assert sorted(rows.values_list("module", flat=True)) == ["foundation", "regulation"]


def test_who_teaches_a_course_is_not_registered_for_it(signed_in, learner, world):
    world.staff.add((learner.id, FOUNDATION))
    path(signed_in(learner))
    assert list(Registration.objects.values_list("module", flat=True)) == ["regulation"]


def test_of_two_runs_the_path_leads_to_the_newest_that_has_pages_for_her(signed_in, learner, world):
    client, later = signed_in(learner), FOUNDATION.replace("2026", "2025")  # the fake lists courses by name
    noticed(learner)
    world.enrolments.add((learner.id, later))
    world.outlines[later] = ()
    assert "/go/foundation-u1-r1" in str(path(client)[1][0]["href"])
    world.outlines[later] = course("foundation-later")
    assert path(client)[1][0]["href"].startswith("/go/foundation-later")


def test_the_notice_comes_before_everything_else(signed_in, learner):
    text, buttons = path(signed_in(learner))
    assert "Step 2 of 5: Study the Foundation Module" in text
    assert "Nothing is counted before you press OK." in text
    assert buttons[0]["type"] == "submit"


def test_pressing_ok_leads_on_to_the_first_page(signed_in, learner):
    client = signed_in(learner)
    response = client.post(reverse("wins:notice"), {"next": reverse("wins:path")})
    assert (response.status_code, response["Location"]) == (302, reverse("wins:path"))
    text, buttons = path(client)
    assert "Continue: Unit 1, page 1" in text
    assert buttons[0]["href"] == "/go/foundation-u1-r1"


def test_the_button_leads_to_the_page_read_last(signed_in, learner):
    own, units = joined(learner), course()
    noticed(learner)
    visited(own, units[2], units[2].pages[1])
    text, buttons = path(signed_in(learner))
    assert "Foundation Module. Unit 2, page 2: “Page u2-r2”." in text
    assert buttons[0]["href"] == "/go/foundation-u2-r2"


def test_after_a_finished_unit_the_button_leads_to_the_next_one(signed_in, learner):
    own, units = joined(learner), course()
    noticed(learner)
    quiz = units[1].pages[-1]
    visited(own, units[1], quiz)
    tried(own, 80, block=quiz.blocks[0][0], purpose="unit")
    assert path(signed_in(learner))[1][0]["href"] == "/go/foundation-u2-r1"


def test_hours_stand_in_words_beside_their_bar(signed_in, learner):
    own = joined(learner)
    noticed(learner)
    studied(own, 12.6)
    text, _ = path(signed_in(learner))
    assert "Your study time: 12 h 36 min of 40 hours" in text
    assert "12 hours 36 minutes of 40 hours" in text
    assert "Online 12 h 36 min · Book 0 min" in text


def test_when_the_hours_are_there_the_test_is_next(signed_in, learner):
    own = joined(learner)
    noticed(learner)
    studied(own, 40)
    text, buttons = path(signed_in(learner))
    assert "One thing is left: the module test." in text
    assert buttons[0]["href"] == "/go/foundation-test"


def test_after_a_failed_test_the_page_says_when_the_next_try_is(signed_in, learner):
    own = joined(learner)
    noticed(learner)
    studied(own, 40)
    tried(own, 61, at=NOW - timedelta(hours=1))
    text, buttons = path(signed_in(learner))
    assert "61 %. You need 70 %. Next try from 2 March 2027, 09:00 CET." in text
    assert buttons[0]["href"] == "/go/foundation-u1-r1"


def test_when_all_tries_are_used_wins_is_asked(signed_in, learner):
    own = joined(learner)
    noticed(learner)
    studied(own, 40)
    for number in (1, 2, 3):
        tried(own, 50, at=NOW - timedelta(days=9 - number), number=number)
    text, buttons = path(signed_in(learner))
    assert "You have used all your tries." in text
    assert buttons[0]["href"] == reverse("wins:ask")


def test_a_passed_test_without_the_hours_says_how_many_are_left(signed_in, learner):
    own = joined(learner)
    noticed(learner)
    studied(own, 35.5)
    tried(own, 82)
    text, _ = path(signed_in(learner))
    assert "You passed the module test. You need 4 h 30 min more." in text
    assert "Passed on 1 March 2027 with 82 %." in text


def test_the_pace_is_told_after_five_days_only(signed_in, learner):
    own = joined(learner)
    noticed(learner)
    for days in range(4):
        studied(own, 2, NOW.date() - timedelta(days=days))
    assert "At this pace" not in path(signed_in(learner))[0]
    studied(own, 2, NOW.date() - timedelta(days=4))
    assert "At this pace you reach 40 hours around 16 March 2027." in path(signed_in(learner))[0]


def test_hours_that_were_struck_out_leave_no_forecast(signed_in, learner):
    own = joined(learner)
    noticed(learner)
    for days in range(6):
        studied(own, 1, NOW.date() - timedelta(days=days))
    Strike.objects.create(registration_id=own.id, ms=99 * HOUR, reason="A script", made_at=NOW, made_by=1)
    text, _ = path(signed_in(learner))
    assert "Your study time: 0 min of 40 hours" in text
    assert "At this pace" not in text


def test_where_hours_are_advisory_the_page_says_so(signed_in, learner, rules_file):
    rules_file("hours: required", "hours: advisory")
    own = joined(learner)
    noticed(learner)
    tried(own, 82)
    text, _ = path(signed_in(learner))
    assert "About 40 hours are planned. Study time is for your own information. It does not stop you." in text
    assert "Step 3 of 5" in text


def test_a_page_in_a_language_from_right_to_left_says_so(signed_in, learner):
    html = signed_in(learner).get(reverse("wins:path"), headers={"accept-language": "he"}).content.decode()
    assert '<html lang="he" dir="rtl">' in html


def test_step_three_is_the_elective(signed_in, learner):
    own = joined(learner)
    joined(learner, "regulation")
    noticed(learner)
    finish(own.id, learner.id)
    text, buttons = path(signed_in(learner))
    assert "Step 3 of 5: Study your elective: Nuclear Security Regulation" in text
    assert buttons[0]["href"] == "/go/regulation-u1-r1"


def test_without_an_elective_step_three_asks_wins(signed_in, other_learner):
    own = joined(other_learner)
    noticed(other_learner)
    finish(own.id, other_learner.id)
    text, _ = path(signed_in(other_learner))
    assert "You have not joined an elective module yet." in text


def test_an_exam_that_is_open_before_an_elective_is_joined_comes_first(signed_in, other_learner, rules_file):
    rules_file("release: after_both", "release: after_module")
    own = joined(other_learner)
    noticed(other_learner)
    named(other_learner.id)
    finish(own.id, other_learner.id)
    text, _ = path(signed_in(other_learner))
    assert "You can get your exam voucher." in text
    assert "You have not joined an elective module yet." not in text


def test_when_both_modules_are_complete_the_vouchers_are_next(signed_in, learner):
    complete(learner)
    text, buttons = path(signed_in(learner))
    assert "Step 4 of 5: Two exams" in text
    assert "You can get your exam voucher." in text
    assert buttons[0]["href"] == "/go/foundation-voucher"


def test_the_code_of_a_shown_voucher_is_not_on_the_page(signed_in, learner):
    complete(learner)
    [code] = fill()
    issue(learner.id)
    assert vouchers.reveal(learner.id, "WINS-FND", context.voucher_keys(), NOW).text == code
    text, _ = path(signed_in(learner))
    assert "Your exam voucher is here." in text
    assert code not in text


def test_both_exams_passed_is_step_five(signed_in, learner):
    complete(learner)
    for module in ("foundation", "regulation"):
        exams.record(learner.id, RULES.module(module).exam, "pass", NOW, NOW)
    text, buttons = path(signed_in(learner))
    assert "Step 5 of 5: Certified Nuclear Security Professional (CNSP)" in text
    assert "Congratulations." in text
    assert buttons == []


def test_whoever_left_the_course_keeps_her_hours_and_gets_no_dead_link(signed_in, other_learner, world):
    own = joined(other_learner)
    noticed(other_learner)
    studied(own, 3)
    world.enrolments.clear()
    text, buttons = path(signed_in(other_learner))
    assert "Your study time: 3 h of 40 hours" in text
    assert buttons[0]["href"] == reverse("wins:ask")


def test_an_outsider_sees_nothing_of_the_learner(signed_in, learner, other_learner):
    studied(joined(learner), 12)
    text, _ = path(signed_in(other_learner))
    assert "12 h" not in text
    assert "Nuclear Security Regulation" not in text


def test_whoever_is_not_signed_in_is_sent_to_do_so(client):
    response = client.get(reverse("wins:path"))
    assert (response.status_code, response["Location"]) == (302, f"/login/?next={reverse('wins:path')}")


def test_pages_of_one_person_are_kept_by_no_cache(signed_in, learner):
    assert "no-store" in signed_in(learner).get(reverse("wins:path"))["Cache-Control"]


def test_a_broken_rule_file_is_told_in_words(signed_in, learner, settings, tmp_path):
    settings.WINS_PROGRAMME = str(tmp_path / "none.yaml")
    response = signed_in(learner).get(reverse("wins:path"))
    assert response.status_code == 503
    assert "This page cannot be shown" in response.content.decode()


def test_the_time_page_tells_how_time_is_counted(signed_in, learner):
    client = signed_in(learner)
    html = client.get(reverse("wins:time")).content.decode()
    assert faults(html) == []
    assert "If you do nothing for 4 minutes, we ask." in Markup(html).text
    assert "OK, start" in html
    noticed(learner)
    assert "OK, start" not in client.get(reverse("wins:time")).content.decode()


def test_in_the_demo_a_minute_counts_as_ten_hours(signed_in, learner, settings):
    settings.WINS_DEMO_TIME_FACTOR = 600
    own = joined(learner)
    noticed(learner)
    studied(own, 1 / 60)
    text, _ = path(signed_in(learner))
    assert "Your study time: 10 h of 40 hours" in text
