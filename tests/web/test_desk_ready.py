"""Get ready: each thing done or not in words, with the way to where it is done; named first until it is said done."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import fill, join
from wins_xblocks import context
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.programme.models import SetupMark
from wins_xblocks.domain.registration import need
from wins_xblocks.domain.registration.models import Entitlement, Registration
from wins_xblocks.domain.schedule.models import PeriodicTask
from wins_xblocks.domain.study_time.models import StudyDay

from .builders import FOUNDATION, HOUR, studied
from .policy_forms import changed, read

pytestmark = pytest.mark.django_db
READY = "wins:ready"


@pytest.fixture
def admin(signed_in, administrator):
    return signed_in(administrator)


def card(client, key):
    """One thing of the page: whether it is done, and what is said of it."""
    page = read(client.get(reverse(READY)))
    titles = {
        "rules": "Rules in force", "courses": "Courses found", "mail": "Mail works", "hours": "The rule about hours",
        "codes": "Voucher codes", "people": "Who may do what", "servers": "Keys and periodic work",
        "": "Until you say so",
    }  # fmt: skip
    keys = list(titles)
    after = page.text.split("before learners come.")[-1].split("Everything is there.")[-1]
    told = (
        after.split(f"{titles[key]} ")[1].split(titles[keys[keys.index(key) + 1]])[0].split("An administrator said")[0]
    )
    return not told.startswith("not done"), told


def press(client, do):
    return client.post(reverse(READY), {"do": do}, follow=True)


def test_a_new_installation_has_things_to_do(admin):
    text = read(admin.get(reverse(READY))).text
    assert "5 things are left to do before learners come." in text
    assert card(admin, "rules") == (True, card(admin, "rules")[1])
    assert "Version 1 holds since 1 January 2026. 3 policies are not decided by WINS yet" in text


def test_the_desk_names_it_first_until_an_administrator_says_that_it_is_done(admin, administrator):
    desk = read(admin.get(reverse("wins:desk"))).text
    assert desk.index("Before learners come, some things must be there. Get ready") < desk.index("Find a learner")
    text = read(press(admin, "ready")).text
    assert "Before learners come" not in text
    assert text.rindex("Get ready") > text.index("Find a learner")
    assert "An administrator said on 1 March 2027 that the Academy is ready." in read(admin.get(reverse(READY))).text
    [entry] = audit.entries("setup:ready")
    assert (entry.action, entry.actor_id) == ("setup.done", administrator.id)


def test_who_says_it_second_is_told_so(admin):
    press(admin, "hours")
    assert "Somebody has said this before you." in read(press(admin, "hours")).text
    assert len(audit.entries("setup:hours")) == 1


@pytest.mark.parametrize("do", ["", "everything"])
def test_a_button_that_is_none_is_refused(admin, do):
    assert "This form is out of date." in read(press(admin, do), 409).text
    assert not SetupMark.objects.exists()


@pytest.mark.parametrize(
    ("courses", "done", "told"),
    [
        ((), False, "0 of 10 modules have a course here. Needed at least"),
        ((("course-v1:WINS+FND+1", "F"),), False, "1 of 10 modules have a course here. Needed at least"),
        ((("course-v1:WINS+FND+1", "F"), ("course-v1:WINS+REG+1", "R")), True, "2 of 10 modules have a course here."),
        ((("course-v1:WINS+NEW+1", "N"), ("course-v1:X+Y+1", "N")), False, "1 course of the Academy belongs to no"),
    ],
)
def test_the_foundation_module_and_an_elective_need_courses(admin, world, courses, done, told):
    world.courses = courses
    found, text = card(admin, "courses")
    assert found is done
    assert told in text


def test_a_test_mail_is_sent_to_the_academy(admin, world, settings):
    assert card(admin, "mail")[0] is False
    assert "Look whether it has arrived." in read(press(admin, "mail")).text
    assert [mail[0] for mail in world.mails] == ["academy@example.org"]
    assert card(admin, "mail")[0] is True
    assert "A test mail was taken by the mail server on 1 March 2027." in card(admin, "mail")[1]
    settings.WINS_ACADEMY_EMAIL = ""
    assert card(admin, "mail")[0] is False
    assert "The Academy has no address." in card(admin, "mail")[1]


def test_a_mail_server_that_is_down_is_told_in_words(admin, world):
    world.mail_fails = True
    answer = read(press(admin, "mail"), 502)
    assert "The mail was not sent: OSError." in answer.text
    assert card(admin, "mail")[0] is False


def test_the_rule_about_hours_is_decided_by_keeping_it(admin):
    assert card(admin, "hours")[0] is False
    assert "Hours are required: without them a module is not complete. Hours a module: 40." in card(admin, "hours")[1]
    press(admin, "hours")
    assert card(admin, "hours")[0] is True
    assert "Keep this rule" not in card(admin, "hours")[1]


@pytest.mark.parametrize(
    ("changes", "done"),
    [
        ({"modules__0__required_hours": "38"}, True), ({"policies__hours": "advisory"}, True),
        ({"policies__late_days": "9"}, False),
    ],
)  # fmt: skip
def test_or_by_changing_it(admin, changes, done):
    changed(admin, **changes)
    assert card(admin, "hours")[0] is done


def test_codes_are_enough_when_they_reach_for_a_month(admin, learner):
    assert "0 codes can be given. 0 learners will be ready" in card(admin, "codes")[1]
    assert card(admin, "codes")[0] is False
    own, _elective = join(learner.id)
    studied(own, 41)
    found, text = card(admin, "codes")
    assert "1 learner will be ready for an exam within 30 days" in text
    assert "Too few for: WINS-FND." in text
    fill(1)
    found, text = card(admin, "codes")
    assert found
    assert "1 code can be given." in text


def test_groups_are_counted_and_two_people_asked_for(admin):
    found, text = card(admin, "people")
    assert not found
    assert "WINS Academy administrators: 1 person WINS certification officers: 0 people WINS auditors: 0 people" in text
    assert "a second person confirms" in text
    person("officer", "WINS certification officers")
    found, text = card(admin, "people")
    assert found
    assert "a second person confirms" not in text


def test_without_an_administrator_the_page_says_so(client):
    boss = get_user_model().objects.create_superuser("boss", "boss@example.org", "secret")
    client.force_login(boss)
    assert "Put at least one person into the first group." in card(client, "people")[1]


def test_keys_and_periodic_work_are_told_as_the_doctor_tells_them(admin, settings):
    assert "manage.py wins_periodic never ran" in card(admin, "servers")[1]
    PeriodicTask.objects.create(name="messages", last_run_at=NOW)
    assert card(admin, "servers")[0] is True
    settings.WINS_AUDIT_KEY = ""
    assert "WINS_AUDIT_KEY is empty" in card(admin, "servers")[1]


def test_auditors_read_it_without_buttons(signed_in, administrator):
    client = signed_in(person("auditor", "WINS auditors"))
    text = read(client.get(reverse(READY))).text
    for button in ("Send a test mail", "Keep this rule", "We are ready", "Add voucher codes"):
        assert button not in text
    assert client.post(reverse(READY), {"do": "ready"}).status_code == 403


def many(count):
    Registration.objects.bulk_create(
        Registration(
            learner_id=number, module="foundation", course_id=FOUNDATION, rule_version=1, source="t", started_at=NOW
        )
        for number in range(1000, 1000 + count)
    )  # fmt: skip
    own = Registration.objects.order_by("id")
    Entitlement.objects.bulk_create(
        Entitlement(registration=row, learner_id=row.learner_id, exam="WINS-FND", source="t", granted_at=NOW)
        for row in own
    )
    day = NOW.date() - timedelta(days=3)
    StudyDay.objects.bulk_create(
        StudyDay(
            learner_id=row.learner_id, registration_id=row.id, module=row.module, day=day,
            ms=(2 if number < count / 4 else 41) * HOUR,
        )
        for number, row in enumerate(own)
    )  # fmt: skip


def test_few_queries_however_many_learners(admin, monkeypatch):
    monkeypatch.setattr(need, "SAMPLE", 20)
    seen = []
    for count in (2, 60):
        many(count)
        context.forget_programme()
        cache.clear()
        with CaptureQueriesContext(connection) as told:
            read(admin.get(reverse(READY)))
        seen.append(len(told))
        Entitlement.objects.all().delete()
        StudyDay.objects.all().delete()
        Registration.objects.all().delete()
    assert seen[0] == seen[1] <= 11  # and one for the platform's list of courses


def test_of_many_places_some_speak_for_the_rest(rules, monkeypatch):
    monkeypatch.setattr(need, "SAMPLE", 200)
    many(800)
    found = need.ready_soon(rules, 1, NOW)
    assert found.sampled
    assert abs(found.places - 800) < 100
    assert abs(found.total - 600) < 100


@pytest.mark.parametrize(
    ("hours", "day", "soon"),
    [
        (21, date(2027, 2, 20), 1), (19, date(2027, 2, 20), 0), (39, date(2027, 1, 20), 0), (40, date(2027, 1, 20), 1),
    ],
)  # fmt: skip
def test_who_goes_on_at_the_pace_of_four_weeks_will_be_ready(rules, learner, hours, day, soon):
    own, _elective = join(learner.id)
    studied(own, hours, day)
    assert need.ready_soon(rules, 1, NOW).total == soon
