import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domain.quiz.banks import answers, bank, body, question
from wins_xblocks.domain.quiz import api, banks, rules
from wins_xblocks.domain.quiz.api import NothingToAsk, NoTryNow, StaleSave, TryClosed
from wins_xblocks.domain.quiz.data import Counted, Limits, Quiz, Taker, TestStanding
from wins_xblocks.domain.quiz.models import Attempt, BankVersion

pytestmark = pytest.mark.django_db

LEARNER, OTHER, BLOCK = 1, 2, "block-v1:quiz"
UNIT = Quiz(BLOCK, "unit", Limits(70, 0), "foundation")
TEST = Quiz(BLOCK, "test", Limits(70, 3, 24), "foundation")
TAKER = Taker(LEARNER, registration_id=5)


def start(quiz, now, taker=TAKER, text=None):
    return api.start(quiz, taker, text or bank(), "seed", now)


def take(quiz, right, now, taker=TAKER, text=None):
    number = start(quiz, now, taker, text).number
    return api.submit(taker.learner_id, quiz.block, number, answers(quiz.block, right, taker.learner_id), None, now)


def test_starting_twice_is_one_try(now):
    first = start(UNIT, now)
    assert start(UNIT, now + timedelta(hours=1)) == first
    assert Attempt.objects.count() == BankVersion.objects.count() == 1


def test_the_database_allows_one_open_try_only(now):
    start(UNIT, now)
    row = Attempt.objects.get()
    row.pk, row.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_whoever_loses_the_race_to_start_gets_the_winners_try(now, monkeypatch):
    first, looked = start(UNIT, now), []
    real = api.open_try
    monkeypatch.setattr(api, "open_try", lambda *key: real(*key) if looked else looked.append(1))
    assert start(UNIT, now) == first


def test_each_learner_has_a_try_of_her_own(now):
    start(UNIT, now)
    start(UNIT, now, Taker(OTHER))
    assert Attempt.objects.count() == 2
    with pytest.raises(TryClosed):
        api.save(3, BLOCK, 1, {}, 0, now)
    with pytest.raises(TryClosed):
        api.submit(3, BLOCK, 1, {}, None, now)


def test_a_question_without_a_key_is_never_drawn(now):
    text = json.dumps(body(question(1), question(2, right="")))
    assert [shown.stem for shown in start(UNIT, now, text=text).questions] == ["Stem 1?"]


@pytest.mark.parametrize("text", ["{}", "{"])
def test_a_bank_with_nothing_to_ask_starts_nothing(now, text):
    with pytest.raises((NothingToAsk, banks.BankInvalid)):
        start(UNIT, now, text=text)
    assert not Attempt.objects.exists()


def test_what_is_shown_before_submitting_holds_no_key(now):
    for shown in start(UNIT, now).questions:
        assert (shown.right, shown.rationale) == (None, "")
        assert {option.correct for option in shown.options} == {None}


def test_saved_answers_come_back(now):
    start(UNIT, now)
    given = answers(BLOCK, 2)
    assert api.save(LEARNER, BLOCK, 1, given, 0, now) == 1
    found = api.open_try(LEARNER, BLOCK)
    chosen = {q.ref: [o.ref for o in q.options if o.chosen] for q in found.questions}
    assert (chosen, found.revision, found.answered) == (given, 1, 4)


def test_a_stale_save_changes_nothing_and_tells_what_stands(now):
    start(UNIT, now)
    given = answers(BLOCK, 4)
    api.save(LEARNER, BLOCK, 1, given, 0, now)
    with pytest.raises(StaleSave) as stale:
        api.save(LEARNER, BLOCK, 1, {}, 0, now)
    assert (stale.value.saved, stale.value.revision) == (given, 1)
    with pytest.raises(StaleSave):
        api.submit(LEARNER, BLOCK, 1, {}, 0, now)
    assert Attempt.objects.get().open_slot == 1


@pytest.mark.parametrize("forged", [{"x": []}, {"x": ["y"]}, []])
def test_forged_answers_change_nothing(now, forged):
    start(UNIT, now)
    for attempt in (
        lambda: api.save(LEARNER, BLOCK, 1, forged, 0, now),
        lambda: api.submit(LEARNER, BLOCK, 1, forged, 0, now),
    ):
        with pytest.raises(rules.ForgedAnswer):
            attempt()
    row = Attempt.objects.get()
    assert (row.responses, row.revision, row.open_slot) == ({}, 0, 1)


def test_sending_twice_answers_the_same_and_changes_nothing(now):
    number = start(UNIT, now).number
    given = answers(BLOCK, 3)
    first = api.submit(LEARNER, BLOCK, number, given, 0, now)
    again = api.submit(LEARNER, BLOCK, number, {}, 0, now + timedelta(minutes=1))
    assert (first.first, again.first, again.passed, first.passed) == (True, False, True, True)
    row = Attempt.objects.get()
    assert (row.correct, row.possible, row.submitted_at) == (3, 4, now)


def test_nothing_is_saved_after_sending(now):
    take(UNIT, 4, now)
    with pytest.raises(TryClosed):
        api.save(LEARNER, BLOCK, 1, {}, 0, now)
    assert Attempt.objects.get().correct == 4


def test_a_result_is_graded_from_the_bank_as_it_was_drawn(now):
    number = start(UNIT, now).number
    given = answers(BLOCK, 4)
    changed = bank(objectives=[{"id": "o1", "text": "New"}, {"id": "o2", "text": "New"}])
    assert start(UNIT, now, text=changed).number == number
    api.submit(LEARNER, BLOCK, number, given, 0, now)
    found = api.result(LEARNER, BLOCK, number, keys=True)
    assert (found.correct, found.percent, found.passed) == (4, 100, True)
    assert [(m.objective.text, m.correct, m.possible) for m in found.objectives] == [
        ("Explain o1", 2, 2), ("Explain o2", 2, 2),
    ]  # fmt: skip


