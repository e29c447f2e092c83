"""Long runs: collected with WINS_SOAK=1 only. Their figures are written when nothing failed."""

import itertools
import os
import time
from collections import defaultdict
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from tests.soak import figures

ROOT = Path(__file__).resolve().parents[2]
if os.environ.get("WINS_SOAK") != "1":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def seed():
    """WINS_SOAK_SEED repeats a run."""
    return int(os.environ.get("WINS_SOAK_SEED", time.time_ns() % 1_000_000))


@pytest.fixture(scope="session")
def times():
    """How often each thing is tried: WINS_SOAK_TIMES."""
    return int(os.environ.get("WINS_SOAK_TIMES", "20000"))


@pytest.fixture(scope="session")
def measured(request, seed):
    """``with measured(what) as tried`` around a long run, which calls ``tried()`` each time."""
    rows = []

    @contextmanager
    def measure(what):
        began, tally = time.monotonic(), itertools.count()
        yield lambda: next(tally)
        rows.append((what, next(tally), time.monotonic() - began))

    yield measure
    _write(request.session, figures.section, seed, rows)


@pytest.fixture(scope="session")
def bounded(request, seed):
    """``bounded(title, what, measured, bound)`` notes a figure; whoever calls has seen that it keeps its bound."""
    sections = defaultdict(list)
    yield lambda title, *row: sections[title].append(row)
    for title, rows in sections.items():
        _write(request.session, partial(figures.bounded, title), seed, rows)


@pytest.fixture(scope="session")
def compared(request, seed):
    """``compared(title, head, rows)`` writes a table of its own."""
    tables = []
    yield lambda *table: tables.append(table)
    for title, head, rows in tables:
        _write(request.session, lambda root, seed, rows, today, t=title, h=head: figures.compared(
            t, root, seed, h, rows, today), seed, rows, in_order=True)  # fmt: skip


def _write(session, section, seed, rows, in_order=False):
    if session.testsfailed or not rows:
        print(f"\nseed {seed}: no figures are written")
        return
    file = ROOT / "docs/figures.md"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    new = section(ROOT, seed, rows if in_order else sorted(rows), date.today())  # noqa: DTZ011 - the day at this desk
    file.write_text(figures.entered(text, new), encoding="utf-8")
