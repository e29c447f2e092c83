"""One beat after another, on a real database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wins_xblocks.domain import Refusal
from wins_xblocks.domain.study_time.models import StudyDay, StudyLearner, StudySession

from .beats import HOUR, MINUTE, NOW, SECOND, VIENNA, api, beat, rules, statements, visit

pytestmark = pytest.mark.django_db


def counted() -> int:
    return sum(StudyDay.objects.values_list("ms", flat=True))


def test_a_beat_credits_its_spans():
    answer = beat(visit(), (0, 10 * SECOND), (20 * SECOND, 50 * SECOND))
    assert (answer.total_ms, answer.today_ms) == (40 * SECOND, 40 * SECOND)
    assert (answer.changed, answer.elsewhere) == (True, False)
    assert api.recount(1, VIENNA) == []


def test_the_same_beat_again_counts_once():
    ticket = visit()
    beat(ticket, (0, MINUTE))
    answer = beat(ticket, (0, MINUTE))
    assert (answer.total_ms, answer.changed) == (MINUTE, False)


def test_the_same_minute_on_two_devices_counts_once_and_is_said():
    beat(visit("a"), (0, MINUTE))
    answer = beat(visit("b"), (30 * SECOND, 90 * SECOND))
    assert (answer.total_ms, answer.elsewhere) == (90 * SECOND, True)
    begun = rules.milliseconds(NOW)
    assert StudySession.objects.get(key="b").reported == [[begun + 30_000, begun + 90_000]]


def test_an_overlap_of_two_modules_goes_to_the_first():
    beat(visit("a"), (0, MINUTE))
    answer = beat(visit("b", registration=12, module="regulation"), (0, 2 * MINUTE))
    assert answer.total_ms == MINUTE
    assert [hours.credited_ms for hours in api.hours_of([11, 12]).values()] == [MINUTE, MINUTE]


def test_two_learners_do_not_touch_each_other():
    beat(visit("a", learner=1), (0, MINUTE))
    assert beat(visit("a", learner=2, registration=22), (0, MINUTE)).total_ms == MINUTE
    assert api.hours_of([11, 22])[11].credited_ms == MINUTE


def test_an_early_span_that_arrives_late_finds_its_row():
    ticket = visit()
    beat(ticket, (50 * SECOND, 60 * SECOND))
    beat(ticket, (0, 10 * SECOND), after=60 * SECOND)
    assert StudySession.objects.count() == 1
    assert counted() == 20 * SECOND


@pytest.mark.parametrize("later_by", [-20 * SECOND, 20 * SECOND, 6 * HOUR])
def test_two_pages_that_opened_one_visit_enter_it_once_where_it_was_told_first(later_by):
    first = visit(now=NOW - timedelta(hours=8))
    beat(visit("other", now=NOW - timedelta(hours=8)), (30 * SECOND, MINUTE))
    beat(first, (0, MINUTE), late=True)
    told = beat(replace(first, epoch=first.epoch + later_by), (0, MINUTE), (2 * MINUTE, 3 * MINUTE), late=True, now=NOW)
    assert told.total_ms == 2 * MINUTE
    [row] = StudySession.objects.filter(key="a")
    assert row.begins == first.epoch
    assert row.reported == [[first.epoch + begin, first.epoch + begin + MINUTE] for begin in (0, 2 * MINUTE)]
    assert api.recount(1, VIENNA) == []


def test_midnight_splits_the_day():
    begun = NOW.replace(hour=22, minute=59, second=30)  # 23:59:30 in Vienna
    answer = beat(visit(now=begun), (0, MINUTE))
    assert api.by_day(11) == [(date(2027, 3, 1), 30_000), (date(2027, 3, 2), 30_000)]
    assert (answer.total_ms, answer.today_ms) == (MINUTE, 30_000)
    assert api.today(11, date(2027, 3, 2)) == 30_000


def test_late_spans_are_flagged_when_they_bring_something():
    ticket = visit()
    beat(ticket, (0, MINUTE), late=True, now=NOW + timedelta(days=6))
    assert StudySession.objects.get().flags == ["late"]
    other = visit("b", now=NOW + timedelta(hours=1))
    beat(other, (0, MINUTE))
    beat(other, (0, MINUTE), late=True, inputs=3, now=NOW + timedelta(days=6))
    assert StudySession.objects.get(key="b").flags == []


@pytest.mark.parametrize(
    ("at", "spans", "inputs"),
    [
        (MINUTE, [(0, MINUTE + 1)], 0),
        (MINUTE, [(-1, 5)], 0),
        (MINUTE, [(5, 5)], 0),
        (MINUTE, [(9, 5)], 0),
        (MINUTE, [(0, 1.5)], 0),
        (MINUTE, [(0, True)], 0),
        (MINUTE, [(0, "5")], 0),
        (MINUTE, [(0, 5, 6)], 0),
        (MINUTE, [5], 0),
        (MINUTE, "05", 0),
        (MINUTE, None, 0),
        (MINUTE, [(n * 2, n * 2 + 1) for n in range(201)], 0),
        (-1, [], 0),
        ("5", [], 0),
        (None, [], 0),
        (1 << 50, [], 0),
        (MINUTE, [], -1),
        (MINUTE, [], "many"),
        (MINUTE, [], 1 << 40),
    ],
)
def test_what_no_page_of_ours_sends_is_refused_and_writes_nothing(at, spans, inputs):
    with pytest.raises(api.BeatInvalid):
        api.record(visit(), at, spans, inputs, False, VIENNA, NOW + timedelta(minutes=1), 7)
    assert not StudyLearner.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "late", "refusal"),
    [
        (-70, True, api.BeatStale),
        (58.9, False, api.BeatStale),
        (59, False, None),
        (120, False, None),
        (120.1, False, api.BeatStale),
        (120.1, True, None),
        (7 * 86_400, True, None),
        (7 * 86_400 + 1, True, api.BeatTooOld),
    ],
)
def test_a_beat_has_its_time(seconds, late, refusal):
    def send():
        beat(visit(), (0, MINUTE), late=late, now=NOW + timedelta(seconds=seconds))

    if refusal is None:
        send()
        assert counted() == MINUTE
        return
    with pytest.raises(refusal) as refused:
        send()
    assert str(refused.value)
    assert not StudySession.objects.exists()


def test_a_beat_without_spans_writes_no_session():
    assert not beat(visit(), after=MINUTE).changed
    assert not StudySession.objects.exists()


def test_touches_are_a_number_that_only_grows():
    ticket = visit()
    beat(ticket, (0, 1000), inputs=5)
    beat(ticket, (0, 1000), inputs=3)
    beat(ticket, (0, 1000), inputs=9)
    assert StudySession.objects.get().inputs == 9


def test_a_visit_in_countless_pieces_is_refused(monkeypatch):
    monkeypatch.setattr(api, "MOST_PIECES", 3)
    ticket = visit()
    with pytest.raises(api.BeatInvalid):
        beat(ticket, *[(n * 10, n * 10 + 5) for n in range(4)])
    assert counted() == 0


def test_who_gets_credit_is_told_inside_the_transaction_and_only_then():
    told, ticket = [], visit()
    for end in (1, 1, 3):
        beat(ticket, (0, end * MINUTE), on_credit=lambda before, after: told.append((before, after)))
    assert told == [(0, MINUTE), (MINUTE, 3 * MINUTE)]

    def fail(before: int, after: int) -> None:
        raise Refusal("no")

    with pytest.raises(Refusal):
        beat(ticket, (0, 4 * MINUTE), on_credit=fail)
    assert counted() == 3 * MINUTE


@pytest.mark.django_db(transaction=True)
def test_a_beat_inside_another_transaction_is_a_bug():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        beat(visit(), (0, MINUTE))


def test_a_steady_beat_costs_four_statements_and_a_replay_two():
    ticket = visit()
    cost = {}
    for name, end in (("first", 1), ("steady", 2), ("replay", 2), ("steady again", 3)):
        with CaptureQueriesContext(connection) as seen:
            beat(ticket, (0, end * MINUTE), inputs=end)
        cost[name] = len(statements(seen.captured_queries))
    # The first of a learner: lock, add, lock again, read, sums (no session to carry them), its key, session, day.
    assert cost == {"first": 8, "steady": 4, "replay": 2, "steady again": 4}


def test_the_first_statement_is_the_lock():
    with CaptureQueriesContext(connection) as seen:
        beat(visit(), (0, MINUTE))
    assert statements(seen.captured_queries)[0].startswith('UPDATE "wins_xblocks_studylearner" SET beats')


offsets = st.tuples(st.integers(0, 300), st.integers(1, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
sent = st.lists(st.tuples(st.integers(0, 3), st.lists(offsets, max_size=4)), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent, st.randoms(use_true_random=False))
def test_any_order_with_any_repetition_counts_the_union(beats, random):
    """Four visits of two modules begun 100 ms apart; their beats come shuffled and some of them twice."""
    StudySession.objects.all().delete()
    StudyDay.objects.all().delete()
    begun = NOW.replace(hour=22, minute=59, second=59, microsecond=800_000)
    visits = [visit(str(n), now=begun + timedelta(milliseconds=100 * n), registration=11 + n % 2) for n in range(4)]
    repeated = [*beats, *random.sample(beats, len(beats) // 2)]
    random.shuffle(repeated)
    for number, spans in repeated:
        beat(visits[number], *spans, after=400, now=begun + timedelta(seconds=2))
    expected = {100 * number + at for number, spans in beats for begin, end in spans for at in range(begin, end)}
    assert counted() == len(expected)
    assert api.recount(1, VIENNA) == []


def test_credit_is_never_more_than_the_wall_clock():
    for number in range(8):
        beat(visit(f"tab {number}"), (0, HOUR), after=HOUR)
    assert counted() == HOUR
