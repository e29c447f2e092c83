"""A learner's requests to quizzes of every kind of question, damaged by chance: each is answered, or refused in words.

For fuzzing: each request meets a try that has just begun.
"""

import json
from collections import Counter
from copy import copy
from typing import Any

from webob import Request

from tests import edge
from tests.blocks import make_block
from tests.domain.quiz.kinds import answers
from tests.domain.quiz.mutants import dumped, mutant
from tests.domain.quiz.takes import TAKES
from wins_xblocks import quiz_page
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.quiz.rules import FIXED, LATER
from wins_xblocks.quiz_block import QuizBlock

LEARNER = 1
AT_ONCE = 40  # requests, after which what she reported is thrown away
ANSWERED = {200, 400, 404, 409, 413}
HANDLERS = (*quiz_page.HANDLERS, "save_answers", "submit")  # a new one is tried, too
PURPOSES = ("practice", "practice", "unit", "test")
HOW = ("right", "part", "wrong", "none")


class Sitting:
    """Call ``tried`` in a database of its own; ``answered`` counts what came of it, by handler and status."""

    def __init__(self) -> None:
        edge.WORLD.user_id = LEARNER
        edge.WORLD.enrolments |= {(LEARNER, edge.FOUNDATION)}
        self.answered: Counter[tuple[str, int]] = Counter()
        self._begun: dict[str, Attempt] = {}

    def tried(self, luck: Any) -> int:
        """One damaged request; its status. Raises AssertionError for an answer that no page expects."""
        if not self.answered.total() % AT_ONCE:
            Case.objects.all().delete()  # a learner may ask so much of one day
        take, purpose = luck.choice(list(TAKES.values())), luck.choice(PURPOSES)
        usage = f"{purpose} {take.name}"
        block = make_block(QuizBlock, {"bank": take.bank, "purpose": purpose, "check_each": True}, usage)
        row, handler = self._open(block, usage), luck.choice(HANDLERS)
        status, answer = _posted(block, handler, _damaged(_good(take, row, luck), luck))
        self.answered[handler, status] += 1
        _look(handler, status, answer)
        return status

    def _open(self, block: Any, usage: str) -> Attempt:
        """The same try, open and without an answer, each time: to begin one is the slowest of all."""
        Attempt.objects.all().delete()
        if usage in self._begun:
            row = copy(self._begun[usage])
            row.save(force_insert=True)
            return row
        _posted(block, "begin", b"{}")
        row = self._begun[usage] = Attempt.objects.get()
        return copy(row)


def _damaged(good: dict[str, Any], luck: Any) -> bytes:
    """Mostly the answers are, since most else is refused at the door; some arrive as they should."""
    what = luck.randrange(8)
    if what < 5:
        return dumped({**good, "responses": mutant(good["responses"], luck)}, luck)
    return dumped(mutant(good, luck) if what == 5 else good, luck)


def _look(handler: str, status: int, answer: Any) -> None:
    assert status in ANSWERED, (handler, status, answer)
    assert isinstance(answer, dict), answer
    if status != 200:
        assert isinstance(answer.get("error"), str), answer
        assert answer["error"].strip(), answer
    row = Attempt.objects.order_by("number").last()
    assert row is not None
    assert json.loads(json.dumps(row.responses, allow_nan=False)) == row.responses
    assert row.responses.keys() <= {drawn["ref"] for drawn in row.drawn} | {LATER, FIXED}, row.responses
    if row.open_slot is None and handler == "submit":
        assert 0 <= row.correct <= row.possible


def _posted(block: Any, handler: str, body: bytes) -> tuple[int, Any]:
    request = Request.blank("/", method="POST", body=body)
    request.content_type = "application/json"
    response = block.handle(handler, request)
    return response.status_code, json.loads(response.body)


def _good(take: Any, row: Attempt, luck: Any) -> dict[str, Any]:
    """What a page would send."""
    refs, given = [drawn["ref"] for drawn in row.drawn], answers(row, **take.said(luck.choice(HOW)))
    return {
        "number": row.number, "revision": row.revision, "responses": {**given, LATER: refs[:1]},
        "ref": luck.choice(refs), "text": "The fence is not shown.", "seconds": 90,
    }  # fmt: skip
