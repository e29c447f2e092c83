"""How many codes will be needed, on a real database."""

import pytest
from django.db import transaction

from tests.conftest import NOW
from wins_xblocks.domain.duration import HOUR_MS
from wins_xblocks.domain.registration import api, need, places
from wins_xblocks.domain.registration.models import Entitlement, Registration
from wins_xblocks.domain.registration.need import Need, forecast

COURSE = "course-v1:WINS+FND+2026"
FND = "WINS-FND"
pytestmark = pytest.mark.django_db


@pytest.fixture
def foundation(rules):
    return rules.module("foundation")


def studying(learner, module, hours=0):
    """A learner with a place, of whom so many hours count."""
    found = api.open_for_enrolment(learner, module, COURSE, 1, NOW)
    if hours:
        api.waive(found.id, round(hours * HOUR_MS), "A course of 2025", 1, NOW)
    return found


def test_learners_stand_by_what_they_have_to_go(foundation):
    assert foundation.required_ms == 40 * HOUR_MS
    for learner, hours in enumerate((0, 29.9, 30, 39.9, 40, 55), start=1):
        studying(learner, foundation, hours)
    assert forecast([foundation], 1) == (Need(FND, reached=2, near=2, studying=2),)
    assert forecast([foundation], 1)[0].soon == 4


def test_who_has_no_unused_place_or_has_ended_needs_none(foundation):
    studying(1, foundation, 40)
    over = studying(2, foundation, 40)
    with transaction.atomic():
        assert api.use_place(1, FND, NOW)
    Registration.objects.filter(id=over.id).update(state="lapsed", open_slot=None)
    assert forecast([foundation], 1) == (Need(FND),)


def test_two_places_are_one_learner(foundation):
    studying(1, foundation, 40)
    assert places.grant(1, "foundation", FND, "A second place", 9, NOW)
    assert Entitlement.objects.count() == 2
    assert forecast([foundation], 1) == (Need(FND, reached=1),)


def test_every_module_is_there_in_its_order(rules, foundation):
    studying(1, foundation)
    found = forecast(rules.modules, 1)
    assert [one.exam for one in found] == [module.exam for module in rules.modules]
    assert [one.studying for one in found] == [1, *[0] * (len(found) - 1)]


def test_many_learners_cost_few_queries(foundation, django_assert_max_num_queries):
    for learner in range(1, 40):
        studying(learner, foundation)
    with django_assert_max_num_queries(3):
        forecast([foundation], 1)


def test_of_many_a_part_speaks_for_the_rest(foundation, monkeypatch, django_assert_max_num_queries):
    for learner in range(1, 301):
        studying(learner, foundation, 40 if learner % 3 == 0 else 0)
        assert learner % 2 or places.grant(learner, "foundation", FND, "A second place", 9, NOW)
    [exact] = forecast([foundation], 1)
    assert (exact.reached, exact.studying, exact.about) == (100, 200, False)
    monkeypatch.setattr(need, "LOOKED", 150)
    with django_assert_max_num_queries(3):
        [found] = forecast([foundation], 1)
    assert found.about
    assert found.reached % 3 == found.studying % 3 == 0, "one of three was looked at"
    assert 70 <= found.reached <= 130
    assert 160 <= found.studying <= 240
