"""The Academy's vouchers on one page: stock, who waits for a code, and the supplier's deliveries."""

from dataclasses import dataclass
from datetime import datetime

from . import words
from .desk_view import people_of, voucher_words
from .domain.programme.data import Programme
from .domain.vouchers import stocks
from .domain.vouchers.stock_data import BatchStock, Stock, Waiting
from .paging import Part, part
from .people import Person

ORDER = ("imported", "issued", "revealed", "booked", "used", "lost", "expired", "void")


@dataclass(frozen=True)
class StockRow:
    stock: Stock
    module: str


@dataclass(frozen=True)
class QueueRow:
    waiting: Waiting
    person: Person
    module: str


@dataclass(frozen=True)
class BatchRow:
    """A delivery with its vouchers as (state in words, how many); ``by`` is None for a command."""

    batch: BatchStock
    states: tuple[tuple[str, int], ...]
    by: Person | None


@dataclass(frozen=True)
class Pool:
    """The page: queue and deliveries in parts."""

    stock: tuple[StockRow, ...]
    queue: tuple[QueueRow, ...]
    waiting: Part
    batches: tuple[BatchRow, ...]
    delivered: Part


def pool(rules: Programme, queue_page: str, batch_page: str, now: datetime) -> Pool:
    """Stock by exam, the queue and the deliveries, fifty a page; ten queries however many there are."""
    titles = {module.exam: words.staff_title(module) for module in rules.modules}
    waiting, delivered = part(stocks.count_queue(), queue_page), part(stocks.count_batches(), batch_page)
    queue = stocks.waiting(waiting.start, waiting.per_page)
    batches = stocks.batches(delivered.start, delivered.per_page)
    people = people_of([row.learner_id for row in queue] + [row.by for row in batches if row.by])
    return Pool(
        tuple(StockRow(row, titles[row.exam]) for row in stocks.stock(list(titles), rules, now)),
        tuple(QueueRow(row, people[row.learner_id], titles.get(row.exam, row.exam)) for row in queue), waiting,
        tuple(BatchRow(row, _states(row), people[row.by] if row.by else None) for row in batches), delivered,
    )  # fmt: skip


def _states(batch: BatchStock) -> tuple[tuple[str, int], ...]:
    return tuple((voucher_words(state), batch.states[state]) for state in ORDER if state in batch.states)
