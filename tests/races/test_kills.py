"""The server is killed while beats arrive; pages send again what was not answered: every total is right.

``make soak`` kills 200 times.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum

from tests.domain.study_time.beats import VIENNA
from wins_xblocks.domain.study_time import api, rules, tickets
from wins_xblocks.domain.study_time.data import PageTicket, SessionTicket
from wins_xblocks.domain.study_time.models import StudyDay, StudyLearner, StudySession

ROOT = Path(__file__).resolve().parents[2]
LEARNERS, TABS, SENDERS = 4, 3, 4
HOUR = 3_600_000


class Replay:
    """Beats of some learners, sent until each was answered."""

    def __init__(self, seed: int) -> None:
        self.luck = random.Random(seed)
        self.begun = rules.milliseconds(datetime.now(UTC) - timedelta(hours=1))
        self.left: deque[tuple[int, int, list[int]]] = deque()
        self.sent: list[tuple[int, int, list[int]]] = []
        self.answered = self.unanswered = 0
        self.heard = threading.Event()  # this life has answered

    def ticket(self, learner: int, tab: int) -> SessionTicket:
        page = PageTicket(learner, learner, "course-v1:WINS+FND+2026", "m", "u", f"p{tab}", "text", self.begun)
        return SessionTicket(page, f"{learner}-{tab}", self.begun + 50 * tab)

    def more(self, count: int) -> None:
        """Add beats; some say again what was said before."""
        for _beat in range(count):
            begin = self.luck.randrange(0, HOUR - 120_000)
            one = (
                self.luck.randint(1, LEARNERS),
                self.luck.randrange(TABS),
                [begin, begin + self.luck.randrange(1_000, 20_000)],
            )
            again = self.sent and self.luck.random() < 0.2
            self.left.append(self.luck.choice(self.sent) if again else one)
            self.sent.append(self.left[-1])

    def send(self, port: int) -> None:
        """Until nothing is left or nobody answers; what got no answer stays to be sent."""
        while self.left:
            try:
                beat = self.left.popleft()
            except IndexError:
                return
            try:
                status = self._post(port, *beat)
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                self.left.append(beat)
                return
            assert status == 200, status
            self.answered += 1
            self.heard.set()

    def _post(self, port: int, learner: int, tab: int, span: list[int]) -> int:
        body = {
            "ticket": tickets.session_token(self.ticket(learner, tab)),
            "at": HOUR - 1000,
            "spans": [span],
            "late": True,
        }
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as way:
            way.request("POST", "/", json.dumps({**body, "inputs": 1}),
                        {"Content-Type": "application/json", "X-Learner": str(learner)})  # fmt: skip
            answer = way.getresponse()
            answer.read()
        return answer.status

    def totals(self) -> dict[int, int]:
        of = {learner: [] for learner in range(1, LEARNERS + 1)}
        for learner, tab, (begin, end) in self.sent:
            of[learner].append((self.begun + 50 * tab + begin, self.begun + 50 * tab + end))
        return {learner: rules.length(rules.merge(spans)) for learner, spans in of.items()}


def run(replay: Replay, port: int, kill_after: float | None, working: bool = False) -> None:
    """One life of the server; with a time (in seconds from its first moment, or from its first answer when it is to be
    ``working``) it ends by SIGKILL."""
    replay.heard.clear()
    environment = {**os.environ, "WINS_TEST_DATABASE": f"127.0.0.1:{port}", "WINS_TEST_ISOLATION": "repeatable read"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.races.beat_server"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        own = int(server.stdout.readline())
        senders = [threading.Thread(target=replay.send, args=(own,)) for _sender in range(SENDERS)]
        for sender in senders:
            sender.start()
        if kill_after is not None:
            threading.Thread(target=_kill, args=(replay, server, kill_after, working)).start()
        for sender in senders:
            sender.join()
        server.kill()


def _kill(replay: Replay, server: subprocess.Popen, after: float, working: bool) -> None:
    if working:
        replay.heard.wait(20)
    time.sleep(after)
    server.send_signal(signal.SIGKILL)


def killed(port: int, kills: int, seed: int) -> Replay:
    """A replay through ``kills`` deaths of the server, and one life that ends it."""
    replay = Replay(seed)
    for learner in range(1, LEARNERS + 1):
        api.accept_notice(learner, datetime.now(UTC))
    for number in range(kills):
        replay.more(max(0, 60 - len(replay.left)))  # what one life left is sent in the next, not all in the last
        run(replay, port, replay.luck.uniform(0.005, 0.25), working=number % 3 != 0)
    run(replay, port, None)
    return replay


def check(replay: Replay) -> None:
    assert not replay.left
    counted = dict(StudyDay.objects.order_by().values_list("learner_id").annotate(sum=Sum("ms")))
    assert counted == replay.totals()
    assert [fault for learner in range(1, LEARNERS + 1) for fault in api.recount(learner, VIENNA)] == []


@pytest.mark.mariadb
@pytest.mark.parametrize("database", ["repeatable read"], indirect=True)
def test_a_server_that_is_killed_three_times_loses_and_doubles_nothing(database, mariadb):
    replay = killed(mariadb, 3, seed=11)
    check(replay)
    assert replay.unanswered, "no kill met a beat: this shows nothing"
    assert len(replay.sent) > 60, "each life was killed before it answered: this shows nothing"
    assert StudyLearner.objects.get(learner_id=1).beats > 0
    assert StudySession.objects.count() == LEARNERS * TABS
    assert connection.vendor == "mysql"
