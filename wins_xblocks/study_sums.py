"""What a learner reads of her hours in more than one place: one function behind each, so that they say the same."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import words
from .domain.programme.data import Module
from .domain.registration.data import Hours

DAYS_BEFORE_A_FORECAST = 5
Both = Mapping[date, tuple[int, int]]  # ms online and with the book, by day


def both_by_day(by_day: Sequence[tuple[date, int]], book: Mapping[date, int], factor: int) -> Both:
    """``by_day``: credited ms, ``book``: book ms that count; the newest day first."""
    online = {day: ms * factor for day, ms in by_day}
    return {day: (online.get(day, 0), book.get(day, 0)) for day in sorted({*online, *book}, reverse=True)}


def today_words(both: Both, today: date) -> str:
    """Study of today, by the programme's calendar."""
    return _together(*both.get(today, (0, 0)))


def week_words(both: Both, today: date) -> str:
    """Study since Monday."""
    monday = today - timedelta(days=today.weekday())
    parts = [part for day, part in both.items() if monday <= day <= today]
    return _together(sum(online for online, _book in parts), sum(book for _online, book in parts))


def _together(online: int, book: int) -> str:
    if not book:
        return words.duration(online)
    told = _("{together}: online {online}, book {book}")
    return told.format(together=words.duration(online + book), online=words.duration(online), book=words.duration(book))


def forecast(hours: Hours, module: Module, by_day: Sequence[tuple[date, int]], zone: ZoneInfo, now: datetime) -> str:
    """When the hours will be reached at the present pace; nothing before five days of study or in the demo."""
    days = [day for day, ms in by_day if ms > 0]
    counted, required = hours.counted, module.required_ms
    if len(days) < DAYS_BEFORE_A_FORECAST or hours.online_factor != 1 or not 0 < counted < required:
        return ""
    today = now.astimezone(zone).date()
    elapsed = max((today - min(days)).days + 1, 1)
    ahead = -(-(required - counted) * elapsed // counted)
    if ahead > 366:
        return ""
    told = _("At this pace you reach {hours} hours around {date}.")
    return told.format(hours=module.required_hours, date=words.day(today + timedelta(days=ahead)))


def accepted_words(hours: Hours) -> str:
    """What WINS accepted without a record of study; nothing where there is none."""
    if not hours.waived:
        return ""
    return _("WINS accepted {time} for you. They count like hours of study.").format(time=words.duration(hours.waived))


def longer_words(factor: int) -> str:
    """For whom the clock waits longer; nothing for everybody else."""
    if factor == 1:
        return ""
    told = ngettext(
        "The clock waits {number} time longer for you.", "The clock waits {number} times longer for you.", factor
    )
    return told.format(number=factor)
