"""The look at new rules tells of each learner what her own pages would tell once they held."""

import itertools
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import NOW
from tests.domain.vouchers.builders import RULES, join
from tests.web.builders import studied, tried
from wins_xblocks.domain.duration import HOUR_MS
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.programme.loader import plain
from wins_xblocks.domain.programme.models import ProgrammeVersion
from wins_xblocks.domain.registration import api, rehearsal
from wins_xblocks.domain.registration.models import Registration
from wins_xblocks.domain.vouchers import api as vouchers

pytestmark = pytest.mark.django_db
ALWAYS = lambda: True  # noqa: E731


def rules(number, each=40, start=RULES, **policies):
    modules = tuple(replace(one, required_hours=each) for one in start.modules)
    return replace(start, version=number, modules=modules, policies=replace(start.policies, **policies))


def stored(programme):
    ProgrammeVersion.objects.create(
        version=programme.version, effective=NOW.date(), reason="-", body=plain(programme), made_at=NOW, made_by=1
    )


def rehearse(before, after, *others, most=50, go_on=ALWAYS):
    starts = {one.version: one for one in (RULES, before, *others)}
    return rehearsal.rehearse(rehearsal.Change(before, after, starts, 1), most, go_on)


def crowd():
    """Learners with every mix of hours in both modules, tests, an exam passed, a place, and rules of the start."""
    for number, (hours, tested, passed, begun) in enumerate(
        itertools.product((30, 36, 41), (0, 1, 2), (False, True), (1, 2)), start=1000
    ):  # fmt: skip
        for at, own in enumerate(join(number)):
            studied(own, hours + at)
            if at < tested:
                tried(own, 80, block=f"{number}-{at}")
            Registration.objects.filter(id=own.id).update(rule_version=begun)
        if passed:
            exams.record(number, "WINS-FND", "pass", NOW, NOW)


def told(current):
    """What learners' own functions say under these rules: complete modules, and vouchers that may be had."""
    found = {}
    for learner, own in api.of_learners().items():
        standings = {one.registration.id: one.complete for one in api.standings(own, current, None, 1)}
        ready = {one.module.id: one.verdict.met for one in vouchers.positions(learner, current, None, 1, NOW)}
        for row in own:
            found[row.id] = (standings[row.id], ready[row.module])
    return found


@pytest.mark.parametrize(
    ("start", "before", "after"),
    [
        (rules(2, 38), rules(3, 40), rules(4, 35)),
        (rules(2, 35), rules(3, 35), rules(4, 45)),
        (rules(2, 40), rules(3, 35), rules(4, 40)),
        (rules(2, 40), rules(2, 40), rules(4, 40, hours="advisory")),
        (rules(2, 40), rules(3, 38), rules(4, 35, release="after_module")),
        (rules(2, 40), rules(3, 35), rules(4, 35, release="after_module")),
        (rules(2, 40), rules(3, 35, exam_order="foundation_first"), rules(4, 35)),
        (rules(2, 40, which_rules="of_start"), rules(3, 38), rules(4, 35)),
        (rules(2, 40), rules(3, 38), rules(4, 35, release="after_module", exam_order="foundation_first")),
        (rules(2, 40, release="after_module"), rules(3, 38, release="after_module"), rules(4, 45)),
    ],
)  # fmt: skip
def test_who_crosses_a_line_is_who_would(start, before, after):
    stored(start)
    crowd()
    own = rehearse(before, after, start)
    was, will = told(before), told(after)
    lost = {id_ for id_ in was if any(a and not b for a, b in zip(was[id_], will[id_], strict=True))}
    gained = {id_ for id_ in was if any(b and not a for a, b in zip(was[id_], will[id_], strict=True))}
    assert {one.registration_id for one in own.losing} == lost
    assert {one.registration_id for one in own.gaining} == gained
    assert own.living == len(was)
    for one in (*own.losing, *own.gaining):
        assert (one.before.complete, one.after.complete) == (was[one.registration_id][0], will[one.registration_id][0])


def test_the_mixes_do_cross_lines():
    """Else the test above would be true of nothing."""
    stored(rules(2, 40))
    crowd()
    assert rehearse(rules(3, 40), rules(4, 35)).gaining
    assert rehearse(rules(3, 35), rules(4, 40)).losing


def test_ended_registrations_are_left_out():
    crowd()
    Registration.objects.update(state="lapsed", open_slot=None, ended_at=NOW)
    assert rehearse(RULES, rules(2, 30)) == rehearsal.Rehearsal()


def test_of_whom_less_or_more_is_asked_is_counted_and_the_first_are_named():
    crowd()
    Registration.objects.update(rule_version=1)
    own = rehearse(RULES, rules(2, 25), most=7)
    assert (own.touched, own.easier, own.harder) == (72, 72, 0)
    assert len(own.others) <= 7
    assert {one.after.required for one in own.others} == {25 * HOUR_MS}


def test_what_decides_about_nobody_is_not_looked_at():
    crowd()
    with CaptureQueriesContext(connection) as asked:
        assert rehearse(RULES, rules(2, late_days=9)).touched == 0
    assert len(asked) == 1


def test_when_time_is_over_what_was_found_is_told_and_that_it_is_not_all(monkeypatch):
    crowd()
    monkeypatch.setattr(rehearsal, "_CHUNK", 10)
    answers = iter([True, True, False])
    own = rehearse(RULES, rules(2, 25), go_on=lambda: next(answers))
    assert not own.whole
    assert 0 < own.looked_at < 36
    assert rehearse(RULES, rules(2, 25)).whole


def test_each_is_named_once_however_the_people_are_cut(monkeypatch):
    crowd()
    whole = rehearse(RULES, rules(2, 25))
    monkeypatch.setattr(rehearsal, "_CHUNK", 1)
    cut = rehearse(RULES, rules(2, 25))
    assert [one.registration_id for one in cut.gaining] == sorted({one.registration_id for one in cut.gaining})
    assert cut == whole


def test_queries_go_by_hundreds_of_people(monkeypatch):
    crowd()
    counts = []
    for size in (500, 10):
        monkeypatch.setattr(rehearsal, "_CHUNK", size)
        with CaptureQueriesContext(connection) as asked:
            rehearse(RULES, rules(2, 25))
        counts.append(len(asked))
    assert counts[0] <= 20
    assert counts[1] > counts[0]
