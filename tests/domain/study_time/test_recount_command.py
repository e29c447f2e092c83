"""``wins_recount``: every learner, each difference by name, and nothing is changed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from wins_xblocks.domain.study_time.models import StudyDay, StudySession

from .beats import MINUTE, beat, visit

pytestmark = pytest.mark.django_db


def recounted(**options):
    """What the command said: (its result, its faults, the error it ended with)."""
    out, faults, error = StringIO(), StringIO(), ""
    try:
        call_command("wins_recount", stdout=out, stderr=faults, **options)
    except CommandError as stopped:
        error = str(stopped)
    return out.getvalue().strip(), faults.getvalue().strip().splitlines(), error


@pytest.fixture
def studied():
    for learner in (1, 2):
        beat(visit(f"a{learner}", learner=learner, registration=10 + learner), (0, MINUTE))


def test_what_adds_up_is_said(studied):
    assert recounted() == ("Study time adds up. Learners: 2.", [], "")


def test_nobody_is_no_fault():
    assert recounted() == ("Study time adds up. Learners: 0.", [], "")


def test_each_difference_names_its_learner_and_ends_with_an_error(studied):
    StudyDay.objects.filter(learner_id=2).update(ms=F("ms") + 7)
    before = list(StudyDay.objects.values())
    out, faults, error = recounted()
    assert out == ""
    assert faults == [f"learner 2: registration 12, 2027-03-01: the day says {MINUTE + 7} ms, its sessions {MINUTE} ms"]
    assert error == "study time: 1 found that do not add up, among learners: 2"
    assert list(StudyDay.objects.values()) == before


def test_who_has_days_only_or_visits_only_is_recounted_too(studied):
    StudySession.objects.filter(learner_id=1).delete()
    StudyDay.objects.filter(learner_id=2).delete()
    faults = recounted()[1]
    assert {line.split(":")[0] for line in faults} == {"learner 1", "learner 2"}


def test_one_learner_may_be_asked_for(studied):
    StudyDay.objects.filter(learner_id=2).update(ms=1)
    assert recounted(id=1) == ("Study time adds up. Learners: 1.", [], "")
    assert recounted(id=2)[2]
