"""What the plugin tells: once each, after commit, as documented, and never a code, a name, an answer or a span."""

import dataclasses
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_type_hints

import pytest
from django.core.management import call_command
from django.db import OperationalError, transaction
from django.test import Client
from django.urls import reverse

from tests import edge
from tests.blocks import call, make_block
from tests.conftest import NOW
from tests.domain.quiz.banks import answers, bank
from tests.domain.vouchers.builders import FND, code, csv, fill, issue, named, position, ready
from tests.web.builders import joined, noticed, studied, tried
from tests.web.test_beat import MINUTE, beat, hello
from tests.web.test_desk_vouchers import send, take_back
from wins_xblocks import context, events
from wins_xblocks.domain.quiz.models import Attempt
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.study_time import rules, tickets
from wins_xblocks.domain.study_time.data import PageTicket
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers import giving
from wins_xblocks.domain.vouchers.data import Handed
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.exam_voucher_block import ExamVoucherBlock
from wins_xblocks.quiz_block import QuizBlock

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs/events.md").read_text(encoding="utf-8")
YESTERDAY = (NOW - timedelta(days=1)).date()


class Clock:
    now = NOW

    def forward(self, **by):
        self.now += timedelta(**by)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(context, "now", lambda: clock.now)
    return clock


@pytest.fixture
def browser(client, learner):
    client.force_login(learner)
    return client


@pytest.fixture
def desk(administrator):
    client = Client()
    client.force_login(administrator)
    return client


def names(world):
    return [name for name, *_rest in world.emitted]


def page_of(own):
    ticket = PageTicket(
        own.learner_id, own.id, edge.FOUNDATION, "foundation", "u1", "p1", "text", rules.milliseconds(NOW)
    )
    return tickets.page_token(ticket)


def reach_the_hours(browser, clock, learner):
    """A beat crosses the line; the same beat again, and another one, do not."""
    own = joined(learner)
    noticed(learner)
    studied(own, 40 - 1 / 60, YESTERDAY)
    session = hello(browser, page_of(own)).json()["ticket"]
    clock.forward(seconds=120)
    for end in (1, 1, 2):
        assert beat(browser, session, (0, end * MINUTE), at=2 * MINUTE).status_code == 200
    hello(browser, page_of(own))
    return own


def send_a_quiz(world, learner):
    """A module test, sent twice."""
    world.user_id = learner.id
    block = make_block(QuizBlock, {"bank": bank(), "purpose": "test"}, usage="block-test")
    block.runtime.handler_url = lambda *args, **kwargs: "/"
    status, answer = call(block, "begin")
    assert status == 200, answer
    body = {"number": 1, "revision": 0, "responses": answers("block-test", 3, learner.id)}
    for _ in range(2):
        status, answer = call(block, "submit", body)
        assert status == 200, answer


def test_hours_are_told_once_however_often_the_beat_comes(browser, clock, learner, world):
    own = reach_the_hours(browser, clock, learner)
    about = {"user_id": learner.id, "course_id": edge.FOUNDATION, "module": "foundation", "registration_id": own.id}
    assert world.emitted == [("wins.hours.reached", learner.id, edge.FOUNDATION, about)]
    assert world.sent == [(events.HOURS_REACHED, clock.now, about | {"reached_at": clock.now})]


def test_hours_found_at_the_next_hello_are_told_once(browser, learner, world):
    own = joined(learner)
    noticed(learner)
    registration.waive(own.id, 40 * 3_600_000, "Studied on paper", 1, NOW)
    assert world.emitted == []
    for _ in range(2):
        hello(browser, page_of(own))
    assert names(world) == ["wins.hours.reached"]
    assert len(world.sent) == 1


