"""What the pools hold and who waits for them, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Stock:
    """The pool of one exam in numbers.

    ``usable`` may be issued today; ``short`` are in the pool with fewer days left than the policy asks for;
    ``ending`` (pool or learners) end within the days of the policy "safe days before expiry".
    """

    exam: str
    usable: int = 0
    short: int = 0
    waiting: int = 0
    issued: int = 0
    shown: int = 0
    ending: int = 0


@dataclass(frozen=True)
class MonthStock:
    """How many codes of an exam lie in the pool whose last day is in one month; ``month`` is its first day."""

    exam: str
    month: date
    codes: int


@dataclass(frozen=True)
class BatchStock:
    """One delivery of the supplier; ``states`` counts its vouchers. Imported by None: by a command."""

    exam: str
    order: str
    price: Decimal | None
    currency: str
    at: datetime
    by: int | None
    states: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True)
class Waiting:
    """A learner in the queue of an empty pool; ``place`` counts from 1."""

    exam: str
    learner_id: int
    since: datetime
    place: int
