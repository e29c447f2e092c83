"""When an answer is due."""

from datetime import date, timedelta


def working_days_after(start: date, days: int) -> date:
    """The day ``days`` working days (Monday to Friday) after ``start``. Public holidays are not known here."""
    day, left = start, days
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def first_in_time(today: date, days: int) -> date:
    """The first day on which a question may have come that is not late ``today``."""
    day = today
    while working_days_after(day - timedelta(days=1), days) >= today:
        day -= timedelta(days=1)
    return day