def test_an_older_visit_that_crosses_the_line_again_tells_nothing(browser, clock, learner, world):
    own = joined(learner)
    noticed(learner)
    studied(own, 40 - 1 / 60, YESTERDAY)
    session = hello(browser, page_of(own)).json()["ticket"]
    registration.waive(own.id, 3_600_000, "Studied on paper", 1, NOW)
    hello(browser, page_of(own))
    clock.forward(seconds=60)
    assert beat(browser, session, (0, MINUTE)).status_code == 200
    assert (names(world), len(world.sent)) == (["wins.hours.reached"], 1)


def test_a_quiz_is_told_once_with_its_marks_only(learner, world):
    joined(learner)
    send_a_quiz(world, learner)
    told = {
        "user_id": learner.id, "course_id": edge.FOUNDATION, "module": "foundation", "block": "block-test",
        "purpose": "test", "number": 1, "grade": 3, "max_grade": 4, "passed": True, "is_staff": False,
    }  # fmt: skip
    assert world.emitted == [("wins.quiz.submitted", learner.id, edge.FOUNDATION, told)]


def test_a_voucher_is_told_when_it_is_issued_and_first_seen(learner, world):
    ready(learner.id)
    fill(2)
    world.user_id, block = learner.id, make_block(ExamVoucherBlock)
    for handler in ("get", "get", "show", "show"):
        assert call(block, handler, {"exam": FND})[0] == 200
    own = registration.latest(learner.id, "foundation")
    about = {
        "user_id": learner.id, "course_id": edge.FOUNDATION, "module": "foundation", "registration_id": own.id,
        "exam": FND, "voucher_id": Voucher.objects.get(state="revealed").id,
    }  # fmt: skip
    assert world.emitted == [
        ("wins.voucher.issued", learner.id, edge.FOUNDATION, about),
        ("wins.voucher.revealed", learner.id, edge.FOUNDATION, about),
    ]
    assert world.sent == [(events.VOUCHER_ISSUED, NOW, about | {"issued_at": NOW})]
    assert world.counted == ["wins.vouchers.issued"]


def test_the_page_outside_the_courses_tells_the_first_look_too(browser, learner, world):
    ready(learner.id)
    fill()
    issue(learner.id)
    for _ in range(2):
        assert browser.post(reverse("wins:vouchers"), {"exam": FND}).status_code == 200
    assert names(world) == ["wins.voucher.revealed"]


def test_taking_back_is_told_once_and_its_reason_never(desk, learner, world):
    ready(learner.id)
    fill()
    held = issue(learner.id).voucher.id
    assert take_back(desk, held, reason="Learner Example asked for it").status_code == 200
    assert take_back(desk, held, reason="Again").status_code == 409
    assert [(name, data["voucher_id"]) for name, _who, _where, data in world.emitted] == [
        ("wins.voucher.taken_back", held)
    ]


def test_an_empty_pool_is_counted_and_nothing_is_said_to_be_issued(learner, world):
    ready(learner.id)
    world.user_id = learner.id
    call(make_block(ExamVoucherBlock), "get", {"exam": FND})
    assert (world.emitted, world.counted) == ([], ["wins.pool.empty"])


@pytest.mark.parametrize("way", ["desk", "command", "periodic", "press of another"])
def test_whoever_waited_is_told_of_in_every_way_a_code_can_come(way, desk, learner, other_learner, world, tmp_path):
    ready(learner.id, other_learner.id)
    fill()
    held = issue(other_learner.id).voucher.id
    assert issue(learner.id).state == "waiting"
    if way == "desk":
        assert send(desk, csv([code(2)])).status_code == 200
    elif way == "command":
        file = tmp_path / "codes.csv"
        file.write_text(csv([code(2)]))
        call_command("wins_import_vouchers", str(file), order="PO-7")
    else:
        vouchers.take_back(held, 1, "Not yet", NOW)
        if way == "periodic":
            call_command("wins_periodic")
        else:
            world.user_id = other_learner.id
            call(make_block(ExamVoucherBlock), "get", {"exam": FND})
    assert [(name, who) for name, who, *_rest in world.emitted] == [("wins.voucher.issued", learner.id)]
    assert [data["user_id"] for _type, _at, data in world.sent] == [learner.id]


