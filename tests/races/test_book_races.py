"""Two pages of one learner at the same moment: together they pass no limit of book hours, on every database."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from tests.domain.study_time.beats import HOUR, MINUTE, NOW, beat, visit
from tests.domain.study_time.entries import TERMS, TODAY, decide, history, tell
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.study_time import api, book, limits
from wins_xblocks.domain.study_time.data import BookTold, Decision, Outcome
from wins_xblocks.domain.study_time.limits import LengthWrong
from wins_xblocks.domain.study_time.models import OfflineClaim, StudyLearner

from .conftest import race

TABS = 6


@pytest.fixture(autouse=True)
def noticed(database):
    """The learner has read how time is counted."""
    api.accept_notice(1, NOW)


def states() -> list[str]:
    return sorted(OfflineClaim.objects.values_list("state", flat=True))


def test_without_the_lock_two_pages_pass_the_limit_together(database, monkeypatch):
    """The negative control: if this fails, the tests below prove nothing."""
    both_have_read, state = threading.Barrier(2, timeout=10), limits.state

    def read_and_wait(*of: Any) -> str:
        found = state(*of)
        both_have_read.wait()
        return found

    monkeypatch.setattr(book.statements, "lock_learner", lambda learner_id: None)
    monkeypatch.setattr(limits, "state", read_and_wait)
    made = race(lambda tab: _made_unlocked(tab), [0, 1])
    assert [type(one).__name__ for one in made] == ["BookEntry", "BookEntry"], made
    assert states() == ["counted", "counted"]
    assert api.hours_of([11])[11].book_ms > TERMS.at_once_ms


def _made_unlocked(tab: int) -> Any:
    """The same steps in autocommit, as a view without our transaction would run them."""
    return book.make.__wrapped__(1, lambda: TERMS, BookTold(TODAY, 600, "x"), f"unlocked-{tab}", 99, NOW)


def test_many_pages_at_once_pass_no_limit(database):
    """10 h each: one counts at once, a second one waits, the others do not fit into the module."""
    answers = race(lambda tab: tell(hours=10, token=f"tab-{tab}"), list(range(TABS)))
    assert states() == ["counted", "waiting"]
    assert sum(isinstance(answer, LengthWrong) for answer in answers) == TABS - 2, answers
    assert StudyLearner.objects.count() == 1


def test_two_modules_at_once_share_the_day(database):
    shelves = [TERMS, replace(TERMS, registration_id=12, module="regulation")]
    answers = race(lambda terms: tell(hours=13, terms=terms, token=f"m-{terms.module}"), shelves)
    assert sum(isinstance(answer, LengthWrong) for answer in answers) == 1, answers
    assert states() == ["counted"]


def test_the_same_form_from_many_pages_is_one_entry(database):
    answers = race(lambda tab: tell(token="the-same-form"), list(range(TABS)))
    assert len({answer.id for answer in answers}) == 1, answers
    assert states() == ["counted"]


def test_of_two_who_decide_at_once_one_does(database):
    entry = tell(hours=17)
    who = [(True, 98), (False, 99), (True, 97), (False, 96)]
    outcomes = race(lambda one: decide(entry.id, one[0], "No", by=one[1]), who)
    assert sorted(outcomes) == sorted([Outcome.DONE, *[Outcome.BEFORE] * 3]), outcomes
    assert len(history(entry.id)) == 2
    assert audit.broken([book.subject(entry.id)]) == []


def test_a_decision_and_a_withdrawal_at_once_leave_one_of_them(database):
    entry = tell(hours=17)

    def act(staff: bool) -> Any:
        seen = Decision(True, "", 99, NOW)
        return book.decide(entry.id, 1, 0, seen, 24 * HOUR, "x") if staff else book.withdraw(1, entry.id, NOW)

    decided, withdrawn = race(act, [True, False])
    done = (decided == Outcome.DONE, withdrawn is None)
    assert done in ((True, False), (False, True)), (decided, withdrawn)
    assert states() == ["accepted"] if done[0] else ["withdrawn"]


def test_beats_and_book_hours_at_once_lose_nothing(database):
    def act(number: int) -> Any:
        return beat(visit(f"v{number}"), (0, MINUTE)) if number % 2 else tell(f"Page {number}", token=f"b-{number}")

    answers = race(act, list(range(TABS)))
    assert not [one for one in answers if isinstance(one, Exception)], answers
    hours = api.hours_of([11])[11]
    assert (hours.credited_ms, hours.book_ms) == (MINUTE, TABS // 2 * HOUR)
