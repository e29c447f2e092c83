"""Corrections of one bank one after the other: each try follows those that touch what it was asked, once."""

import json
from dataclasses import replace
from datetime import timedelta

from tests.domain.quiz.banks import body, question
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.quiz import api, corrections, regrading
from wins_xblocks.domain.quiz.data import Taker
from wins_xblocks.domain.quiz.models import Attempt, KeyCorrection, Regraded

from .test_corrections import (
    BLOCK,
    OLD,
    QUIZ,
    STAFF,
    chosen,
    correct,
    marks,
    nothing_read,
    number,
    sent,
    text,
    wish,
)

__all__ = ["nothing_read"]
BOTH = text(*"bbaa")
LATER = timedelta(minutes=1)


def of_one(learner, item, letter, now):
    """A try that was asked this question of the bank alone, sent and published."""
    quiz = replace(QUIZ, purpose="unit", draw=1)
    for seed in range(100):
        begun = api.start(quiz, Taker(learner), OLD, str(seed), now)
        row = Attempt.objects.get(learner_id=learner, block=BLOCK, open_slot=1)
        if row.drawn[0]["item"] == item:
            break
        row.delete()
    [drawn] = row.drawn
    answers = {drawn["ref"]: [one["ref"] for one in drawn["options"] if one["option"] == letter]}
    found = api.submit(learner, BLOCK, begun.number, answers, None, now)
    api.mark_published(found.attempt_id, now)


def make(now, **more):
    return corrections.make(wish(**more), {BLOCK: "Unit 1"}, STAFF, now)


def do(found, now):
    return [regrading.regrade(own.learner_id, own.block, lambda: False, now) for own in found]


def test_an_earlier_correction_that_is_looked_after_leaves_tries_to_the_later_one(db, now):
    of_one(1, "q1", "b", now)
    of_one(2, "q2", "b", now)
    first = make(now)
    do(corrections.due(first), now)
    second = make(now, chosen={"q2": "key"}, new=BOTH, seen=1)
    do(corrections.due(first), now)  # the periodic work, before the later one has begun
    do(corrections.due(second), now)
    assert [marks(learner)[0][0] for learner in (1, 2)] == [1, 1]


def test_a_mark_that_was_kept_does_not_fall_by_a_correction_of_another_question(db, now):
    of_one(1, "q1", "a", now)
    of_one(2, "q2", "a", now)
    correct(now)
    assert marks(1) == [(1, 1, None, True)], "kept"
    told = corrections.rehearse(number(), BOTH, {"q2": "key"}, True).changes
    assert [one.learner_id for one in told] == [2]
    correct(now, chosen={"q2": "key"}, new=BOTH, seen=1, lower=True)
    assert (marks(1), marks(2)) == ([(1, 1, None, True)], [(0, 1, None, False)])


def test_of_two_tries_of_a_learner_the_one_that_was_not_asked_stays(db, now):
    of_one(1, "q1", "a", now)
    of_one(1, "q2", "a", now)
    correct(now)
    correct(now, chosen={"q2": "key"}, new=BOTH, seen=1, lower=True)
    assert marks(1) == [(1, 1, None, True), (0, 1, None, False)]
    assert not corrections.due(KeyCorrection.objects.latest("id").id)


def test_marks_in_other_units_are_no_change(db, now):
    """Partly right answers count now: everybody's marks are told in parts of points, and come to the same."""
    right = question(1, right="a")
    right["options"][1]["correct"] = True
    right["kind"] = "multiple"
    whole = json.dumps(body(right, *(question(n) for n in range(2, 5))))
    part = json.dumps(body({**right, "credit": "part"}, *(question(n) for n in range(2, 5))))
    begun = api.start(QUIZ, Taker(1), whole, "seed", now)
    api.submit(1, BLOCK, begun.number, chosen(1, "-aaa"), None, now)
    assert corrections.rehearse(number(), part, {"q1": "key"}, False).changes == ()
    correct(now, new=part)
    assert not Regraded.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_pass_that_was_not_told_yet_is_complete_after_a_correction(db, now):
    """Passed at the deadline or before a crash: the correction comes before the repair of grades."""
    sent(1, "baaa", now)
    Attempt.objects.update(grade_published_at=None)
    correct(now)
    [left] = api.unpublished(now + timedelta(minutes=5))
    assert (left.earned, left.complete) == (4, True)


def test_what_staff_set_by_hand_is_known_when_two_corrections_come_before_the_grade(db, now):
    sent(1, "bbab", now)
    correct(now)
    correct(now + LATER, chosen={"q2": "key"}, new=BOTH, seen=1)
    [left] = api.unpublished(now + timedelta(minutes=5))
    assert (left.earned, left.held, left.complete) == (3, (1, 4), True)


def test_a_try_that_waits_keeps_what_the_gradebook_held_when_it_changes_again_without_another_best(db, now):
    sent(1, "bccc", now)
    sent(1, "cbaa", now)
    correct(now, chosen={"q2": "key"}, new=text(*"abaa"))
    correct(now + LATER, chosen={"q1": "key"}, new=BOTH, seen=1)
    [left] = api.unpublished(now + timedelta(minutes=5))
    assert (left.earned, left.held) == (3, (2, 4))


def test_a_grade_of_which_nobody_knows_whether_it_came_is_published_in_any_case(db, now):
    sent(1, "baab", now)
    sent(1, "baab", now)
    Attempt.objects.filter(number=2).update(grade_published_at=None)
    correct(now)
    assert {one.held for one in api.unpublished(now + timedelta(minutes=5))} == {None}


def test_a_mail_about_a_run_of_long_ago_names_the_quiz_as_all_others_are_called(db, now):
    sent(1, "baaa", now)
    made = corrections.make(wish(), {"block-v1:rerun": "Unit 1", "block-v1:other": "Unit 1"}, STAFF, now)
    do(corrections.due(made), now)
    assert OutboxMessage.objects.get().values == {"quiz": "Unit 1"}
