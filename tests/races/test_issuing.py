"""4 processes of 16 threads issue from one pool, through the page's own view. The negative control comes first.

``make soak`` issues 10,000 codes.
"""

import pytest
from django.db import connection

from . import crowd

CODES, MORE, THREADS = 80, 20, 16
SERVERS = [
    pytest.param("read committed", marks=pytest.mark.mariadb),
    pytest.param("repeatable read", marks=pytest.mark.mariadb),
    "postgresql",
]


def be_patient() -> None:
    """Wait for a lock as long as MariaDB does by itself: the last of a crowd on a busy machine waits for all others."""
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("SET GLOBAL innodb_lock_wait_timeout = 50")


def issued(codes: int, learners: int, threads: int, seed: int) -> tuple[crowd.Answers, int]:
    """The answers of a crowd that pressed, all promises kept; and how many deadlocks the server met on the way."""
    be_patient()
    everybody = crowd.gather(learners)
    crowd.stock(codes)
    before, pressed = crowd.deadlocks(), crowd.presses(everybody, seed)
    answers = crowd.press(pressed, threads)
    assert crowd.wrong_answers(answers, pressed) == []
    assert crowd.broken_promises(codes, everybody) == []
    met = crowd.deadlocks() - before
    print(f"\n{codes} codes, {len(pressed)} presses, {answers.seconds:.1f} s, {met} deadlocks and lock waits run out")
    return answers, met


@pytest.mark.parametrize("database", SERVERS, indirect=True)
def test_without_lock_and_condition_a_crowd_gets_codes_twice(database):
    """If this fails, what follows proves nothing."""
    everybody = crowd.gather(64)
    crowd.stock(64)
    pressed = crowd.presses(everybody, seed=1)
    answers = crowd.press(pressed, THREADS, naive=True)
    told = {learner_id for learner_id, status, _said in answers.told if status == 302}
    broken = crowd.broken_promises(64, everybody)
    assert len(told) == 64, "all were told that they have one"
    assert "every code went to one learner" in broken
    assert "whoever has none waits, nobody does both" in broken


@pytest.mark.parametrize("database", SERVERS, indirect=True)
def test_four_processes_of_sixteen_threads_issue_each_code_once(database):
    issued(CODES, CODES + MORE, THREADS, seed=2)
