"""Many beats of one learner at the same moment: the total is the union's length, on every database.

Each thread is a page of its own with a random part of the time, sent twice, around midnight and without order.
"""

import json
import random
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.db.models import Sum
from django.test import RequestFactory

from wins_xblocks import context
from wins_xblocks.domain.study_time import api, rules, tickets
from wins_xblocks.domain.study_time.data import PageTicket, SessionTicket
from wins_xblocks.domain.study_time.models import StudyDay, StudyLearner, StudySession
from wins_xblocks.web import json_views
from wins_xblocks.web import study_time as web

from .conftest import race

VIENNA = ZoneInfo("Europe/Vienna")
BEGUN = datetime(2027, 3, 1, 22, 55, tzinfo=UTC)  # five minutes before midnight in Vienna
EPOCH = rules.milliseconds(BEGUN)
NOW = BEGUN + timedelta(minutes=10)
PAGES, BEATS = 8, 6


def ticket(page: int, learner: int = 1) -> SessionTicket:
    """Pages of two modules alternate, and begin 50 ms apart."""
    registration = 10 * learner + page % 2
    of = PageTicket(learner, registration, "course-v1:WINS+FND+2026", "m", "u", f"p{page}", "text", EPOCH)
    return SessionTicket(of, f"page {page}", EPOCH + 50 * page)


