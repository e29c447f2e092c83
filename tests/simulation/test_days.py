"""Days of a simulated reader: what is counted stays within its bounds of the rule, and breaking it is seen."""

import shutil

import pytest

from wins_xblocks.domain.study_time import rules

from . import days
from .figures import OURS, Figures, measure
from .run import SCRIPT, play
from .truth import common, length, union

NODE = pytest.mark.skipif(not shutil.which("node"), reason="node is missing")
pytestmark = [pytest.mark.django_db, NODE]
DAYS, MINUTES = 120, (4, 18)


def measured(count: int, minutes: tuple[int, int]) -> Figures:
    return measure(play(days.day(seed, minutes) for seed in range(count)))


def first_fault(script=SCRIPT) -> str:
    """Of up to forty days; most of what is broken is seen on the first few."""
    found = Figures()
    for played in play((days.day(seed, (10, 25)) for seed in range(40)), script):
        found.add(*played)
        if found.faults:
            return found.faults[0]
    return ""


def test_what_is_counted_keeps_to_the_rule_whatever_the_network_and_the_reader_do():
    found = measured(DAYS, MINUTES)
    assert found.past_bounds() == []
    assert found.visits > DAYS
    refusals = " ".join(found.refused)
    assert "reopen" in refusals
    assert "signed_out" in refusals
    assert found.reading[OURS].off != [0] * DAYS, "a reader who dozes is not what the rule sees"


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("late time is not called late", "late: one.late", "late: false"),
        ("each hello moves the visit's beginning", "at: Math.max(offset(one), last(one))", "at: 0"),
        ("sleep is not seen", "LATE_TICK = 6000, APART = 2000", "LATE_TICK = 6e12, APART = 2e12"),
        ("nobody is ever away", "const still = lastTick - lastTouch", "const still = 0"),
        ("hidden pages count", "pause(Math.min(", "Math.max((0, "),
        ("a beat is not kept until its answer", "one.busy = one.spans.slice(0,", "one.busy = one.spans.splice(0,"),
    ],
)  # fmt: skip
def test_a_broken_page_is_seen(tmp_path, what, old, new):
    text = SCRIPT.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{what}: the script has changed"
    broken = tmp_path / "study_time.js"
    broken.write_text(text.replace(old, new), encoding="utf-8")
    assert first_fault(broken)


def test_a_server_that_counts_twice_what_comes_twice_is_seen(monkeypatch):
    monkeypatch.setattr(rules, "minus", lambda spans, cover: list(spans))
    assert first_fault()


def test_the_same_number_is_the_same_day():
    assert days.day(7) == days.day(7)
    assert days.day(7) != days.day(8)


def test_what_the_comparison_itself_counts():
    assert union([(5, 9), (0, 3), (2, 4), (9, 10), (7, 7)]) == [(0, 4), (5, 10)]
    assert length([(0, 4), (5, 10)]) == 9
    assert common([(0, 4), (5, 10)], [(3, 6), (8, 20)]) == 4
