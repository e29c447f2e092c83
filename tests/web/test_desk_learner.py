"""One learner at one glance: what stands there, who sees what of it, and few queries however much there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, REG, RULES, fill, issue, position, ready, reveal
from tests.edge import REGULATION
from wins_xblocks import context, learner_view
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.data import Question
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration import places
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.study_time import strikes
from wins_xblocks.domain.study_time.models import OfflineClaim, StudyDay
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers import requests
from wins_xblocks.domain.vouchers.models import VoucherRequest

from .builders import HOUR, TODAY, joined, noticed, studied, tried
from .markup import Markup, faults

pytestmark = pytest.mark.django_db


def url(user):
    return f"/wins/desk/learners/{user if isinstance(user, int) else user.id}/"


def shown(client, user, status=200):
    response = client.get(url(user))
    html = response.content.decode()
    assert (response.status_code, faults(html)) == (status, [])
    return Markup(html)


def told(client, user, heading):
    """The text of one part of the page."""
    text = shown(client, user).text
    return text[text.index(heading) :]


def question(user, number=1):
    asked = Question(user.id, "question", "s", f"Question number {number}?", f"token-{number:012d}")
    return cases.ask(asked, TODAY, 10, NOW)


def claimed(own, ms=HOUR, state="waiting"):
    OfflineClaim.objects.create(
        learner_id=own.learner_id, registration_id=own.id, module=own.module, day=TODAY, ms=ms, what="Chapter 3",
        state=state, made_at=NOW, decided_at=NOW if state == "accepted" else None,
        decided_by=1 if state == "accepted" else None,
    )  # fmt: skip


def test_the_path_with_its_dates_and_the_hours_by_source(signed_in, administrator, learner):
    own = joined(learner)
    studied(own, 30)
    claimed(own, 2 * HOUR, "accepted")
    registration.waive(own.id, 9 * HOUR, "A course of 2025", administrator.id, NOW)
    noticed(learner)
    strikes.strike(learner.id, own.id, HOUR, "Two people", 0, "Foundation Module", administrator.id, NOW)
    Registration.objects.update(reached_at=NOW)
    tried(own, 82)
    text = shown(signed_in(administrator), learner).text
    assert "learner · learner@example.org" in text
    assert "Foundation Module Studying 30 January 2027 1 March 2027 Passed, 82 % on 1 March 2027 –" in text
    assert "Online 30 h Online, not counted −1 h Book 2 h Accepted by WINS 9 h Counted 40 h Required 40 h" in text
    assert "Module test, Foundation Module 1 Passed, 82 %" in text
    assert "Hours accepted: 9 h Administrator Example A course of 2025" in text
    assert "Time taken out of the count: 1 h Administrator Example Two people" in text


def test_vouchers_places_and_results_without_a_code(signed_in, administrator, learner):
    ready(learner.id)
    codes = fill(2)
    issue(learner.id)
    reveal(learner.id)
    exams.book(learner.id, FND, Booking(TODAY + timedelta(days=9), "Vienna"), position(learner.id).voucher.id, NOW)
    exams.record(learner.id, REG, "fail", NOW, NOW, 1)
    page = shown(signed_in(administrator), learner)
    assert "WINS-FND Foundation Module No result. 1 March 2027: Told of a booking. 10 March 2027, Vienna 0" in page.text
    assert "Not passed. 1 March 2027: Not passed. – 1" in page.text
    assert "WINS-FND Code shown 1 March 2027 28 February 2028" in page.text
    assert "Code shown for the first time Learner Example" in page.text
    assert not [one for one in codes if one in page.text]
    links = [a.get("href") for a in page.all("a")]
    for name in ("place", "strike", "record/"):
        assert f"/wins/desk/study/{registration.latest(learner.id, 'foundation').id}/{name}" in links
    assert f"/wins/desk/results/of/{learner.id}/WINS-FND" in links


@pytest.mark.parametrize("at", range(7))
def test_the_position_is_the_one_of_the_learners_own_page(learner, other_learner, administrator, at):
    """From one statement, at each turn of a voucher's life."""
    ready(other_learner.id)
    issue(other_learner.id)
    for step in [
        lambda: ready(learner.id), lambda: issue(learner.id), lambda: fill(5),
        lambda: (vouchers.serve_waiting(RULES, None, 1, NOW), reveal(learner.id)),
        lambda: exams.record(learner.id, FND, "fail", NOW, NOW, 1),
        lambda: requests.ask(learner.id, REG, "reader", "", RULES, NOW),
        lambda: requests.withdraw(learner.id, REG, NOW),
    ][: at + 1]:  # fmt: skip
        step()
    own = registration.all_of(learner.id)
    standings = registration.standings(own, RULES, None, 1)
    found = learner_view.together(learner_view._reads(learner.id, own, learner_view.Reader(None, {}), RULES))
    ours = learner_view._positions(learner.id, own, standings, found, RULES, NOW)
    assert ours == vouchers.positions(learner.id, RULES, None, 1, NOW)
    assert [one.exam for one in ours] == [FND, REG]