def beats(seed: int) -> list[tuple[int, list[list[int]]]]:
    """(page, spans) in random order, a third of them twice."""
    luck = random.Random(seed)
    made = []
    for page in range(PAGES):
        for _ in range(BEATS):
            begin = luck.randrange(0, 500_000)
            made.append((page, [[begin, begin + luck.randrange(1_000, 60_000)]]))
    made += luck.sample(made, len(made) // 3)
    luck.shuffle(made)
    return made


def union_ms(sent: list[tuple[int, list[list[int]]]]) -> int:
    return rules.length(rules.merge([(EPOCH + 50 * p + a, EPOCH + 50 * p + b) for p, spans in sent for a, b in spans]))


def credited_ms() -> int:
    return sum(StudyDay.objects.values_list("ms", flat=True))


def send(part: list[tuple[int, list[list[int]]]]) -> None:
    for page, spans in part:
        api.record(ticket(page), 600_000 - 50 * page, spans, 0, True, VIENNA, NOW, 7)


def test_without_the_lock_the_same_minute_counts_twice(database, monkeypatch):
    """The negative control: if this fails, the tests below prove nothing."""
    both_have_read, read = threading.Barrier(2, timeout=10), api.placed

    def read_and_wait(*of: Any) -> Any:
        found = read(*of)
        both_have_read.wait()
        return found

    monkeypatch.setattr(api.statements, "lock_learner", lambda learner_id: None)
    monkeypatch.setattr(api, "placed", read_and_wait)
    # Each of the two has a page and a module of its own, so that nothing but the lock could stop them.
    answers = race(lambda page: _enter_unlocked(page), [0, 1])
    assert [type(answer).__name__ for answer in answers] == ["Recorded", "Recorded"], answers
    assert credited_ms() == 120_000
    assert "credited twice" in " ".join(api.recount(1, VIENNA))


def _enter_unlocked(page: int) -> Any:
    """The same steps in autocommit, as a view without our transaction would run them."""
    moment = rules.milliseconds(NOW)
    begin = EPOCH - ticket(page).epoch  # the same minute by both clocks
    return api._enter.__wrapped__(ticket(page), [(begin + 1_000, begin + 61_000)], 0, True, VIENNA, moment, None)


@pytest.mark.parametrize("seed", [1, 2])
def test_many_pages_at_once_count_the_union(database, seed):
    sent = beats(seed)
    answers = race(send, [sent[number::PAGES] for number in range(PAGES)])
    assert answers == [None] * PAGES
    assert credited_ms() == union_ms(sent)
    assert api.recount(1, VIENNA) == []


def test_fifty_learners_with_three_tabs_each_are_counted_right_at_once(database):
    """All 150 tabs begin together; each learner's total is her own union, and nobody meets an error."""
    learners, seeds = range(1, 51), random.Random(7)
    tabs = [(learner, page, _tab(seeds)) for learner in learners for page in range(3)]
    seeds.shuffle(tabs)
    workers = 8 if database == "sqlite" else 50
    for learner in learners:
        api.accept_notice(learner, BEGUN)

    def read(own: list[tuple[int, int, list[list[int]]]]) -> None:
        for learner, page, spans in own:
            for span in spans:
                api.record(ticket(page, learner), 600_000 - 50 * page, [span], 0, True, VIENNA, NOW, 7)

    assert race(read, [tabs[number::workers] for number in range(workers)]) == [None] * workers
    counted = dict(StudyDay.objects.order_by().values_list("learner_id").annotate(sum=Sum("ms")))
    assert counted == {one: union_ms([(p, spans) for who, p, spans in tabs if who == one]) for one in learners}
    assert [fault for learner in learners for fault in api.recount(learner, VIENNA)] == []


def _tab(luck: random.Random) -> list[list[int]]:
    spans = [[begin, begin + luck.randrange(1_000, 60_000)] for begin in luck.sample(range(500_000), 4)]
    return spans + luck.sample(spans, 2)


def test_a_learners_first_beats_at_once_make_one_row(database):
    sent = [(page, [[0, 60_000]]) for page in range(PAGES)]
    assert race(lambda one: send([one]), sent) == [None] * PAGES
    assert StudyLearner.objects.get().beats == PAGES
    assert credited_ms() == union_ms(sent)


def test_learners_do_not_wait_for_each_other(database):
    """One learner's beat stays open; another's goes through meanwhile (SQLite has one writer: there it waits)."""
    if database == "sqlite":
        pytest.skip("SQLite has one lock for the whole file")
    StudyLearner.objects.bulk_create([StudyLearner(learner_id=1), StudyLearner(learner_id=2)])
    inside, done = threading.Event(), threading.Event()

    def slow(before: int, after: int) -> None:
        inside.set()
        assert done.wait(10)

    def work(learner: int) -> None:
        if learner == 2:
            assert inside.wait(10)
        spans = [[400_000, 460_000]]  # after midnight: today
        api.record(ticket(0, learner), 600_000, spans, 0, True, VIENNA, NOW, 7, slow if learner == 1 else None)
        done.set()

    assert race(work, [1, 2]) == [None, None]


def test_the_view_counts_right_under_atomic_requests(database, monkeypatch):
    """The whole way in: under ATOMIC_REQUESTS the view must leave the transaction to the ledger."""
    monkeypatch.setattr(context, "now", lambda: NOW)
    monkeypatch.setattr(json_views, "MOST_PER_MINUTE", 1000)
    view = BaseHandler().make_view_atomic(web.beat)
    sent = beats(3)

    def post(part: list[tuple[int, list[list[int]]]]) -> list[int]:
        return [_post(view, page, spans).status_code for page, spans in part]

    answers = race(post, [sent[number::PAGES] for number in range(PAGES)])
    assert all(status == 200 for statuses in answers for status in statuses), answers
    assert credited_ms() == union_ms(sent)
    assert StudySession.objects.count() == PAGES
    assert not transaction.get_connection().in_atomic_block


def _post(view: Any, page: int, spans: list[list[int]]) -> Any:
    told = {"ticket": tickets.session_token(ticket(page)), "at": 600_000 - 50 * page, "spans": spans, "late": True}
    request = RequestFactory().post("/wins/beat", json.dumps({**told, "inputs": 0}), content_type="application/json")
    request.user = SimpleNamespace(id=1, is_authenticated=True)
    request._dont_enforce_csrf_checks = True
    return view(request)
