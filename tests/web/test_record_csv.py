"""The record as CSV: RFC 4180, readable by a spreadsheet, and nothing in it that a spreadsheet would run."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.registration.test_record import OWN, entry, record
from wins_xblocks import csv_file, record_csv
from wins_xblocks.domain.duration import HOUR_MS
from wins_xblocks.domain.study_time.data import StruckTime
from wins_xblocks.people import Person

LENA = Person(7, "lena", "Lena Learner", "")
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "\u00a0=1", "＝1", "\ufeff=cmd|'/c calc'!A0"]


def read(made, people=None, person=LENA):
    text = record_csv.text_of(made, {}, person, people)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.fixture(autouse=True)
def key(settings):
    settings.WINS_AUDIT_KEY = "a key"


@pytest.mark.parametrize("cell", EVIL)
def test_what_a_spreadsheet_would_run_is_a_text(cell):
    made = record(book=(entry(what=cell),), struck=(StruckTime(HOUR_MS, cell, datetime.now(UTC)),))
    cells = [one for row in read(made, person=replace(LENA, name=cell)) for one in row]
    assert sum(one.startswith("'") for one in cells) == 3
    assert not [one for one in cells if one.lstrip().startswith(csv_file.FORMULA)]


INNER = ["a;=1+1", "a; -1", "a;\t=1", "a\n=cmd|'!A0\nb", "a\r\n@SUM(A1)", 'a;"=cmd|1', "a;＝1", "a\n\n;\ufeff+1"]


@pytest.mark.parametrize("text", INNER)
def test_nor_does_one_that_splits_lines_at_semicolons(text):
    """As spreadsheets do in most of Europe: a quote within a cell means nothing there."""
    found = record_csv.text_of(record(book=(entry(what=text),)), {}, LENA, None)
    cells = [cell.lstrip(' "\u00a0\ufeff') for line in found.splitlines() for cell in re.split("[;\t]", line)]
    assert not [cell for cell in cells if cell.startswith((*csv_file.FORMULA, "＝"))]


@pytest.mark.parametrize("cell", ["", "a;b – c", "Chapter 3 – 5", "a=b", "1-2", "12", "mail@example.org", "“x”, y\nz"])
def test_what_is_no_formula_stays_as_it_is(cell):
    assert csv_file.safe(cell) == cell


@given(st.text())
def test_no_text_begins_a_formula(text):
    assert csv_file.safe(text).lstrip(" \u00a0\u200b\ufeff\n")[:1] not in csv_file.FORMULA


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")))
def test_every_text_is_read_back_as_it_was(text):
    [row] = [row for row in read(record(book=(entry(what=text),))) if row[0] == "book entry"]
    assert row[5].replace("'", "") == text.replace("'", "")


def test_every_line_has_the_same_columns_and_ends_as_rfc_4180_says():
    lines = read(record(book=(entry(what='a "quoted", text\nin two lines'),)))
    assert {len(line) for line in lines} == {7}
    assert lines[0] == ["part", "what", "day or moment", "milliseconds", "time", "text", "decided by"]
    text = record_csv.text_of(record(), {}, LENA, None)
    assert text.count("\r\n") == text.count("\n")
    assert text.endswith("\r\n")


def test_moments_are_told_on_the_programmes_clock_with_its_offset():
    summer = datetime(2027, 7, 1, 22, 30, tzinfo=UTC)
    lines = read(record(struck=(StruckTime(HOUR_MS, "Why", summer),)))
    assert ["decision", "not counted", "2027-07-02T00:30:00+02:00", "3600000", "1 h", "Why", ""] in lines
    [joined] = [line for line in lines if line[1] == "joined"]
    assert joined[2] == OWN.started_at.strftime("%Y-%m-%dT10:00:00+01:00")


def test_lines_of_a_part_sum_up_to_the_sums():
    lines = read(record())
    ms = {(line[0], line[1]): int(line[3]) for line in lines if line[3].isdigit()}
    assert (
        ms["sum", "counted"]
        == ms["day", "online"]
        - ms["decision", "not counted"]
        + ms["day", "book"]
        + ms["decision", "accepted without a record of study"]
    )


def test_who_decided_is_a_name_for_staff_only():
    made = record(struck=(StruckTime(HOUR_MS, "Why", datetime.now(UTC), 9),))
    people = {9: Person(9, "ada", "Ada", "")}
    assert [line[6] for line in read(made, people) if line[1] == "not counted"] == ["Ada"]
    assert [line[6] for line in read(made) if line[1] == "not counted"] == ["WINS"]
