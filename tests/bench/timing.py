"""Two ways in turn, so that a noisy machine disturbs both alike."""

import statistics
import time
from collections.abc import Callable

RUNS = 5


def milliseconds(work: Callable[[int], object], number: int) -> float:
    began = time.perf_counter()
    work(number)
    return (time.perf_counter() - began) * 1000


def compare(ours: Callable[[int], object], floor: Callable[[int], object], times: int) -> tuple[float, float, float]:
    """(our median ms, the floor's median ms, median of the five runs' ratios); each call gets a new number."""
    for number in range(5):
        floor(number), ours(number)
    ratios, all_ours, all_floor = [], [], []
    for run in range(RUNS):
        own, other = [], []
        for number in range(5 + run * times, 5 + (run + 1) * times):
            other.append(milliseconds(floor, number))
            own.append(milliseconds(ours, number))
        ratios.append(statistics.median(own) / statistics.median(other))
        all_ours += own
        all_floor += other
    return statistics.median(all_ours), statistics.median(all_floor), statistics.median(ratios)
