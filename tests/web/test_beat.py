"""The beat's two views and the notice, as a browser sends them."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import edge
from tests.conftest import NOW
from tests.domain.study_time.beats import statements
from wins_xblocks import context
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Registration, Waiver
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.study_time import rules, tickets
from wins_xblocks.domain.study_time.data import PageTicket
from wins_xblocks.domain.study_time.models import StudyDay, StudySession

pytestmark = pytest.mark.django_db
MINUTE, HOUR = 60_000, 3_600_000


class Clock:
    """The server's clock; a test moves it."""

    now = NOW

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(context, "now", lambda: clock.now)
    return clock


@pytest.fixture
def found(learner, rules):
    study_time.accept_notice(learner.id, NOW)
    return registration.open_for_enrolment(learner.id, rules.module("foundation"), edge.FOUNDATION, 1, NOW)


@pytest.fixture
def page(learner, found):
    """A page ticket as the block makes it."""
    issued_at = rules.milliseconds(NOW)
    return tickets.page_token(
        PageTicket(learner.id, found.id, edge.FOUNDATION, "foundation", "u1", "p1", "text", issued_at)
    )


@pytest.fixture
def browser(client, learner):
    client.force_login(learner)
    return client


def post(client, url, body, **more):
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(f"/wins/{url}", content, content_type=more.pop("content_type", "application/json"), **more)


def hello(client, page, at=0, **more):
    return post(client, "beat/hello", {"ticket": page, "at": at, **more})


def beat(client, session, *spans, late=False, at=None):
    at = max(span[1] for span in spans) if at is None else at
    return post(client, "beat", {"ticket": session, "at": at, "spans": spans, "inputs": 3, "late": late})


@pytest.fixture
def session(browser, page):
    return hello(browser, page).json()["ticket"]


def test_a_page_says_hello_and_its_minute_counts(browser, page, clock, found):
    answer = hello(browser, page).json()
    assert (answer["total"], answer["today"], answer["counted"], answer["state"]) == (0, 0, "0 min", "counting")
    clock.forward(seconds=60)
    answer = beat(browser, answer["ticket"], (0, MINUTE))
    assert answer.status_code == 200
    assert answer.json() == {"total": MINUTE, "today": MINUTE, "counted": "1 min", "state": "counting"}
    assert answer["Cache-Control"] == "no-store"
    assert registration.hours_of([found.id], 1)[found.id].counted == MINUTE


def test_book_and_waived_hours_are_in_the_total(browser, page, found, clock):
    Waiver.objects.create(registration_id=found.id, ms=HOUR, reason="x", made_at=NOW, made_by=9)
    opened = hello(browser, page).json()
    clock.forward(seconds=60)
    answer = beat(browser, opened["ticket"], (0, MINUTE)).json()
    assert (answer["total"], answer["today"]) == (HOUR + MINUTE, MINUTE)
    assert answer["total"] == registration.hours_of([found.id], 1)[found.id].counted


def test_the_demos_factor_is_on_the_display_only(browser, page, clock, settings, found):
    settings.WINS_DEMO_TIME_FACTOR = 600
    session = hello(browser, page).json()["ticket"]
    clock.forward(seconds=60)
    assert beat(browser, session, (0, MINUTE)).json()["total"] == 600 * MINUTE
    assert StudyDay.objects.get().ms == MINUTE


def test_the_same_minute_elsewhere_is_said(browser, page, session, clock):
    other = hello(browser, page).json()["ticket"]
    clock.forward(seconds=60)
    beat(browser, session, (0, MINUTE))
    assert beat(browser, other, (0, MINUTE)).json()["state"] == "elsewhere"


def test_a_visit_in_the_ledger_is_opened_again_where_it_stands_whatever_the_clock_says(browser, page, clock):
    clock.forward(seconds=60)
    first = hello(browser, page, MINUTE, visit="77").json()["ticket"]
    beat(browser, first, (0, MINUTE))
    for at in (0, 5 * HOUR):
        again = hello(browser, page, at, visit="77").json()["ticket"]
        assert beat(browser, again, (0, MINUTE), late=True).json()["total"] == MINUTE
    assert StudySession.objects.count() == 1
    other = hello(browser, page, 0, visit="78").json()["ticket"]
    clock.forward(seconds=60)
    assert beat(browser, other, (0, MINUTE)).json()["total"] == 2 * MINUTE


def test_what_a_page_read_without_network_is_opened_days_later_and_nothing_that_began_too_late(browser, page, clock):
    clock.forward(days=2)
    kept = hello(browser, page, 47 * HOUR, visit="77")  # begun an hour after the page was made
    assert beat(browser, kept.json()["ticket"], (0, MINUTE), late=True).json()["total"] == MINUTE
    too_late = hello(browser, page, 35 * HOUR, visit="78")
    assert (too_late.status_code, too_late.json()["state"]) == (409, "reload")


