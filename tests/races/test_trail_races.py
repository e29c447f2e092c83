"""Two acts on one registration at once: the trail holds both, in a chain that verifies."""

from tests.conftest import NOW
from tests.domain.vouchers.builders import join
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Waiver

from .conftest import race


def test_hours_accepted_by_ten_people_at_once_are_ten_links(database):
    [own] = join(1, "foundation")
    told = race(lambda by: registration.waive(own.id, 60_000, "Studied on paper", by, NOW), range(10))
    assert told == [None] * 10
    assert Waiver.objects.count() == 10
    assert len(audit.entries(f"registration:{own.id}")) == 11
    assert audit.broken() == []
