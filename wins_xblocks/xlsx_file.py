"""A workbook of one sheet (ECMA-376, decision 16), written while it is sent: no row is held, nothing is sought back.

Texts stay texts, whatever they begin with; days and moments are real ones, moments on the clock they come with.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

from .csv_file import Cell

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_575  # of a sheet, its head not counted
LONGEST = 32_767  # signs that a cell holds
_NIL = date(1899, 12, 30)  # day 0 of a workbook, since it takes 1900 for a leap year
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# XML takes no such sign, or reads another one; a workbook writes it by its number, and so what looks like that.
_ODD = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_HEAD, _DAY, _MOMENT = 1, 2, 3  # styles, by their place below
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
    '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
_BOOK = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets>'
_FROZEN = '<sheetView workbookViewId="0"%s><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
_SHEET = f'<worksheet xmlns="{_MAIN}"><sheetViews>{_FROZEN}</sheetView></sheetViews><cols>%s</cols><sheetData>'
_WIDTH = '<col min="{n}" max="{n}" width="18" customWidth="1"/>'


class _Sent:
    """A file that only goes forward: what was written is taken from it and sent."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        data = b"".join(self._written)
        self._written.clear()
        return data


def pieces(
    name: str, head: Sequence[str], parts: Iterable[Iterable[Sequence[Cell]]], from_right: bool = False
) -> Iterator[bytes]:
    """The file in pieces: all but its rows at once, then each part of rows. ``from_right``: columns run to the left."""
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[arg-type]
        for path, text in _PARTS.items():
            archive.writestr(path, _XML + text)
        archive.writestr("xl/workbook.xml", _XML + _BOOK % _sheet_name(name) + "</workbook>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as sheet:
            widths = "".join(_WIDTH.format(n=number) for number in range(1, len(head) + 1))
            sheet.write((_XML + _SHEET % (' rightToLeft="1"' if from_right else "", widths)).encode())
            sheet.write(_row([_text(cell, _HEAD) for cell in head]))
            yield sent.taken()
            for part in parts:
                sheet.write(b"".join([_row(map(_cell, row)) for row in part]))
                yield sent.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield sent.taken()


def _row(cells: Iterable[str]) -> bytes:
    return f"<row>{''.join(cells)}</row>".encode()


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return _text(cell) if cell else "<c/>"
    if cell is None:
        return "<c/>"
    if isinstance(cell, datetime):
        seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
        return f'<c s="{_MOMENT}"><v>{(cell.date() - _NIL).days + seconds / 86400:.10f}</v></c>'
    if isinstance(cell, date):
        return f'<c s="{_DAY}"><v>{(cell - _NIL).days}</v></c>'
    return f"<c><v>{cell}</v></c>"


def _text(text: str, style: int = 0) -> str:
    kept = escape(_ODD.sub(lambda found: f"_x{ord(found.group()):04X}_", text[:LONGEST]))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{kept}</t></is></c>'


def _sheet_name(name: str) -> str:
    """At most 31 signs, and none that Excel forbids there."""
    return escape(re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:31] or "1", {'"': "&quot;"})