def locked_once(monkeypatch, module, name, at_call):
    """The database refuses once, after everything else of the transaction was done."""
    function, calls = getattr(module, name), []

    def fails(*args, **kwargs):
        calls.append(name)
        if len(calls) == at_call:
            raise OperationalError("database is locked")
        return function(*args, **kwargs)

    monkeypatch.setattr(module, name, fails)
    return calls


def test_a_transaction_that_is_repeated_tells_once(learner, world, monkeypatch):
    ready(learner.id)
    fill()
    world.user_id = learner.id
    hand_over, calls = giving.hand_over, []

    def fails(*args, **kwargs):
        calls.append(hand_over(*args, **kwargs))
        if len(calls) == 1:
            raise OperationalError("database is locked")
        return calls[-1]

    monkeypatch.setattr(giving, "hand_over", fails)
    assert call(make_block(ExamVoucherBlock), "get", {"exam": FND})[0] == 200
    assert calls == [True, True]
    assert (names(world), len(world.sent)) == (["wins.voucher.issued"], 1)


def test_a_beat_that_is_repeated_tells_once(browser, clock, learner, world, monkeypatch):
    calls = locked_once(monkeypatch, study_time, "Recorded", 1)
    reach_the_hours(browser, clock, learner)
    assert len(calls) == 4
    assert (names(world), len(world.sent)) == (["wins.hours.reached"], 1)


def test_what_is_undone_is_not_told(learner, world):
    with transaction.atomic():
        events.voucher_issued(Handed(1, learner.id, FND, NOW))
        transaction.set_rollback(True)
    assert (world.emitted, world.sent, world.counted) == ([], [], [])


def test_the_voucher_of_an_exam_that_no_rules_know_is_told_of_too(learner, world):
    events.voucher_issued(Handed(5, learner.id, "OLD-1", NOW))
    ((_name, _who, course, data),) = world.emitted
    assert (course, data["module"], data["registration_id"], data["exam"]) == ("", "", 0, "OLD-1")


def test_listeners_that_fail_hinder_nothing_and_are_logged(browser, clock, learner, world, caplog):
    world.nobody_listens = True
    own = reach_the_hours(browser, clock, learner)
    assert registration.latest(learner.id, "foundation").reached_at == clock.now
    assert own.id
    said = {record.getMessage() for record in caplog.records if record.name == "wins_xblocks.events"}
    assert said == {
        f"{name} was not told" for name in ("wins.hello", "wins.beat", "wins.hours.reached", events.HOURS_REACHED)
    }


# The whole way


@pytest.fixture
def walked(browser, clock, desk, learner, world):
    """Hours, quiz, voucher asked for, taken back, asked for again, imported, shown; what is secret or personal."""
    learner.username, learner.first_name, learner.last_name, learner.email = "zquist", "Zelda", "Quist", "zq@mail.test"
    learner.save()
    reach_the_hours(browser, clock, learner)
    registration.waive(joined(learner, "regulation").id, 40 * 3_600_000, "Zelda asked", 1, NOW)
    send_a_quiz(world, learner)
    tried(joined(learner, "regulation"), 90)
    named(learner.id, family="Quist")
    block = make_block(ExamVoucherBlock)
    fill(1)
    assert call(block, "get", {"exam": FND})[0] == 200
    assert take_back(desk, Voucher.objects.get(state="issued").id, reason="Zelda asked").status_code == 200
    Voucher.objects.update(expires_at=NOW + timedelta(days=1))  # too short to be issued again
    assert call(block, "get", {"exam": FND})[0] == 200
    assert position(learner.id).state == "waiting"
    assert send(desk, csv([code(2)])).status_code == 200
    assert call(block, "show", {"exam": FND})[1]["code"] == code(2)
    return [code(1), code(2), "zquist", "zelda", "quist", "mail.test", "po-7", "asked", "answer"]


