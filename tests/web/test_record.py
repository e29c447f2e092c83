"""The study record: who may see it, what it says, and that every page says the same total."""

import csv
import hashlib
import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from tests.blocks import make_block
from tests.conftest import NOW, person
from tests.edge import REGULATION as REGULATION_COURSE
from wins_xblocks import hours
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.study_time import book, strikes
from wins_xblocks.domain.study_time.data import BookTold, Decision
from wins_xblocks.domain.study_time.models import OfflineClaim, StudyDay, StudySession
from wins_xblocks.module_block import ModuleBlock
from wins_xblocks.study_time_block import StudyTimeBlock
from wins_xblocks.web import book as book_pages

from .builders import HOUR, TODAY, course, joined, noticed, studied, tried, visited
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
OLD = TODAY - timedelta(days=20)


@pytest.fixture
def own(learner):
    """Six hours online."""
    noticed(learner)
    found = joined(learner)
    studied(found, 6, OLD)
    return found


def told(own, minutes, what="Chapter 3", lot=99):
    return book.make(
        own.learner_id, lambda: book_pages.book_view.terms_of_module(own.learner_id, own.module),
        BookTold(TODAY, minutes, what), f"token-{OfflineClaim.objects.count():016d}", lot, NOW,
    )  # fmt: skip


def decided(own, entry, accept, by, reason="Not in this book"):
    book.decide(entry.id, own.learner_id, entry.revision, Decision(accept, reason, by, NOW), 24 * HOUR, "Foundation")


def struck(own, ms, by, reason="Two people at once", seen=0):
    strikes.strike(own.learner_id, own.id, ms, reason, seen, "Foundation", by, NOW)


def path(own, where="me", what="record/"):
    return f"/wins/{where}/study/{own.id}/{what}"


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html).text


def rows(client, own, where="me"):
    answer = client.get(path(own, where, "record.csv"))
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def totals(client, learner, administrator, own, world):
    """The counted total of each page that says one, as it says it."""
    client.force_login(learner)
    page = shown(client.get(path(own)))
    lines = {row[1]: row[4] for row in rows(client, own) if row[0] == "sum"}
    read = json.loads(client.get(path(own, what="record.json")).content)
    world.user_id = learner.id
    found = {
        "record": page.split(" Counted ")[1].split(" Required ")[0],
        "csv": lines["counted"],
        "json": f"{read['sums']['counted_ms'] // HOUR} h {read['sums']['counted_ms'] % HOUR // 60_000} min",
        "study": shown(client.get("/wins/me/study/")).split("Your study time: ")[1].split(" of ")[0],
        "path": shown(client.get("/wins/me/")).split("Your study time: ")[1].split(" of ")[0],
        "module": Markup(make_block(ModuleBlock).student_view({}).body_html()).text.split("Your study time: ")[1]
        .split(" of ")[0],
        "clock": Markup(make_block(StudyTimeBlock).student_view({}).content).text.split(" · module ")[1]
        .split(" Yes")[0],
    }  # fmt: skip
    out = io.StringIO()
    call_command("wins_study_record", learner.username, module="foundation", stdout=out)
    found["command"] = out.getvalue().split(": ")[1].split(" counted")[0]
    client.force_login(administrator)
    found["desk"] = shown(client.get("/wins/desk/learners")).split("Foundation Module Studying ")[1].split(" of ")[0]
    found["record for staff"] = shown(client.get(path(own, "desk"))).split(" Counted ")[1].split(" Required ")[0]
    assert len(found) == 10
    return set(found.values())


def test_all_pages_say_the_same_after_every_kind_of_decision(client, learner, administrator, own, world):
    def said():
        return totals(client, learner, administrator, own, world)

    told(own, 90)
    assert said() == {"7 h 30 min"}
    struck(own, HOUR, administrator.id)
    assert said() == {"6 h 30 min"}
    decided(own, told(own, 16 * 60), True, administrator.id)
    assert said() == {"22 h 30 min"}
    decided(own, told(own, 30, lot=0), False, administrator.id)
    assert said() == {"22 h 30 min"}
    registration.waive(own.id, 2 * HOUR + 60_000, "On paper", administrator.id, NOW, hours.reached(NOW))
    assert said() == {"24 h 31 min"}
    StudyDay.objects.update(sealed=True)
    assert said() == {"24 h 31 min"}


