"""Results under threads, on SQLite, MariaDB under both isolation levels, and PostgreSQL. The negative control first."""

import io
import threading
import time
from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from tests.conftest import NOW
from tests.domain.results.exam_files import table
from tests.domain.vouchers.builders import FND, KEYS, RULES, fill, issue, ready, reveal
from tests.domain.vouchers.builders import code as made_up
from wins_xblocks.domain import transactions
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.results import api, entries, placing
from wins_xblocks.domain.results.data import Entered, Row
from wins_xblocks.domain.results.models import ExamRow, ResultEntry
from wins_xblocks.domain.vouchers import statements
from wins_xblocks.domain.vouchers.models import Voucher

from .conftest import race
from .crowd import deadlocks

VIENNA = ZoneInfo("Europe/Vienna")
SAT = NOW + timedelta(days=10)
LATER = SAT + timedelta(days=3)
DATE = {"ExamDate": SAT.strftime("%Y/%m/%d %H:%M:%S")}


@pytest.fixture
def code(database):
    """The code that learner 7 has seen."""
    ready(7)
    fill()
    issue()
    return reveal()


def kept(**row):
    """A file of one row, looked at; its number."""
    text = table({**DATE, **row})
    return api.check(io.BytesIO(text.encode()), "exam.dat", KEYS, VIENNA, 1, LATER).file_id


def take(file_id):
    return api.take_over(file_id, KEYS, VIENNA, 1, LATER)


def judged(file_id, gate, lock):
    """What a row's own transaction thinks of it; the other one thinks before either has written."""
    file = api.ExamFile.objects.get(id=file_id)
    [row] = api._read(api._opened(file, KEYS), api.Reading(VIENNA, LATER, api.nobody))
    assert isinstance(row, Row)
    with transaction.atomic():
        verdict = placing._judge([row], KEYS, lock=lock, by=1).judge(row)
        gate.wait()
    return verdict.state


def test_without_the_lock_two_files_are_both_paid_with_one_voucher(code):
    """If this fails, the race below proves nothing."""
    files = [kept(Voucher=code), kept(Voucher=code, RegistrationID="1002")]
    gate = threading.Barrier(2)
    assert race(lambda id_: judged(id_, gate, lock=False), files) == ["applied", "applied"]


@pytest.mark.parametrize("round_", range(3))
def test_two_files_at_once_are_paid_with_one_voucher_once(code, round_):
    reports = race(take, [kept(Voucher=code), kept(Voucher=code, RegistrationID="1002")])
    assert [type(one).__name__ for one in reports] == ["Report"] * 2, reports
    assert sorted(ExamRow.objects.values_list("state", "reason")) == [("applied", ""), ("waiting", "used")]
    assert ExamEvent.objects.count() == 1
    assert audit.broken() == []


@pytest.mark.parametrize("round_", range(3))
def test_a_promise_and_its_grade_in_two_files_at_once_leave_nothing_waiting(code, round_):
    reports = race(take, [kept(Voucher=code, Grade="taken"), kept(Voucher=code, Grade="pass")])
    assert [type(one).__name__ for one in reports] == ["Report"] * 2, reports
    assert not ExamRow.objects.exclude(state="applied").exists()
    assert ExamEvent.objects.filter(kind="pass").count() == 1
    assert Voucher.objects.get().state == "used"
    assert audit.broken() == []


def test_one_row_in_four_files_at_once_is_recorded_once(code):
    files = [kept(Voucher=code, TCID=str(number)) for number in range(4)]
    reports = race(take, files)
    assert [type(one).__name__ for one in reports] == ["Report"] * 4, reports
    assert sum((Counter(one.counts) for one in reports), Counter()) == {"applied": 1, "known": 3}
    assert (ExamRow.objects.count(), ExamEvent.objects.count()) == (1, 1)


def test_a_code_of_the_pool_goes_to_a_learner_or_is_set_aside_never_both(database):
    ready(1)
    [code] = fill(1)
    file_id = kept(Voucher=code)
    issued, _report = race(lambda act: act(), [lambda: issue(1), lambda: take(file_id)])
    row, reason = Voucher.objects.get(), ExamRow.objects.get().reason
    assert (row.state, issued.state, reason) in {("issued", "issued", "unseen"), ("void", "waiting", "in_pool")}
    assert audit.broken() == []


