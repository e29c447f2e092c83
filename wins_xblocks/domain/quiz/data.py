"""Values that cross the quiz's border."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TestStanding:
    """What a registration's tries at the module test came to. Percentages are whole, rounded down."""

    __test__ = False

    tries: int = 0
    passed_at: datetime | None = None
    passed_percent: int | None = None
    last_at: datetime | None = None
    last_percent: int | None = None
    running: bool = False

    @property
    def passed(self) -> bool:
        return self.passed_at is not None