def test_the_page_says_what_counts_what_does_not_and_why(signed_in, learner, administrator, own):
    decided(own, told(own, 60, what="Chapter <1>"), False, administrator.id)
    told(own, 30)
    struck(own, HOUR, administrator.id)
    registration.waive(own.id, HOUR, "On paper", administrator.id, NOW)
    text = shown(signed_in(learner).get(path(own)))
    for part in (
        "Online 6 h", "Online, not counted −1 h", "Book 30 min", "Accepted by WINS 1 h", "Counted 6 h 30 min",
        "Required 40 h", "1 h were not counted (1 March 2027). Reason: Two people at once Decided by WINS.",
        "Chapter <1> Not counted: “Not in this book” WINS, 1 March 2027",
        "1 h were accepted without a record of study (1 March 2027). Reason: On paper Decided by WINS.",
        "9 February 2027 6 h 0 min 6 h", "1 March 2027 0 min 30 min 30 min",
        "Learner Example (learner)", "Europe/Vienna", "Version 1, in force since 1 January 2026",
        "Record made 1 March 2027, 10:00 CET", "A script that moves a mouse would earn time.",
        "Questions WINS may ask All of this time counts.", "None.",
    ):  # fmt: skip
        assert part in text, part
    assert "Administrator" not in text


def test_staff_read_who_decided(signed_in, administrator, own):
    decided(own, told(own, 60), False, administrator.id)
    struck(own, HOUR, 990)
    text = shown(signed_in(administrator).get(path(own, "desk")))
    assert "Administrator Example, 1 March 2027" in text
    assert "Reason: Two people at once Decided by #990." in text
    assert "A flag is a question, never a verdict." in text


def test_flags_are_questions_to_the_learner_and_flags_to_staff(signed_in, learner, administrator, own):
    studied(own, 11, TODAY - timedelta(days=3))
    unit = course()[1]
    visited(own, unit, unit.pages[0], hours=7)
    for user, where, heading in ((learner, "me", "Questions WINS may ask"), (administrator, "desk", "Flags")):
        text = shown(signed_in(user).get(path(own, where)))
        assert heading in text
        assert "26 February 2027: 11 h of study, over all modules. That is more than 10 h in one day." in text
        assert "“Title of unit 1”: 7 h online, and no page with questions was opened." in text
        assert "None." not in text


def test_a_quiz_that_was_done_answers_the_question_and_a_unit_is_expected_to_take_its_share(signed_in, learner, own):
    unit = course()[1]
    visited(own, unit, unit.pages[0], hours=45)
    quiz = unit.pages[-1].blocks[0][0]
    tried(own, 100, block=quiz, purpose="unit")
    text = shown(signed_in(learner).get(path(own)))
    assert "no page with questions" not in text
    assert "“Title of unit 1”: 45 h online. About 13 h 20 min were expected." in text


@pytest.mark.parametrize("what", ["record/", "record.csv", "record.json"])
def test_nobody_sees_anothers_record(signed_in, client, own, other_learner, what):
    assert client.get(path(own, what=what)).status_code == 302
    assert client.get(path(own, "desk", what)).status_code == 302
    client = signed_in(other_learner)
    assert client.get(path(own, what=what)).status_code == 404
    assert client.get(path(own, "desk", what)).status_code == 403
    assert client.get(f"/wins/me/study/{'9' * 18}/{what}").status_code == 404


@pytest.mark.parametrize("what", ["record/", "record.csv", "record.json"])
def test_course_staff_see_those_of_their_modules(signed_in, learner, teacher, own, world, what):
    other = joined(learner, "regulation")
    client = signed_in(teacher)
    assert client.get(path(own, "desk", what)).status_code == 200
    assert client.get(path(other, "desk", what)).status_code == 404
    assert client.get(path(own, what=what)).status_code == 404, "the learner's page is the learner's"
    world.staff.add((teacher.id, REGULATION_COURSE))
    assert client.get(path(other, "desk", what)).status_code == 200


