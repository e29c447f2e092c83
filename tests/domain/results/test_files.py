"""The reader of EXAM files: real odd rows are read, everything else is told with line and column."""

import io
import json
import random
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.results import lines
from wins_xblocks.domain.results.data import KINDS, Problem, Row
from wins_xblocks.domain.results.files import File

from .exam_files import GOOD, NAMES, NO_SHOW, packed, table

VIENNA = ZoneInfo("Europe/Vienna")


def read(data):
    return list(lines.read(File(io.BytesIO(data if isinstance(data, bytes) else data.encode())), VIENNA, NOW))


def one(**values):
    [found] = read(table(values))
    return found


def test_a_good_line_is_read_whole():
    row = one(Voucher="ABCD-1234")
    assert (row.line, row.same.text, row.exam, row.kind, row.score) == (
        2,
        "R:1001",
        "WINS-FND",
        "pass",
        Decimal("81.5"),
    )
    assert row.happened_at == datetime(2027, 2, 20, 8, 30, tzinfo=UTC), "by the programme's clock"
    assert (row.code.text, row.masked) == ("ABCD-1234", "••••34")
    assert "1234" not in repr(row)
    assert "ABCD-1234" not in row.raw.text


def test_a_real_no_show_row_has_blanks_another_order_and_the_other_date():
    [row] = read(NO_SHOW)
    assert (row.kind, row.same.text, row.happened_at) == ("no_show", "R:4711", datetime(2027, 2, 19, 7, tzinfo=UTC))


def test_unknown_columns_are_kept():
    [row] = read(table({"ExamRoom": "Č 4"}, names=(*NAMES, "ExamRoom")))
    assert json.loads(row.raw.text)["examroom"] == "Č 4"


