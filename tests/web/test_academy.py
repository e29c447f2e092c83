"""The Academy that the bench of the desk measures, in small: it fits together, and no page of the desk is forgotten."""

import random
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.bench.academy.generate import generate
from tests.bench.academy.lives import lives
from tests.bench.academy.names import name
from tests.bench.desk_pages import FILES, addresses, desk_pages, statements
from tests.conftest import NOW, person
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.duration import HOUR_MS
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Entitlement, Registration
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.study_time.models import StudySession
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

pytestmark = pytest.mark.django_db
LEARNERS, SEED = 500, 7
MOST = 12  # statements of a page


@pytest.fixture(scope="module")
def counts(django_db_setup, django_db_blocker):
    """One Academy for all tests here, taken away after them."""
    whole = transaction.atomic()
    whole._from_testcase = True  # as around a test: what opens the outermost transaction may do so inside
    with django_db_blocker.unblock(), whole:
        yield generate(LEARNERS, SEED, NOW)
        transaction.set_rollback(True)


def test_it_has_ten_visits_and_five_attempts_a_learner(counts):
    assert counts["StudySession"] == StudySession.objects.count() == 10 * LEARNERS
    assert counts["Attempt"] == Attempt.objects.count() == 5 * LEARNERS
    assert Registration.objects.values("learner_id").distinct().count() == LEARNERS
    assert Registration.objects.values("module").distinct().count() == 10


def test_days_are_what_their_visits_say(counts, rules):
    assert [told for id_ in study_time.learners() for told in study_time.recount(id_, rules.zone)] == []


def test_hours_are_reached_by_whom_it_is_written_down(counts):
    reached = dict(Registration.objects.values_list("id", "reached_at"))
    hours = registration.hours_of(list(reached), 1)
    assert any(reached.values())
    for id_, at in reached.items():
        assert (hours[id_].counted >= 40 * HOUR_MS) == (at is not None), id_


def test_whoever_has_a_voucher_has_a_place_and_two_complete_modules(counts, rules):
    held = VoucherExam.objects.filter(voucher__holder_id__isnull=False).select_related("voucher")
    assert {one.voucher.state for one in held} >= {"issued", "revealed", "booked", "used"}
    for one in held:
        assert Entitlement.objects.get(id=one.entitlement_id, learner_id=one.voucher.holder_id).state == "used"
        own = registration.all_of(one.voucher.holder_id)
        passed = [s for s in registration.standings(own, rules, None, 1) if s.complete]
        assert len(passed) >= 2
    assert [row.usable for row in vouchers.stock(["WINS-NPM", "WINS-REG"], rules, NOW)] == [0, 12]


def test_the_trail_verifies(counts):
    assert counts["AuditEntry"] > LEARNERS
    assert audit.broken() == []


def test_nothing_is_of_the_time_to_come(counts):
    assert not Voucher.objects.filter(issued_at__gt=NOW).exists()
    assert not StudySession.objects.filter(ends__gt=NOW.timestamp() * 1000).exists()
    assert not Attempt.objects.filter(submitted_at__gt=NOW).exists()


def test_the_same_seed_makes_the_same_people(rules):
    def made(seed):
        luck = random.Random(seed)
        found = lives(1, 50, rules, luck, NOW)
        return [name(luck) for _ in range(50)], [(s.id, s.module.id, s.started, s.kind) for own in found for s in own]

    assert made(1) == made(1)
    assert made(1) != made(2)


def test_somebody_has_to_be_nobody_before(counts):
    with pytest.raises(LookupError, match="take an empty one"):
        generate(1, 1, NOW + timedelta(days=1))


def test_every_page_of_the_desk_is_measured(counts):
    assert set(addresses()) | FILES == desk_pages()
    assert not set(addresses()) & FILES


def test_no_page_of_the_desk_asks_more_than_its_statements(client, counts):
    client.force_login(person("boss", "WINS Academy administrators"))
    for page, asked in addresses().items():
        for what, address in asked.items():
            counted = []
            for _time in range(2):  # the first may fill caches; once in ten seconds one reads the rules anew
                with CaptureQueriesContext(connection) as told:
                    assert client.get(address).status_code == 200, address
                counted.append(statements(told))
            assert min(counted) <= MOST, f"{page} {what}"