@pytest.mark.parametrize("group", ["WINS auditors", "WINS certification officers"])
def test_auditors_and_officers_read_and_take_nothing_out(signed_in, own, group):
    client = signed_in(person("somebody", group))
    answer = client.get(path(own, "desk"))
    assert shown(answer)
    assert "/strike" not in answer.content.decode()
    assert client.get(path(own, "desk", "strike")).status_code == 403


def test_a_registration_that_has_ended_keeps_its_record(signed_in, learner, own):
    Registration.objects.update(state="lapsed", open_slot=None, ended_at=NOW)
    assert "Ended: time is over" in shown(signed_in(learner).get(path(own)))


def test_after_its_visits_are_deleted_the_record_says_so(signed_in, learner, own):
    assert "deleted" not in shown(signed_in(learner).get(path(own)))
    StudyDay.objects.update(sealed=True)
    assert "Single visits were deleted when their time was over." in shown(signed_in(learner).get(path(own)))
    assert [row[5] for row in rows(signed_in(learner), own) if row[0] == "day"] == [
        "single visits deleted, the sum stands"
    ]


def test_learner_and_staff_read_the_same_digest_and_the_file_has_it(signed_in, learner, administrator, own):
    struck(own, HOUR, administrator.id)
    digests = set()
    for user, where in ((learner, "me"), (administrator, "desk")):
        client = signed_in(user)
        body = client.get(path(own, where, "record.json")).content
        digests |= {hashlib.sha256(body).hexdigest()}
        digests |= {row[5] for row in rows(client, own, where) if row[1] == "SHA-256"}
        text = shown(client.get(path(own, where)))
        digests.add(text.split(" Digest ")[1].split(" Seal ")[0])
    assert len(digests) == 1


@pytest.mark.parametrize("form", ["csv", "json"])
def test_files_are_downloads_with_a_name_and_kept_by_nobody(signed_in, learner, own, form):
    answer = signed_in(learner).get(path(own, what=f"record.{form}"))
    kind = {"csv": "text/csv", "json": "application/json"}[form]
    assert answer["Content-Type"] == f"{kind}; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="wins-study-record-foundation-{own.id}.{form}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_the_record_is_reached_from_where_its_hours_are_shown(signed_in, learner, administrator, own):
    told(own, 17 * 60)
    assert path(own) in signed_in(learner).get("/wins/me/study/").content.decode()
    client = signed_in(administrator)
    for page in ("/wins/desk/learners", "/wins/desk/book-hours"):
        assert path(own, "desk") in client.get(page).content.decode(), page


@pytest.mark.parametrize("what", ["record/", "record.csv"])
def test_a_fixed_number_of_queries_shows_any_number_of_lines(
    signed_in, administrator, own, django_assert_max_num_queries, what
):
    for number in range(30):
        studied(own, 0.1, TODAY - timedelta(days=number + 30))
        decided(own, told(own, 1, what=f"Page {number}"), False, administrator.id + number)
    unit = course()[1]
    for number in range(30):
        visited(own, unit, unit.pages[0], 0.1, NOW - timedelta(hours=number))
    assert StudySession.objects.count() == 30
    client = signed_in(administrator)
    with django_assert_max_num_queries(40):
        client.get(path(own, "desk", what))


def test_the_demos_factor_holds_for_online_time_only(signed_in, learner, administrator, own, settings):
    settings.WINS_DEMO_TIME_FACTOR = 10
    told(own, 60)
    struck(own, HOUR, administrator.id)
    text = shown(signed_in(learner).get(path(own)))
    assert "Online 60 h Online, not counted −10 h Book 1 h Accepted by WINS 0 min Counted 51 h" in text
    assert "Demo time: one hour of the clock counts as 10 h." in text
