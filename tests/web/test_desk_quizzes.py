"""Who has no try left at a module test: who stands on the list, in which order, for whom, and the way to more tries."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import edge
from tests.conftest import NOW, person
from tests.domain.vouchers.builders import RULES
from wins_xblocks import context
from wins_xblocks.domain.quiz.models import Attempt, ExtraTry
from wins_xblocks.domain.registration.models import Registration

from .builders import joined, tried
from .markup import Markup, faults
from .policy_forms import TODAY, made

pytestmark = pytest.mark.django_db
URL = "/wins/desk/quizzes/tries"


def used_up(name, module="foundation", at=NOW, times=3):
    """Somebody who failed so often, the last time at this moment."""
    who = person(name)
    own = joined(who, module)
    for number in range(1, times + 1):
        tried(own, 50, number=number, at=at - timedelta(hours=times - number))
    return own


def shown(client, status=200, **query):
    answer = client.get(URL, query)
    html = answer.content.decode()
    assert (answer.status_code, faults(html)) == (status, [])
    return Markup(html)


def listed(client, **query):
    """User names in the order of the list."""
    cells = shown(client, **query).text
    names = [name for name in ("ada", "bea", "cleo", "dora", "eve") if f"({name})" in cells]
    return sorted(names, key=lambda name: cells.index(f"({name})"))


def test_they_stand_there_whose_tries_are_used_the_last_one_first(signed_in, administrator):
    used_up("ada", at=NOW - timedelta(days=2))
    used_up("bea", at=NOW - timedelta(days=1), module="regulation")
    used_up("cleo", times=2)
    client = signed_in(administrator)
    page = shown(client)
    assert "2 wait for more tries" in page.text
    assert "3 tries, last 50 %" in page.text
    assert listed(client) == ["bea", "ada"]
    assert listed(client, module="foundation") == ["ada"]


@pytest.mark.parametrize("change", [
    {"passed": True, "correct": 90}, {"counts": False}, {"is_staff": True}, {"cleared_at": NOW},
])  # fmt: skip
def test_whoever_passed_or_got_one_back_does_not(signed_in, administrator, change):
    used_up("ada")
    last = Attempt.objects.filter(number=3)
    assert last.update(**change) == 1
    assert listed(signed_in(administrator)) == []


def test_an_old_pass_counts_however_many_failed(signed_in, administrator):
    own = used_up("ada", times=4)
    assert listed(signed_in(administrator)) == ["ada"]
    tried(own, 90, number=9)
    assert listed(signed_in(administrator)) == []


@pytest.mark.parametrize("state", ["passed", "lapsed", "cancelled"])
def test_who_does_not_study_any_more_does_not_wait(signed_in, administrator, state):
    used_up("ada")
    Registration.objects.update(state=state, open_slot=None, ended_at=NOW)
    assert listed(signed_in(administrator)) == []


def test_tries_given_beyond_count_until_they_are_used(signed_in, administrator):
    own = used_up("ada")
    ExtraTry.objects.create(
        learner_id=own.learner_id, number=1, registration_id=own.id, n=2, reason="x", made_at=NOW, made_by=1
    )
    client = signed_in(administrator)
    assert listed(client) == []
    tried(own, 40, number=4)
    assert listed(client) == []
    tried(own, 40, number=5)
    page = shown(client)
    assert "5 tries, last 40 % 2 1 March 2027" in page.text


def test_each_stands_under_the_rules_that_bind(signed_in, administrator):
    """Under harder rules of today nobody who began before has fewer tries; whoever begins then has."""
    used_up("ada", times=2)
    made(TODAY, module_test=replace(RULES.policies.module_test, tries=2))
    context.forget_programme()
    used_up("bea", times=2)
    Registration.objects.filter(id=Registration.objects.latest("id").id).update(rule_version=2)
    client = signed_in(administrator)
    assert listed(client) == ["bea"]
    for name, wanted in (("ada", False), ("bea", True)):
        own = Registration.objects.get(learner_id=_id(name))
        text = Markup(client.get(f"/wins/desk/learners/{own.learner_id}/").content.decode()).text
        assert ("all tries at the module test are used" in text) == wanted


def _id(name):
    return get_user_model().objects.get(username=name).id


def test_a_search_looks_at_names_and_addresses_and_cuts_nobody_off(signed_in, administrator):
    for name in ("ada", "bea"):
        used_up(name)
    client = signed_in(administrator)
    assert listed(client, q="bea@") == ["bea"]
    assert listed(client, q="Example, Ada") == ["ada"]
    assert "Nobody was found." in shown(client, q="zz").text
    assert listed(client, q="%") == []


def test_a_module_that_is_none_is_told(signed_in, administrator):
    used_up("ada")
    page = shown(signed_in(administrator), 400, module="other")
    assert "There is no such module, or it is not yours." in page.text
    assert "(ada)" not in page.text


def test_a_team_sees_its_modules_however_many_others_there_are(signed_in, teacher, instructor):
    """Fifty-five of another module tried later: the list is cut after it was narrowed."""
    used_up("ada", at=NOW - timedelta(days=9))
    for number in range(55):
        used_up(f"other{number}", "regulation")
    for own in (teacher, instructor):
        client = signed_in(own)
        page = shown(client)
        assert "1 waits for more tries" in page.text
        assert listed(client) == ["ada"]
        assert "regulation" not in page.text.casefold()
        assert shown(client, 400, module="regulation")
    assert "(other" not in page.text


def test_who_may_give_them_has_the_way_and_others_read(signed_in, administrator, teacher, instructor):
    own = used_up("ada")
    way = f"/wins/desk/study/{own.id}/tries?from=list"
    links = {
        who.username: way in [a.get("href") for a in shown(signed_in(who)).all("a")]
        for who in (administrator, instructor, teacher, person("auditor", "WINS auditors"))
    }
    assert links == {"administrator": True, "instructor": True, "teacher": False, "auditor": False}


def test_from_the_list_one_gives_and_comes_back(signed_in, administrator):
    own = used_up("ada")
    client = signed_in(administrator)
    form = Markup(client.get(f"/wins/desk/study/{own.id}/tries?from=list").content.decode())
    [came] = [a["value"] for a in form.all("input") if a["name"] == "from"]
    sent = {"what": "test", "n": "1", "reason": "Power cut", "seen": "0", "from": came}
    answer = client.post(f"/wins/desk/study/{own.id}/tries", sent)
    assert answer["Location"] == URL
    assert "The learner can try again at once and gets a mail." in shown(client).text
    assert listed(client) == []


def test_a_long_list_has_pages_and_the_same_queries(signed_in, instructor, administrator, world):
    world.instructors.add((instructor.id, edge.REGULATION))
    used_up("ada", at=NOW - timedelta(days=9))
    counts = {}
    for more in (0, 120):
        for number in range(more):
            used_up(f"other{number}", "regulation")
        for who in (administrator, instructor):
            client = signed_in(who)
            shown(client)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                shown(client)
            counts[who.username, more] = len(asked)
    assert counts["administrator", 120] == counts["administrator", 0] <= 12
    assert counts["instructor", 120] == counts["instructor", 0] <= 12
    client = signed_in(administrator)
    assert listed(client) == []
    page = shown(client, page="3")
    assert "page 3 of 3" in page.text
    assert "(ada)" in page.text
    assert {a.get("href") for a in page.all("a")} >= {"?page=2", "?page=1"}
    assert listed(client, page="99999") == ["ada"]
    assert listed(client, page="x") == []
