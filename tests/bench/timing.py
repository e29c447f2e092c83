"""Two ways in turn, so that a noisy machine disturbs both alike."""

import statistics
import time
from collections.abc import Callable

RUNS = 5
WARM = 5  # calls of each before the first that counts


def milliseconds(work: Callable[[int], object], number: int) -> float:
    began = time.perf_counter()
    work(number)
    return (time.perf_counter() - began) * 1000


def compare(
    ours: Callable[[int], object],
    floor: Callable[[int], object],
    times: int,
    prepare: Callable[[int], object] = lambda number: None,
) -> tuple[float, float, float]:
    """(our median ms, the floor's median ms, median of the five runs' ratios).

    Each call gets a new number; ``prepare`` goes before each pair and is not timed.
    """
    ratios, all_ours, all_floor = [], [], []
    for run in range(RUNS + 1):
        own, other = [], []
        for number in range(WARM + (run - 1) * times, WARM + run * times) if run else range(WARM):
            prepare(number)
            other.append(milliseconds(floor, number))
            own.append(milliseconds(ours, number))
        if run:
            ratios.append(statistics.median(own) / statistics.median(other))
            all_ours += own
            all_floor += other
    return statistics.median(all_ours), statistics.median(all_floor), statistics.median(ratios)
