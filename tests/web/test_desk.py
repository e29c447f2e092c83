"""The desk: the Academy sees what waits; the numbers are the learner's own; few queries however many learners."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import fill, finish, issue, join, ready, reveal
from wins_xblocks import context
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.data import Question
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.study_time.models import StudyDay
from wins_xblocks.domain.vouchers import names
from wins_xblocks.domain.vouchers.data import Name

from .builders import FOUNDATION, HOUR, joined, studied, tried
from .markup import Markup, faults

pytestmark = pytest.mark.django_db


def shown(client, name, status=200, **query):
    response = client.get(reverse(f"wins:{name}"), query)
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html).text


def many(count):
    """Learners of both modules, with hours."""
    users = get_user_model()
    users.objects.bulk_create([users(username=f"many{n}", email=f"many{n}@example.org") for n in range(count)])
    ids = users.objects.filter(username__startswith="many").values_list("id", flat=True)
    Registration.objects.bulk_create(
        [
            Registration(
                learner_id=id_, module=module, course_id=FOUNDATION, rule_version=1, source="t", started_at=NOW
            )
            for id_ in ids
            for module in ("foundation", "regulation")
        ]
    )
    StudyDay.objects.bulk_create(
        [
            StudyDay(learner_id=row.learner_id, registration_id=row.id, module=row.module, day=NOW.date(), ms=HOUR)
            for row in Registration.objects.all()
        ]
    )


def test_an_empty_desk_says_so(signed_in, administrator):
    text = shown(signed_in(administrator), "desk")
    assert "Nothing waits for you." in text


def test_open_questions_stand_on_the_desk_the_most_urgent_first(signed_in, administrator, learner):
    day = NOW.date()
    for number, days in enumerate((10, 1)):
        cases.ask(Question(learner.id, "question", "s", f"Question {number}", f"token{number}"), day, days, NOW)
    text = shown(signed_in(administrator), "desk")
    assert text.index("Question 1") < text.index("Question 0")
    assert "Learner Example (learner)" in text
    assert "Questions to WINS 2 0 2 March 2027" in text


def test_a_question_past_its_day_is_marked_in_words(signed_in, administrator, learner):
    past = NOW.date() - timedelta(days=30)
    cases.ask(Question(learner.id, "question", "s", "Hello?", "token"), past, 10, NOW)
    text = shown(signed_in(administrator), "desk")
    assert "Questions to WINS 1 1 overdue 12 February 2027" in text
    assert "12 February 2027 late" in text


def test_learners_without_a_code_stand_on_the_desk(signed_in, administrator, learner):
    ready(learner.id)
    issue(learner.id)
    text = shown(signed_in(administrator), "desk")
    assert "Learners without a code 1 0 15 March 2027" in text


def test_a_row_shows_the_numbers_of_the_learners_own_page(signed_in, administrator, learner):
    own = joined(learner)
    studied(own, 12.6)
    tried(own, 61)
    text = shown(signed_in(administrator), "learners")
    assert "12 h 36 min of 40 hours" in text
    assert "1 try, last 61 %" in text
    assert "12 h 36 min of 40 hours" in shown(signed_in(learner), "path")


def test_states_of_vouchers_are_told_without_codes(signed_in, administrator, learner):
    ready(learner.id)
    [code] = fill()
    issue(learner.id)
    client = signed_in(administrator)
    text = shown(client, "learners")
    assert "Issued, not seen – learner, Foundation Module 28 February 2028" in text
    assert text.count("Take back") == 1
    reveal(learner.id)
    text = shown(client, "learners")
    assert "Code shown" in text
    assert "Take back" not in text
    assert code not in text


@pytest.mark.parametrize(
    ("state", "words"),
    [("open", "Studying"), ("passed", "Passed"), ("lapsed", "Ended: time is over"), ("cancelled", "Ended: cancelled")],
)
def test_a_registration_that_has_ended_is_told_from_one_that_goes_on(signed_in, administrator, learner, state, words):
    joined(learner)
    if state != "open":
        Registration.objects.update(state=state, open_slot=None, ended_at=NOW)
    assert f"Foundation Module {words} 0 min of 40 hours" in shown(signed_in(administrator), "learners")


@pytest.mark.parametrize("q", ["learner", "LEARNER@example", "Example", "earne"])
def test_learners_are_found_by_name_user_name_and_mail(signed_in, administrator, learner, q):
    joined(learner)
    assert "learner@example.org" in shown(signed_in(administrator), "learners", q=q)


@pytest.mark.parametrize("q", ["nobody", "%", "'; DROP TABLE x", "a\0b", "<script>"])
def test_a_search_that_finds_nobody_says_so(signed_in, administrator, learner, q):
    joined(learner)
    assert "Nobody was found." in shown(signed_in(administrator), "learners", q=q)


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "²", "3"])
def test_a_page_that_is_not_there_is_the_nearest_one(signed_in, administrator, learner, page):
    joined(learner)
    assert "learner@example.org" in shown(signed_in(administrator), "learners", page=page)


def test_people_who_joined_no_module_are_not_listed(signed_in, administrator, learner):
    assert "Nobody was found." in shown(signed_in(administrator), "learners")


def test_whoever_left_the_platform_is_shown_by_number(signed_in, administrator, learner):
    own = joined(learner)
    learner.delete()
    assert f"#{own.learner_id}" in shown(signed_in(administrator), "learners")


def test_course_staff_see_their_own_learners_without_vouchers(signed_in, teacher, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    text = shown(signed_in(teacher), "learners")
    assert "Foundation Module" in text
    assert "Nuclear Security Regulation" not in text
    assert "Voucher" not in text
    assert "Take back" not in text


def test_course_staff_have_no_desk(signed_in, teacher, learner):
    joined(learner)
    assert "You may not open this page." in shown(signed_in(teacher), "desk", status=403)


def test_auditors_see_and_change_nothing(signed_in, learner):
    ready(learner.id)
    fill()
    issue(learner.id)
    client = signed_in(person("auditor", "WINS auditors"))
    assert "Add voucher codes" not in shown(client, "pool")
    assert "Take back" not in shown(client, "learners")


def queries(client):
    """How many the list of learners takes, beside the platform's own for session and user."""
    context.forget_programme()
    with CaptureQueriesContext(connection) as told:
        shown(client, "learners")
    return len([q for q in told if "django_session" not in q["sql"]])


