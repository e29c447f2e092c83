"""Counts that take long are kept for a while; the page says since when, and counts again when it is asked to."""

from datetime import timedelta

import pytest
from django.utils import translation

from tests.conftest import NOW
from tests.domain.vouchers.builders import RULES
from wins_xblocks import context, kept, periodic, report_kept, report_view
from wins_xblocks.domain.period import Period
from wins_xblocks.report_values import Asked

from .test_desk_reports import KEYS, crowd, shown, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(signed_in, administrator):
    return signed_in(administrator)


@pytest.fixture
def slow(monkeypatch):
    """Every count takes longer than a page should."""
    monkeypatch.setattr(kept, "SLOW_SECONDS", -1)


def learners(client, **query):
    return table(shown(client, "members", by="module", **query))["Together"][0]


def test_a_small_academy_sees_each_change_at_once(staff):
    crowd(5)
    assert learners(staff) == "5"
    crowd(1, start=5)
    html = shown(staff, "members", by="module")
    assert table(html)["Together"][0] == "6"
    assert "Counted on" not in html


def test_what_takes_long_is_kept_and_says_so(staff, slow):
    crowd(5)
    assert learners(staff) == "5"
    crowd(1, start=5)
    html = shown(staff, "members", by="module")
    assert table(html)["Together"][0] == "5"
    assert "Counted on" in html
    assert "?by=module&amp;anew=1" in html


def test_count_again_counts_for_everybody(staff, slow):
    crowd(5)
    assert learners(staff) == "5"
    crowd(1, start=5)
    assert learners(staff, anew="1") == "6"
    assert learners(staff) == "6"


def test_what_became_fast_is_kept_no_more(staff, slow, monkeypatch):
    crowd(5)
    assert learners(staff) == "5"
    crowd(1, start=5)
    monkeypatch.setattr(kept, "SLOW_SECONDS", 60)
    assert learners(staff, anew="1") == "6"
    crowd(1, start=6)
    assert learners(staff) == "7"


def test_another_filter_is_another_count(staff, slow):
    crowd(5)
    crowd(7, module="regulation")
    assert learners(staff) == "12"
    assert learners(staff, module="foundation") == "5"
    assert learners(staff, module="regulation") == "7"


def test_the_next_day_is_counted_by_itself(slow):
    """Months and what ends soon are those of today."""
    asked = Asked(RULES, Period(RULES.zone))
    first = report_kept.counted("members", asked, NOW)
    assert report_kept.counted("members", asked, NOW + timedelta(hours=1)).at == first.at
    assert report_kept.counted("members", asked, NOW + timedelta(days=1)).at == NOW + timedelta(days=1)


def test_the_periodic_work_counts_before_anybody_waits(staff, slow):
    crowd(5)
    all_of = sum(len(kind.by) or 1 for kind in report_view.KINDS)
    assert periodic.count_reports(context.now()) == f"{all_of} reports counted that take long"
    crowd(1, start=5)
    assert learners(staff) == "5"
    for key in KEYS:
        assert "Counted on" in shown(staff, key)


def test_the_periodic_work_keeps_nothing_of_a_small_academy(staff):
    crowd(5)
    assert periodic.count_reports(context.now()) == "0 reports counted that take long"


def test_what_is_kept_is_read_in_any_language(staff, slow):
    crowd(6)
    kind, asked = report_view.BY_KEY["progress"], Asked(RULES, Period(RULES.zone), None, "month")
    english = report_view.page_of(kind, asked, 1, NOW)
    with translation.override("de"):
        german = report_view.page_of(kind, asked, 1, NOW)
    assert (english.rows[-1].name, german.rows[-1].name) == ("March 2027", "März 2027")
    assert german.rows[-1].cells[0] == english.rows[-1].cells[0] == "6"
    assert "März 2027" in german.counted_at
