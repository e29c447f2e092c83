"""Learners with an open try at one module test of every kind of question; what each sends, and what it comes to."""

import json
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from webob import Request
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds

from tests import edge
from tests.blocks import make_block
from tests.domain.quiz.kinds import answers
from tests.domain.quiz.takes import TAKES
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.people import Actor
from wins_xblocks.quiz_block import QuizBlock

TAKE, USAGE = TAKES["all kinds"], "quiz-1"
HOW = ("right", "part", "wrong", "none")


@dataclass(frozen=True)
class Sheet:
    """What a learner sends, and the marks that it is worth."""

    learner: int
    body: dict[str, Any]
    earned: Fraction

    @property
    def kept(self) -> dict[str, Any]:
        """The answers as the try keeps them: what was chosen has no order."""
        given = self.body["responses"].items()
        return {ref: sorted(one) if isinstance(one, list) else one for ref, one in given}

    @property
    def grade(self) -> tuple[int, float, float]:
        return self.learner, float(self.earned), float(TAKE.possible)


def block_of(learner: int, state: DictFieldData | None = None, purpose: str = "test") -> QuizBlock:
    """The quiz as this learner's request has it, with what the platform keeps for her."""
    kept = state or DictFieldData({"bank": TAKE.bank, "purpose": purpose, "pass_percent": 70})
    runtime = make_block(QuizBlock, {}, USAGE).runtime
    block = QuizBlock(runtime, kept, ScopeIds(str(learner), "wins_quiz", USAGE, USAGE))
    block._acting = Actor(learner, learner, edge.FOUNDATION, True, True)
    return block


def asked(block: Any, handler: str, body: Any) -> tuple[int, Any]:
    request = Request.blank("/", method="POST", body=json.dumps(body).encode())
    request.content_type = "application/json"
    response = block.handle(handler, request)
    return response.status_code, json.loads(response.body)


def begun(learners: list[int], purpose: str = "test") -> list[Sheet]:
    """Each has begun; some will pass, some in part, some not at all."""
    for learner in learners:
        status, answer = asked(block_of(learner, purpose=purpose), "begin", {})
        assert status == 200, answer
    rows = {row.learner_id: row for row in Attempt.objects.filter(open_slot=1)}
    return [_sheet(rows[learner], HOW[learner % len(HOW)]) for learner in learners]


def _sheet(row: Attempt, how: str) -> Sheet:
    body = {"number": row.number, "revision": row.revision, "responses": answers(row, **TAKE.said(how))}
    return Sheet(row.learner_id, body, Fraction(0) if how == "none" else TAKE.earned(how))


class Gradebook:
    """What the platform was told: grades and events, by learner."""

    def __init__(self) -> None:
        self.grades: list[tuple[int, float, float]] = []
        self.events: Counter[int] = Counter()
        self._turn = threading.Lock()

    def publish_grade(self, port: Any, block: Any, earned: float, possible: float) -> None:
        with self._turn:
            self.grades.append((int(block.scope_ids.user_id), earned, possible))

    def emit(self, port: Any, name: str, user_id: int, course_id: str, data: Any) -> None:
        with self._turn:
            self.events[user_id] += name == "wins.quiz.submitted"

    def faults(self, sheets: list[Sheet], now: datetime) -> list[str]:
        """Who was not graded once, or lost, or told of otherwise than once; in words."""
        rows = {row.learner_id: row for row in Attempt.objects.all()}
        told, found = Counter(self.grades), []
        for sheet in sheets:
            row = rows[sheet.learner]
            wanted = {
                "was sent": row.open_slot is None and row.submitted_at == now and row.grade_published_at == now,
                "answers stand": row.responses == sheet.kept,
                "mark is theirs": row.correct is not None
                and Fraction(row.correct, row.units or 1) == sheet.earned,
                "grade was published once": told[sheet.grade] == 1,
                "was told once": self.events[sheet.learner] == 1,
            }  # fmt: skip
            found += [f"learner {sheet.learner}: not {what}" for what, kept in wanted.items() if not kept]
        strange = set(told) - {sheet.grade for sheet in sheets}
        return found + [f"a grade of nobody: {one}" for one in strange]
