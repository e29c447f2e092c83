"""Who may try again, when, and with which place; and which exam comes first."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration import places as own_places
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.vouchers import api, bulk, usage
from wins_xblocks.domain.vouchers.models import Voucher

from .builders import FND, REG, RULES, fill, ready, reveal

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=60)


def rules(**changed):
    return replace(RULES, policies=replace(RULES.policies, **changed))


INCLUDED = rules(retake=replace(RULES.policies.retake, in_package=True))
FIRST = rules(exam_order="foundation_first")


def where(by, exam=FND, now=LATER):
    return api.position(7, exam, by, None, 1, now)


def missing(by, exam=FND, now=LATER):
    return [str(one) for one in where(by, exam, now).verdict.missing]


def sat(kind, exam=FND, day=1):
    """One voucher issued, seen, used; and what came of it."""
    api.issue(7, exam, INCLUDED, None, 1, NOW + timedelta(days=day))
    reveal(7, exam, NOW + timedelta(days=day))
    own = Voucher.objects.filter(holder_id=7).latest("id").id
    usage.use([own], NOW + timedelta(days=day))
    exams.record(7, exam, kind, NOW + timedelta(days=day), NOW + timedelta(days=day), None, own)


@pytest.fixture(autouse=True)
def learner(db):
    ready(7)
    fill(5)


def test_a_failed_try_brings_no_place_unless_the_package_holds_one():
    sat("fail")
    assert (where(RULES).state, missing(RULES)) == ("failed", ["You have no exam place"])
    assert where(INCLUDED).state == "ready"
    soon = NOW + timedelta(days=2)
    assert missing(INCLUDED, now=soon) == [f"You can try again from {NOW + timedelta(days=15)}"]


def test_the_place_of_the_package_is_given_once_and_stands_in_the_trail():
    sat("fail")
    sat("fail", day=20)
    places = list(Entitlement.objects.filter(exam=FND).order_by("id").values_list("number", "source", "state"))
    assert places == [(0, "enrolment", "used"), (1, "retake", "used")]
    assert (where(INCLUDED).state, registration.places(7, FND)) == ("failed", 0)
    [own] = Entitlement.objects.filter(source="retake").values_list("registration_id", flat=True)
    assert [one.action for one in audit.entries(f"registration:{own}")].count("place.included") == 1
    assert audit.broken() == []


def test_a_place_that_staff_gave_is_used_before_that_of_the_package():
    sat("fail")
    own_places.grant(7, "foundation", FND, "Paid again", 1, NOW)
    sat("fail", day=20)
    assert not Entitlement.objects.filter(source="retake").exists()
    assert where(INCLUDED).state == "ready"


def test_the_third_try_of_a_year_is_the_last():
    few = rules(retake=replace(RULES.policies.retake, most_per_year=2, in_package=True))
    sat("fail")
    sat("fail", day=20)
    assert f"You can try again from {NOW + timedelta(days=366)}" in missing(few)
    assert where(few).again_from == NOW + timedelta(days=366)


def test_where_the_foundation_exam_comes_first_an_elective_waits_for_its_pass():
    fill(1, exam=REG, start=50)
    assert missing(FIRST, REG) == ["Pass the exam of Foundation Module first"]
    with pytest.raises(api.NotReady):
        api.issue(7, REG, FIRST, None, 1, LATER)
    assert (missing(FIRST), missing(RULES, REG)) == ([], [])
    sat("pass")
    assert missing(FIRST, REG) == []
    assert api.issue(7, REG, FIRST, None, 1, LATER).state == "issued"


def test_staff_are_told_in_their_own_words_what_is_missing():
    fill(1, exam=REG, start=50)
    terms = bulk.Terms(FIRST, None, 1, "Paid", 1, LATER, dry_run=True)
    [line] = bulk.issue([bulk.Wanted(1, "seven", 7, REG)], terms).bad
    assert line.sentence.format(**line.values) == "The learner must pass the exam of Foundation Module first."
