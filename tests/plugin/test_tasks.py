"""Jobs in the platform's hands: where Celery looks for our task, what it does, and what happens without a worker."""

import sys
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps

from tests.conftest import NOW
from wins_xblocks import context, jobs
from wins_xblocks.domain.jobs import api
from wins_xblocks.domain.jobs.data import NewLine
from wins_xblocks.platform import OpenEdx

BROKER = "redis://:the-password@broker:6379"


@pytest.fixture
def celery(monkeypatch):
    """As much of Celery as we use; what was sent, with how."""
    sent = []

    class Task:
        def __init__(self, run):
            self.run = run

        def __call__(self, *args):
            return self.run(*args)

        def apply_async(self, args, **options):
            if sent == [BROKER]:
                raise ConnectionError(BROKER)
            sent.append((self.run.__name__, args, options))

    fake = SimpleNamespace(shared_task=lambda **options: Task)
    monkeypatch.setitem(sys.modules, "celery", fake)
    monkeypatch.delitem(sys.modules, "wins_xblocks.tasks", raising=False)
    yield sent
    sys.modules.pop("wins_xblocks.tasks", None)


def test_a_job_is_handed_to_a_worker_without_trying_for_long(celery):
    assert OpenEdx().run_job(7)
    assert celery == [("run_job", (7,), {"retry": False})]


def test_celery_finds_the_task_in_the_app_by_its_name(celery):
    """``autodiscover_tasks`` asks each installed app for a module of this name."""
    module = import_module(f"{apps.get_app_config('wins_xblocks').name}.tasks")
    assert callable(module.run_job)


@pytest.mark.django_db
def test_the_task_does_the_job(celery, monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)
    job_id = api.draft("grant", [NewLine(2, "WINS-FND", 7)], 1, "Paid", "", NOW)
    jobs.start(job_id, 1)
    import_module("wins_xblocks.tasks").run_job(job_id)
    assert (api.found(job_id).state, api.found(job_id).refused) == ("done", 1)


def test_a_broker_that_cannot_be_reached_is_told_without_its_password(celery, caplog):
    celery.append(BROKER)
    assert not OpenEdx().run_job(7)
    assert "Job 7 was not handed to a worker: ConnectionError" in caplog.text
    assert "password" not in caplog.text


def test_without_celery_the_job_waits(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "celery", None)
    monkeypatch.delitem(sys.modules, "wins_xblocks.tasks", raising=False)
    assert not OpenEdx().run_job(7)
    assert "not handed to a worker: ModuleNotFoundError" in caplog.text
