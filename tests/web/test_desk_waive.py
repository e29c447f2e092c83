"""Hours that staff accept without a record: the effect first, done once, read by the learner."""

import pytest
from django.test import Client

from tests.conftest import NOW, person
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration, Waiver
from wins_xblocks.periodic import send_messages

from .builders import HOUR, joined, noticed, studied
from .markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(learner):
    """31 of 40 hours."""
    noticed(learner)
    found = joined(learner)
    studied(found, 31)
    return found


def url(own):
    return f"/wins/desk/study/{own.id}/waive"


def send(client, own, do="accept", hours="8", minutes="30", reason="A course of 2025", **more):
    fields = {"seen": "0", "shown": "510", **more}
    return client.post(url(own), {"do": do, "hours": hours, "minutes": minutes, "reason": reason, **fields})


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def counted(own):
    return registration.hours_of([own.id], 1)[own.id].counted


def test_the_form_says_whom_it_is_about_and_what_stands(signed_in, administrator, own):
    page = shown(signed_in(administrator).get(url(own)))
    assert "Module Foundation Module Counted 31 h of 40 hours" in page.text
    assert "They cannot be taken back. The learner gets a mail" in page.text
    assert "Counted afterwards" not in page.text
    assert [a.get("value") for a in page.all("button")] == ["check"]


def test_the_effect_is_shown_before_anything_is_changed(signed_in, administrator, own):
    client = signed_in(administrator)
    page = shown(send(client, own, "check"))
    assert "Counted afterwards 39 h 30 min of 40 hours" in page.text
    assert "Nothing is changed yet." in page.text
    assert "required hours are reached" not in page.text
    assert "With this the required hours are reached." in shown(send(client, own, "check", "9", "0")).text
    assert [a.get("value") for a in page.all("button")] == ["accept", "check"]
    kept = {a["name"]: a["value"] for a in page.all("input") if a["name"] in ("shown", "seen")}
    assert kept == {"shown": "510", "seen": "0"}
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("stood", ["", "500", "x"])
def test_other_minutes_than_those_whose_effect_was_shown_are_shown_first(signed_in, administrator, own, stood):
    page = shown(send(signed_in(administrator), own, shown=stood))
    assert "Counted afterwards 39 h 30 min of 40 hours" in page.text
    assert not Waiver.objects.exists()


def test_they_count_and_the_learner_reads_how_much_and_why(signed_in, learner, administrator, own, world):
    client = signed_in(administrator)
    answer = send(client, own)
    assert (answer.status_code, answer["Location"]) == (302, f"/wins/desk/learners/{learner.id}/")
    page = shown(client.get(answer["Location"]))
    assert "8 h 30 min were accepted and count. The learner gets a mail." in page.text
    assert "Accepted by WINS 8 h 30 min Counted 39 h 30 min" in page.text
    assert counted(own) == 39.5 * HOUR
    send_messages(NOW)
    [(address, subject, body)] = world.mails
    assert (address, subject) == (learner.email, "WINS accepted study time for you: Foundation Module")
    assert "/wins/me/study/" in body
    assert "course of 2025" not in body
    text = shown(signed_in(learner).get(f"/wins/me/study/{own.id}/record/")).text
    assert "8 h 30 min were accepted without a record of study (1 March 2027). Reason: A course of 2025" in text
    [entry] = [one for one in audit.entries(f"registration:{own.id}") if one.action == "hours.waived"]
    assert (entry.actor_id, entry.facts, entry.text) == (administrator.id, {"ms": 8.5 * HOUR}, "A course of 2025")


def test_the_line_that_is_crossed_is_noted_and_told(
    signed_in, administrator, own, world, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        send(signed_in(administrator), own, hours="9", minutes="0", shown="540")
    assert registration.by_id([own.id])[own.id].reached_at == NOW
    assert [name for name, *_ in world.emitted] == ["wins.hours.reached"]


def test_pressed_twice_it_is_done_once(signed_in, administrator, own):
    client = signed_in(administrator)
    assert [send(client, own).status_code for _ in range(2)] == [302, 302]
    assert counted(own) == 39.5 * HOUR


def test_the_second_of_two_people_is_told_what_the_first_did(signed_in, administrator, own):
    send(signed_in(administrator), own)
    client = signed_in(person("second", "WINS Academy administrators"))
    page = shown(send(client, own, hours="1", minutes="0", shown="60"), 409)
    assert "Somebody has accepted hours meanwhile." in page.text
    assert "Counted 39 h 30 min of 40 hours" in page.text
    assert counted(own) == 39.5 * HOUR
    assert [a["value"] for a in page.all("input") if a["name"] == "seen"] == ["1"]


@pytest.mark.parametrize(("form", "field", "said"), [
    ({"reason": " \0"}, "reason", "Write the reason. The learner reads it."),
    ({"reason": "x" * 2001}, "reason", "This text is too long."),
    ({"hours": "", "minutes": ""}, "hours", "Write how much time is accepted"),
    ({"hours": "one"}, "hours", "whole numbers"), ({"minutes": "-5"}, "hours", "whole numbers"),
    ({"hours": "40", "minutes": "1"}, "hours", "At most 40 h can be accepted at once"),
])  # fmt: skip
@pytest.mark.parametrize("do", ["check", "accept"])
def test_a_mistake_is_said_beside_its_field_and_the_rest_is_kept(signed_in, administrator, own, do, form, field, said):
    page = shown(send(signed_in(administrator), own, do, **form), 400)
    assert said in page.text
    assert field in [a["name"] for _tag, a in page.elements if a.get("aria-invalid")]
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("seen", ["", "x", "7", "9" * 30])
def test_a_form_that_is_none_of_ours_or_too_old_is_refused(signed_in, administrator, own, seen):
    shown(send(signed_in(administrator), own, seen=seen), 409)
    assert not Waiver.objects.exists()


def test_instructors_accept_in_their_modules_only(signed_in, learner, instructor, own):
    other = joined(learner, "regulation")
    client = signed_in(instructor)
    assert client.get(url(other)).status_code == 404
    assert send(client, other).status_code == 404
    assert send(client, own).status_code == 302
    assert list(Waiver.objects.values_list("registration_id", flat=True)) == [own.id]


@pytest.mark.parametrize("group", ["WINS auditors", "WINS certification officers", ""])
def test_others_accept_nothing(signed_in, own, group):
    client = signed_in(person("somebody", *[group] if group else []))
    assert [client.get(url(own)).status_code, send(client, own).status_code] == [403, 403]
    assert not Waiver.objects.exists()


def test_nobody_accepts_her_own(signed_in, administrator):
    own = joined(administrator)
    assert "Somebody else must decide." in shown(send(signed_in(administrator), own), 409).text
    assert not Waiver.objects.exists()


def test_a_registration_that_has_ended_takes_none(signed_in, administrator, own):
    Registration.objects.update(state="lapsed", open_slot=None, ended_at=NOW)
    assert "does not study this module any more" in shown(send(signed_in(administrator), own), 409).text
    assert not Waiver.objects.exists()


def test_of_who_was_forgotten_no_reason_is_kept(signed_in, administrator, own, learner):
    from wins_xblocks import privacy

    Registration.objects.update(state="passed", open_slot=None, ended_at=NOW)
    privacy.forget(learner.id, NOW)
    assert "The data of this learner was erased." in shown(send(signed_in(administrator), own), 409).text
    assert not Waiver.objects.exists()


def test_a_form_of_another_site_is_refused(administrator, own):
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    assert send(client, own).status_code == 403
    assert not Waiver.objects.exists()
