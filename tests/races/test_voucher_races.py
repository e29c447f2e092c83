"""Vouchers under threads, on SQLite and on MariaDB under both isolation levels. The negative controls come first."""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.test import RequestFactory
from django.urls import resolve

from tests import edge
from tests.blocks import call, make_block
from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, RULES, csv, fill, issue, position, ready, reveal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.vouchers import api, pool, rotation, statements
from wins_xblocks.domain.vouchers.data import Secret
from wins_xblocks.domain.vouchers.keys import Keys, KeyTrouble
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam, VoucherWait
from wins_xblocks.exam_voucher_block import ExamVoucherBlock

from .conftest import race

KEYS = Keys(["Zm9yLXRlc3RzLW9ubHktMzItYnl0ZXMtbG9uZy1rZXk="], "tests only")
LEARNERS = list(range(1, 11))


def give_by_saving(learner_id, gate):
    """What one writes first: look for a free voucher, then save it as the learner's. No lock, no condition."""
    row = pool.usable(FND, 90, NOW).first().voucher  # before the transaction: SQLite lets no reader become a writer
    gate.wait()
    with transaction.atomic():
        row.state, row.holder_id, row.issued_at = "issued", learner_id, NOW
        row.save()
    return row.id


def ask_without_the_lock(number, gate):
    """Look whether learner 1 may have a voucher, then give a free one: what was looked at is out of date by then."""
    may, slot = position(1).verdict.met, pool.usable(FND, 90, NOW)[number]
    gate.wait()
    own = Voucher.objects.filter(id=slot.voucher_id, state="imported")
    return may and own.update(state="issued", holder_id=1, issued_at=NOW)


def test_without_lock_and_condition_two_learners_get_one_code(database):
    """If this fails, the races below prove nothing."""
    fill(1)
    gate = threading.Barrier(2)
    first, second = race(lambda who: give_by_saving(who, gate), [1, 2])
    assert first == second


def test_without_the_lock_one_learner_gets_two_codes(database):
    ready(1)
    fill(2)
    gate = threading.Barrier(2)
    assert race(lambda number: ask_without_the_lock(number, gate), [0, 1]) == [1, 1]
    assert Voucher.objects.filter(holder_id=1).count() == 2


def test_ten_learners_and_six_codes_make_six_vouchers_and_a_queue_of_four(database):
    ready(*LEARNERS)
    fill(6)
    answers = race(issue, LEARNERS)
    assert sorted(answer.state for answer in answers) == ["issued"] * 6 + ["waiting"] * 4
    held = [answer.voucher.id for answer in answers if answer.state == "issued"]
    assert len(set(held)) == 6
    assert sorted(w.place for w in api.waiting()) == [1, 2, 3, 4]
    assert Entitlement.objects.filter(exam=FND, state="used").count() == 6
    assert audit.broken() == []


def test_one_learner_who_presses_ten_times_at_once_gets_one_voucher(database):
    ready(1)
    fill(3)
    answers = race(lambda _: issue(1), LEARNERS)
    assert {answer.voucher.id for answer in answers} == {answers[0].voucher.id}
    assert Voucher.objects.filter(state="issued").count() == 1
    assert registration.places(1, FND) == 0


def test_one_learner_who_presses_ten_times_at_an_empty_pool_waits_once(database):
    ready(1)
    answers = race(lambda _: issue(1), LEARNERS)
    assert {(answer.state, answer.place_in_queue) for answer in answers} == {("waiting", 1)}
    assert VoucherWait.objects.count() == 1


def show_by_looking(voucher_id, gate):
    """What one writes first: look whether she holds it, then show it and note that."""
    row = Voucher.objects.get(id=voucher_id)
    gate.wait()
    row.state, row.revealed_at = "revealed", NOW
    row.save()
    return KEYS.decrypt(row.cipher) if row.holder_id == 1 else None


def take_back_by_looking(voucher_id, gate):
    """The same of staff: look whether it was seen, then put it back."""
    row = Voucher.objects.get(id=voucher_id)
    gate.wait()
    if row.state == "issued":
        row.state, row.holder_id, row.issued_at = "imported", None, None
        row.save()
    return row.state == "imported"


def test_without_a_condition_a_code_is_shown_and_taken_back(database):
    ready(1)
    [code] = fill(1)
    voucher_id, gate = issue(1).voucher.id, threading.Barrier(2)
    assert race(lambda act: act(voucher_id, gate), [show_by_looking, take_back_by_looking]) == [code, True]


