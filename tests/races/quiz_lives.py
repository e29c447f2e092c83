"""Learners who send their tests to a server that is killed around the commit; and what the gradebook then holds."""

import http.client
import json
import os
import random
import signal
from collections import Counter
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from tests import edge
from wins_xblocks import periodic
from wins_xblocks.domain.quiz import api
from wins_xblocks.domain.quiz.models import Attempt

from .quiz_crowd import Sheet
from .voucher_lives import nursery

MOST_LIVES = 30  # for each kill that is wanted
WHOLE = 8  # lives, of which one answers


class Story:
    """What became of each sheet. ``between`` are learners whose try was sent and whose grade was not published."""

    def __init__(self, sheets: list[Sheet], book: Path, seed: int) -> None:
        self.left, self.book, self.luck = list(sheets), book, random.Random(seed)
        self.sent: dict[int, Sheet] = {}
        self.between: list[int] = []
        self.lives = self.before = self.after = 0
        self._calls = self._window = 0  # of functions, in a request and from its commit to its grade

    def live(self, born) -> None:
        """One life, which ends in the middle of a request: mostly soon after the commit, else anywhere. Now and then
        it answers one before, which tells how much there is to do.
        """
        process, port = born()
        try:
            self._use(port)
        finally:
            with suppress(ProcessLookupError):  # it is mostly dead by now, by its own hand
                os.kill(process, signal.SIGKILL)

    def _use(self, port: int) -> None:
        if self.lives % WHOLE == 0:
            self._calls, self._window = self._post(port, self._next())
        self.lives += 1
        cut, soon = self._next(), self.luck.random() < 0.7
        try:
            if soon:
                self._post(port, cut, after_commit=self.luck.randrange(1, self._window * 3 // 2))
            else:
                self._post(port, cut, last=self.luck.randrange(1, self._calls))
        except (OSError, http.client.HTTPException):
            self._look(cut)

    def _next(self) -> Sheet:
        """The first of those that are left; a learner whose request came to nothing sends again."""
        sheet = self.left.pop(0)
        self.sent[sheet.learner] = sheet
        return sheet

    def _post(self, port: int, sheet: Sheet, last: int = 0, after_commit: int = 0) -> tuple[int, int]:
        """Send; how many calls of functions it took, and how many from the commit until the grade was published.

        ``last``, ``after_commit``: the call that the process does not outlive.
        """
        told = {"X-Learner": sheet.learner, "X-Last": last, "X-After-Commit": after_commit}
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as way:
            way.request("POST", "/", json.dumps(sheet.body), {name: str(value) for name, value in told.items()})
            answer = way.getresponse()
            said = answer.read()
        assert answer.status == 200, said
        return int(answer.headers["X-Calls"]), int(answer.headers["X-Between"])

    def _look(self, cut: Sheet) -> None:
        """Where the kill met the request."""
        row = Attempt.objects.get(learner_id=cut.learner)
        if row.submitted_at is None:
            self.before += 1
            self.left.append(cut)
        elif self.published()[cut.grade]:
            self.after += 1
        else:
            self.between.append(cut.learner)

    def published(self) -> Counter[tuple[int, float, float]]:
        """Grades, and how often each was published: by the server, then by repair."""
        lines = [line for line in self._lines() if line[-1] != "done"]
        told = [(int(learner), float(earned), float(possible)) for learner, earned, possible in lines]
        repaired = [(learner, earned, possible) for learner, _usage, earned, possible in edge.WORLD.repaired]
        return Counter(told + repaired)

    def _lines(self) -> list[list[str]]:
        return list(map(str.split, self.book.read_text(encoding="utf-8").splitlines())) if self.book.exists() else []

    def ticked(self) -> set[int]:
        """For whom the quiz is complete, by the server or by repair."""
        told = {int(line[0]) for line in self._lines() if line[-1] == "done"}
        return told | {learner for learner, _usage in edge.WORLD.ticked}

    def unnoted(self) -> set[int]:
        """Whose grade is to be published, for all that our table knows."""
        late = Attempt.objects.filter(submitted_at__isnull=False, grade_published_at__isnull=True)
        return set(late.values_list("learner_id", flat=True))

    def unticked(self) -> list[str]:
        """Who passed and whose quiz is not complete, or the other way round; in words."""
        passed = set(Attempt.objects.filter(passed=True).values_list("learner_id", flat=True))
        return [f"learner {who}: complete, or not, against her mark" for who in sorted(passed ^ self.ticked())]

    def faults(self) -> list[str]:
        """Whose grade is missing or wrong, among those whose try is sent."""
        told, found = self.published(), []
        sent = set(Attempt.objects.filter(submitted_at__isnull=False).values_list("learner_id", flat=True))
        found += [f"learner {who}: no grade" for who in sorted(sent) if not told[self.sent[who].grade]]
        right = {sheet.grade for who, sheet in self.sent.items() if who in sent}
        return found + [f"a wrong grade: {grade}" for grade in told if grade not in right]


def killed(sheets: list[Sheet], kills: int, book: Path, seed: int) -> Story:
    """Lives until so many kills came between commit and publish."""
    story = Story(sheets, book, seed)
    with nursery("tests.races.quiz_server", str(book)) as born:
        for _life in range(kills * MOST_LIVES):
            if len(story.between) >= kills or len(story.left) < 2:
                break
            story.live(born)
    return story


def repaired(now: datetime) -> str:
    """What the periodic command does two minutes later, and again."""
    first = periodic.repair_grades(now + api.REPAIR_AFTER + api.REPAIR_AFTER)
    assert periodic.repair_grades(now + 2 * api.REPAIR_AFTER).startswith("0 grades published, 0 failed")
    return first
