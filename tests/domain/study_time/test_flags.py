"""Each question about study time: when it is asked, and when it is not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wins_xblocks.domain.study_time import evidence, flags
from wins_xblocks.domain.study_time.data import Flag, FlagLimits, UnitFacts, VisitSeen
from wins_xblocks.domain.study_time.models import OfflineClaim, StudyDay

from .beats import HOUR, MINUTE, NOW, VIENNA, beat, visit
from .entries import tell

DAY, NEXT = date(2027, 3, 1), date(2027, 3, 2)
LIMITS = FlagLimits(10 * HOUR, 3, 3 * HOUR, 3, 6 * HOUR)


def seen(ms, touches=None, unit="u1", day=DAY, kind="quiz", late=False):
    """A visit of a page with questions, that was touched as a person does: never twice as often."""
    return VisitSeen(day, unit, kind, ms, ms // MINUTE * 7 % 400 + 20 if touches is None else touches, late)


def asked(*visits, days=None, minutes=None, signs=(), limits=LIMITS):
    return flags.find(days or {}, visits, UnitFacts(minutes or {}, frozenset(signs)), limits)


def kinds(*visits, **more):
    return [flag.kind for flag in asked(*visits, **more)]


def test_of_nothing_nothing_is_asked():
    assert asked() == ()


@pytest.mark.parametrize(("ms", "found"), [(10 * HOUR, ()), (10 * HOUR + 1, ("long_day",))])
def test_more_than_ten_hours_a_day(ms, found):
    assert tuple(kinds(days={DAY: ms, NEXT: HOUR})) == found


def test_a_long_day_says_which_and_how_long():
    assert asked(days={NEXT: 11 * HOUR}) == (Flag("long_day", 11 * HOUR, NEXT, limit=10 * HOUR),)


@pytest.mark.parametrize(("ms", "found"), [(3 * HOUR, ()), (3 * HOUR + 1, ("long_unit",))])
def test_more_than_three_times_the_hours_that_a_unit_should_take(ms, found):
    visits = [seen(ms - HOUR), seen(HOUR, day=NEXT)]
    assert tuple(kinds(*visits, minutes={"u1": 60, "u2": 1})) == found


def test_a_unit_of_which_nobody_knows_how_long_it_should_take_is_not_asked_about():
    assert kinds(seen(9 * HOUR), minutes={"u2": 1}) == []


@pytest.mark.parametrize(("touches", "found"), [(6, ["few_touches"]), (7, [])])
def test_hours_with_hardly_a_touch(touches, found):
    assert kinds(seen(2 * HOUR, touches), seen(2 * HOUR, 0)) == found


def test_hours_with_hardly_a_touch_are_those_of_one_day():
    assert kinds(seen(2 * HOUR, 0), seen(2 * HOUR, 0, day=NEXT)) == []


def test_short_visits_without_a_touch_are_nothing_to_ask_about():
    assert kinds(*[seen(14 * MINUTE, 0)] * 30) == []


def test_visits_that_were_touched_equally_often():
    assert asked(seen(2 * HOUR, 120), seen(HOUR, 60), seen(HOUR, 61)) == (Flag("same_touches", 4 * HOUR, DAY),)


@pytest.mark.parametrize("visits", [
    [(2 * HOUR, 120), (2 * HOUR, 120)],  # two are by chance
    [(2 * HOUR, 120), (HOUR, 80), (HOUR, 110), (2 * HOUR, 90)],  # a hand
    [(30 * MINUTE, 30), (30 * MINUTE, 30), (30 * MINUTE, 30)],  # not for long
    [(10 * MINUTE, 10)] * 30,  # too short to tell
], ids=["two", "a hand", "not for long", "short"])  # fmt: skip
def test_visits_that_are_not_even_enough(visits):
    assert kinds(*(seen(ms, touches) for ms, touches in visits)) == []


def test_even_visits_stand_out_among_others_of_the_day():
    other = [(HOUR, 20), (HOUR, 200), (HOUR, 320)]
    found = asked(*(seen(ms, touches) for ms, touches in [*other, *[(HOUR, 60)] * 3]))
    assert found == (Flag("same_touches", 3 * HOUR, DAY),)


def test_hours_of_text_in_a_unit_of_which_no_question_was_opened():
    assert asked(seen(6 * HOUR + 1, kind="text")) == (Flag("bare", 6 * HOUR + 1, unit="u1", limit=6 * HOUR),)


@pytest.mark.parametrize("more", [
    {"visits": [seen(6 * HOUR, kind="text")]},
    {"visits": [seen(7 * HOUR, kind="text"), seen(1, kind="quiz")]},
    {"visits": [seen(7 * HOUR, kind="text"), seen(1, kind="pdf")]},
    {"visits": [seen(7 * HOUR, kind="text")], "signs": ["u1"]},
], ids=["not long", "questions", "papers", "done"])  # fmt: skip
def test_a_unit_that_shows_other_signs_of_study(more):
    assert kinds(*more.pop("visits"), **more) == []


def test_time_that_came_late_is_told_by_day():
    visits = [seen(HOUR, late=True), seen(2 * HOUR, late=True), seen(HOUR), seen(MINUTE, day=NEXT, late=True)]
    assert asked(*visits) == (Flag("late", 3 * HOUR, DAY), Flag("late", MINUTE, NEXT))


visits_ = st.lists(
    st.builds(
        VisitSeen, st.sampled_from([DAY, NEXT]), st.sampled_from(["u1", "u2"]), st.sampled_from(["text", "quiz"]),
        st.integers(1, 2 * HOUR), st.integers(0, 7200), st.booleans(),
    ), max_size=20,
)  # fmt: skip


@given(visits_, st.randoms())
def test_the_order_of_visits_does_not_matter_and_no_flag_tells_of_more_than_there_is(visits, random):
    minutes = {"u1": 30}
    found = asked(*visits, minutes=minutes)
    total = sum(visit.ms for visit in visits)
    assert all(0 < flag.ms <= total for flag in found)
    mixed = list(visits)
    random.shuffle(mixed)
    assert asked(*mixed, minutes=minutes) == found


@pytest.mark.django_db
def test_the_ledger_is_asked_once_over_all_modules_and_a_late_visit_is_one():
    beat(visit("a"), (0, HOUR), inputs=50)
    beat(visit("b"), (2 * HOUR, 2 * HOUR + 10 * MINUTE), after=2 * HOUR + 10 * MINUTE, late=True)
    StudyDay.objects.create(learner_id=1, registration_id=12, module="regulation", day=DAY, ms=8 * HOUR)
    StudyDay.objects.create(learner_id=1, registration_id=12, module="regulation", day=NEXT, ms=12 * HOUR)
    tell(hours=1)
    whole = HOUR + 10 * MINUTE + 8 * HOUR + HOUR
    assert NOW.date() == DAY
    found = evidence.read(1, 11, LIMITS, UnitFacts(), VIENNA).flags
    assert found == (Flag("long_day", whole, DAY, limit=10 * HOUR), Flag("late", 10 * MINUTE, DAY))
    OfflineClaim.objects.update(state="withdrawn")
    assert [flag.kind for flag in evidence.read(1, 11, LIMITS, UnitFacts(), VIENNA).flags] == ["late"], (
        "days of 12 only"
    )


@pytest.mark.django_db
def test_the_flags_of_many_visits_cost_a_fixed_number_of_queries_and_have_an_end(
    monkeypatch, django_assert_num_queries
):
    for number in range(9):
        beat(visit(f"v{number}", now=NOW + timedelta(minutes=10 * number)), (0, 9 * MINUTE))
    with django_assert_num_queries(4):
        evidence.read(1, 11, LIMITS, UnitFacts(), VIENNA)
    monkeypatch.setattr(evidence, "MOST_VISITS", 8)
    with pytest.raises(evidence.RecordTooLong):
        evidence.read(1, 11, LIMITS, UnitFacts(), VIENNA)
