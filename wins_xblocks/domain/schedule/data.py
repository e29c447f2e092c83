"""Values that cross the schedule's border."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Task:
    """One periodic task: what it is called, how often it runs, and what it does. ``run`` says what it did."""

    name: str
    every: timedelta
    run: Callable[[datetime], str]
