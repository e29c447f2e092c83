"""Thousands of days of a simulated reader, and the two tables of ``docs/figures.md`` about them."""

import shutil

import pytest

from tests.simulation import days
from tests.simulation.figures import SHARE, measure
from tests.simulation.run import play

pytestmark = [pytest.mark.soak, pytest.mark.skipif(not shutil.which("node"), reason="node is missing")]
READING = ("counted by", "all days", "half the days within, min", "19 of 20 within, min", "not read", "missed")


@pytest.mark.django_db
def test_the_rule_is_kept_on_thousands_of_days(seed, times, compared):
    found = measure(play(days.day(seed * 1_000_000 + number) for number in range(max(1, times // 10))))
    assert found.past_bounds() == []
    hours = found.true_ms / 3_600_000
    compared(
        "Rule error: counted against the rule on true inputs", ("figure", "measured", "bound"),
        [
            ("days / hours / visits", f"{found.days:,} / {hours:,.0f} / {found.visits:,}", ""),
            ("off on average, either way", f"{found.share_off:.3%}", f"{SHARE:.1%}"),
            ("all days together", f"{found.bias:+.3%}".replace("-", "−"), ""),
            ("worst visit, share of its bound (1 s, or its latency)", f"{found.worst_visit[0]:.0%}", "100%"),
            ("days past wall time + 1 s per session", f"{found.days_past_wall}", "0"),
        ],
    )  # fmt: skip
    compared("Reading error: counted against what was read", READING, found.table())
