"""Periodic work: each in its period, one process at a time."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.schedule import api
from wins_xblocks.domain.schedule.data import Task


@pytest.fixture
def ran():
    return []


def task(ran, name="mail", minutes=10):
    return Task(name, timedelta(minutes=minutes), lambda now: ran.append(name) or f"{name} done")


def test_a_task_runs_in_its_own_period(db, ran):
    tasks = [task(ran), task(ran, "seal", 60)]
    api.run_due(tasks, NOW)
    api.run_due(tasks, NOW + timedelta(minutes=5))
    told = api.run_due(tasks, NOW + timedelta(minutes=10))
    assert ran == ["mail", "seal", "mail"]
    assert told == [("mail", "mail done")]


def test_one_tasks_failure_is_told_and_stops_no_other(db, ran):
    def broken(now):
        raise OSError("disk full")

    told = api.run_due([Task("broken", timedelta(minutes=1), broken), task(ran)], NOW)
    assert told == [("broken", "failed: OSError: disk full"), ("mail", "mail done")]
    assert set(api.last_runs()) == {"mail"}, "what failed is due again at once"


def test_only_one_process_holds_the_lease(db):
    first = api.take_lease(NOW)
    assert first
    assert api.take_lease(NOW + timedelta(minutes=1)) is None
    api.give_lease(first, NOW + timedelta(minutes=2))
    assert api.take_lease(NOW + timedelta(minutes=2))


def test_the_lease_of_a_dead_process_runs_out_and_its_late_return_takes_nothing(db):
    dead = api.take_lease(NOW)
    later = NOW + timedelta(minutes=16)
    assert api.take_lease(later)
    api.give_lease(dead, later)
    assert api.take_lease(later) is None
