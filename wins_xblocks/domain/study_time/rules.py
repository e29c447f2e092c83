"""Arithmetic of spans: sorted, disjoint lists of ``(from, to)`` in ms, half open. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[int, int]

AHEAD_MS = 1_000  # how far a browser's clock may run ahead of ours
STALE_MS = 60_000  # how old a beat may be that does not call itself late
DAY_MS = 86_400_000


def milliseconds(moment: datetime) -> int:
    """A moment as UTC ms since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def merge(*lists: Iterable[Sequence[int]]) -> list[Span]:
    """The union of any spans, in any order; empty ones vanish, touching ones become one."""
    merged: list[Span] = []
    for begin, end in sorted((span[0], span[1]) for spans in lists for span in spans):
        if begin >= end:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def minus(spans: Sequence[Span], cover: Sequence[Span]) -> list[Span]:
    """What of ``spans`` lies outside ``cover``; both sorted and disjoint."""
    left: list[Span] = []
    index = 0
    for begin, end in spans:
        while index < len(cover) and cover[index][1] <= begin:
            index += 1
        here = index
        while here < len(cover) and cover[here][0] < end:
            if cover[here][0] > begin:
                left.append((begin, cover[here][0]))
            begin = max(begin, cover[here][1])
            here += 1
        if begin < end:
            left.append((begin, end))
    return left


def length(spans: Iterable[Sequence[int]]) -> int:
    """Milliseconds in disjoint spans."""
    return sum(span[1] - span[0] for span in spans)


def meets(one: Sequence[Span], other: Sequence[Span]) -> bool:
    """Do two sorted lists share an instant?"""
    return length(minus(one, other)) < length(one)


def day_of(at: int, zone: ZoneInfo) -> date:
    """The calendar day of an instant. An evening hour that comes again after midnight belongs to the new day."""
    day = datetime.fromtimestamp(at // 1000, UTC).astimezone(zone).date()
    following = day + timedelta(days=1)
    return following if day_begins(following, zone) <= at else day


def day_begins(day: date, zone: ZoneInfo) -> int:
    """The first instant of a calendar day, also where clocks skip midnight."""
    return milliseconds(datetime.combine(day, time(), zone).astimezone(UTC))


def by_day(spans: Iterable[Span], zone: ZoneInfo) -> dict[date, int]:
    """Milliseconds on each calendar day of ``zone``; a day may have 23 or 25 hours."""
    days: dict[date, int] = {}
    for begin, end in spans:
        while begin < end:
            day = day_of(begin, zone)
            cut = min(end, day_begins(day + timedelta(days=1), zone))
            days[day] = days.get(day, 0) + cut - begin
            begin = cut
    return days


def map_spans(spans: Iterable[Sequence[int]], epoch: int, latest: int) -> list[Span]:
    """Offsets of a session as instants, none after ``latest``; merged."""
    return merge((epoch + span[0], min(epoch + span[1], latest)) for span in spans)
