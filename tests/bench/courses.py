"""Time and memory of building the ten courses, in a process of its own."""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path


def build(root: Path, out: str) -> tuple[float, float]:
    """(seconds, MB at its peak) of one build."""
    began = time.perf_counter()
    pid = os.spawnve(
        os.P_NOWAIT, sys.executable, [sys.executable, "-m", "course_export", "build", "--out", out],
        {**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit("the courses cannot be built")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def figures(root: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as out:
        runs = [build(root, out) for _ in range(3)]
    return {
        "courses.seconds": statistics.median(run[0] for run in runs),
        "courses.seconds.max": 3,
        "courses.mb": max(run[1] for run in runs),
        "courses.mb.max": 150,
    }
