"""Time that staff take out of the count on the desk: said before, done once, read by the learner."""

import pytest
from django.test import Client

from tests.conftest import NOW, person
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.study_time.models import Strike
from wins_xblocks.periodic import send_messages

from .builders import HOUR, TODAY, joined, noticed, studied
from .markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(learner):
    """40 hours online: all that is asked for."""
    noticed(learner)
    found = joined(learner)
    studied(found, 40, TODAY.replace(month=2))
    return found


def url(own):
    return f"/wins/desk/study/{own.id}/strike"


def strike(client, own, hours="1", minutes="30", reason="Two people at once", seen="0", **more):
    return client.post(url(own), {"hours": hours, "minutes": minutes, "reason": reason, "seen": seen, **more})


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def counted(own):
    return registration.hours_of([own.id], 1)[own.id].counted


def test_the_form_says_what_it_does(signed_in, administrator, own):
    page = shown(signed_in(administrator).get(url(own)))
    assert "Learner Learner Example (learner) Module Foundation Module Counted 40 h Of that online 40 h" in page.text
    assert "It cannot be taken back." in page.text


def test_the_total_falls_and_the_learner_reads_when_and_why(signed_in, learner, administrator, own, world):
    client = signed_in(administrator)
    answer = strike(client, own)
    assert (answer.status_code, answer["Location"]) == (302, f"/wins/desk/study/{own.id}/record/")
    assert "1 h 30 min do not count any more. The learner gets a mail." in shown(client.get(answer["Location"])).text
    assert counted(own) == 38.5 * HOUR
    send_messages(NOW)
    [(address, subject, body)] = world.mails
    assert (address, subject) == (learner.email, "Study time that does not count: Foundation Module")
    assert "/wins/me/study/" in body
    assert "Two people" not in body
    client = signed_in(learner)
    for path in ("/wins/me/study/", f"/wins/me/study/{own.id}/record/"):
        text = shown(client.get(path)).text
        assert "1 h 30 min were not counted (1 March 2027). Reason: Two people at once" in text
        assert "38 h 30 min" in text


def test_hours_that_were_reached_stay_reached_and_are_not_told_again(
    signed_in, administrator, own, world, django_capture_on_commit_callbacks
):
    from wins_xblocks import context, hours

    module = context.programme().module("foundation")
    with django_capture_on_commit_callbacks(execute=True):
        hours.note(own.id, own.learner_id, own.course_id, module, NOW)
    strike(signed_in(administrator), own)
    with django_capture_on_commit_callbacks(execute=True):
        registration.waive(own.id, 2 * HOUR, "On paper", 9, NOW, hours.reached(NOW))
    assert registration.by_id([own.id])[own.id].reached_at == NOW
    assert [name for name, *_ in world.emitted] == ["wins.hours.reached"]


def test_hours_that_were_not_reached_are_not_noted_by_taking_some_away(
    signed_in, administrator, own, world, django_capture_on_commit_callbacks
):
    from wins_xblocks import hours

    strike(signed_in(administrator), own)
    with django_capture_on_commit_callbacks(execute=True):
        registration.waive(own.id, HOUR, "On paper", 9, NOW, hours.reached(NOW))
        assert registration.by_id([own.id])[own.id].reached_at is None
        registration.waive(own.id, HOUR // 2, "On paper", 9, NOW, hours.reached(NOW))
    assert registration.by_id([own.id])[own.id].reached_at == NOW
    assert len(world.emitted) == 1


@pytest.mark.parametrize(("form", "field", "said"), [
    ({"reason": " "}, "reason", "Write the reason. The learner reads it."),
    ({"reason": "x" * 2001}, "reason", "This text is too long."),
    ({"hours": "", "minutes": ""}, "hours", "Write how much time does not count"),
    ({"hours": "one"}, "hours", "whole numbers"), ({"minutes": "-5"}, "hours", "whole numbers"),
    ({"hours": "40", "minutes": "1"}, "hours", "at most 40 h."), ({"hours": "1.5"}, "hours", "whole numbers"),
    ({"hours": "٣"}, "hours", "whole numbers"),
])  # fmt: skip
def test_a_mistake_is_said_beside_its_field_and_the_rest_is_kept(signed_in, administrator, own, form, field, said):
    page = shown(strike(signed_in(administrator), own, **form), 400)
    assert said in page.text
    assert field in [a["name"] for _tag, a in page.elements if a.get("aria-invalid")]
    assert page.all("input")[-1]["value"] == "0"
    assert not Strike.objects.exists()


@pytest.mark.parametrize("seen", ["", "x", "7", "9" * 30])
def test_a_form_that_is_none_of_ours_or_too_old_is_refused(signed_in, administrator, own, seen):
    shown(strike(signed_in(administrator), own, seen=seen), 409)
    assert not Strike.objects.exists()


def test_pressed_twice_it_is_done_once(signed_in, administrator, own):
    client = signed_in(administrator)
    assert [strike(client, own).status_code for _ in range(2)] == [302, 302]
    assert counted(own) == 38.5 * HOUR


def test_instructors_take_out_in_their_modules_only(signed_in, learner, instructor, own):
    other = joined(learner, "regulation")
    studied(other, 5)
    client = signed_in(instructor)
    assert client.get(url(other)).status_code == 404
    assert strike(client, other).status_code == 404
    assert strike(client, own).status_code == 302
    assert list(Strike.objects.values_list("registration_id", flat=True)) == [own.id]


def test_course_staff_take_nothing_out(signed_in, teacher, own):
    client = signed_in(teacher)
    assert client.get(url(own)).status_code == strike(client, own).status_code == 403
    assert not Strike.objects.exists()


@pytest.mark.parametrize("group", ["WINS auditors", "WINS certification officers", ""])
def test_others_take_nothing_out(signed_in, own, group):
    client = signed_in(person("somebody", *[group] if group else []))
    assert client.get(url(own)).status_code == 403
    assert strike(client, own).status_code == 403
    assert not Strike.objects.exists()


def test_nobody_takes_out_her_own(signed_in, administrator):
    own = joined(administrator)
    studied(own, 5)
    assert "Somebody else must decide." in shown(strike(signed_in(administrator), own), 409).text
    assert not Strike.objects.exists()


def test_a_registration_that_nobody_knows_is_said(signed_in, administrator):
    assert signed_in(administrator).get(f"/wins/desk/study/{'9' * 18}/strike").status_code == 404


def test_a_form_of_another_site_is_refused(administrator, own):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    assert strike(client, own).status_code == 403
    assert not Strike.objects.exists()


def test_in_the_demo_time_is_taken_as_it_is_shown(signed_in, administrator, own, settings):
    settings.WINS_DEMO_TIME_FACTOR = 10
    strike(signed_in(administrator), own)
    assert Strike.objects.get().ms == 9 * 60_000
    assert registration.hours_of([own.id], 10)[own.id].counted == 398.5 * HOUR