@pytest.mark.parametrize("visit", ["", "Ä", 5, ["1"], "1" * 33])
def test_a_hello_with_a_name_that_no_page_gives_is_refused(browser, page, visit):
    assert hello(browser, page, visit=visit).status_code == 400


def test_nothing_is_counted_before_the_notice_was_accepted(browser, learner, page, clock):
    study_time.StudyLearner.objects.update(notice_at=None)
    answer = hello(browser, page)
    assert (answer.status_code, answer.json()["state"]) == (409, "notice")
    assert post(browser, "notice", {}).json() == {"state": "accepted"}
    assert hello(browser, page).status_code == 200


def test_whoever_left_the_course_or_joined_its_team_is_refused(browser, learner, page, world):
    world.staff.add((learner.id, edge.FOUNDATION))
    answer = hello(browser, page)
    assert (answer.status_code, answer.json()["state"]) == (403, "staff")
    world.enrolments.clear()
    answer = hello(browser, page)
    assert (answer.status_code, answer.json()["state"]) == (403, "not_enrolled")


def test_an_outsiders_ticket_is_refused(client, other_learner, page, session, clock):
    client.force_login(other_learner)
    assert hello(client, page).json()["state"] == "other"
    clock.forward(seconds=60)
    assert beat(client, session, (0, MINUTE)).status_code == 403
    assert not StudySession.objects.exists()


def test_whoever_is_signed_out_is_told_so(client, page, session, clock):
    client.logout()
    assert hello(client, page).status_code == 401
    answer = beat(client, session, (0, MINUTE))
    assert (answer.status_code, answer.json()["state"]) == (401, "signed_out")
    assert post(client, "notice", {}).status_code == 401


def test_an_old_page_is_to_be_loaded_again(browser, page, clock):
    clock.forward(hours=12, seconds=1)
    answer = hello(browser, page)
    assert (answer.status_code, answer.json()["state"]) == (409, "reload")


def test_a_ticket_of_an_earlier_registration_is_to_be_loaded_again(browser, learner, page, found, rules):
    registration.Registration.objects.update(state="lapsed", open_slot=None, ended_at=NOW)
    registration.open_for_enrolment(learner.id, rules.module("foundation"), edge.FOUNDATION, 1, NOW)
    assert hello(browser, page).json()["state"] == "reload"


def test_a_beat_that_was_away_is_asked_for_a_new_visit_and_then_taken_as_late(browser, session, clock):
    clock.forward(minutes=10)
    answer = beat(browser, session, (0, MINUTE))
    assert (answer.status_code, answer.json()["state"]) == (409, "reopen")
    assert beat(browser, session, (0, MINUTE), late=True).json()["total"] == MINUTE


def test_a_week_later_it_is_too_old(browser, session, clock):
    clock.forward(days=8)
    answer = beat(browser, session, (0, MINUTE), late=True)
    assert (answer.status_code, answer.json()["state"]) == (400, "too_old")


