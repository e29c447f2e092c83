"""Days from one to another on the programme's calendar, as conditions of a query."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, IntegerField, Q, Value, When


@dataclass(frozen=True)
class Period:
    """``first`` to ``last``, both included; None: without an end on that side."""

    zone: ZoneInfo
    first: date | None = None
    last: date | None = None

    def moments(self, field: str) -> Q:
        """A column of moments lies within."""
        found = Q()
        if self.first:
            found &= Q(**{f"{field}__gte": self._begin(self.first)})
        if self.last:
            found &= Q(**{f"{field}__lt": self._begin(self.last + timedelta(days=1))})
        return found

    def days(self, field: str) -> Q:
        """A column of days does."""
        found = Q(**{f"{field}__gte": self.first}) if self.first else Q()
        return found & Q(**{f"{field}__lte": self.last}) if self.last else found

    def month_of(self, field: str, months: list[date]) -> Case:
        """Which of ``months``, by its place, a moment falls into; -1: before the first.

        By plain comparison: MySQL knows zones only where somebody has loaded them, and a year's twelve are few.
        """
        begins = [*months, _next(months[-1])]
        cases = [When(**{f"{field}__lt": self._begin(day)}, then=Value(place - 1)) for place, day in enumerate(begins)]
        return Case(*cases, default=Value(-1), output_field=IntegerField())

    def months(self, until: date, most: int) -> list[date]:
        """First days of the months of the period up to ``until``, the last ``most`` of them, oldest first."""
        last = (self.last or until).replace(day=1)
        found = [last]
        while len(found) < most and (self.first is None or found[-1] > self.first):
            found.append((found[-1] - timedelta(days=1)).replace(day=1))
        return found[::-1]

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