def test_twelve_queries_are_enough_for_any_number_of_learners(signed_in, administrator, learner):
    client = signed_in(administrator)
    joined(learner)
    few = queries(client)
    many(120)
    assert queries(client) == few <= 12


def test_two_thousand_learners_have_forty_pages(signed_in, administrator):
    many(2000)
    text = shown(signed_in(administrator), "learners", page="40")
    assert "2000 learners" in text
    assert "page 40 of 40" in text


def test_whose_family_name_begins_so_stands_first(signed_in, administrator):
    for number, (user, family, given) in enumerate(
        [("first", "Mulder", "Eva"), ("second", "Olmul", "Ada"), ("mulberry", "Berg", "Zoe"), ("last", "Berg", "Ida")]
    ):
        who = get_user_model().objects.create(username=user, last_name=family, first_name=given, id=500 + number)
        join(who.id)
    names.confirm(503, Name("Ida", "Mulvaney"), NOW)
    text = shown(signed_in(administrator), "learners", q="mul")
    order = [text.index(f"({user})") for user in ("last", "first", "mulberry", "second")]
    assert order == sorted(order)


def test_a_search_among_many_is_cut_and_says_so(signed_in, administrator):
    many(501)
    assert "More people have this name." in shown(signed_in(administrator), "learners", q="many")


def test_complete_learners_show_a_passed_test(signed_in, administrator, learner):
    for own in join(learner.id):
        finish(own.id, learner.id)
    assert "Passed, 80 %" in shown(signed_in(administrator), "learners")
