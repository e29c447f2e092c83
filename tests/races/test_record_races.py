"""A record that is read while its learner studies adds up; staff who take time out at once never take too much."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.domain.registration.test_record import OWN, RULES
from tests.domain.study_time.beats import HOUR, MINUTE, NOW, beat, visit
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration import evidence
from wins_xblocks.domain.study_time import api, strikes
from wins_xblocks.domain.study_time.data import UnitFacts
from wins_xblocks.domain.study_time.models import Strike, StudyDay, StudyLearner

from .conftest import race

MODULE = RULES.module("foundation")
STAFF = list(range(90, 96))


def _studied(hours: int = 2) -> None:
    StudyLearner.objects.create(learner_id=1)
    StudyDay.objects.create(learner_id=1, registration_id=11, module="foundation", day=NOW.date(), ms=hours * HOUR)


def _strike(by: int) -> Any:
    return strikes.strike(1, 11, 90 * MINUTE, "Two people", 0, "x", by, NOW)


def test_of_many_who_take_time_out_at_once_one_does(database):
    _studied()
    answers = race(_strike, STAFF)
    assert sum(answer is True for answer in answers) == 1, answers
    assert sum(isinstance(answer, Refusal) for answer in answers) == len(STAFF) - 1, answers
    [row] = Strike.objects.all()
    assert api.hours_of([11])[11].struck_ms == 90 * MINUTE
    assert len(audit.entries(strikes.subject(row.id))) == 1


def test_one_who_presses_many_times_takes_out_once(database):
    _studied(10)
    answers = race(lambda _tab: _strike(99), STAFF)
    assert sorted(answers, key=str) == [False] * (len(STAFF) - 1) + [True], answers
    assert Strike.objects.count() == 1


def test_a_record_that_is_read_while_its_learner_studies_adds_up(database):
    """Beats, hours that WINS accepts and readers at once: no reader sees a part of one of them."""
    own = registration.open_for_enrolment(1, MODULE, OWN.course_id, 1, NOW)
    api.accept_notice(1, NOW)

    def act(number: int) -> Any:
        if number % 3 == 0:
            for part in range(8):
                start = NOW + timedelta(hours=number, minutes=2 * part)
                beat(visit(f"{number}-{part}", now=start, registration=own.id), (0, MINUTE))
        elif number % 3 == 1:
            for _part in range(4):
                registration.waive(own.id, MINUTE, "On paper", 9, NOW)
        else:
            return [evidence.record_of(replace(own), RULES, None, 1, UnitFacts()).adds_up for _part in range(12)]
        return [True]

    answers = race(act, list(range(6)))
    assert all(isinstance(one, list) and all(one) for one in answers), answers
    found = evidence.record_of(own, RULES, None, 1, UnitFacts())
    assert found.adds_up
    assert found.hours.counted == 2 * 8 * MINUTE + 2 * 4 * MINUTE
