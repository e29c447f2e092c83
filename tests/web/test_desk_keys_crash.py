"""A server that dies between two statements of a correction; and what no page, mail or file of one may hold."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import code, fill
from tests.edge import REGULATION
from wins_xblocks import jobs, marking, periodic
from wins_xblocks.domain.jobs.models import Job
from wins_xblocks.domain.quiz import api as quiz
from wins_xblocks.domain.quiz import regrading
from wins_xblocks.domain.quiz.models import Attempt, KeyCorrection

from .builders import joined
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


def test_what_learners_are_told_holds_no_code(staff):
    three()
    fill()
    found = post(staff, "store", 409, told=f"It was {code(1)}.")
    assert "Leave the voucher code out" in found.text
    assert not KeyCorrection.objects.exists()


def test_the_file_of_marks_reads_no_answers(staff):
    """A hundred thousand tries with all that they asked do not fit into a request."""
    three()
    post(staff, "store", follow=True)
    with CaptureQueriesContext(connection) as asked:
        found = list(regrading.tries(KeyCorrection.objects.get().id))
    assert [(one.block, one.before.correct, one.after.correct, one.kept) for one in found] == [
        (BLOCK, 2, 3, False), (BLOCK, 4, 4, True)
    ]  # fmt: skip
    assert "responses" not in asked[-1]["sql"]
    assert "drawn" not in asked[-1]["sql"]


def test_once_all_tries_were_deleted_another_modules_instructor_still_sees_nothing(staff, client, world, learner):
    three()
    post(staff, "store", follow=True)
    Attempt.objects.update(cleared_at=NOW, counts=False)
    joined(learner)
    joined(learner, "regulation")
    other = person("otherinstructor")
    world.instructors.add((other.id, REGULATION))
    client.force_login(other)
    made = KeyCorrection.objects.get().id
    for name in ("key_correction", "key_correction_file"):
        assert client.get(reverse(f"wins:{name}", args=[made])).status_code == 404
    assert (
        reverse("wins:key_correction", args=[made]) not in client.get(reverse("wins:key_corrections")).content.decode()
    )


def test_a_mark_that_could_not_be_changed_is_said_and_changed_later(staff, monkeypatch):
    right, *_others = three()
    real = marking.one

    def fails(learner_id, *args):
        if learner_id == right.id:
            raise ValueError
        return real(learner_id, *args)

    monkeypatch.setattr(marking, "one", fails)
    assert "Some marks could not be changed" in post(staff, "store", follow=True).text
    assert Attempt.objects.get(learner_id=right.id).correct == 2
    monkeypatch.setattr(marking, "one", real)
    periodic.mark_anew(NOW)
    assert Attempt.objects.get(learner_id=right.id).correct == 3


def test_a_grade_that_was_read_before_a_correction_does_not_come_after_it(staff, world, monkeypatch):
    """The periodic work reads hundreds of grades and tells one after the other; marks change in between."""
    right, _wrong, before = three()
    Attempt.objects.filter(learner_id__in=(right.id, before.id)).update(grade_published_at=None)
    real = marking.publish

    def slow(found, now):
        monkeypatch.setattr(marking, "publish", real)
        real(found, now)
        post(staff, "store", follow=True)
        for one in quiz.to_publish(Attempt.objects.get(learner_id=right.id).id):
            real(one, now)

    monkeypatch.setattr(marking, "publish", slow)
    Attempt.objects.filter(learner_id=before.id).update(submitted_at=NOW - timedelta(hours=1))  # hers is the first
    world.repaired.clear()
    periodic.repair_grades(NOW + timedelta(hours=1))
    assert [told for told in world.repaired if told[0] == right.id][-1] == (right.id, BLOCK, 3.0, 4.0)