@pytest.mark.parametrize("url", ["beat", "beat/hello", "notice"])
def test_only_posts_of_small_json_with_a_token_come_in(url, learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    assert client.get(f"/wins/{url}").status_code == 405
    assert post(client, url, {}).status_code == 403  # no token
    assert post(client, url, "x" * 16_385).status_code == 413  # judged before the token, which may read the body
    assert post(client, url, b"", CONTENT_LENGTH="").status_code == 411
    assert post(client, url, b"", CONTENT_LENGTH="-5").status_code == 411


@pytest.mark.parametrize("url", ["beat", "beat/hello"])
@pytest.mark.parametrize("body", [" ", "[]", "5", "null", "{", "\udcff".encode("utf-8", "surrogatepass"), "[" * 8000])
def test_a_body_that_is_no_object_is_refused(browser, url, body):
    answer = post(browser, url, body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_another_content_type_is_refused(browser):
    assert post(browser, "beat", "{}", content_type="text/plain").status_code == 415


@pytest.mark.parametrize(
    "change",
    [
        {"ticket": "x"}, {"ticket": None}, {"ticket": {}}, {"at": -1}, {"at": "5"}, {"at": None}, {"at": 1e300},
        {"spans": "x"}, {"spans": [[1]]}, {"spans": [[5, 1]]}, {"spans": [[0, 1e9]]}, {"spans": None}, {"spans": {}},
        {"inputs": -1}, {"inputs": []}, {"inputs": True}, {"at": 10**30},
    ],
)  # fmt: skip
def test_a_beat_no_page_of_ours_sends_is_refused_and_nothing_is_written(browser, session, clock, change):
    clock.forward(seconds=60)
    answer = post(browser, "beat", {"ticket": session, "at": MINUTE, "spans": [[0, MINUTE]], "inputs": 0, **change})
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not StudySession.objects.exists()


@pytest.mark.parametrize("body", [{}, {"ticket": 5}, {"ticket": "a:b"}])
def test_a_hello_without_a_ticket_of_ours_is_refused(browser, body):
    assert post(browser, "beat/hello", body).status_code == 400


@pytest.mark.parametrize("at", [-1, "x", None, 1.5, 10**30, 60_000])
def test_a_hello_with_a_clock_that_cannot_be_is_refused(browser, page, at):
    assert hello(browser, page, at).status_code == 400


def test_thirty_beats_a_minute_are_enough(browser, other_learner, session, clock):
    statuses = [beat(browser, session, (0, 1), at=1).status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]
    refused = beat(browser, session, (0, 1), at=1)
    assert (refused["Retry-After"], refused.json()["state"]) == ("60", "later")
    clock.forward(seconds=60)
    assert beat(browser, session, (0, 1), at=60_000).status_code == 200


def test_a_broken_rule_file_is_a_503(browser, page, settings, tmp_path):
    settings.WINS_PROGRAMME = str(tmp_path / "missing.yaml")
    assert hello(browser, page).status_code == 503


def test_the_beat_that_crosses_the_hours_writes_it_down_and_no_other(browser, page, clock, found, learner):
    before = 40 * HOUR - 2 * MINUTE
    day = NOW.date() - timedelta(days=1)
    StudyDay.objects.create(learner_id=learner.id, registration_id=found.id, module="foundation", day=day, ms=before)
    session = hello(browser, page).json()["ticket"]
    for minute in (1, 2, 3):
        clock.forward(seconds=60)
        beat(browser, session, (0, minute * MINUTE))
        reached = registration.latest(learner.id, "foundation").reached_at
        assert reached == (None if minute == 1 else NOW + timedelta(minutes=2))
    acts = [entry.action for entry in audit.entries(f"registration:{found.id}")]
    assert acts.count("hours.reached") == 1


def test_hours_reached_without_a_beat_are_written_down_at_the_next_hello(browser, page, found, learner):
    Waiver.objects.create(registration_id=found.id, ms=40 * HOUR, reason="x", made_at=NOW, made_by=9)
    hello(browser, page)
    assert registration.latest(learner.id, "foundation").reached_at == NOW


def test_a_steady_beat_costs_four_statements_of_ours(browser, session, clock, monkeypatch):
    monkeypatch.setattr("wins_xblocks.web.study_time.platform", None)  # and no question to the platform
    clock.forward(seconds=60)
    beat(browser, session, (0, MINUTE))
    clock.forward(seconds=60)
    for expected, end in ((4, 2), (2, 2)):
        with CaptureQueriesContext(connection) as seen:
            beat(browser, session, (0, end * MINUTE), at=2 * MINUTE)
        ledger = [sql for sql in statements(seen.captured_queries) if "wins_xblocks_study" in sql]
        others = [sql for sql in statements(seen.captured_queries) if "wins_xblocks" in sql and sql not in ledger]
        assert len(ledger) == expected
        assert [sql for sql in others if "programmeversion" not in sql] == []


@pytest.mark.parametrize(
    ("back", "where"),
    [
        ("/wins/me/time/", "/wins/me/time/"),
        ("https://evil.example/", "/wins/me/"),
        ("//evil.example/", "/wins/me/"),
        ("/\\evil.example/", "/wins/me/"),
        ("javascript:alert(1)", "/wins/me/"),
        ("", "/wins/me/"),
    ],
)
def test_the_notices_form_leads_back_to_our_own_pages_only(browser, learner, back, where):
    answer = browser.post("/wins/notice", {"next": back})
    assert (answer.status_code, answer["Location"]) == (302, where)
    assert study_time.notice_accepted(learner.id)


def test_a_form_of_somebody_signed_out_accepts_nothing(client, db):
    assert client.post("/wins/notice", {"next": ""})["Location"] == "/wins/me/"
    assert not StudySession.objects.exists()


def test_no_time_goes_to_a_registration_that_has_ended(browser, page, found):
    Registration.objects.filter(id=found.id).update(state="cancelled", open_slot=None, ended_at=NOW)
    answer = hello(browser, page)
    assert (answer.status_code, answer.json()["state"]) == (409, "reload")


def test_a_beat_on_a_better_line_than_its_hello_is_early_not_wrong(browser, page, clock):
    clock.forward(seconds=4)  # the hello's way; its page had sent it when it was made
    session = hello(browser, page).json()["ticket"]
    clock.forward(seconds=56)
    answer = beat(browser, session, (0, MINUTE), at=MINUTE)
    assert (answer.status_code, answer.json()["state"]) == (409, "reopen")
    clock.forward(seconds=30)
    assert beat(browser, session, (0, MINUTE), late=True).json()["total"] == MINUTE
