"""What may be entered as book hours: a day that was, time that fits into it and into the module, what was read."""

from datetime import datetime

from django.db.models import QuerySet, Sum

from .. import Refusal
from .. import marked as _
from ..duration import HOUR_MS, MINUTE_MS, Duration
from .data import BookTerms, BookTold
from .models import OfflineClaim, StudyDay

LONGEST = 500  # characters of what was read
DAY_MS = 24 * HOUR_MS
COUNTING = (OfflineClaim.COUNTED, OfflineClaim.ACCEPTED)
TAKEN = (*COUNTING, OfflineClaim.WAITING)  # what fills a day and a module


class DayWrong(Refusal):
    """Of this day no book hours can be told."""


class LengthWrong(Refusal):
    """So much time cannot be."""


class TextWrong(Refusal):
    """What was read is missing or too long."""


def checked(learner_id: int, terms: BookTerms, told: BookTold, now: datetime, but: int = 0) -> BookTold:
    """What was told, with a plain text. ``but`` is an entry that is told anew. Raises Refusal."""
    told = BookTold(told.day, told.minutes, plain(told.what))
    if told.day > now.astimezone(terms.zone).date():
        raise DayWrong(_("This day has not begun yet in {zone}. Choose today or an earlier day."), zone=str(terms.zone))
    if told.day < terms.since:
        raise DayWrong(_("You joined this module on {since}. Choose that day or a later one."), since=terms.since)
    if told.minutes < 1:
        raise LengthWrong(_("Write how long you read: at least one minute."))
    _fits(learner_id, terms, told, but)
    if not told.what:
        raise TextWrong(_("Write the book and the pages."))
    if len(told.what) > LONGEST:
        raise TextWrong(_("This text is too long. Please use at most {most} characters."), most=LONGEST)
    return told


def _fits(learner_id: int, terms: BookTerms, told: BookTold, but: int) -> None:
    """Into the day, over all modules and with what was read online; and into the module."""
    others = OfflineClaim.objects.filter(state__in=TAKEN).exclude(id=but)
    there = total(others.filter(learner_id=learner_id, day=told.day))
    there += total(StudyDay.objects.filter(learner_id=learner_id, day=told.day))
    if there + told.ms > DAY_MS and not there:
        raise LengthWrong(_("A day has 24 hours. Write at most that."))
    if there + told.ms > DAY_MS:
        sentence = _("A day has 24 hours. On {day}, {there} are counted or waiting already. You can add {left}.")
        raise LengthWrong(sentence, day=told.day, there=Duration(there), left=_left(DAY_MS - there))
    there = total(others.filter(registration_id=terms.registration_id))
    if there + told.ms > terms.most_ms:
        sentence = _("This module takes at most {most} of book hours. You have {there}. You can add {left}.")
        left = _left(terms.most_ms - there)
        raise LengthWrong(sentence, most=Duration(terms.most_ms), there=Duration(there), left=left)


def _left(ms: int) -> Duration:
    """Whole minutes: what is said can be entered."""
    return Duration(max(ms, 0) // MINUTE_MS * MINUTE_MS)


def plain(text: str) -> str:
    """One kind of line end; and no database but ours takes the character NUL."""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def state(terms: BookTerms, ms: int, but: int = 0) -> str:
    """Counted at once, or waiting as a whole."""
    counting = OfflineClaim.objects.filter(registration_id=terms.registration_id, state__in=COUNTING).exclude(id=but)
    return OfflineClaim.COUNTED if total(counting) + ms <= terms.at_once_ms else OfflineClaim.WAITING


def total(rows: QuerySet) -> int:
    return int(rows.aggregate(sum=Sum("ms"))["sum"] or 0)
