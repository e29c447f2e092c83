"""Registrations on a real database."""

from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.duration import HOUR_MS
from wins_xblocks.domain.registration import api, listing
from wins_xblocks.domain.registration import places as own_places
from wins_xblocks.domain.registration.models import Entitlement, Registration

COURSE = "course-v1:WINS+FND+2026"


@pytest.fixture
def foundation(rules):
    return rules.module("foundation")


@pytest.fixture
def registration(db, foundation):
    return api.open_for_enrolment(7, foundation, COURSE, 1, NOW)


def test_the_first_enrolment_opens_a_registration_with_one_exam_place(registration):
    assert registration.open
    assert registration.rule_version == 1
    assert api.places(7, "WINS-FND") == 1
    assert [e.action for e in audit.entries(f"registration:{registration.id}")] == ["registration.opened"]


def test_a_rerun_of_the_course_changes_nothing(registration, foundation):
    again = api.open_for_enrolment(7, foundation, "course-v1:WINS+FND+2027", 1, NOW)
    assert again == registration
    assert Entitlement.objects.count() == 1


def test_the_database_allows_one_open_registration_per_learner_and_module(registration):
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.create(
            learner_id=7, module="foundation", course_id=COURSE, rule_version=1, source="staff", started_at=NOW
        )


def test_the_database_refuses_an_ended_registration_that_keeps_its_slot(registration):
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(id=registration.id).update(state="lapsed")


def end(registration, state="lapsed"):
    Registration.objects.filter(id=registration.id).update(state=state, open_slot=None, ended_at=NOW)


def places():
    return list(Entitlement.objects.order_by("id").values_list("registration_id", "state"))


def test_studying_again_after_the_end_moves_the_unused_place_to_the_new_registration(registration, foundation):
    end(registration)
    assert api.places(7, "WINS-FND") == 0
    second = api.open_for_enrolment(7, foundation, COURSE, 1, NOW)
    assert places() == [(registration.id, "withdrawn"), (second.id, "held")]
    end(second, "cancelled")
    third = api.open_for_enrolment(7, foundation, COURSE, 1, NOW)
    assert places()[1:] == [(second.id, "withdrawn"), (third.id, "held")]
    assert api.places(7, "WINS-FND") == 1, "one unused place at most"
    assert audit.entries(f"registration:{third.id}")[0].facts["place"]


def test_who_begins_again_is_no_longer_among_those_whose_study_ended(registration, foundation):
    ended = listing.Wanted(state=listing.ENDED)
    assert listing.count(ended) == 0
    end(registration)
    assert listing.count(ended) == 1
    again = api.open_for_enrolment(7, foundation, COURSE, 1, NOW)
    assert listing.count(ended) == 0
    end(again, "cancelled")
    assert [row.id for row in listing.rows(ended, [7])[7]] == [again.id]


def test_an_upgrade_marks_those_that_were_begun_again_before(registration, foundation):
    end(registration)
    end(api.open_for_enrolment(7, foundation, COURSE, 1, NOW))
    other = api.open_for_enrolment(8, foundation, COURSE, 1, NOW)
    Registration.objects.update(followed=None)
    step = import_module("wins_xblocks.migrations.0017_followed_registrations")
    step.mark(apps, SimpleNamespace(connection=connection))
    marks = dict(Registration.objects.values_list("id", "followed"))
    assert marks == {registration.id: True, registration.id + 1: None, other.id: None}


def test_where_staff_give_the_places_an_enrolment_brings_none(foundation, db):
    first = api.open_for_enrolment(7, foundation, COURSE, 1, NOW, entitlement="by_staff")
    assert (api.places(7, "WINS-FND"), audit.entries(f"registration:{first.id}")[0].facts["place"]) == (0, False)
    own_places.grant(7, "foundation", "WINS-FND", "Paid", 1, NOW)
    end(first)
    api.open_for_enrolment(7, foundation, COURSE, 1, NOW, entitlement="by_staff")
    assert api.places(7, "WINS-FND") == 1, "what staff gave goes with her"


def test_a_place_that_was_used_does_not_come_back_by_studying_again(registration, foundation):
    api.use_place(7, "WINS-FND", NOW)
    end(registration)
    again = api.open_for_enrolment(7, foundation, COURSE, 1, NOW)
    assert again.id != registration.id
    assert places() == [(registration.id, "used")]


