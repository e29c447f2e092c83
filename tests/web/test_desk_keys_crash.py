"""A server that dies between two statements of a correction: nothing is lost, and the desk opens."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW, person
from wins_xblocks import jobs, periodic
from wins_xblocks.domain.jobs.models import Job
from wins_xblocks.domain.quiz.models import Attempt, KeyCorrection

from .test_desk_keys import BLOCK, course, nothing_read, post, read, sent, staff, three, url

__all__ = ["course", "nothing_read", "staff"]
pytestmark = pytest.mark.django_db


def test_a_job_that_was_noted_and_never_started_is_forgotten_and_the_pages_open(staff, monkeypatch):
    for number in range(jobs.AT_ONCE + 1):
        sent(person(f"p{number:02d}").id, "bbaa")

    def dies(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "start", dies)
    with pytest.raises(KeyboardInterrupt):
        post(staff, "store")
    made = KeyCorrection.objects.get()
    assert Job.objects.get(id=made.job_id).state == "checked"
    periodic.drop_jobs(NOW + timedelta(days=2))
    assert not Job.objects.exists()
    read(staff.get(reverse("wins:key_corrections")))
    read(staff.get(url("key_correction", made.id)))
    assert periodic.mark_anew(NOW + timedelta(days=2)).startswith("51 learners' tries marked anew")
    assert set(Attempt.objects.values_list("correct", flat=True)) == {3}


def test_a_crash_between_the_grade_and_the_quizs_own_state_is_repaired(staff, world):
    right, *_others = three()
    world.scores[right.id, BLOCK] = (2.0, 4.0)
    post(staff, "store", follow=True)
    world.scores[right.id, BLOCK] = (3.0, 4.0)  # the grade was told, and then the process was killed
    world.held.clear()
    periodic.repair_grades(NOW + 3 * jobs.api.PATIENCE)
    assert world.held == [(right.id, BLOCK, 3.0, 4.0)]