@pytest.mark.parametrize("head_start", [0, 0.004])
def test_showing_and_taking_back_at_once_has_one_winner(database, head_start):
    ready(1)
    fill(1)
    voucher_id = issue(1).voucher.id

    def act(name):
        time.sleep(head_start if name == "show" else 0)
        return reveal(1) if name == "show" else api.take_back(voucher_id, 9, "A mistake", NOW)

    shown, taken = race(act, ["show", "take back"])
    row = Voucher.objects.get()
    if isinstance(shown, str):
        assert isinstance(taken, api.NotTakenBack)
        assert (row.state, row.holder_id, registration.places(1, FND)) == ("revealed", 1, 0)
    else:
        assert isinstance(shown, api.NothingToShow)
        assert taken is None
        assert (row.state, row.holder_id, registration.places(1, FND)) == ("imported", None, 1)
    assert audit.broken() == []


def test_ten_windows_that_show_one_code_all_show_it_and_the_trail_counts_them(database):
    ready(1)
    code = fill(1)[0]
    voucher_id = issue(1).voucher.id
    assert race(lambda _: reveal(1), LEARNERS) == [code] * 10
    actions = [entry.action for entry in audit.entries(f"voucher:{voucher_id}")]
    assert actions == ["voucher.issued", "voucher.revealed"] + ["voucher.shown_again"] * 9


def test_one_file_imported_by_three_at_once_is_in_the_pool_once(database):
    text = Secret(csv([f"CODE{number:04d}" for number in range(30)]))
    reports = race(lambda who: api.import_codes(text, "PO-1", None, KEYS, RULES, None, 1, who, NOW), [1, 2, 3])
    assert sorted(report.imported for report in reports) == [0, 0, 30]
    assert sorted(report.bad for report in reports) == [0, 30, 30]
    assert Voucher.objects.count() == VoucherExam.objects.count() == 30


@pytest.mark.parametrize("head_start", [0, 0.01])
def test_no_code_comes_in_unseen_while_the_digest_key_is_changed(database, head_start):
    """An import that was let in before the change is in it; one that comes later is refused."""
    fill(30)
    both = Keys(KEYS.fernet_keys, "new", KEYS.digest_key)
    text = Secret(csv([f"CODE{number:04d}" for number in range(30)]))

    def act(name):
        time.sleep(0 if name == "import" else head_start)
        if name == "change":
            return rotation.rotate_digest(both, NOW)
        return api.import_codes(text, "PO-1", None, KEYS, RULES, None, 1, 1, NOW)

    changed, came = race(act, ["change", "import"])
    count = 30 if isinstance(came, Exception) else 60
    assert isinstance(came, KeyTrouble) or came.imported == 30
    assert (changed.changed, changed.unreadable) == (count, ())
    after = Keys(KEYS.fernet_keys, "new")
    assert all(row.digest == after.digest(after.decrypt(row.cipher)) for row in Voucher.objects.all())
    assert Voucher.objects.count() == count


NEWEST = Keys([Fernet.generate_key().decode(), *KEYS.fernet_keys], KEYS.digest_key)


def old_key_left(database, monkeypatch, end):
    """Codes are encrypted anew while an import under the old key is not committed; how many only the old key opens."""
    if database == "sqlite":
        pytest.skip("SQLite has one lock for the whole file")
    fill(3)
    inside, looked = threading.Event(), threading.Event()
    open_for = statements.open_for

    def late(*args):
        inside.set()
        looked.wait(5)
        return open_for(*args)

    def at_the_end(*args):
        looked.set()
        return end(*args)

    def act(name):
        if name == "import":
            text = Secret(csv([f"CODE{number:04d}" for number in range(5)]))
            return api.import_codes(text, "PO-2", None, KEYS, RULES, None, 1, 1, NOW)
        inside.wait(5)
        return rotation.rotate_codes(NEWEST, NOW)

    monkeypatch.setattr(statements, "open_for", late)
    monkeypatch.setattr(rotation, "_end_codes", at_the_end)
    changed, _report = race(act, ["change", "import"])
    assert Voucher.objects.count() == 8
    return len([row for row in Voucher.objects.all() if NEWEST.under_newest(row.cipher) != row.cipher]), changed


def test_without_a_second_look_a_code_under_the_old_key_is_forgotten(database, monkeypatch):
    assert old_key_left(database, monkeypatch, lambda keys, now, done, seen: done)[0] == 5


def test_a_code_that_comes_in_under_the_old_key_meanwhile_is_encrypted_anew_too(database, monkeypatch):
    left, changed = old_key_left(database, monkeypatch, rotation._end_codes)
    assert (left, changed.changed, changed.unreadable) == (0, 8, ())


def test_codes_that_arrive_while_learners_ask_reach_each_learner_once(database):
    ready(*LEARNERS)
    text = Secret(csv([f"CODE{number:04d}" for number in range(6)]))

    def act(who):
        if who == 0:
            return api.import_codes(text, "PO-1", None, KEYS, RULES, None, 1, 9, NOW).imported
        return issue(who)

    answers = race(act, [0, *LEARNERS])
    assert answers[0] == 6
    api.serve_waiting(RULES, None, 1, NOW)
    assert Voucher.objects.filter(state="issued").values("holder_id").distinct().count() == 6
    assert len(api.waiting()) == 4


