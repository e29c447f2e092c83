"""Days that somebody chose in a form, and numbers in an address: what lists and files are cut by."""

from datetime import date, datetime, time, timedelta, tzinfo

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..domain import Refusal

MOST_DIGITS = 18


class DayWrong(Refusal):
    """This is not a day."""


def day(text: str) -> date:
    """Raises DayWrong."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise DayWrong(_("Write both days like 2027-12-31.")) from None
    if not 2000 <= found.year < 3000:
        raise DayWrong(_("Write both days like 2027-12-31."))
    return found


def chosen(request: HttpRequest, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """From the first moment of one day to that after another, each where it was told. Raises DayWrong."""
    first, last = (request.GET.get(name, "").strip() for name in ("from", "to"))
    start = datetime.combine(day(first), time.min, zone) if first else None
    end = datetime.combine(day(last) + timedelta(days=1), time.min, zone) if last else None
    if start and end and end <= start:
        raise DayWrong(_("The period must not end before it begins."))
    return start, end


def number(text: str) -> int | None:
    """A number as addresses hold it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
