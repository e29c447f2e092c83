"""Answers that are sent at the moment a key is corrected: whatever was graded by the old key is found again."""

import json
import threading

from tests.conftest import NOW
from tests.domain.quiz.banks import body, question
from wins_xblocks import marking
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.quiz import api, closing, corrections
from wins_xblocks.domain.quiz.corrections import TooLate, Wish
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt, BankVersion, CorrectedVersion, KeyCorrection, Regraded

from .conftest import race

BLOCK, LEARNERS = "block-v1:quiz", 12
QUIZ = Quiz(BLOCK, "unit", Limits(70, 0), "foundation")


def text(right):
    """Only the first question's key differs."""
    return json.dumps(body(question(1, right=right), *(question(n) for n in range(2, 5))))


def begun(learner):
    """Her answers are those of the corrected key."""
    number = api.start(QUIZ, Taker(learner), text("a"), "seed", NOW).number
    row = Attempt.objects.get(learner_id=learner, block=BLOCK, number=number)
    letters = {"q1": "b", "q2": "a", "q3": "a", "q4": "a"}
    return number, {
        one["ref"]: [o["ref"] for o in one["options"] if o["option"] == letters[one["item"]]] for one in row.drawn
    }


def correct(by=9):
    number = BankVersion.objects.earliest("id").id
    made = corrections.make(Wish(number, text("b"), {"q1": "key"}, False, "So.", "", 0), {}, by, NOW)
    marking.each(corrections.due(made), NOW)
    return made


def late_sending(monkeypatch, noted):
    """Answers that are graded before the correction and written after it; what the periodic work then makes of them.

    ``noted``: does a try say by which keys it was graded?
    """
    closing._as_drawn.cache_clear()
    closing._corrected.cache_clear()
    number, answers = begun(1)
    graded, corrected, real = threading.Event(), threading.Event(), closing.marked

    def slowly(row, grade):
        found = real(row, grade)
        graded.set()
        assert corrected.wait(20)
        newest = CorrectedVersion.objects.latest("id").id
        return found if noted else {**found, "marked_by": newest}

    def send(step):
        if step == "send":
            api.submit(1, BLOCK, number, answers, None, NOW)
            return None
        assert graded.wait(20)
        made = correct()
        corrected.set()
        return made

    monkeypatch.setattr(closing, "marked", slowly)
    made = next(filter(None, race(send, ["send", "correct"])))
    monkeypatch.setattr(closing, "marked", real)
    before = Attempt.objects.get().correct
    marking.go_on(made, NOW)
    return before, Attempt.objects.get().correct


def test_without_the_note_a_late_try_keeps_the_old_mark(database, monkeypatch):
    """If this fails, the tests below prove nothing."""
    assert late_sending(monkeypatch, noted=False) == (3, 3)


def test_answers_graded_before_and_written_after_the_correction_are_marked_anew(database, monkeypatch):
    assert late_sending(monkeypatch, noted=True) == (3, 4)
    assert Regraded.objects.count() == 1


def test_a_class_sends_while_the_key_is_corrected(database):
    closing._as_drawn.cache_clear()
    closing._corrected.cache_clear()
    told = {learner: begun(learner) for learner in range(1, LEARNERS + 1)}

    def act(learner):
        if not learner:
            return correct()
        number, answers = told[learner]
        api.submit(learner, BLOCK, number, answers, None, NOW)
        return None

    made = next(filter(None, race(act, [*range(1, LEARNERS // 2), 0, *range(LEARNERS // 2, LEARNERS + 1)])))
    marking.go_on(made, NOW)
    assert corrections.due(made) == []
    newest = CorrectedVersion.objects.get().id
    assert set(Attempt.objects.values_list("correct", "passed", "marked_by")) == {(4, True, newest)}
    changed = set(Regraded.objects.values_list("attempt__learner_id", flat=True))
    assert Regraded.objects.count() == len(changed) == OutboxMessage.objects.filter(kind="mark_corrected").count()


def test_two_people_at_once_make_one_correction(database):
    closing._as_drawn.cache_clear()
    closing._corrected.cache_clear()
    number, answers = begun(1)
    api.submit(1, BLOCK, number, answers, None, NOW)

    def act(by):
        try:
            return correct(by)
        except TooLate:
            return None

    assert len([made for made in race(act, [8, 9]) if made]) == 1
    assert KeyCorrection.objects.count() == 1
    assert Regraded.objects.count() == 1


def test_a_worker_and_the_periodic_work_mark_the_same_learner_once(database):
    closing._as_drawn.cache_clear()
    closing._corrected.cache_clear()
    number, answers = begun(1)
    api.submit(1, BLOCK, number, answers, None, NOW)
    own = Wish(BankVersion.objects.earliest("id").id, text("b"), {"q1": "key"}, False, "So.", "", 0)
    made = corrections.make(own, {}, 9, NOW)
    race(lambda _one: marking.go_on(made, NOW), range(4))
    marking.go_on(made, NOW)
    assert Attempt.objects.get().correct == 4
    assert Regraded.objects.count() == OutboxMessage.objects.filter(kind="mark_corrected").count() == 1
