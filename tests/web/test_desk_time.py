"""More time given on the desk: with a reason, once, by whoever may, told to nobody else."""

import pytest

from tests.conftest import NOW, person
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.quiz import pace, privacy
from wins_xblocks.domain.quiz.models import ExtraTime
from wins_xblocks.domain.registration.models import Registration

from .builders import joined, noticed
from .markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(learner):
    noticed(learner)
    return joined(learner)


def url(own):
    return f"/wins/desk/study/{own.id}/time"


def give(client, own, more="25", unit="percent", reason="Agreed", seen="0"):
    return client.post(url(own), {"more": more, "unit": unit, "reason": reason, "seen": seen})


def shown(answer, status=200):
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def test_it_is_given_once_stands_in_the_trail_and_is_told_on_the_learners_page(signed_in, administrator, learner, own):
    client = signed_in(administrator)
    assert "no more than everybody" in shown(client.get(url(own))).text
    answers = [give(client, own) for _ in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, f"/wins/desk/learners/{learner.id}/")] * 2
    assert (ExtraTime.objects.count(), pace.given(own.id)) == (1, pace.More(25, 0))
    page = shown(client.get(answers[0]["Location"]))
    assert "Give more time" in page.text
    assert "It holds from the next try on." in page.text
    assert "25 % more" in shown(client.get(url(own))).text
    [entry] = audit.entries(pace.subject(learner.id))
    assert (entry.actor_id, entry.facts["percent"], entry.text) == (administrator.id, 25, "Agreed")


def test_the_next_word_takes_the_place_of_the_last_one_and_nothing_takes_it_back(signed_in, administrator, own):
    client = signed_in(administrator)
    give(client, own)
    assert give(client, own, "10", "minutes", seen="1").status_code == 302
    assert "10 minutes more" in shown(client.get(url(own))).text
    give(client, own, "0", seen="2")
    assert pace.given(own.id) == pace.More()


def test_the_second_of_two_people_is_told_what_the_first_did(signed_in, administrator, own):
    give(signed_in(administrator), own)
    client = signed_in(person("second", "WINS Academy administrators"))
    page = shown(give(client, own, "50"), 409)
    assert "Somebody has given time meanwhile." in page.text
    assert "25 % more" in page.text
    assert [a["value"] for a in page.all("input") if a["name"] == "seen"] == ["1"]


@pytest.mark.parametrize(("form", "field", "status"), [
    ({"reason": " \0"}, "reason", 400), ({"reason": "x" * 2001}, "reason", 400), ({"more": "301"}, "more", 400),
    ({"more": "601", "unit": "minutes"}, "more", 400), ({"more": "many"}, "more", 400), ({"more": "-1"}, "more", 400),
    ({"more": "٣"}, "more", 400), ({"unit": "days"}, "more", 400),
    ({"seen": ""}, None, 409), ({"seen": "7"}, None, 409),
])  # fmt: skip
def test_a_mistake_is_said_and_nothing_is_given(signed_in, administrator, own, form, field, status):
    page = shown(give(signed_in(administrator), own, **form), status)
    wrong = [a["name"] for _tag, a in page.elements if a.get("aria-invalid")]
    assert wrong == ([field] if field else [])
    assert not ExtraTime.objects.exists()


def test_instructors_give_in_their_modules_only(signed_in, learner, instructor, own):
    other = joined(learner, "regulation")
    client = signed_in(instructor)
    assert [client.get(url(other)).status_code, give(client, other).status_code] == [404, 404]
    assert give(client, own).status_code == 302


@pytest.mark.parametrize("group", ["WINS auditors", "WINS certification officers", ""])
def test_others_give_nothing(signed_in, own, group):
    client = signed_in(person("somebody", *[group] if group else []))
    assert [client.get(url(own)).status_code, give(client, own).status_code] == [403, 403]
    assert not ExtraTime.objects.exists()


def test_nobody_gives_herself_any(signed_in, administrator):
    assert "Somebody else must decide." in shown(give(signed_in(administrator), joined(administrator)), 409).text


def test_a_registration_that_has_ended_takes_none(signed_in, administrator, own):
    Registration.objects.update(state="lapsed", open_slot=None, ended_at=NOW)
    assert "does not study this module any more" in shown(give(signed_in(administrator), own), 409).text


def test_it_is_told_with_her_data_and_goes_with_her(signed_in, administrator, learner, own):
    give(signed_in(administrator), own)
    assert privacy.told_of(learner.id)["ExtraTime"][0]["percent"] == 25
    assert privacy.forget(learner.id, NOW)
    assert not ExtraTime.objects.exists()
    assert audit.entries(pace.subject(learner.id))[0].text != "Agreed"