def test_what_waits_for_us_stands_first_with_the_way_to_it(signed_in, administrator, learner):
    own = joined(learner)
    claimed(own)
    asked = question(learner)
    wish = requests.ask(learner.id, FND, "reader", "", RULES, NOW - timedelta(days=30))
    for number in range(3):
        tried(own, 50, number=number + 1)
    page = shown(signed_in(administrator), learner)
    text = page.text[page.text.index("Next step for us") :]
    late = "Decide by 12 February 2027: Special arrangements: A person or program that reads aloud overdue"
    assert late in text
    assert text.index(late) < text.index(f"Answer question {asked.number} by 15 March 2027.")
    assert "1 entry of book hours waits." in text
    assert "Foundation Module: all tries at the module test are used." in text
    links = [a.get("href") for a in page.all("a")]
    assert {f"/wins/desk/questions/{asked.number}", f"/wins/desk/requests/{wish.id}/"} <= set(links)
    Case.objects.update(state="answered")
    VoucherRequest.objects.update(state="granted", open_slot=None)
    OfflineClaim.objects.update(state="accepted", decided_at=NOW, decided_by=1)
    Attempt.objects.update(counts=False)
    assert "Nothing waits for you." in told(signed_in(administrator), learner, "Next step for us")


def test_what_the_learner_does_next(signed_in, administrator, learner):
    client = signed_in(administrator)

    def step():
        text = told(client, learner, "Next step for the learner")
        return text[: text.index("Next step for us")]

    assert "To join a module." in step()
    own = joined(learner)
    assert "To read how study time is counted." in step()
    noticed(learner)
    studied(own, 12)
    assert "Foundation Module: 12 h of 40 h – 28 h to go Foundation Module: module test not taken yet" in step()
    ready(learner.id)
    assert "The learner’s page says of Foundation Module: “You can get your exam voucher.”" in step()
    for exam in (FND, REG):
        fill(1, exam)
        issue(learner.id, exam)
    assert "Foundation Module: “Your voucher is reserved for you.”" in step()
    for exam in (FND, REG):
        exams.record(learner.id, exam, "pass", NOW, NOW, 1)
        vouchers.take_back(position(learner.id, exam).voucher.id, 1, "A mistake", NOW)
    assert "Nothing: both exams are passed." in step()