def test_the_whole_way_is_told_in_its_order(walked, world):
    assert names(world) == [
        "wins.hours.reached", "wins.quiz.submitted", "wins.voucher.issued", "wins.voucher.taken_back",
        "wins.voucher.issued", "wins.voucher.revealed",
    ]  # fmt: skip
    assert [kind for kind, *_rest in world.sent] == [events.HOURS_REACHED, *[events.VOUCHER_ISSUED] * 2]


def test_nothing_that_is_told_holds_a_code_a_name_an_answer_or_a_span(walked, world):
    told = json.dumps([world.emitted, world.sent, world.counted], default=str).casefold()
    assert [secret for secret in walked if secret.casefold() in told] == []
    everything = [value for *_rest, data in [*world.emitted, *world.sent] for value in data.values()]
    assert {type(value) for value in everything} <= {int, str, bool, datetime}, "a list could hold spans or answers"
    refs = [ref for row in Attempt.objects.all() for drawn in row.drawn for ref in (drawn["ref"], drawn["item"])]
    assert refs
    assert not set(refs) & {value for value in everything if isinstance(value, str)}


def test_what_is_told_would_be_seen(walked, world):
    world.emitted.append(("wins.voucher.issued", 1, "", {"code": code(2)}))
    with pytest.raises(AssertionError):
        test_nothing_that_is_told_holds_a_code_a_name_an_answer_or_a_span(walked, world)


# The page that lists it


def rows(title):
    """The rows of the table under a heading, or under a line of text, as lists of cells."""
    part = DOC.split(f"{title}\n", 1)[1].split("\n## ", 1)[0]
    lines = part[part.index("\n|") + 1 :].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def quoted(cell):
    return re.findall(r"`([^`]+)`", cell)


def test_the_page_lists_the_tracking_events_and_their_fields():
    listed = {quoted(name)[0]: quoted(fields) for name, _when, fields in rows("## Tracking events")}
    assert listed == {event.name: [field.name for field in dataclasses.fields(event)] for event in events.TRACKED}


def test_fields_are_plain_values():
    for event in events.TRACKED:
        hints = get_type_hints(event)
        assert {hints[field.name] for field in dataclasses.fields(event)} <= {int, float, str, bool}


def test_all_that_is_told_on_the_way_is_listed(walked, world):
    fields = {event.name: {field.name for field in dataclasses.fields(event)} for event in events.TRACKED}
    for name, _who, _where, data in world.emitted:
        assert set(data) == fields[name]
    listed = {quoted(name)[0] for name, _counts in rows("## Counters")}
    assert {re.sub(r"refused\..+", "refused.<reason>", name) for name in world.counted} <= listed


def test_the_page_lists_the_reasons_of_refused_beats():
    told = {"csrf"}
    for file in ("study_time", "json_views"):
        told |= set(re.findall(r'told\(\d+, "(\w+)"', (ROOT / f"wins_xblocks/web/{file}.py").read_text("utf-8")))
    assert [quoted(reason)[0] for reason, _meaning in rows("Reasons, as the page's script hears them:")] == sorted(told)


def test_beats_are_counted_and_refused_ones_by_their_reason(browser, learner, world):
    own = joined(learner)
    assert hello(browser, page_of(own)).status_code == 409
    noticed(learner)
    session = hello(browser, page_of(own)).json()["ticket"]
    assert beat(browser, session, (5, 1)).status_code == 400
    assert beat(browser, session, (0, 1)).status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(learner)
    assert beat(strict, session, (0, 1)).status_code == 403
    browser.logout()
    assert beat(browser, session, (0, 1)).status_code == 401
    assert world.counted == [
        "wins.hello.refused.notice", "wins.hello", "wins.beat.refused.wrong", "wins.beat", "wins.beat.refused.csrf",
        "wins.beat.refused.signed_out",
    ]  # fmt: skip
