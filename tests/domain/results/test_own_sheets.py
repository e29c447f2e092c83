"""A sheet of results of our own: read like an EXAM file, and what names no voucher waits for another person."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, KEYS, REG, fill, issue, join, position, ready, reveal
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.results import api, privacy
from wins_xblocks.domain.results.models import ExamRow
from wins_xblocks.domain.vouchers import pool
from wins_xblocks.domain.vouchers.models import Voucher

from .exam_files import packed, table
from .test_files import VIENNA

pytestmark = pytest.mark.django_db
SAT = NOW + timedelta(days=10)
LATER = SAT + timedelta(days=3)
DAY = SAT.date().isoformat()
NAMES = ("learner", "exam", "date", "result", "evidence", "score", "voucher", "registration")
GOOD = {"learner": "lena", "exam": FND, "date": DAY, "result": "pass", "evidence": "Mail of 3 April", "score": "81.5"}
PEOPLE = {"lena": 7, "mia": 8, "nobody": 99}


@pytest.fixture(autouse=True)
def pools(db):
    pool.ensure([FND, REG])


@pytest.fixture
def code():
    ready(7)
    fill()
    issue()
    return reveal()


def sheet(*told, names=NAMES, tab=",", end="\n"):
    lines = [tab.join(names), *(tab.join((GOOD | row).get(name, "") for name in names) for row in told)]
    return end.join(lines) + end


def check(data, by=1):
    data = data if isinstance(data, bytes) else data.encode()
    return api.check(io.BytesIO(data), "own.csv", KEYS, VIENNA, by, LATER, PEOPLE.get)


def take(data, by=1):
    return api.take_over(check(data, by).file_id, KEYS, VIENNA, by, LATER, find=PEOPLE.get)


def test_a_line_with_the_learners_code_is_recorded(code):
    dry = check(sheet({"voucher": code}))
    assert (dict(dry.counts), ExamEvent.objects.count()) == ({"applied": 1}, 0)
    take(sheet({"voucher": code}))
    assert (position(now=LATER).state, Voucher.objects.get().state) == ("passed", "used")
    event = ExamEvent.objects.get()
    assert event.happened_at == datetime(SAT.year, SAT.month, SAT.day, 12, tzinfo=VIENNA).astimezone(UTC)
    assert code not in str(list(ExamRow.objects.values()))
    assert "Mail of 3 April" in KEYS.decrypt(ExamRow.objects.get().cipher)


@pytest.mark.parametrize("form", [
    lambda text: "﻿" + text, lambda text: text.replace("\n", "\r\n"), lambda text: text.replace(",", ";"),
    lambda text: text.replace(",", "\t"), lambda text: text.replace("learner,exam", " Learner , EXAM"),
    lambda text: text.replace("Mail of 3 April", '"Mail, of 3 April"'), lambda text: text + "\n\n,,,,,,,\n",
    lambda text: packed(own__csv=text),
])  # fmt: skip
def test_sheets_come_in_many_forms(code, form):
    assert take(form(sheet({"voucher": code}))).counts["applied"] == 1


def test_columns_may_stand_in_any_order_and_others_beside_them(code):
    names = ("colour", *reversed(NAMES))
    assert take(sheet({"voucher": code, "colour": "blue"}, names=names)).counts["applied"] == 1


def test_without_a_code_the_line_waits_for_another_person(code):
    take(sheet({}), by=1)
    [row] = api.waiting()[1]
    assert (row.meant_id, api.suggested(row, VIENNA).meant) == (7, (7,))
    offered = api.choice(row, 7).offered
    assert offered == Voucher.objects.get().id
    with pytest.raises(Refusal, match="You sent this file"):
        api.confirm(row.id, 7, offered, 1, LATER)
    api.confirm(row.id, 7, offered, 2, LATER)
    assert position(now=LATER).state == "passed"


def test_where_the_policy_asks_for_one_person_one_may_do_both(code):
    take(sheet({}))
    api.confirm(api.waiting()[1][0].id, 7, None, 1, LATER, two_people=False)
    assert ExamRow.objects.get().state == "applied"


def test_a_code_of_somebody_else_waits(code):
    join(8)
    take(sheet({"learner": "mia", "voucher": code}))
    assert [(row.state, row.reason) for row in ExamRow.objects.all()] == [("waiting", "another_learner")]
    assert Voucher.objects.get().state == "revealed"


def test_each_line_is_taken_over_once(code):
    text = sheet({"voucher": code}, {"learner": "lena", "exam": REG})
    assert take(text).counts == {"applied": 1, "waiting": 1}
    again = take(text)
    assert (again.seen_before, again.done) == (True, True)
    assert take(text + "\n").counts == {"known": 2}
    assert ExamEvent.objects.count() == 1


def test_a_line_with_pearsons_number_is_the_row_of_its_file(code):
    take(sheet({"voucher": code, "registration": "1001"}))
    told = table({"Voucher": code, "ExamDate": SAT.strftime("%Y/%m/%d %H:%M:%S")})
    assert take(told).counts == {"known": 1}


@pytest.mark.parametrize(("changed", "column"), [
    ({"learner": ""}, "learner"), ({"learner": "who"}, "learner"), ({"learner": "nobody"}, "learner"),
    ({"exam": ""}, "exam"), ({"exam": "WINS-XXX"}, "exam"), ({"exam": "x" * 33}, "exam"),
    ({"date": "31.3.2027"}, "date"), ({"date": "03/31/2027"}, "date"), ({"date": "2999-01-01"}, "date"),
    ({"date": "2027-02-30"}, "date"), ({"result": "splendid"}, "result"), ({"result": ""}, "result"),
    ({"evidence": ""}, "evidence"), ({"evidence": "x" * 201}, "evidence"), ({"score": "many"}, "score"),
    ({"voucher": "x" * 65}, "voucher"), ({"registration": "A1"}, "registration"),
])  # fmt: skip
def test_a_wrong_cell_is_named_by_line_and_column_and_stops_the_file(code, changed, column):
    report = take(sheet({"voucher": code}, changed))
    assert [(one.line, one.column) for one in report.problems] == [(3, column)]
    assert (report.bad, ExamRow.objects.count(), Voucher.objects.get().state) == (1, 0, "revealed")
    assert not any(value and value in repr(report.problems) for value in changed.values())


@pytest.mark.parametrize(("data", "match"), [
    (sheet({}, names=NAMES[:4]), "Missing: evidence"), (sheet({}, names=(*NAMES, "learner")), "names a column twice"),
    (sheet(), "no results"), (sheet({}).encode("utf-16"), "not text in UTF-8"), (sheet({})[:-20], "half there"),
    (sheet({"evidence": '"open'}), "quotation mark"), ("", "empty"), ("name,grade\n1,2\n", "Missing: ExamSeriesCode"),
    (packed(**{"xl/workbook__xml": "x", "xl/a__xml": "x"}), "workbook of Excel"),
])  # fmt: skip
def test_a_sheet_that_cannot_be_read_is_refused_in_words(data, match):
    ready(7)
    with pytest.raises(Refusal) as refused:
        check(data)
    assert match in refused.value.sentence.format(**refused.value.values)


def test_a_line_that_waits_is_told_to_whom_it_names_and_goes_with_her():
    join(7)
    take(sheet({"evidence": "Her letter"}))
    assert [row["state"] for row in privacy.told_of(7)["ExamRow"]] == ["waiting"]
    assert ExamRow.objects.exclude(cipher="").count() == 1
    privacy.forget(7, LATER)
    row = ExamRow.objects.get()
    assert (row.cipher, row.meant_id, row.state) == ("", None, "waiting")
    assert privacy.told_of(7)["ExamRow"] == []
