"""Nobody's result is lost, recorded twice, or placed by the person whose it is."""

import io

import pytest

from tests.domain.vouchers.builders import FND, KEYS, RULES, fill, issue, ready, reveal
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.results import api, entries
from wins_xblocks.domain.results.models import ExamRow, ResultEntry

from .test_entries import LATER, ONE, OTHER, entered, told
from .test_files import VIENNA
from .test_own_sheets import sheet
from .test_placing import pools, rows  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


def kept(text, by=ONE, find=api.nobody):
    return api.check(io.BytesIO(text.encode()), "results", KEYS, VIENNA, by, LATER, find).file_id


def take(text, by=ONE, find=api.nobody):
    return dict(api.take_over(kept(text, by, find), KEYS, VIENNA, by, LATER, find=find).counts)


@pytest.fixture
def codes():
    """The codes that learners 7 and 8 have seen."""
    fill(2)
    found = []
    for learner in (7, 8):
        ready(learner)
        issue(learner)
        found.append(reveal(learner))
    return found


def reasons():
    return [row.reason for row in ExamRow.objects.order_by("id")]


def test_a_number_that_came_with_somebody_elses_result_loses_nothing(codes):
    first, second = (rows({"Voucher": code, "RegistrationID": "1002"}) for code in codes)
    assert take(first) == {"applied": 1}
    assert take(second) == {"waiting": 1}
    assert reasons() == ["", "changed"]
    assert take(second + "\n") == {"known": 1}, "the same row, in another file"
    row = ExamRow.objects.get(state="waiting")
    api.confirm(row.id, 8, row.voucher_id, OTHER, LATER)
    assert [exams.outcome(learner, FND).passed for learner in (7, 8)] == [True, True]


def test_a_row_that_waited_is_not_recorded_beside_the_same_result(codes):
    take(rows({"Voucher": "", "RegistrationID": "5"}))
    take(rows({"Voucher": codes[0], "RegistrationID": "6"}))
    row = ExamRow.objects.get(state="waiting")
    with pytest.raises(Refusal, match="is there already"):
        api.confirm(row.id, 7, None, OTHER, LATER)
    assert (ExamEvent.objects.filter(kind="pass").count(), ExamRow.objects.get(id=row.id).state) == (1, "waiting")


def test_an_entry_is_not_recorded_beside_the_same_result(codes):
    number = entered(None, reason="Paid by card")
    take(rows({"Voucher": codes[0]}))
    with pytest.raises(Refusal, match="is there already"):
        entries.confirm(number, OTHER, LATER, RULES)
    assert (ExamEvent.objects.filter(kind="pass").count(), ResultEntry.objects.get().state) == (1, "waiting")
    number = entered(None, reason="It was a fail, they wrote", kind="fail", token="u" * 20)
    entries.confirm(number, OTHER, LATER, RULES)  # two people may correct it


def test_a_grade_that_comes_after_a_result_by_hand_waits(codes):
    assert take(rows({"Voucher": codes[0], "Grade": "taken"})) == {"applied": 1}
    entries.confirm(entered(None, reason="A letter", kind="fail"), OTHER, LATER, RULES)
    assert take(rows({"Voucher": codes[0], "Grade": "pass"})) == {"waiting": 1}
    assert reasons() == ["", "same_day"]


def test_nobody_brings_her_own_result(codes):
    assert api.check(io.BytesIO(rows({"Voucher": codes[0]}).encode()), "x", KEYS, VIENNA, 7, LATER).counts["waiting"]
    assert take(rows({"Voucher": codes[0]}), by=7) == {"waiting": 1}
    assert (reasons(), ExamEvent.objects.exists()) == (["own"], False)
    row = ExamRow.objects.get()
    with pytest.raises(Refusal, match="your own result"):
        api.ignore(row.id, "Not mine", 7, LATER)
    api.confirm(row.id, 7, row.voucher_id, OTHER, LATER)
    assert exams.outcome(7, FND).passed


def test_a_grade_of_ones_own_waits_too(codes):
    assert take(rows({"Voucher": codes[0], "Grade": "taken"})) == {"applied": 1}
    assert take(rows({"Voucher": codes[0], "Grade": "pass"}), by=7) == {"waiting": 1}
    assert reasons() == ["", "own"]


def test_whoever_sent_a_file_places_none_of_its_rows_without_a_code(codes):
    take(rows({"Voucher": ""}))
    row = ExamRow.objects.get()
    with pytest.raises(Refusal, match="You sent this file"):
        api.confirm(row.id, 7, None, ONE, LATER)
    api.confirm(row.id, 7, None, ONE, LATER, two_people=False)
    assert exams.outcome(7, FND).passed


def test_a_learner_who_changes_her_name_between_check_and_import_loses_nothing(codes):
    names = {"lena": 7, "mia": 8}
    text = sheet({"learner": "lena"}, {"learner": "mia"})
    number = kept(text, find=names.get)
    del names["lena"]
    assert dict(api.take_over(number, KEYS, VIENNA, ONE, LATER, find=names.get).counts) == {"waiting": 2}
    assert list(ExamRow.objects.order_by("line").values_list("meant_id", "reason")) == [
        (None, "no_code"),
        (8, "no_code"),
    ]


def test_nobody_refuses_an_entry_about_herself(codes):
    take(rows({"Voucher": codes[0]}))
    assert entries.enter(told(None, kind="revoke", reason="A mix-up", evidence="x" * 30_000), ONE, LATER)
    entry = ResultEntry.objects.get()
    assert (entry.evidence, entry.score, entry.voucher_id) == ("", None, None), "a withdrawal has a reason only"
    with pytest.raises(Refusal, match="your own result"):
        entries.refuse(entry.id, "I do not like it", 7, LATER)
    entries.refuse(entry.id, "No mix-up", OTHER, LATER)
