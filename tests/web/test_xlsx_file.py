"""Workbooks that are written while they are sent: our own reader and openpyxl read what was put in."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wins_xblocks import xlsx_file
from wins_xblocks.domain.vouchers import sheets

VIENNA = ZoneInfo("Europe/Vienna")
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def made(*parts, head=("one", "two"), name="Progress", **more):
    return b"".join(xlsx_file.pieces(name, head, parts, **more))


def read(data):
    """By the reader that takes suppliers' workbooks; what stands in a number cell is marked by it."""
    return list(csv.reader(io.StringIO(sheets.text_of(data, 1_000_000).text)))


def sheet(data):
    return ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(SHEET))


def test_our_own_reader_reads_what_was_written():
    found = read(made([("a", 7)], [("", None), ("ü – 漢", Decimal("310.50"))]))
    assert found == [["one", "two"], ["a", f"{sheets.NUMBER}7"], ["", ""], ["ü – 漢", f"{sheets.NUMBER}310.5"]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "0012", "1e5", "TRUE", "2027-03-01", " x ", "<b>&"])
def test_a_text_stays_a_text(text):
    assert read(made([(text, "")]))[1] == [text, ""]
    cell = sheet(made([(text, "")])).find(f".//{MAIN}sheetData/{MAIN}row[2]/{MAIN}c")
    assert cell.get("t") == "inlineStr"
    assert cell.find(f"{MAIN}f") is None


@given(st.text(st.characters(), max_size=50))
def test_any_text_makes_a_sheet_that_can_be_read(text):
    cell = sheet(made([(text, "")])).find(f".//{MAIN}sheetData/{MAIN}row[2]/{MAIN}c")
    told = "".join(one.text or "" for one in cell.iter(f"{MAIN}t"))
    kept = "".join(f"_x{ord(sign):04X}_" if xlsx_file._ODD.match(sign) else sign for sign in text)
    assert told == kept or "_x" in text


def test_signs_that_xml_does_not_take_are_written_by_their_numbers():
    cell = sheet(made([("a\x00b\x0b_x000B_\r\ud800", "")])).find(f".//{MAIN}sheetData/{MAIN}row[2]/{MAIN}c")
    assert "".join(one.text for one in cell.iter(f"{MAIN}t")) == "a_x0000_b_x000B__x005F_x000B__x000D__xD800_"


def test_days_and_moments_are_real_ones_on_their_own_clock():
    moment = datetime(2027, 3, 1, 9, 30, tzinfo=UTC).astimezone(VIENNA)
    first = sheet(made([(date(2027, 3, 1), moment)])).findall(f".//{MAIN}row")[1]
    assert [cell.get("s") for cell in first] == ["2", "3"]
    assert [float(cell.find(f"{MAIN}v").text) for cell in first] == pytest.approx([46447, 46447 + 10.5 / 24])
    assert (date(1899, 12, 30).toordinal() + 46447) == date(2027, 3, 1).toordinal()


def test_the_head_is_bold_and_stays_in_sight():
    root = sheet(made())
    pane = root.find(f".//{MAIN}pane")
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    assert {cell.get("s") for cell in root.find(f".//{MAIN}row")} == {"1"}
    assert root.find(f".//{MAIN}sheetView").get("rightToLeft") is None
    assert sheet(made(from_right=True)).find(f".//{MAIN}sheetView").get("rightToLeft") == "1"


def test_every_part_of_the_package_is_well_formed_and_linked():
    archive = zipfile.ZipFile(io.BytesIO(made([("a", "b")], name="[A]:*?/\\ name that is far too long for Excel & co")))
    assert archive.testzip() is None
    for name in archive.namelist():
        ElementTree.fromstring(archive.read(name))
    types = archive.read("[Content_Types].xml").decode()
    for name in archive.namelist():
        assert name.endswith((".rels", "[Content_Types].xml")) or f'"/{name}"' in types
    title = ElementTree.fromstring(archive.read("xl/workbook.xml")).find(f".//{MAIN}sheet").get("name")
    assert len(title) <= 31
    assert not set(title) & set("[]:*?/\\")


def test_it_is_written_part_by_part():
    taken = []

    def parts():
        for number in range(3):
            taken.append(number)
            yield [("x" * 1000, number)]

    pieces = xlsx_file.pieces("x", ("a", "b"), parts())
    assert next(pieces)
    assert taken == [], "the head is sent before the first row is asked for"
    next(pieces)
    assert taken == [0]
    assert len(b"".join(pieces)) > 0


def test_a_cell_holds_no_more_than_excel_takes():
    assert len(read(made([("x" * 40_000, "")]))[1][0]) == xlsx_file.LONGEST


def test_openpyxl_reads_it_too():
    moment = datetime(2027, 3, 1, 9, 30, tzinfo=UTC).astimezone(VIENNA)
    data = made([("=1+1", date(2027, 3, 1))], [("_x000B_\x0b", moment)], [("", 7)])
    found = openpyxl.load_workbook(io.BytesIO(data)).active
    assert found.freeze_panes == "A2"
    rows = [[cell.value for cell in row] for row in found.iter_rows()]
    assert rows[0] == ["one", "two"]
    assert found["A2"].data_type != "f"
    assert (rows[1][0], rows[1][1].date()) == ("=1+1", date(2027, 3, 1))
    assert rows[2][1].isoformat() == "2027-03-01T10:30:00"
    assert rows[3] == [None, 7]