@pytest.mark.parametrize("database", ["read committed", "repeatable read", "postgresql"], indirect=True)
def test_while_codes_come_in_learners_are_served_and_queued(database, monkeypatch):
    """Not on SQLite, which has one writer. An import that held the pool would let nobody ask before its end.

    Who joins the queue writes to the pool's trail, and the import after her: it must see what she wrote.
    """
    ready(1, 2)
    fill(1)
    text = Secret(csv([f"CODE{number:04d}" for number in range(30)]))
    storing, asked, stored = threading.Event(), threading.Event(), statements.add

    def slow(codes):
        stored(codes)
        storing.set()
        assert asked.wait(15), "nobody could ask while the codes came in"

    monkeypatch.setattr(statements, "add", slow)

    def act(who):
        if who == 0:
            return api.import_codes(text, "PO-1", None, KEYS, RULES, None, 1, 9, NOW)
        assert storing.wait(15)
        answers = [issue(1).state, issue(2).state]
        asked.set()
        return answers

    report, answers = race(act, [0, 1])
    assert answers == ["issued", "waiting"]
    assert (report.imported, report.served, position(2).state) == (30, 1, "issued")
    assert [entry.action for entry in audit.entries(f"pool:{FND}")] == [
        "codes.imported", "voucher.waited_for", "codes.imported",
    ]  # fmt: skip
    assert audit.broken() == []


def test_a_reserved_voucher_that_is_shown_at_its_last_instant_ends_one_way_only(database):
    ready(1)
    fill(1)
    issue(1)
    last = Voucher.objects.get().expires_at

    def act(name):
        return reveal(1, now=last - timedelta(seconds=1)) if name == "show" else api.expire_due(RULES, last)

    shown, _ = race(act, ["show", "end"])
    row = Voucher.objects.get()
    assert (row.state, isinstance(shown, str)) in {("revealed", True), ("expired", False)}
    assert registration.places(1, FND) == (0 if row.state == "revealed" else 1)


def test_two_exams_of_one_learner_do_not_stand_in_each_others_way(database):
    ready(1)
    fill(1)
    fill(1, exam="WINS-REG")
    answers = race(lambda exam: issue(1, exam), [FND, "WINS-REG"])
    assert [answer.state for answer in answers] == ["issued", "issued"]


def at_home(world):
    """Learner 1, enrolled, in the LMS."""
    world.user_id = 1
    world.enrolments.add((1, edge.FOUNDATION))


def pressed(name):
    """A button of the voucher block in a window of its own: (status, answer)."""
    return call(make_block(ExamVoucherBlock), name, {"exam": FND})


def test_ten_windows_that_press_the_blocks_buttons_get_one_voucher_and_see_one_code(database, world):
    """The whole way in, through the handlers."""
    at_home(world)
    ready(1)
    code = fill(1)[0]
    got = race(lambda _: pressed("get"), LEARNERS)
    assert {status for status, _ in got} == {200}, got
    assert Voucher.objects.filter(state="issued", holder_id=1).count() == 1
    assert {answer["code"] for _, answer in race(lambda _: pressed("show"), LEARNERS)} == {code}
    assert audit.broken() == []


@pytest.mark.parametrize("head_start", [0, 0.01])
def test_the_desks_button_and_the_learners_have_one_winner_under_atomic_requests(database, world, head_start):
    """The view must leave the transaction to the domain; both answer in words, whoever wins."""
    at_home(world)
    ready(1)
    fill(1)
    issue(1)
    path = f"/wins/desk/vouchers/take-back/{Voucher.objects.get().id}"
    view = BaseHandler().make_view_atomic(resolve(path).func)

    def act(name):
        time.sleep(head_start if name == "show" else 0)
        return pressed("show")[0] if name == "show" else taken_back(view, path)

    statuses = race(act, ["show", "take back"])
    state = Voucher.objects.get().state
    assert (state, *statuses) in {("revealed", 200, 409), ("imported", 409, 302)}
    assert audit.broken() == []


def taken_back(view, path):
    """The administrator's form, sent to the view as the platform calls it."""
    request = RequestFactory().post(path, {"reason": "A mistake"})
    groups = SimpleNamespace(values_list=lambda *names, flat: [])
    request.user = SimpleNamespace(id=9, is_authenticated=True, is_superuser=True, groups=groups)
    request.session, request._dont_enforce_csrf_checks = {}, True
    return view(request, **resolve(path).kwargs).status_code
