"""Statements that a try costs the database, whatever the number of questions: start at most 6, save 4, send 8.

What opens and ends transactions is not counted: where the platform has one open, they are savepoints or nothing.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds

from tests.blocks import call, make_block
from tests.domain.quiz.banks import answers, bank
from tests.web.builders import joined
from wins_xblocks import context
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
START, SAVE, SUBMIT = 6, 4, 8
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture(params=[1, 20, 200])
def quiz(request, learner, other_learner, world, now, monkeypatch):
    """Opens the quiz anew, as each request does. Somebody has drawn from its bank before."""
    monkeypatch.setattr(context, "now", lambda: now)
    kept = {}

    def opened(purpose, minutes=0, who=learner):
        world.user_id = who.id
        fields = {"bank": bank(request.param), "purpose": purpose, "minutes": minutes, "max_tries": 5}
        state = kept.setdefault((who.id, purpose), DictFieldData(fields))
        runtime = make_block(QuizBlock, {}, usage=purpose).runtime
        return QuizBlock(runtime, state, ScopeIds("u", "wins_quiz", purpose, purpose))

    for purpose in ("unit", "test", "practice"):
        joined(other_learner)
        assert call(opened(purpose, who=other_learner), "begin")[0] == 200
    return opened


def counted(block, handler, body=None):
    """(how many statements, what was answered)."""
    with CaptureQueriesContext(connection) as seen:
        status, answer = call(block, handler, body)
    assert status == 200, answer
    ours = [one["sql"] for one in seen.captured_queries if not one["sql"].startswith(CONTROL)]
    return len(ours), ours


def sent(purpose, learner, right=10**6):
    row = Attempt.objects.get(learner_id=learner.id, open_slot=1)
    return {"number": row.number, "revision": row.revision, "responses": answers(purpose, right, learner.id)}


@pytest.mark.parametrize("purpose", ["practice", "unit", "test"])
@pytest.mark.parametrize("minutes", [0, 30])
def test_a_try_costs_few_statements(quiz, learner, purpose, minutes):
    joined(learner)
    for right in (0, 10**6) if purpose != "test" else (10**6,):  # the second time with what the first one left
        began, told = counted(quiz(purpose, minutes), "begin")
        assert began <= START, told
        saved, told = counted(quiz(purpose, minutes), "save_answers", sent(purpose, learner, right))
        assert saved <= SAVE, told
        submitted, told = counted(quiz(purpose, minutes), "submit", sent(purpose, learner, right))
        assert submitted <= SUBMIT, told


def test_a_passed_test_that_completes_the_module_costs_no_more(quiz, learner, now):
    """It asks for all hours and tries, and writes the mail."""
    own = joined(learner)
    registration.waive(own.id, 40 * 3_600_000, "Studied on paper", 1, now)
    call(quiz("test"), "begin")
    submitted, told = counted(quiz("test"), "submit", sent("test", learner))
    assert submitted <= SUBMIT, told
    assert OutboxMessage.objects.filter(kind="module_complete", recipient_id=learner.id).count() == 1
    again, told = counted(quiz("test"), "submit", {"number": 1, "revision": 0, "responses": {}})
    assert again <= SUBMIT, told
    assert OutboxMessage.objects.filter(kind="module_complete").count() == 1
