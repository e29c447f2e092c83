"""A supplier's file in Excel's form: the same lines as CSV, nothing guessed, and no archive that harms."""

import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.vouchers import api, imports, sheets
from wins_xblocks.domain.vouchers.models import Batch, Voucher

from .builders import KEYS, RULES
from .workbooks import HEAD, MAIN, number, row, shared, sheet, strings, text, workbook


def run(data):
    return api.import_codes(api.decode(data), "PO-1", None, KEYS, RULES, None, 1, 1, NOW)


def one(code, day=None):
    return row(text("WINS-FND"), code, day or text("2028-02-28"))


def test_texts_of_a_cell_and_of_the_common_table_are_read(db):
    common = strings("<t>AAAA-1111</t>", "<r><t>BBBB</t></r><r><t>2222</t></r><rPh><t>xx</t></rPh>")
    data = workbook(
        HEAD, one(shared(0)), one(shared(1)), one(text("CCCC3333")), parts={"xl/sharedStrings.xml": common}.items()
    )
    assert run(data).imported == 3
    assert sorted(KEYS.decrypt(v.cipher) for v in Voucher.objects.all()) == ["AAAA1111", "BBBB2222", "CCCC3333"]


def test_a_date_cell_is_the_last_day(db):
    assert run(workbook(HEAD, one(text("AAAA1"), number(46811)), one(text("AAAA2"), number("46812.75")))).imported == 2
    assert set(Voucher.objects.values_list("expires_on", flat=True)) == {date(2028, 2, 28), date(2028, 2, 29)}


@pytest.mark.parametrize("value", ["12345678", "1.2E+15", "0.5", "123456789012345680"])
def test_a_code_in_a_number_cell_is_refused_and_not_guessed(db, value):
    (line,) = run(workbook(HEAD, one(number(value)))).told
    assert (line.number, line.column) == (2, "code")
    assert "number cell" in line.sentence
    assert not Voucher.objects.exists()


@pytest.mark.parametrize("value", ["1", "9999999", "-5", "1e300"])
def test_a_number_that_is_no_day_is_no_last_day(db, value):
    (line,) = run(workbook(HEAD, one(text("AAAA1"), number(value)))).told
    assert line.column == "expires"


def test_numbers_of_price_and_order_are_taken_as_they_are(db):
    head = row(*map(text, ("code", "exam", "expires", "price", "order")))
    body = row(text("AAAA1"), text("WINS-FND"), number(46811), number("310.10000000000002"), number("123456789012"))
    assert run(workbook(head, body)).imported == 1
    batch = Batch.objects.get()
    assert (str(batch.price), batch.order_number) == ("310.10", "123456789012")


def test_a_problem_names_the_line_of_the_sheet(db):
    rows = HEAD.replace("<row>", '<row r="1">'), one(text("!!")).replace("<row>", '<row r="7">')
    assert [line.number for line in run(workbook(*rows)).told] == [7]


def test_cells_that_are_left_out_stay_empty(db):
    data = workbook(
        HEAD, '<row r="2"><c r="A2" t="inlineStr"><is><t>WINS-FND</t></is></c><c r="C2"><v>46811</v></c></row>'
    )
    assert run(data).told[0].sentence == "The code is empty."


DTD = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet xmlns="{MAIN}">&x;</worksheet>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (workbook(HEAD, parts={"../../etc/cron.d/x": "x"}.items()), "a path outside"),
        (workbook(HEAD, parts={"/etc/x": "x"}.items()), "a path outside"),
        (workbook(HEAD, parts={"C:\\x": "x"}.items()), "a path outside"),
        (workbook(HEAD, parts={f"m{n}": "" for n in range(201)}.items()), "too many parts"),
        (workbook(HEAD, parts={"big": b"0" * 40_000_001}.items()), "too large when unpacked"),
        (workbook(HEAD, parts={f"b{n}": b"0" * 21_000_000 for n in range(3)}.items()), "too large when unpacked"),
        (workbook(HEAD, properties='<workbookPr date1904="1"/>'), "from 1904"),
        (workbook(body=DTD), "cannot be read"),
        (workbook(body=f"<!--{'x' * 32_755}-->{DTD}"), "cannot be read"),
        (workbook(body="<worksheet"), "cannot be read"),
        (workbook(HEAD, one(shared(5))), "cannot be read"),
        (workbook(HEAD, one(number("x"))), "cannot be read"),
        (workbook(HEAD)[:200], "cannot be read"),
        (workbook('<row r="1048576"/>'), "too many lines"),
        (workbook('<row r="1"/><row r="1"/>'), "too many lines"),
        (workbook('<row><c r="XFD1"/></row>'), "too many columns"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 512, "old form of Excel"),
    ],
)  # fmt: skip
def test_a_workbook_that_is_not_ours_is_refused_in_words(data, words):
    with pytest.raises(Refusal, match=words):
        imports.decode(data)


def test_a_part_that_is_larger_than_it_says_is_not_unpacked(monkeypatch):
    """The directory of an archive may lie; what comes out is counted."""
    data = workbook(HEAD, body=sheet(HEAD) + " " * 41_000_000)
    declared = zipfile.ZipFile.infolist

    def lying(self):
        for member in (found := declared(self)):
            member.file_size = min(member.file_size, 1000)
        return found

    monkeypatch.setattr(zipfile.ZipFile, "infolist", lying)
    with pytest.raises(Refusal):
        imports.decode(data)


def test_a_sheet_that_is_empty_has_no_codes(db):
    with pytest.raises(Refusal, match="Missing: code"):
        run(workbook())


@given(st.binary(max_size=400), st.integers(0, 600))
def test_no_bytes_break_the_reading(noise, at):
    """Whatever is broken in an archive, the answer is a text or a refusal."""
    whole = workbook(HEAD, one(text("AAAA1")))
    for data in (sheets.START + noise, whole[:at] + noise + whole[at + len(noise) :], workbook(body=noise)):
        try:
            imports.decode(data)
        except Refusal:
            continue
