"""New rules of the module test, before they are stored: who then has no try left, or one again, by name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import RULES

from .builders import joined, tried
from .policy_forms import LATER, TODAY, made, opened, read, send

pytestmark = pytest.mark.django_db
NOBODY = "Nobody who has begun gains or loses"
LOSING, GAINING = "Who then has no try left at the module test", "Who has none left, and then has one again"
TRIES = "policies__module_test__tries"


@pytest.fixture
def admin(signed_in, administrator):
    return signed_in(administrator)


def failed(name, times, **more):
    own = joined(person(name))
    for number in range(1, times + 1):
        tried(own, 50, number=number, at=NOW - timedelta(hours=times - number), **more)
    return own


def seen(client, **changes):
    """(whole text, those who lose their last try, those who get one again)."""
    text = read(send(client, opened(client), effective=LATER.isoformat(), reason="By the board", **changes)).text
    return text, text[text.index(LOSING) : text.index(GAINING)], text[text.index(GAINING) :]


def generous():
    """Rules of today that give five tries: better than those of the start, so they hold for all."""
    made(TODAY, module_test=replace(RULES.policies.module_test, tries=5))


def test_who_has_a_try_again_is_named(admin):
    failed("three", 3)
    failed("two", 2)
    text, losing, gaining = seen(admin, **{TRIES: "5"})
    assert NOBODY not in text
    assert "Nobody." in losing
    assert "1 registration" in gaining
    assert "Foundation Module no try left 2 tries left" in gaining
    assert "two" not in gaining.split("Store this version")[0].replace("two tries", "")


def test_who_has_none_then_is_named_and_who_passed_is_not(admin):
    generous()
    failed("four", 4)
    failed("one", 1)
    passed = failed("clever", 3)
    tried(passed, 90, number=4)
    _text, losing, gaining = seen(admin, **{TRIES: "3"})
    assert "1 registration" in losing
    assert "(four) Foundation Module 1 try left no try left" in losing
    assert "Nobody." in gaining


def test_who_had_none_before_is_not_told_of_again(admin):
    generous()
    failed("six", 6)
    _text, losing, gaining = seen(admin, **{TRIES: "3"})
    assert "Nobody." in losing
    assert "Nobody." in gaining


def test_fewer_tries_take_none_from_who_began_before(admin):
    failed("two", 2)
    text = read(send(admin, opened(admin), effective=LATER.isoformat(), reason="By the board", **{TRIES: "2"})).text
    assert LOSING not in text
    assert NOBODY in text


def test_rules_that_leave_the_tries_alone_do_not_speak_of_them(admin):
    failed("three", 3)
    form = opened(admin)
    changed = {"policies__module_test__pause_hours": "48"}
    assert LOSING not in read(send(admin, form, effective=LATER.isoformat(), reason="By the board", **changed)).text


def test_the_list_is_turned_page_by_page(admin):
    for number in range(51):
        failed(f"learner{number:02}", 3)
    form = opened(admin)
    changed = {TRIES: "4", "effective": LATER.isoformat(), "reason": "By the board"}
    first = read(send(admin, form, **changed)).text
    assert "51 registrations – page 1 of 2" in first
    second = read(send(admin, form, **changed, given="2")).text
    assert "51 registrations – page 2 of 2" in second[second.index(GAINING) :]