def test_a_result_shows_the_key_only_when_told_to(now):
    take(UNIT, 1, now)
    assert api.result(LEARNER, BLOCK, 1, keys=False).questions == ()
    shown = api.result(LEARNER, BLOCK, 1, keys=True).questions
    assert [q.right for q in shown] == [True, False, False, False]
    assert shown[0].rationale == "Reason 1."
    assert [o.text for o in shown[1].options if o.correct] == ["Answer a of 2"]


def test_a_result_names_what_to_read_again_and_is_the_learners_own(now):
    take(UNIT, 2, now)
    assert [o.id for o in api.result(LEARNER, BLOCK, 1, keys=False).read_again] == ["o2"]
    assert api.result(OTHER, BLOCK, 1, keys=True) is None


def test_an_open_try_has_no_result(now):
    start(UNIT, now)
    assert api.result(LEARNER, BLOCK, 1, keys=True) is None


def test_a_failed_test_pauses_and_three_failures_end_it(now):
    for day in range(3):
        at = now + timedelta(days=day)
        take(TEST, 1, at)
        stand = api.tries(TEST, TAKER, at)
        assert (stand.used, stand.left) == (day + 1, 2 - day)
        if day < 2:
            assert (stand.next_at, stand.keys) == (at + timedelta(hours=24), False)
            with pytest.raises(NoTryNow, match="try again from"):
                start(TEST, at + timedelta(hours=23, minutes=59))
    with pytest.raises(NoTryNow, match="used all your tries"):
        start(TEST, now + timedelta(days=9))
    assert stand.keys


def test_a_passed_test_shows_its_key_and_needs_no_other_try(now):
    take(TEST, 4, now)
    stand = api.tries(TEST, TAKER, now)
    assert (stand.passed, stand.keys, stand.may_start) == (True, True, False)
    with pytest.raises(NoTryNow, match="passed this test already"):
        start(TEST, now + timedelta(days=2))


def test_before_the_first_try_no_key_may_be_seen_of_a_test(now):
    assert not api.tries(TEST, TAKER, now).keys


def test_staff_tries_are_counted_apart(now):
    staff = Taker(LEARNER, is_staff=True)
    take(TEST, 4, now, staff)
    assert api.tries(TEST, TAKER, now).used == 0
    assert api.tests_of([5]) == {}
    assert api.unit_results(LEARNER, [BLOCK]) == {BLOCK: False}
    assert api.takers(BLOCK) == 0


def test_the_standing_of_a_module_test_names_the_first_pass_and_the_last_try(now, django_assert_num_queries):
    for day, right in enumerate((1, 3)):
        take(TEST, right, now + timedelta(days=day))
    take(replace(UNIT, block="unit"), 4, now)
    with django_assert_num_queries(1):
        found = api.tests_of([5, 6])
    at = now + timedelta(days=1)
    assert found == {5: TestStanding(2, at, 75, at, 75, False, Counted(2, at, True))}


def test_a_running_test_is_told_as_running(now):
    start(TEST, now)
    assert api.tests_of([5]) == {5: TestStanding(running=True)}
    assert api.tests_of([]) == {}


def test_a_practice_is_done_when_sent_and_a_quiz_when_passed(now, django_assert_num_queries):
    for block, purpose, right in (("p", "practice", 0), ("u", "unit", 1), ("v", "unit", 4)):
        take(replace(UNIT, block=block, purpose=purpose), right, now)
    with django_assert_num_queries(1):
        found = api.unit_results(LEARNER, ["p", "u", "v", "never"])
    assert found == {"p": True, "u": False, "v": True, "never": False}


def test_a_grade_not_noted_as_published_is_found_after_two_minutes_with_the_best_mark(now):
    for minute, right in enumerate((3, 1)):
        take(UNIT, right, now + timedelta(minutes=minute))
    first = Attempt.objects.get(number=1)
    api.mark_published(first.id, now)
    assert api.unpublished(now + timedelta(minutes=3)) == ()
    (found,) = api.unpublished(now + timedelta(minutes=3, seconds=1))
    assert (found.learner_id, found.block, found.earned, found.possible) == (LEARNER, BLOCK, 3, 4)
    api.mark_published(found.attempt_id, now)
    assert api.unpublished(now + timedelta(hours=1)) == ()
    api.mark_published(first.id, now + timedelta(days=1))
    assert Attempt.objects.get(number=1).grade_published_at == now


def test_the_best_try_counts_whatever_it_was_out_of(now):
    take(UNIT, 3, now)
    take(UNIT, 2, now, text=bank(2))
    assert api.best(LEARNER, BLOCK) == (2, 2)
    assert api.best(OTHER, BLOCK) is None


def test_the_version_of_a_bank_is_kept_once(now):
    take(UNIT, 3, now)
    start(UNIT, now)
    start(UNIT, now, Taker(OTHER), text=bank(6))
    assert BankVersion.objects.count() == 2


def test_a_draw_takes_its_share_of_each_objective(now):
    quiz = replace(TEST, draw=4, draw_by="objective")
    found = start(quiz, now, text=bank(10))
    numbers = sorted(int(q.stem.split()[1][:-1]) for q in found.questions)
    assert len(numbers) == 4
    assert sum(n <= 5 for n in numbers) == 2
