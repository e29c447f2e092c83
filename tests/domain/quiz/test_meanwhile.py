"""Two requests of one learner at once, each held where the other overtakes it: no try is won."""

import pytest
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds

from tests.blocks import call, make_block
from tests.domain.quiz.banks import answers, bank
from wins_xblocks import context
from wins_xblocks.domain.quiz import api
from wins_xblocks.domain.quiz.api import TryClosed
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db
ONCE = Quiz("quiz-1", "test", Limits(70, 1), "foundation")


@pytest.fixture
def opened(learner, world, now, monkeypatch):
    """Opens the quiz page anew: each request has a block of its own, with what is stored so far."""
    monkeypatch.setattr(context, "now", lambda: now)
    world.user_id = learner.id
    kept = DictFieldData({"bank": bank(), "purpose": "unit", "max_tries": 2})

    def block():
        runtime = make_block(QuizBlock, {}, usage="quiz-1").runtime
        return QuizBlock(runtime, kept, ScopeIds("user", "wins_quiz", "quiz-1", "quiz-1"))

    return block


def send(block, learner, right=0):
    row = Attempt.objects.get(open_slot=1)
    given = answers("quiz-1", right, learner.id)
    return call(block, "submit", {"number": row.number, "revision": row.revision, "responses": given})


def test_a_start_that_is_overtaken_by_the_answers_gives_no_try_back(opened, learner, monkeypatch):
    for _ in range(2):
        call(opened(), "begin")
        slow, start = opened(), api.start

        def overtaken(*args, slow=slow, start=start):
            found = start(*args)
            assert slow.attempts is not None  # this request has read what is stored
            send(opened(), learner)
            return found

        monkeypatch.setattr(api, "start", overtaken)
        call(slow, "begin")
        monkeypatch.setattr(api, "start", start)
    assert opened().attempts == 2
    status, answer = call(opened(), "begin")
    assert (status, answer["error"]) == (409, "You have used all your tries. Write to WINS.")


def test_the_last_try_sent_while_another_start_counts_tries_stays_the_last(now, monkeypatch):
    who, allowed = Taker(1), api._allowed

    def overtaken(*args):
        allowed(*args)
        monkeypatch.setattr(api, "_allowed", allowed)
        number = api.start(ONCE, who, bank(), "seed", now).number
        api.submit(1, "quiz-1", number, {}, None, now)

    monkeypatch.setattr(api, "_allowed", overtaken)
    with pytest.raises(TryClosed):
        api.start(ONCE, who, bank(), "seed", now)
    assert Attempt.objects.count() == 1


def test_from_the_first_start_there_is_a_row_to_reset(opened):
    assert not opened().fields["attempts"].is_set_on(opened())
    call(opened(), "begin")
    assert opened().fields["attempts"].is_set_on(opened())
