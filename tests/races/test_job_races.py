"""Jobs under threads and kills: whoever works on one, each line is done once. The negative control comes first."""

import random
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from functools import wraps

import pytest
from django.db import transaction
from django.utils import timezone

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.jobs import api, privacy
from wins_xblocks.domain.jobs.data import NewLine
from wins_xblocks.domain.jobs.models import Job, JobLine
from wins_xblocks.domain.outbox.models import OutboxMessage

from . import crowd
from .conftest import race

ADA, OTTO, LINES = 990, 991, 12
KILLS = 4


def thrice(test):
    """A race, three times on the same tables."""

    @wraps(test)
    def run(database):
        for _ in range(3):
            test(database)

    return run


def draft(lines=LINES):
    return api.draft("grant", [NewLine(n, FND, n) for n in range(2, lines + 2)], ADA, "", "", NOW)


def begun(lines=LINES):
    job_id = draft(lines)
    api.start(job_id, ADA, NOW)
    return job_id


def act(work, one, now):
    audit.append(f"line:{work.id}:{one.number}", "done", now, actor_id=work.by)
    return "Done."


def acts(job_id):
    """How often each line of the job was done, by its number."""
    found = AuditEntry.objects.filter(subject__startswith=f"line:{job_id}:").values_list("subject", flat=True)
    return Counter(int(subject.rsplit(":", 1)[1]) for subject in found)


ONCE = Counter(range(2, LINES + 2))


def by_looking(job_id, gate):
    """What one writes first: look which line waits, do it, mark it."""
    row = JobLine.objects.filter(job_id=job_id, state="waiting").order_by("seq").first()
    gate.wait()
    with transaction.atomic():
        JobLine.objects.filter(id=row.id).update(state="done")
    return row.number


def test_without_lease_and_condition_two_workers_do_one_line(database):
    job_id, gate = begun(), threading.Barrier(2)
    assert race(lambda _: by_looking(job_id, gate), range(2)) == [2, 2]


@thrice
def test_of_two_workers_who_take_a_job_one_has_it(database):
    job_id = begun()

    def work(_):
        own = api.take(job_id, NOW)
        if own:
            api.run(own, act, lambda: NOW)
        return bool(own)

    assert sorted(race(work, range(3))) == [False, False, True]
    assert acts(job_id) == ONCE
    assert (api.found(job_id).state, api.found(job_id).done) == ("done", LINES)


@thrice
def test_a_worker_that_was_thought_dead_and_the_next_one_do_each_line_once(database):
    job_id, later = begun(), NOW + api.LEASE
    slow = api.take(job_id, NOW)

    def work(own):
        if own is None:
            own = api.take(job_id, later)
        if own:
            api.run(own, act, lambda: later)
        return True

    assert race(work, [slow, None]) == [True, True]
    assert acts(job_id) == ONCE
    job = api.found(job_id)
    assert (job.state, job.done, job.left) == ("done", LINES, 0)
    assert audit.broken() == []


@thrice
def test_a_job_that_is_cancelled_while_it_runs_stops_between_two_lines(database):
    job_id = begun()
    own = api.take(job_id, NOW)
    race(lambda do: do(), [lambda: api.run(own, act, lambda: NOW), lambda: api.cancel(job_id, OTTO, NOW)])
    job = api.found(job_id)
    assert job.state in ("cancelled", "done")
    assert (len(acts(job_id)), api.count_lines(job_id, ["waiting"])) == (job.done, job.left)
    assert len([one for one in audit.entries(f"job:{job_id}") if one.action != "job.started"]) == 1
    assert audit.broken() == []


@thrice
def test_started_twice_at_once_and_from_two_checks_it_is_one_job(database):
    one, same = draft(), draft()
    answers = race(lambda job_id: api.start(job_id, ADA, NOW), [one, one, same])
    assert sorted(isinstance(answer, api.NotPossible) for answer in answers) == [False, True, True], answers
    [running] = Job.objects.filter(open_slot=1)
    assert len([*audit.entries(f"job:{one}"), *audit.entries(f"job:{same}")]) == 1
    api.cancel(running.id, ADA, NOW)


@thrice
def test_who_closes_her_account_while_her_line_is_done_stands_nowhere(database):
    job_id = begun()
    own = api.take(job_id, NOW)
    race(lambda do: do(), [lambda: api.run(own, act, lambda: NOW), lambda: privacy.forget(8, NOW)])
    assert not JobLine.objects.filter(learner_id=8).exists()
    job = api.found(job_id)
    assert (job.state, job.done + job.refused) == ("done", LINES)
    assert acts(job_id)[8] == job.done - LINES + 1


def killed_after(job_id, lines, fast, luck):
    """A worker of its own process that is killed so many lines later; whether it was at work then."""
    command = [sys.executable, "-m", "tests.races.job_worker", str(job_id), str(fast)]
    worker = subprocess.Popen(command, cwd=crowd.ROOT, env=crowd.environment(), stdout=subprocess.PIPE, text=True)
    try:
        told = [worker.stdout.readline() for _ in range(lines)]
        threading.Event().wait(luck.uniform(0, 0.02))  # somewhere within the next line
    finally:
        worker.kill()
        worker.communicate()
    return told == ["line\n"] * lines


@pytest.mark.parametrize("database", [pytest.param("repeatable read", marks=pytest.mark.mariadb)], indirect=True)
def test_workers_that_are_killed_issue_each_voucher_once(database):
    learners, luck = crowd.gather(60), random.Random(6)
    crowd.stock(80)
    now = timezone.now()
    lines = [NewLine(number, FND, learner_id) for number, learner_id in enumerate(learners, 2)]
    job_id = api.draft("issue", lines, ADA, "", "", now)
    api.start(job_id, ADA, now)
    step = int((api.LEASE + timedelta(minutes=1)).total_seconds())
    for kill in range(KILLS):
        assert killed_after(job_id, luck.randint(3, 9), (kill + 1) * step, luck)
        job = api.found(job_id)
        assert (job.state, job.done) == ("running", AuditEntry.objects.filter(action="voucher.issued").count())
    assert 0 < api.found(job_id).left < 60 - KILLS * 3 + 1
    end = subprocess.run(
        [sys.executable, "-m", "tests.races.job_worker", str(job_id), str((KILLS + 1) * step)],
        cwd=crowd.ROOT, env=crowd.environment(), check=True, capture_output=True,
    )  # fmt: skip
    job = api.found(job_id)
    assert (job.state, job.done, job.refused) == ("done", 60, 0), end.stderr
    assert crowd.broken_promises(60, learners) == []
    assert OutboxMessage.objects.filter(kind="voucher_ready").count() == 60