def deadlocked(monkeypatch):
    """A file names a code that an import has stored and not committed: each holds what the other waits for."""
    ready(1)
    fill(1)
    file_id = kept(Voucher=made_up(2))
    stored, open_for, before = threading.Event(), statements.open_for, deadlocks()

    def late(*given):
        stored.set()
        time.sleep(0.5)  # by then the file's transaction has the pool's row, and waits for the code's
        return open_for(*given)

    def act(name):
        if name == "import":
            return fill(1, start=2)
        assert stored.wait(15)
        return take(file_id)

    monkeypatch.setattr(statements, "open_for", late)
    answers = race(act, ["import", "take over"])
    return answers, deadlocks() - before


ON_MARIADB = pytest.mark.parametrize(
    "database", [pytest.param(kind, marks=pytest.mark.mariadb) for kind in ("read committed", "repeatable read")],
    indirect=True,
)  # fmt: skip


@ON_MARIADB
def test_without_another_try_a_result_of_a_code_that_comes_in_may_end_in_a_deadlock(database, monkeypatch):
    """If this fails, the race below proves nothing."""
    monkeypatch.setattr(transactions, "TRIES", 1)
    answers, found = deadlocked(monkeypatch)
    assert found >= 1
    assert [type(one).__name__ for one in answers].count("OperationalError") == 1, answers


@ON_MARIADB
def test_a_result_of_a_code_that_comes_in_at_that_moment_waits_and_the_code_is_there_once(database, monkeypatch):
    (came, report), found = deadlocked(monkeypatch)
    assert found >= 1, "they did not meet"
    assert (came, type(report).__name__) == ([made_up(2)], "Report"), report
    row, code = ExamRow.objects.get(), Voucher.objects.order_by("id").last()
    assert (row.state, row.reason, code.state) in {
        ("waiting", "in_pool", "void"), ("waiting", "unknown_code", "imported"),
    }  # fmt: skip
    assert Voucher.objects.count() == 2
    assert audit.broken() == []


def test_of_two_who_place_a_row_one_wins(code):
    take(kept(Voucher=""))
    row = ExamRow.objects.get()
    own = Voucher.objects.get().id
    answers = race(lambda by: api.confirm(row.id, 7, own, by, LATER), [2, 3])
    assert sorted(type(one).__name__ for one in answers) == ["NoneType", "NotWaiting"]
    assert ExamEvent.objects.count() == 1


def confirm_by_looking(entry_id, by, gate):
    """What one writes first: look whether it waits, then record it. No lock, no condition."""
    row = ResultEntry.objects.get(id=entry_id)
    gate.wait()
    if row.state == "waiting":
        with transaction.atomic():
            exams.record(row.learner_id, row.exam, row.kind, row.happened_at, LATER, by, row.voucher_id)
            row.state, row.decided_at, row.decided_by = "applied", LATER, by
            row.save()


def test_without_lock_and_condition_two_who_confirm_an_entry_record_it_twice(code):
    entries.enter(Entered(7, FND, "pass", SAT, "a" * 20, None, Voucher.objects.get().id, "", "A mail"), 1, LATER)
    number, gate = ResultEntry.objects.get().id, threading.Barrier(2)
    assert race(lambda by: confirm_by_looking(number, by, gate), [2, 3]) == [None, None]
    assert ExamEvent.objects.filter(kind="pass").count() == 2


def test_an_entry_is_confirmed_or_refused_once(code):
    own = Entered(7, FND, "pass", SAT, "a" * 20, None, Voucher.objects.get().id, "", "A mail")
    entered = race(lambda _: entries.enter(own, 1, LATER), range(4))
    assert sorted(entered) == [False, False, False, True]
    number = ResultEntry.objects.get().id

    def decide(by):
        return entries.refuse(number, "No", by, LATER) if by == 3 else entries.confirm(number, by, LATER, RULES)

    answers = race(decide, [2, 3, 4, 1])
    assert Counter(type(one).__name__ for one in answers) in (
        {"NoneType": 1, "NotWaiting": 2, "Refusal": 1}, {"NoneType": 1, "NotWaiting": 3},
    )  # fmt: skip
    state = ResultEntry.objects.get().state
    assert ExamEvent.objects.count() == (1 if state == "applied" else 0)
    assert audit.broken() == []
