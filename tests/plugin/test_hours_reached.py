"""The required hours are reached once, by whoever crosses the line: book hours, a decision, hours that WINS accepts.

The beat has its own tests in ``test_events.py``.
"""

import pytest
from django.db import OperationalError

from tests import edge
from tests.conftest import NOW
from tests.web.builders import HOUR, TODAY, joined, noticed, studied
from wins_xblocks import book_view, context, hours
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.study_time import book
from wins_xblocks.domain.study_time.data import BookTold, Decision

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = 99


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: NOW)


@pytest.fixture
def own(learner):
    """39 hours of 40."""
    noticed(learner)
    found = joined(learner)
    studied(found, 39, TODAY.replace(month=2))
    return found


def tell(own, minutes, number=0):
    return book.make(
        own.learner_id, lambda: book_view.terms_of_module(own.learner_id, own.module), BookTold(TODAY, minutes, "x"),
        f"token-{number:012d}", 99, NOW, hours.reached(NOW),
    )  # fmt: skip


def decide(own, entry, accept):
    return book.decide(
        entry.id, own.learner_id, entry.revision, Decision(accept, "No", STAFF, NOW), 24 * HOUR, "x", hours.reached(NOW)
    )


def by_book_hours(own):
    tell(own, 59, 1)
    assert reached(own) is None
    tell(own, 1, 2)


def by_a_change(own):
    entry = tell(own, 59)
    told = BookTold(TODAY, 60, "x")
    book.change(own.learner_id, entry.id, lambda: book_view.terms_of_entry(entry), told, NOW, hours.reached(NOW))


def by_a_decision(own):
    entry = tell(own, 17 * 60)
    assert reached(own) is None
    decide(own, entry, True)


def by_hours_that_wins_accepts(own):
    registration.waive(own.id, HOUR, "Studied on paper", STAFF, NOW, hours.reached(NOW))


def reached(own):
    return registration.by_id([own.id])[own.id].reached_at


@pytest.mark.parametrize("cross", [by_book_hours, by_a_change, by_a_decision, by_hours_that_wins_accepts])
def test_one_event_once_and_whoever_comes_later_tells_nothing(own, world, cross):
    cross(own)
    tell(own, 1, 7)
    registration.waive(own.id, HOUR, "Studied on paper", STAFF, NOW, hours.reached(NOW))
    about = {"user_id": own.learner_id, "course_id": edge.FOUNDATION, "module": "foundation", "registration_id": own.id}
    assert world.emitted == [("wins.hours.reached", own.learner_id, edge.FOUNDATION, about)]
    assert len(world.sent) == 1
    assert reached(own) == NOW
    trail = [entry.action for entry in audit.entries(f"registration:{own.id}")]
    assert trail.count("hours.reached") == 1


def test_what_is_taken_away_later_never_takes_the_day_back_and_coming_again_tells_nothing(own, world):
    entry = tell(own, 60)
    decide(own, entry, False)
    assert registration.hours_of([own.id], 1)[own.id].counted == 39 * HOUR
    assert reached(own) == NOW
    tell(own, 60, 2)
    assert len(world.emitted) == 1


def test_a_transaction_that_the_database_makes_us_repeat_tells_once(own, world, monkeypatch):
    calls, note = [], hours.note

    def locked_once(*of):
        note(*of)
        calls.append(of)
        if len(calls) == 1:
            raise OperationalError("database is locked")

    monkeypatch.setattr(hours, "note", locked_once)
    tell(own, 60)
    assert (len(calls), len(world.emitted), len(world.sent)) == (2, 1, 1)
    assert [entry.told.minutes for entry in book.of_learner(own.learner_id, 10)] == [60]


def test_of_a_registration_that_has_ended_nothing_is_told(own, world):
    entry = tell(own, 17 * 60)
    Registration.objects.update(state="cancelled", open_slot=None, ended_at=NOW)
    decide(own, entry, True)
    assert (world.emitted, reached(own)) == ([], None)
