"""Many queries in one statement, and the page that stands on them, on each database that we know."""

import pytest

from tests.conftest import NOW
from tests.domain.test_together import queries, written
from tests.domain.vouchers.builders import RULES
from wins_xblocks import learner_view
from wins_xblocks.domain.quiz import api as quiz
from wins_xblocks.domain.quiz import extra
from wins_xblocks.domain.quiz.extra import Extra
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.together import Read, together
from wins_xblocks.domain.vouchers import api as vouchers

from .conftest import race


def test_each_part_brings_what_its_query_brings(database):
    written()
    models, tuples = queries()
    found = together({name: Read(rows, list) for name, rows in {**models, **tuples}.items()})
    for name, rows in models.items():
        assert sorted(found[name], key=lambda row: row.id) == sorted(rows, key=lambda row: row.id), name
    for name, rows in tuples.items():
        assert sorted(found[name]) == sorted(rows), name
    [event] = found["events"]
    assert event.facts == {"score": 7, "city": '{"%s"}'}
    assert (event.happened_at.microsecond, event.happened_at.utcoffset().total_seconds()) == (89_000, 0)


@pytest.mark.parametrize("learner_id", [1, 2])
def test_positions_on_the_desk_are_those_of_the_learner(database, learner_id):
    written()
    vouchers.issue(2, "WINS-REG", RULES, None, 1, NOW)  # into the queue
    own = registration.all_of(learner_id)
    standings = registration.standings(own, RULES, None, 1)
    found = together(learner_view._reads(learner_id, own, learner_view.Reader(None, {}), RULES))
    ours = learner_view._positions(learner_id, own, standings, found, RULES, NOW)
    assert ours == vouchers.positions(learner_id, RULES, None, 1, NOW)


def test_of_ten_who_give_tries_at_once_one_does(database):
    def give(by):
        try:
            return extra.give(Extra(1, 5, "", 1, "Ill", 0), "Foundation Module", by, NOW)
        except extra.Refusal as refusal:
            return str(refusal.sentence)

    told = race(give, range(90, 100))
    assert told.count(True) == 1
    assert set(told) - {True} == {"Somebody has given tries meanwhile. Look at it again."}
    assert quiz.tests_of([5])[5].counted.extra == 1