@pytest.mark.parametrize("tab", ["\t", ",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_tab_comma_ends_of_line_and_bom_do_not_matter(tab, end, bom):
    [row] = read(bom + table({}, tab=tab, end=end).encode())
    assert isinstance(row, Row)


def test_a_header_in_any_case_and_order():
    [row] = read(table({}, names=tuple(reversed(NAMES))).replace("ExamSeriesCode", " examseries_CODE "))
    assert row.exam == "WINS-FND"


def test_windows_text_is_read_and_told():
    file = File(io.BytesIO(table({"City": "Orléans"}, names=(*NAMES, "City")).encode("cp1252")))
    assert file.contents.encodings == ("cp1252",)
    [row] = lines.read(file, VIENNA, NOW)
    assert json.loads(row.raw.text)["city"] == "Orléans"


def test_a_quoted_tab_is_part_of_its_cell():
    [row] = read(table({"City": '"a\tb"'}, names=(*NAMES, "City")))
    assert json.loads(row.raw.text)["city"] == "a\tb"


@pytest.mark.parametrize(("grade", "kind"), [
    ("pass", "pass"), ("FAIL", "fail"), ("Taken", "taken"), ("incomplete", "incomplete"), ("unfinished", "incomplete"),
    ("refused", "refused"), ("No Show", "no_show"),
])  # fmt: skip
def test_grade_words_are_our_kinds(grade, kind):
    assert one(Grade=grade).kind == kind


@pytest.mark.parametrize("date", [
    "2027/02/20 09:30:00", "02/20/2027 09:30:00", "2027-02-20T09:30:00", "2027-02-20 09:30",
    "2027-02-20T08:30:00Z", "2027-02-20T10:30:00+02:00", "2/20/2027 9:30",
])  # fmt: skip
def test_dates_in_each_way_are_one_moment(date):
    assert one(ExamDate=date).happened_at == datetime(2027, 2, 20, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(("values", "column", "said"), [
    ({"Grade": "splendid"}, "Grade", "not known"), ({"Grade": ""}, "Grade", "neither a grade"),
    ({"Grade": "Pass", "NoShow": "true"}, "Grade", "two things"), ({"NoShow": "perhaps"}, "NoShow", "neither true"),
    ({"ExamDate": "20.02.2027"}, "ExamDate", "not a date like"), ({"ExamDate": "2027/02/30"}, "ExamDate", "no such"),
    ({"ExamDate": "13/20/2026"}, "ExamDate", "no such"), ({"ExamDate": "2031/01/01"}, "ExamDate", "still to come"),
    ({"ExamDate": "٢٠٢٧/02/20"}, "ExamDate", "not a date like"), ({"Score": "x"}, "Score", "not a number"),
    ({"RegistrationID": "A1"}, "RegistrationID", "not a number"), ({"ExamSeriesCode": ""}, "ExamSeriesCode", "missing"),
    ({"RegistrationID": "", "ClientAuthorizationID": ""}, "RegistrationID", "Neither"),
    ({"Voucher": "X" * 65}, "Voucher", "too long"), ({"ExamSeriesCode": "X" * 33}, "ExamSeriesCode", "too long"),
])  # fmt: skip
def test_a_bad_cell_is_told_with_line_and_column_and_not_repeated(values, column, said):
    good, problem = read(table({}, values))
    assert isinstance(good, Row)
    assert (type(problem), problem.line, problem.column) == (Problem, 3, column)
    assert said in problem.sentence


@pytest.mark.parametrize(("data", "said"), [
    (b"", "empty"), (table({}).encode("utf-16"), "UTF-8 or Windows-1252: see line 1"),
    (b"a\nb\n\x81\x8d\n", "line 3"), (table({}).encode()[:-9], "ends in the middle of line 2"),
    (table({}, names=("Grade",)), "Missing: ExamSeriesCode, ExamDate, RegistrationID"),
    (table({}, names=(*NAMES, "examdate")), "a column twice"), (table({"TCID": '"61'}), "near line"),
    (table({}).rstrip("\r\n") + "\tx\r\n", "more cells"), (b"x" * 40_000, "too long"),
    (b"a\t" * 300 + b"\n", "too many columns"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(data, said):
    with pytest.raises(Refusal) as refused:
        read(data)
    assert said in str(refused.value)


def test_the_results_of_a_zip_are_read_and_the_others_named():
    file = File(io.BytesIO(packed(**{"cand-1__dat": "x", "surv-1__dat": "y", "out/EXAM-1__dat": table({})})))
    assert (file.contents.read, file.contents.skipped) == (("out/EXAM-1.dat",), ("cand-1.dat", "surv-1.dat"))
    assert len(list(lines.read(file, VIENNA, NOW))) == 1


def test_several_files_of_results_in_one_zip():
    assert len(read(packed(exam1__dat=table({}), exam2__dat=NO_SHOW))) == 2


def locked():
    data = bytearray(packed(exam__dat="x"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    return bytes(data)


@pytest.mark.parametrize(("data", "said"), [
    (packed(**{"../exam__dat": "x"}), "outside"), (packed(**{"/etc/exam": "x"}), "outside"),
    (packed(**{"a\\exam__dat": "x"}), "outside"), (packed(**{"C:exam": "x"}), "outside"),
    (packed(exam__zip=packed(a="x")), "another one"), (packed(exam__dat=packed(a="x")), "another one"),
    (locked(), "password"), (packed(cand__dat="x"), "no file of results"),
    (packed(**{f"exam{n}__dat": "x" for n in range(101)}), "too many files"),
    (packed(exam__dat=table({}))[:200], "damaged"), (b"PK\x03\x04", "damaged"), (packed(exam__dat=""), "empty"),
])  # fmt: skip
def test_a_zip_that_is_not_as_it_should_be_is_refused_in_words(data, said):
    with pytest.raises(Refusal) as refused:
        read(data)
    assert said in str(refused.value)


def bomb(size, claimed):
    """A ZIP of ``size`` zeros that says it holds ``claimed`` bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, made.open("exam.dat", "w") as member:
        for _ in range(size // 1_000_000):
            member.write(b" " * 999_999 + b"\n")
    data = bytearray(out.getvalue())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(mark) + at
        data[start : start + 4] = claimed.to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("claimed", [2_000_000_000, 70_000_000, 1000])
def test_what_a_zip_claims_to_hold_is_not_believed(claimed):
    with pytest.raises(Refusal, match=r"too much in this file|damaged|too long"):
        read(bomb(70_000_000, claimed))


WORDS = ["", "\t", "\n", '"', "pass", "FAIL", "true", "2027/02/20 09:30:00", "\x00", "é", "\ud7ff", "9" * 30, *NAMES]


def damaged(chance):
    """A good file, plain or packed, with some bytes changed, taken out or put in."""
    text = table({}, {"NoShow": "true", "Grade": ""}, {"Voucher": "ABCD1234"}).encode()
    data = bytearray(text if chance.random() < 0.6 else packed(exam__dat=text, cand__dat="x"))
    for _ in range(chance.randrange(1, 6)):
        if not data:
            break
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(1, 40)]
            case 2:
                data[at:at] = chance.choice(WORDS).encode()
            case _:
                data[:] = data[: at + 1]
    return bytes(data)


def refused_or_read(data):
    """The lines; none when the file is refused. What the words of the refusal ask for is there."""
    try:
        return read(data)
    except Refusal as refusal:
        return [] if str(refusal) else None


def never_crashes(number):
    """Whatever comes is rows, problems, or a refusal in words."""
    for row in refused_or_read(damaged(random.Random(number))):
        assert row.kind in KINDS if isinstance(row, Row) else row.column
        assert "ABCD1234" not in repr(row)


@given(st.integers(0, 1 << 40))
@example(1_274_192_768)  # a ZIP whose member has no name
def test_a_damaged_file_is_read_or_refused(number):
    never_crashes(number)


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40)))
def test_any_words_in_the_cells_are_a_row_or_a_problem(values):
    quoted = {name: '"' + text.replace('"', '""') + '"' for name, text in values.items()}
    try:
        found = read(table(quoted).encode("utf-8", "replace"))
    except Refusal:
        return
    assert len(found) <= 1


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    refused_or_read(data)


def test_a_good_row_needs_no_other_column():
    assert {"RegistrationID", "ExamSeriesCode", "ExamDate", "Grade"} <= set(GOOD)
    [row] = read(table({}, names=("RegistrationID", "ExamSeriesCode", "ExamDate", "Grade")))
    assert row.kind == "pass"
