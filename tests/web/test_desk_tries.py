"""More tries given on the desk: with a reason, once, and the learner sees them at once wherever tries are counted."""

import pytest
from django.test import Client

from tests.conftest import NOW, person
from wins_xblocks import context
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.quiz.models import Attempt, ExtraTry
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.periodic import send_messages

from .builders import joined, noticed, tried
from .markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(learner):
    """All three tries failed, the last one just now."""
    noticed(learner)
    found = joined(learner)
    for number in range(1, 4):
        tried(found, 50, number=number)
    tried(found, 40, block="block-v1:WINS+FND+2026+type@wins_quiz+block@foundation-u1-quiz", purpose="unit")
    return found


def url(own):
    return f"/wins/desk/study/{own.id}/tries"


def give(client, own, what="test", n="1", reason="Power cut", seen="0"):
    return client.post(url(own), {"what": what, "n": n, "reason": reason, "seen": seen})


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def test_the_form_says_what_was_used_and_what_it_does(signed_in, administrator, own):
    page = shown(signed_in(administrator).get(url(own)))
    assert "Module test: 3 used, 3 by the rules, 0 given beyond" in page.text
    assert "foundation-u1-quiz: 1 used, 0 given beyond" in page.text
    assert "The learner may begin at once, without a pause, and gets a mail." in page.text
    assert next(a.get("value") for a in page.all("option")) == "test"


def test_the_learner_sees_another_try_at_once(signed_in, administrator, learner, own, world):
    assert "You have used all your tries." in shown(signed_in(learner).get("/wins/me/")).text
    client = signed_in(administrator)
    answer = give(client, own)
    assert (answer.status_code, answer["Location"]) == (302, f"/wins/desk/learners/{learner.id}/")
    page = shown(client.get(answer["Location"]))
    assert "The learner can try again at once and gets a mail." in page.text
    assert "More tries given: 1 Administrator Example Power cut" in page.text
    assert "all tries at the module test are used" not in page.text
    assert "You have 1 try." in shown(signed_in(learner).get("/wins/me/")).text
    send_messages(NOW)
    [(address, subject, body)] = world.mails
    assert (address, subject) == (learner.email, "You can try again: Foundation Module")
    assert "Power cut" not in body
    [entry] = audit.entries(f"tries:{learner.id}")
    assert (entry.actor_id, entry.facts["n"], entry.text) == (administrator.id, 1, "Power cut")


def test_without_them_a_pause_stands_and_with_them_none(signed_in, administrator, learner, own):
    Attempt.objects.filter(number=3).delete()
    assert "Next try from" in shown(signed_in(learner).get("/wins/me/")).text
    give(signed_in(administrator), own)
    assert "You have 2 tries." in shown(signed_in(learner).get("/wins/me/")).text


def test_a_quiz_of_the_course_has_its_own(signed_in, administrator, own):
    key = "block-v1:WINS+FND+2026+type@wins_quiz+block@foundation-u1-quiz"
    client = signed_in(administrator)
    assert give(client, own, key, "2").status_code == 302
    row = ExtraTry.objects.get()
    assert (row.block, row.registration_id, row.n, row.number) == (key, None, 2, 1)
    assert "foundation-u1-quiz: 1 used, 2 given beyond" in shown(client.get(url(own))).text
    [standing] = registration.standings([own], context.programme(), None, 1)
    assert standing.test.counted.extra == 0


def test_of_a_test_that_is_passed_there_is_none(signed_in, administrator, own):
    tried(own, 90, number=4)
    client = signed_in(administrator)
    page = shown(client.get(url(own)))
    assert "The module test is passed" in page.text
    assert "test" not in [a.get("value") for a in page.all("option")]
    shown(give(client, own), 409)
    assert not ExtraTry.objects.exists()


def test_pressed_twice_it_is_done_once(signed_in, administrator, own):
    client = signed_in(administrator)
    assert [give(client, own).status_code for _ in range(2)] == [302, 302]
    assert ExtraTry.objects.count() == 1


def test_the_second_of_two_people_is_told_what_the_first_did(signed_in, administrator, own):
    give(signed_in(administrator), own)
    client = signed_in(person("second", "WINS Academy administrators"))
    page = shown(give(client, own, reason="Ill"), 409)
    assert "Somebody has given tries meanwhile." in page.text
    assert "Module test: 3 used, 3 by the rules, 1 given beyond" in page.text
    assert [a["value"] for a in page.all("input") if a["name"] == "seen"] == ["1"]
    assert ExtraTry.objects.count() == 1


@pytest.mark.parametrize(("form", "field", "status"), [
    ({"reason": " \0"}, "reason", 400), ({"reason": "x" * 2001}, "reason", 400), ({"n": "0"}, "n", 400),
    ({"n": "6"}, "n", 400), ({"n": "many"}, "n", 400), ({"n": "٣"}, "n", 400), ({"what": "other"}, None, 409),
    ({"what": ""}, None, 409), ({"seen": ""}, None, 409), ({"seen": "7"}, None, 409), ({"seen": "9999"}, None, 409),
])  # fmt: skip
def test_a_mistake_is_said_and_the_rest_is_kept(signed_in, administrator, own, form, field, status):
    page = shown(give(signed_in(administrator), own, **form), status)
    wrong = [a["name"] for _tag, a in page.elements if a.get("aria-invalid")]
    assert wrong == ([field] if field else [])
    assert not ExtraTry.objects.exists()


def test_instructors_give_in_their_modules_only(signed_in, learner, instructor, own):
    other = joined(learner, "regulation")
    client = signed_in(instructor)
    assert [client.get(url(other)).status_code, give(client, other).status_code] == [404, 404]
    assert give(client, own).status_code == 302
    assert ExtraTry.objects.get().registration_id == own.id


@pytest.mark.parametrize("group", ["WINS auditors", "WINS certification officers", ""])
def test_others_give_nothing(signed_in, own, group):
    client = signed_in(person("somebody", *[group] if group else []))
    assert [client.get(url(own)).status_code, give(client, own).status_code] == [403, 403]
    assert not ExtraTry.objects.exists()


def test_nobody_gives_herself_any(signed_in, administrator):
    own = joined(administrator)
    assert "Somebody else must decide." in shown(give(signed_in(administrator), own), 409).text
    assert not ExtraTry.objects.exists()


def test_a_registration_that_has_ended_takes_none(signed_in, administrator, own):
    Registration.objects.update(state="lapsed", open_slot=None, ended_at=NOW)
    assert "does not study this module any more" in shown(give(signed_in(administrator), own), 409).text


def test_a_form_of_another_site_is_refused(administrator, own):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    assert give(client, own).status_code == 403
