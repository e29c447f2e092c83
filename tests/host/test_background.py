"""Jobs in the host run in a thread beside the requests, and leave no connection behind."""

import threading

import pytest

from tests.conftest import NOW
from wins_xblocks import context, jobs
from wins_xblocks.domain.jobs import api
from wins_xblocks.domain.jobs.data import NewLine
from wins_xblocks.workbench import background
from wins_xblocks.workbench.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def job_id(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)
    return api.draft("grant", [NewLine(2, "WINS-FND", 7), NewLine(3, "WINS-REG", 7)], 1, "Paid", "", NOW)


def ended():
    for thread in threading.enumerate():
        if thread.name.startswith("job "):
            thread.join(20)


@pytest.fixture
def closed(monkeypatch):
    """Names of the threads that closed a connection."""
    names, close = [], DatabaseWrapper.close

    def noted(self):
        names.append(threading.current_thread().name)
        return close(self)

    monkeypatch.setattr(DatabaseWrapper, "close", noted)
    return names


def test_a_job_that_is_started_is_done_in_a_thread(job_id, closed):
    assert jobs.start(job_id, 1)[1]
    ended()
    job = api.found(job_id)
    assert (job.state, job.refused) == ("done", 2), "nobody has joined the module"
    assert f"job {job_id}" in closed


def test_a_job_that_stops_is_told_and_waits_for_the_periodic_work(job_id, monkeypatch, caplog):
    api.start(job_id, 1, NOW)

    def broken(*args):
        raise OSError("a learner's name")

    monkeypatch.setattr(jobs.api, "take", broken)
    background.start(job_id).join(20)
    assert f"job {job_id} stopped: OSError" in caplog.text
    assert "name" not in caplog.text
    assert api.found(job_id).state == "waiting"
