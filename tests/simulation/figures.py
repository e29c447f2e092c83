"""Two errors, never mixed: against the rule, which has bounds, and against the reading, which has none."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from . import peers
from .days import Day
from .server import Ledger
from .truth import Times, Truth, common, length, union

VISIT_MS = 1_000  # of each visit, or its best latency where that is worse
SHARE = 0.005  # of all time, on average
OURS = "this project"


@dataclass
class Reading:
    """One rule over all days, beside what was read; ms."""

    counted: int = 0
    beyond: int = 0  # counted, not read; or counted twice
    missed: int = 0  # read, not counted
    off: list[int] = field(default_factory=list)  # by day: counted less read

    def add(self, counted: Times, read: Times) -> None:
        both, total = common(union(counted), read), length(counted)
        self.counted += total
        self.beyond += total - both
        self.missed += length(read) - both
        self.off.append(total - length(read))


class Figures:
    """Of any number of days. ``faults`` names what is past a bound, in words; none is right."""

    def __init__(self) -> None:
        self.days = self.visits = self.requests = self.sessions = 0
        self.true_ms = self.counted_ms = self.off_ms = self.read_ms = 0
        self.worst_visit: tuple[float, str] = (0.0, "")  # share of its bound
        self.faults: list[str] = []
        self.days_past_wall = 0
        self.refused: Counter[str] = Counter()
        self.reading = {name: Reading() for name in (OURS, *peers.RULES)}

    def add(self, day: Day, ledger: Ledger, truth: Truth) -> None:
        true_ms = length(truth.active())
        self.days += 1
        self.requests += ledger.requests
        self.sessions += ledger.sessions
        self.refused.update(ledger.refused)
        self.true_ms += true_ms
        self.counted_ms += ledger.total_ms
        self.off_ms += abs(ledger.total_ms - true_ms)
        self.faults += [f"day {day.seed}: {fault}" for fault in ledger.faults]
        bound = self._visits(day, ledger, truth)
        if abs(ledger.total_ms - true_ms) > bound:
            self.faults.append(f"day {day.seed}: {ledger.total_ms} ms counted, {true_ms} ms true, bound {bound} ms")
        wall = length(truth.seen()) + VISIT_MS * ledger.sessions
        if ledger.total_ms > wall:
            self.days_past_wall += 1
            self.faults.append(f"day {day.seed}: {ledger.total_ms} ms counted, {wall} ms of wall time")
        self._reading(day, ledger, truth)

    def _visits(self, day: Day, ledger: Ledger, truth: Truth) -> int:
        """What each page reported; a page and its duplicates, which share a ticket, as one. The sum of their bounds."""
        bounds = 0
        pages: dict[int, list[int]] = {}
        for view, page in truth.pages.items():
            pages.setdefault(page.origin, []).append(view)
        for origin, views in pages.items():
            told = length(union(ledger.reported.get(origin, [])))
            true = length(union([times for view in views for times in truth.pages[view].active]))
            visits = sum(truth.pages[view].visits for view in views)
            bound = visits * max(VISIT_MS, ledger.latency.get(origin, 0))
            self.visits += visits
            bounds += bound
            what = f"day {day.seed}, page {origin}: {told} ms reported, {true} ms true, bound {bound} ms"
            self.worst_visit = max(self.worst_visit, (abs(told - true) / bound, what))
            if abs(told - true) > bound:
                self.faults.append(what)
        return bounds

    def _reading(self, day: Day, ledger: Ledger, truth: Truth) -> None:
        read = union(day.reading)
        self.read_ms += length(read)
        self.reading[OURS].add(union(ledger.credited), read)
        for name, rule in peers.RULES.items():
            self.reading[name].add(rule(day, truth), read)

    @property
    def bias(self) -> float:
        """Counted against true, over all days, as a share."""
        return (self.counted_ms - self.true_ms) / self.true_ms

    @property
    def share_off(self) -> float:
        """What all days are off, in either direction, as a share."""
        return self.off_ms / self.true_ms

    def past_bounds(self) -> list[str]:
        average = [f"{self.share_off:.2%} off on average"] if self.share_off > SHARE else []
        return average + self.faults

    def table(self) -> list[tuple[str, str, str, str, str, str]]:
        """Rule, all days together, typical day, worst day in twenty, counted but not read, read but not counted."""
        return [_row(name, reading, self.read_ms) for name, reading in self.reading.items()]


def _row(name: str, reading: Reading, read_ms: int) -> tuple[str, str, str, str, str, str]:
    days = sorted(abs(off) for off in reading.off)
    typical, bad = days[len(days) // 2], days[math.ceil(len(days) * 0.95) - 1]
    return (
        name, f"{(reading.counted - read_ms) / read_ms:+.1%}".replace("-", "−"), f"{typical / 60_000:.1f}",
        f"{bad / 60_000:.0f}", f"{reading.beyond / read_ms:.1%}", f"{reading.missed / read_ms:.1%}",
    )  # fmt: skip


def measure(played: Iterable[tuple[Day, Ledger, Truth]]) -> Figures:
    found = Figures()
    for day, ledger, truth in played:
        found.add(day, ledger, truth)
    return found
