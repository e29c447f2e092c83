"""One visit tells of two hours and a little: whoever forges time must open the page again and again to do so."""

from datetime import timedelta

import pytest

from .beats import HOUR, MINUTE, NOW, api, beat, visit

pytestmark = pytest.mark.django_db


def counted():
    return api.hours_of([11])[11].credited_ms


def test_a_visit_of_two_hours_counts():
    beat(visit(), (0, 2 * HOUR + 10_000), after=3 * HOUR)
    assert counted() == 2 * HOUR + 10_000


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("span", [(0, 40 * HOUR), (0, 131 * MINUTE), (39 * HOUR, 40 * HOUR)])
def test_a_visit_tells_nothing_of_later_hours(span, late):
    with pytest.raises(api.BeatInvalid):
        beat(visit(), span, after=40 * HOUR, late=late, now=NOW + timedelta(hours=40))
    assert counted() == 0