def test_a_result_on_hold_and_one_that_does_not_come_wait_for_us(signed_in, administrator, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    reveal(learner.id)
    exams.record(learner.id, REG, "pass", NOW, NOW, 1)
    exams.record(learner.id, REG, "hold", NOW, NOW, 1)
    vouchers.book(learner.id, FND, Booking(TODAY + timedelta(days=3), "Vienna"), RULES, NOW)
    client = signed_in(administrator)
    assert "WINS-REG: the result is on hold since 1 March 2027." in told(client, learner, "Next step for us")
    ExamEvent.objects.filter(kind="booked").update(facts={"day": "2027-02-01", "city": "Vienna"})
    assert "WINS-FND: booked for 1 February 2027, no result yet." in told(client, learner, "Next step for us")


def test_acts_of_a_voucher_before_it_was_hers_are_not_shown(signed_in, administrator, learner, other_learner):
    ready(learner.id, other_learner.id)
    fill()
    issue(other_learner.id)
    vouchers.take_back(position(other_learner.id).voucher.id, administrator.id, "About somebody else", NOW)
    issue(learner.id, now=NOW + timedelta(minutes=1))
    page = shown(signed_in(administrator), learner)
    assert "Issued Learner Example" in page.text
    assert "About somebody else" not in page.text


@pytest.mark.parametrize("group", ["WINS auditors", "WINS certification officers"])
def test_the_academy_reads_all_and_finds_no_way_to_change_what_it_may_not(signed_in, learner, group):
    ready(learner.id)
    fill()
    issue(learner.id)
    page = shown(signed_in(person("somebody", group)), learner)
    assert "Issued, not seen" in page.text
    assert not page.all("form") + page.all("button")
    links = " ".join(a.get("href", "") for a in page.all("a") if a.get("href") != reverse("wins:quizzes"))  # the menu
    assert not [word for word in ("strike", "place", "take-back", "waive", "tries", "issue", "notes") if word in links]


@pytest.mark.parametrize("who", ["teacher", "instructor"])
def test_the_team_of_a_module_sees_what_is_of_that_module(request, signed_in, learner, administrator, who):
    ready(learner.id)
    fill()
    issue(learner.id)
    asked = question(learner)
    registration.waive(registration.latest(learner.id, "regulation").id, HOUR, "Of the other", administrator.id, NOW)
    page = shown(signed_in(request.getfixturevalue(who)), learner)
    assert "Foundation Module Studying" in page.text
    for word in ("Regulation", "Voucher", "voucher", asked.number, "Of the other", "Exam passed", "WINS-FND"):
        assert word not in page.text, word
    assert ("Take time out" in page.text) == (who == "instructor")


def test_the_team_reads_the_next_step_in_its_own_module_alone(signed_in, learner, world):
    """Of the other one it knows nothing: neither that she should join it, nor that she is in it."""
    own, _other = joined(learner, "regulation"), joined(learner)
    staff = person("staff")
    world.staff.add((staff.id, REGULATION))
    client = signed_in(staff)
    assert "To read how study time is counted." in shown(client, learner).text
    noticed(learner)
    text = shown(client, learner).text
    assert "Foundation" not in text
    assert "Next step for the learner Nuclear Security Regulation: 0 min of 40 h" in text
    studied(own, 40), tried(own, 82)
    assert "Next step for the learner Nuclear Security Regulation: Module complete." in shown(client, learner).text
    Registration.objects.filter(id=own.id).update(state="cancelled", ended_at=NOW, open_slot=None)
    assert "Next step for the learner The learner does not study this module any more." in shown(client, learner).text


def test_the_team_is_not_told_of_places_which_tell_of_an_exam_that_was_not_passed(
    signed_in, learner, instructor, administrator
):
    joined(learner)
    places.grant(learner.id, "foundation", FND, "Ill on the day", administrator.id, NOW)
    places.grant_retake(learner.id, FND, NOW)
    page = shown(signed_in(administrator), learner).text
    assert "Place for another try of WINS-FND" in page
    page = shown(signed_in(instructor), learner).text
    assert "Joined the module Foundation Module" in page
    assert not [word for word in ("Place", FND, "Ill on the day") if word in page]


def test_a_learner_of_other_modules_is_not_there(signed_in, learner, other_learner, teacher):
    joined(learner, "regulation")
    joined(other_learner)
    assert "There is no such learner." in shown(signed_in(teacher), learner, 404).text
    assert "There is no such learner." in shown(signed_in(teacher), 10**17, 404).text


def test_nobody_of_this_number(signed_in, administrator):
    assert "There is no such learner." in shown(signed_in(administrator), 10**17, 404).text


def test_who_left_the_platform_is_shown_by_number(signed_in, administrator, learner):
    joined(learner)
    number = learner.id
    learner.delete()
    assert f"#{number}" in shown(signed_in(administrator), number).text


def test_learners_open_no_page_of_the_desk(signed_in, learner):
    joined(learner)
    assert signed_in(learner).get(url(learner)).status_code == 403


def test_the_list_and_the_record_lead_here(signed_in, administrator, learner):
    own = joined(learner)
    client = signed_in(administrator)
    for path in ("/wins/desk/learners", f"/wins/desk/study/{own.id}/record/"):
        links = [a.get("href") for a in Markup(client.get(path).content.decode()).all("a")]
        assert url(learner) in links, path
    assert "/wins/desk/learners/" not in signed_in(learner).get(f"/wins/me/study/{own.id}/record/").content.decode()


def much(user):
    """A lot of everything."""
    own = registration.latest(user.id, "foundation")
    for number in range(2, 60):
        tried(own, 50, block=f"block-{number}", purpose="unit")
        question(user, number) if number < 19 else None
        claimed(own)
    StudyDay.objects.bulk_create(
        StudyDay(learner_id=user.id, registration_id=own.id, module="foundation", day=day, ms=HOUR)
        for day in (TODAY - timedelta(days=number) for number in range(1, 200))
    )  # fmt: skip
    for number in range(30):
        ExamEvent.objects.create(learner_id=user.id, exam=FND, kind="hold", happened_at=NOW, recorded_at=NOW)
        VoucherRequest.objects.create(
            learner_id=user.id, exam=FND, kind="arrangement", what="reader", state="withdrawn", open_slot=None,
            asked_at=NOW, deadline=TODAY,
        )  # fmt: skip
        Registration.objects.create(
            learner_id=user.id, module="regulation", course_id="c", rule_version=1, source="t", started_at=NOW,
            state="lapsed", open_slot=None, ended_at=NOW,
        )  # fmt: skip
        registration.waive(own.id, HOUR, f"Reason {number}", 1, NOW)


def queries(client, user):
    """How many the page takes, the platform's own for session and user among them."""
    context.forget_programme()
    with CaptureQueriesContext(connection) as seen:
        shown(client, user)
    return len(seen)


@pytest.mark.parametrize("who", ["administrator", "instructor"])
def test_twelve_queries_are_enough_however_much_there_is(request, signed_in, learner, who):
    client = signed_in(request.getfixturevalue(who))
    ready(learner.id)
    fill()
    issue(learner.id)
    few = queries(client, learner)
    much(learner)
    assert queries(client, learner) == few <= 12
    assert AuditEntry.objects.count() > 50
