"""Study time of one module by day: a picture, its table, and what does not count and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import words
from .domain.duration import HOUR_MS
from .domain.study_time.data import StruckTime
from .study_sums import Both

SHOWN_DAYS = 28  # in the picture; the table has all
# The picture, in its own units: a slot for each day, the height of the bars, room for words at the edges.
SLOT, BAR, HIGH, LEFT, TOP, RIGHT = 11, 8, 120, 44, 10, 32


@dataclass(frozen=True)
class StudyDayLine:
    """One day with study, in words."""

    day: str
    online: str
    book: str
    together: str


@dataclass(frozen=True)
class Bar:
    """One day in the picture: online below, book on top of it. ``y`` grows downwards."""

    x: int
    online_y: float
    online_height: float
    book_y: float
    book_height: float


@dataclass(frozen=True)
class Mark:
    """Words at a place of the picture: beside a line, or below a day."""

    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    """The last four weeks. ``summary`` says in a sentence what the picture shows."""

    bars: tuple[Bar, ...]
    lines: tuple[Mark, ...]
    weeks: tuple[Mark, ...]
    summary: str
    has_book: bool

    width = LEFT + SHOWN_DAYS * SLOT + RIGHT
    height = TOP + HIGH + 24
    left, foot, bar, words_at = LEFT, TOP + HIGH, BAR, TOP + HIGH + 16


@dataclass(frozen=True)
class StudyDays:
    """``days`` has each day with study, the newest first."""

    chart: Chart
    days: tuple[StudyDayLine, ...]
    not_counted: tuple[str, ...]


def study_days(both: Both, struck: Sequence[StruckTime], factor: int, today: date) -> StudyDays:
    """``both``: ms that count, by day of the programme's calendar; ``struck`` in ms as credited."""
    return StudyDays(
        _chart(both, today),
        tuple(day_line(day, *parts) for day, parts in both.items() if any(parts)),
        tuple(struck_words(row, factor) for row in struck),
    )


def day_line(day: date, online: int, book: int) -> StudyDayLine:
    """One day of a table: ms online and with the book, as they count."""
    told = (words.duration(ms) for ms in (online, book, online + book))
    return StudyDayLine(words.day(day), *told)


def struck_words(row: StruckTime, factor: int) -> str:
    """What staff took out of the count, when and why."""
    values = {"time": words.duration(row.ms * factor), "date": words.day(row.at), "reason": row.reason}
    if not row.reason:
        return _("{time} were not counted ({date}).").format(**values)
    return _("{time} were not counted ({date}). Reason: {reason}").format(**values)


def _chart(both: Mapping[date, tuple[int, int]], today: date) -> Chart:
    days = [today - timedelta(days=ago) for ago in reversed(range(SHOWN_DAYS))]
    parts = [both.get(day, (0, 0)) for day in days]
    hours = _scale(max(sum(part) for part in parts))
    high = HIGH / (hours * HOUR_MS)
    bars = []
    for number, (online, book) in enumerate(parts):
        if online + book:
            foot, middle = TOP + HIGH, TOP + HIGH - online * high
            bars.append(_bar(LEFT + number * SLOT, foot, middle, middle - book * high))
    return Chart(
        tuple(bars),
        (_line_at(0.5, hours), _line_at(1, hours)),
        tuple(
            Mark(LEFT + number * SLOT + BAR / 2, _short(day)) for number, day in enumerate(days) if day.weekday() == 0
        ),
        _summary(days, parts),
        any(book for _online, book in parts),
    )


def _bar(x: int, foot: float, middle: float, top: float) -> Bar:
    return Bar(x, round(middle, 1), round(foot - middle, 1), round(top, 1), round(middle - top, 1))


def _line_at(part: float, hours: int) -> Mark:
    """A line across the picture at this part of its height, with what it stands for."""
    return Mark(round(TOP + HIGH * (1 - part), 1), words.duration(int(hours * HOUR_MS * part)))


def _scale(most: int) -> int:
    """The height of the picture in hours: the least even number that holds the longest day."""
    return max(2, -(-most // (2 * HOUR_MS)) * 2)


def _short(day: date) -> str:
    return str(date_format(day, "j F"))


def _summary(days: Sequence[date], parts: Sequence[tuple[int, int]]) -> str:
    sums = [sum(part) for part in parts]
    if not any(sums):
        return _("No study time in the last {days} days.").format(days=SHOWN_DAYS)
    best = max(range(len(sums)), key=lambda number: sums[number])
    told = _("You studied on {number} of the last {days} days. The longest was {date}: {time}.")
    return told.format(
        number=sum(1 for one in sums if one), days=SHOWN_DAYS, date=words.day(days[best]),
        time=words.duration(sums[best]),
    )  # fmt: skip
