"""Sixty learners who send their module test at the same second: each is graded once, none is lost. The negative
controls come first. ``make soak`` plays it in many rounds.
"""

import threading

import pytest

from tests import edge
from tests.conftest import NOW
from wins_xblocks import context
from wins_xblocks.domain.quiz import api
from wins_xblocks.domain.quiz.models import Attempt

from .conftest import race
from .quiz_crowd import Gradebook, Sheet, asked, begun, block_of

LEARNERS = 60
MARIADB = pytest.mark.parametrize(
    "database", [pytest.param(level, marks=pytest.mark.mariadb) for level in ("read committed", "repeatable read")],
    indirect=True,
)  # fmt: skip


@pytest.fixture
def gradebook(monkeypatch, world):
    book = Gradebook()
    monkeypatch.setattr(context, "now", lambda: NOW)
    monkeypatch.setattr(edge.FakeOpenEdx, "publish_grade", lambda *args: book.publish_grade(*args))
    monkeypatch.setattr(edge.FakeOpenEdx, "emit", lambda *args: book.emit(*args))
    return book


def sent(sheet: Sheet):
    return asked(block_of(sheet.learner), "submit", sheet.body)


class Unguarded:
    """``Attempt.objects`` where the condition of an UPDATE is looked at before, as one writes it first."""

    def __init__(self, gate: threading.Barrier) -> None:
        self._kept, self._gate = Attempt.objects, gate

    def __getattr__(self, name):
        return getattr(self._kept, name)

    def filter(self, **wanted):
        found = self._kept.filter(**wanted)
        if not {"id", "open_slot"} <= wanted.keys():
            return found
        there, gate = found.exists(), self._gate

        class Later:
            def update(self, **values):
                gate.wait(30)
                return Attempt._base_manager.filter(id=wanted["id"]).update(**values) if there else 0

        return Later()


def test_without_the_condition_a_press_in_two_windows_is_graded_twice(database, gradebook, monkeypatch):
    """If this fails, the races below prove nothing."""
    sheets = begun([1])
    monkeypatch.setattr(api.Attempt, "objects", Unguarded(threading.Barrier(2)))
    answered = race(sent, sheets * 2)
    monkeypatch.undo()
    assert [status for status, _answer in answered] == [200, 200]
    assert gradebook.events[1] == 2
    assert gradebook.faults(sheets, NOW) != []


@MARIADB
def test_a_lost_answer_a_wrong_mark_and_a_grade_of_nobody_are_seen(database, gradebook):
    sheets = begun([1, 2])
    assert len(gradebook.faults(sheets, NOW)) >= 6
    for sheet in sheets:
        sent(sheet)
    assert gradebook.faults(sheets, NOW) == []
    gradebook.grades.append((3, 1.0, 1.0))
    Attempt.objects.filter(learner_id=1).update(correct=1, responses={})
    assert len(gradebook.faults(sheets, NOW)) == 3


@MARIADB
def test_sixty_who_send_at_once_are_graded_once_each(database, gradebook):
    sheets = begun(list(range(1, LEARNERS + 1)))
    answered = race(sent, sheets)
    assert {one[0] if isinstance(one, tuple) else repr(one) for one in answered} == {200}
    assert gradebook.faults(sheets, NOW) == []


@MARIADB
def test_sixty_who_press_in_two_windows_are_graded_once_each(database, gradebook):
    """The second press is answered as the first. Whoever is told first publishes; both may, and say the same."""
    sheets = begun(list(range(1, LEARNERS // 2 + 1)))
    answered = race(sent, sheets * 2)
    first, second = answered[: len(sheets)], answered[len(sheets) :]
    assert first == second
    assert {one[0] for one in answered} == {200}
    gradebook.grades = list(set(gradebook.grades))
    assert gradebook.faults(sheets, NOW) == []


def test_what_is_saved_while_it_is_sent_is_in_it_or_refused(database, gradebook):
    """Another window saves at the moment of sending: one of both stands, and neither is lost silently."""
    sheets = begun(list(range(1, LEARNERS // 4 + 1)))

    def act(what):
        name, sheet = what
        if name == "send":
            return sent(sheet)
        return asked(block_of(sheet.learner), "save_answers", {**sheet.body, "responses": {}})

    answered = race(act, [(name, sheet) for sheet in sheets for name in ("send", "save")])
    for sheet, sending, saving in zip(sheets, answered[::2], answered[1::2], strict=True):
        assert sorted((sending[0], saving[0])) == [200, 409]
        row = Attempt.objects.get(learner_id=sheet.learner)
        stands = (row.open_slot, row.responses)
        assert stands == ((None, sheet.kept) if sending[0] == 200 else (1, {}))
    assert {one[0] for one in gradebook.grades} == {
        sheet.learner for sheet, sending in zip(sheets, answered[::2], strict=True) if sending[0] == 200
    }
