"""Span arithmetic against an oracle that only counts."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wins_xblocks.domain.study_time import rules

VIENNA, HAVANA = ZoneInfo("Europe/Vienna"), ZoneInfo("America/Havana")
ST_JOHNS, SANTIAGO = ZoneInfo("America/St_Johns"), ZoneInfo("America/Santiago")
HOUR = 3_600_000
pairs = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12)


def ms(*parts: int, zone: ZoneInfo | None = None) -> int:
    return rules.milliseconds(datetime(*parts, tzinfo=zone or UTC))


def bitmap(spans) -> set[int]:
    return {instant for begin, end in spans for instant in range(begin, end)}


def is_sorted_and_disjoint(spans) -> bool:
    flat = [instant for span in spans for instant in span]
    return flat == sorted(set(flat))


@given(pairs, pairs)
def test_merge_is_the_union_sorted_and_disjoint(one, other):
    merged = rules.merge(one, other)
    assert bitmap(merged) == bitmap(one) | bitmap(other)
    assert is_sorted_and_disjoint(merged)


@given(pairs, pairs)
def test_minus_leaves_what_the_cover_does_not_hold(one, other):
    left = rules.minus(rules.merge(one), rules.merge(other))
    assert bitmap(left) == bitmap(one) - bitmap(other)
    assert is_sorted_and_disjoint(left)


@given(pairs)
def test_length_counts_each_instant_once(spans):
    assert rules.length(rules.merge(spans)) == len(bitmap(spans))


@given(pairs, st.integers(0, 1000), st.integers(0, 1060))
def test_mapped_spans_are_moved_and_end_with_the_latest_instant(spans, epoch, latest):
    expected = {epoch + instant for instant in bitmap(spans) if epoch + instant < latest}
    assert bitmap(rules.map_spans(spans, epoch, latest)) == expected


@given(
    st.integers(ms(2005, 1, 1), ms(2028, 1, 1)),
    st.lists(st.integers(1, 40 * HOUR), min_size=1, max_size=6),
    st.sampled_from([VIENNA, HAVANA, ST_JOHNS, SANTIAGO]),
)
def test_days_do_not_depend_on_how_a_span_was_cut(begin, pieces, zone):
    whole = rules.by_day([(begin, begin + sum(pieces))], zone)
    summed: dict[date, int] = {}
    for piece in pieces:
        for day, part in rules.by_day([(begin, begin + piece)], zone).items():
            summed[day] = summed.get(day, 0) + part
        begin += piece
    assert summed == whole


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 27), 24), (date(2027, 3, 28), 23), (date(2027, 10, 31), 25)])
def test_a_day_has_as_many_hours_as_its_calendar_says(day, hours):
    begin = ms(day.year, day.month, day.day, zone=VIENNA) - 2 * HOUR
    assert rules.by_day([(begin, begin + 40 * HOUR)], VIENNA)[day] == hours * HOUR


def test_midnight_is_that_of_the_programmes_zone():
    assert rules.by_day([(ms(2027, 3, 1, 22, 30), ms(2027, 3, 1, 23, 30))], VIENNA) == {
        date(2027, 3, 1): HOUR // 2,
        date(2027, 3, 2): HOUR // 2,
    }


def test_an_evening_that_comes_again_after_midnight_belongs_to_the_new_day():
    # In St. John's on 1 November 2009 the clock went from 0:01 back to 23:01.
    again = ms(2009, 11, 1, 2, 31) + 30 * 60_000
    assert datetime.fromtimestamp(again / 1000, ST_JOHNS).day == 31
    assert rules.day_of(again, ST_JOHNS) == date(2009, 11, 1)


def test_milliseconds_are_exact():
    assert rules.milliseconds(datetime(2027, 3, 1, 9, 0, 0, 123_999, tzinfo=UTC)) % 1000 == 123
