"""A person's tries: told in words, but for the questions of a module test; erased, but for the results."""

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.quiz import api, privacy
from wins_xblocks.domain.quiz.data import Limits, Quiz, Taker
from wins_xblocks.domain.quiz.models import Attempt

from .banks import answers, bank

pytestmark = pytest.mark.django_db


def took(purpose="unit", block="q", learner=1, sent=True):
    quiz = Quiz(block, purpose, Limits(70, 3, 0), module="foundation")
    api.start(quiz, Taker(learner, 11), bank(), "seed", NOW)
    chosen = answers(block, 3, learner)
    if sent:
        api.submit(learner, block, 1, chosen, None, NOW)
    else:
        api.save(learner, block, 1, chosen, 0, NOW)


def test_answers_are_told_in_words():
    took()
    [row] = privacy.told_of(1)["Attempt"]
    assert (row["correct"], row["possible"], row["passed"]) == (3, 4, True)
    told = {answer["question"]: answer["chosen"] for answer in row["answers"]}
    assert set(told) == {f"Stem {n}?" for n in range(1, 5)}
    assert all(len(chosen) == 1 for chosen in told.values())
    assert not {"drawn", "responses", "seed"} & set(row)


def test_of_a_module_test_the_questions_are_not_told():
    took("test")
    [row] = privacy.told_of(1)["Attempt"]
    assert [answer["question"] for answer in row["answers"]] == [""] * 4
    assert all(answer["chosen"][0].startswith("Answer ") for answer in row["answers"])


def test_results_stay_answers_and_unsent_tries_go():
    took()
    took(block="open", sent=False)
    took(learner=2)
    assert privacy.forget(1, NOW) == 2
    row = Attempt.objects.get(learner_id=1)
    assert (row.drawn, row.responses, row.seed) == ([], {}, "")
    assert (row.correct, row.passed) == (3, True)
    assert api.best(1, "q") == (3, 4)
    assert Attempt.objects.get(learner_id=2).responses
    assert privacy.told_of(1)["Attempt"][0]["answers"] == []
    assert privacy.forget(1, NOW) == 0


def test_a_passed_module_test_still_counts():
    took("test")
    privacy.forget(1, NOW)
    assert api.tests_of([11])[11].passed
