"""My study time: sums, days and the picture say the same, and what does not count says why."""

from datetime import timedelta

import pytest
from django.urls import reverse
from lxml import html as parser

from tests.conftest import NOW
from tests.domain.vouchers.builders import RULES
from wins_xblocks.domain.study_time.models import OfflineClaim, Strike, StudyLearner
from wins_xblocks.study_days import HIGH, SHOWN_DAYS, TOP, _scale

from .builders import HOUR, TODAY, joined, noticed, studied
from .markup import faults

pytestmark = pytest.mark.django_db
MONDAY = TODAY - timedelta(days=TODAY.weekday())


def book(own, hours, day=TODAY, state="counted"):
    OfflineClaim.objects.create(
        learner_id=own.learner_id, registration_id=own.id, day=day, ms=int(hours * HOUR), what="Chapter 3", state=state,
        module=own.module, made_at=NOW, decided_at=NOW if state == "refused" else None,
    )  # fmt: skip


@pytest.fixture
def shown(client, learner, clock):
    """The page, as a tree and as text."""
    noticed(learner)

    def open_():
        client.force_login(learner)
        response = client.get(reverse("wins:study"))
        assert response.status_code == 200
        assert faults(response.content.decode()) == []
        tree = parser.fromstring(response.content.decode())
        return tree, " ".join(tree.text_content().split())

    return open_


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr("wins_xblocks.context.now", lambda: NOW)


def test_before_the_first_module_the_page_says_so(shown):
    assert "You have not joined a module yet." in shown()[1]


def test_sums_of_today_the_week_and_the_module_are_those_of_the_days(shown, learner):
    own = joined(learner)
    studied(own, 1.5)
    studied(own, 2, MONDAY - timedelta(days=1))
    book(own, 1)
    book(own, 3, state="refused")
    tree, text = shown()
    assert "Your study time: 4 h 30 min of 40 hours" in text
    assert "Today 2 h 30 min" in text
    assert "This week 2 h 30 min" in text
    rows = [[cell.text_content() for cell in row] for row in tree.iter("tr")][1:]
    assert [row[1:] for row in rows] == [["1 h 30 min", "1 h", "2 h 30 min"], ["2 h", "0 min", "2 h"]]


def test_the_picture_has_a_bar_for_each_day_and_says_in_words_what_it_shows(shown, learner):
    own = joined(learner)
    studied(own, 1, TODAY - timedelta(days=SHOWN_DAYS - 1))
    studied(own, 3, TODAY - timedelta(days=2))
    studied(own, 9, TODAY - timedelta(days=SHOWN_DAYS))  # too long ago for the picture
    book(own, 2, TODAY - timedelta(days=2))
    tree, text = shown()
    (picture,) = tree.iter("svg")
    bars = [bar for bar in picture.iter("rect") if bar.get("x")]
    heights = [float(bar.get("height")) for bar in bars]
    assert [bar.get("class") for bar in bars] == [None, None, "wins-book"]
    assert heights == [20.0, 60.0, 40.0], "of 120 for six hours"
    assert min(float(bar.get("y")) for bar in bars) == TOP + HIGH - 100
    assert "You studied on 2 of the last 28 days. The longest was" in picture.get("aria-label")
    assert "Full bars: online. Striped bars: book." in text


def test_without_study_there_is_no_empty_picture(shown, learner):
    joined(learner)
    tree, text = shown()
    assert "No study time in the last 28 days." in text
    assert not list(tree.iter("svg"))


@pytest.mark.parametrize(("longest", "hours"), [(0, 2), (1, 2), (2 * HOUR, 2), (2 * HOUR + 1, 4), (25 * HOUR, 26)])
def test_the_scale_holds_the_longest_day(longest, hours):
    assert _scale(longest) == hours


def test_struck_time_is_told_with_its_reason_until_that_is_erased(shown, learner):
    own = joined(learner)
    studied(own, 3)
    Strike.objects.create(registration_id=own.id, ms=HOUR, reason="A script <b>", made_at=NOW, made_by=1)
    text = shown()[1]
    assert "1 h were not counted" in text
    assert "Reason: A script <b>" in text
    assert "Your study time: 2 h of 40 hours" in text
    Strike.objects.update(reason="")
    assert "Reason:" not in shown()[1]


def test_a_longer_limit_for_a_slower_reader_is_told(shown, learner):
    joined(learner)
    minutes = RULES.policies.idle_minutes
    assert f"You may read for {minutes.text} minutes" in shown()[1]
    StudyLearner.objects.filter(learner_id=learner.id).update(idle_factor=3)
    assert f"You may read for {3 * minutes.text} minutes" in shown()[1]


def test_nobody_sees_anothers_days(shown, learner, other_learner):
    studied(joined(other_learner), 7)
    assert "7 h" not in shown()[1]


def test_the_demos_factor_holds_for_online_time_only(shown, learner, settings):
    settings.WINS_DEMO_TIME_FACTOR = 10
    own = joined(learner)
    studied(own, 0.2)
    book(own, 1)
    assert "Today 3 h" in shown()[1]