def test_a_place_that_staff_withdrew_does_not_come_back_by_studying_again(registration, foundation):
    Entitlement.objects.update(state="withdrawn")
    end(registration)
    api.open_for_enrolment(7, foundation, COURSE, 1, NOW)
    assert api.places(7, "WINS-FND") == 0


def test_a_place_given_back_after_the_end_goes_to_the_registration_opened_since(registration, foundation):
    used = api.use_place(7, "WINS-FND", NOW)
    end(registration)
    again = api.open_for_enrolment(7, foundation, COURSE, 1, NOW)
    for _ in range(2):
        api.give_back_place(used, NOW)
    assert places() == [(registration.id, "withdrawn"), (again.id, "held")]


def test_a_place_is_used_once(registration):
    used = api.use_place(7, "WINS-FND", NOW)
    with pytest.raises(api.NoPlace, match="You have no exam place yet"):
        api.use_place(7, "WINS-FND", NOW)
    api.give_back_place(used, NOW)
    assert api.places(7, "WINS-FND") == 1


def test_accepted_hours_count_and_reaching_the_line_is_noted_once(registration, foundation):
    api.waive(registration.id, 39 * HOUR_MS, "Studied in 2019, see letter", 1, NOW)
    assert not api.note_hours(registration.id, foundation, 1, NOW)
    api.waive(registration.id, HOUR_MS, "Correction", 1, NOW)
    assert api.note_hours(registration.id, foundation, 1, NOW)
    assert not api.note_hours(registration.id, foundation, 1, NOW), "one crossing, one event"
    assert api.latest(7, "foundation").reached_at == NOW


def test_accepted_hours_are_told_with_their_reasons_the_newest_first(registration, foundation):
    other = api.open_for_enrolment(8, foundation, COURSE, 1, NOW)
    for own, hours, reason in ((registration, 34, "Studied in 2019"), (other, 1, "Hers"), (registration, 2, "Again")):
        api.waive(own.id, hours * HOUR_MS, reason, 1, NOW)
    found = api.accepted(registration.id, 5)
    assert [(row.length, row.reason, row.at) for row in found] == [
        (2 * HOUR_MS, "Again", NOW), (34 * HOUR_MS, "Studied in 2019", NOW),
    ]  # fmt: skip
    assert api.accepted(registration.id, 1) == found[:1]


@pytest.mark.parametrize(("ms", "reason"), [(0, "none"), (-1, "less"), (HOUR_MS, " ")])
def test_nothing_is_accepted_without_hours_and_a_reason(registration, ms, reason):
    with pytest.raises(Refusal, match="Give the hours and a reason"):
        api.waive(registration.id, ms, reason, 1, NOW)
    assert api.hours_of([registration.id], 1)[registration.id].counted == 0


def test_standings_of_many_take_a_fixed_number_of_queries(db, rules, django_assert_max_num_queries):
    many = [api.open_for_enrolment(n, rules.module("foundation"), COURSE, 1, NOW) for n in range(60)]
    later = replace(rules, version=2)
    with django_assert_max_num_queries(8):
        assert len(api.standings(many, rules, None, 1)) == 60
    with django_assert_max_num_queries(8):
        assert len(api.standings(many, later, None, 1)) == 60


def changed(rules, hours=40, policy="required", **test):
    """A second version of the rules."""
    foundation = replace(rules.modules[0], required_hours=hours)
    own = replace(rules.policies.module_test, **test)
    policies = replace(rules.policies, hours=policy, module_test=own)
    modules = (foundation, *rules.modules[1:])
    return replace(rules, version=2, modules=modules, policies=policies)


@pytest.mark.parametrize(
    ("changes", "binding"),
    [
        ({"hours": 30}, 2),
        ({"hours": 50}, 1),
        ({"hours": 39, "pass_percent": 90}, 1),
        ({"hours": 39, "tries": 1}, 1),
        ({"policy": "advisory"}, 2),
        ({"pass_percent": 60, "tries": 5, "pause_hours": 0}, 2),
        ({}, 1),
    ],
)
def test_later_rules_bind_when_nothing_in_them_is_worse(registration, rules, changes, binding):
    assert api.rules_of(registration, changed(rules, **changes), None).version == binding
