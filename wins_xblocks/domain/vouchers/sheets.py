"""The first sheet of an Excel workbook as CSV text. Nothing is written, no name in the archive is used as a path."""

import csv
import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from lxml import etree

from .. import Refusal
from .. import marked as _
from .data import Secret

START = b"PK\x03\x04"
OLD_START = b"\xd0\xcf\x11\xe0"
MOST_MEMBERS = 200
LARGEST_MEMBER = 40_000_000  # bytes, unpacked; read in pieces
LARGEST_WHOLE = 60_000_000
_DTD = b"<!DOCTYPE"
MOST_COLUMNS = 50
NUMBER = "\ue000"  # stands before what a number cell held: it may have lost zeros, and a day is a number
_BOOK = "xl/workbook.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_VALUE = f"{_MAIN}v"
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, etree.XMLSyntaxError, LookupError, ValueError,
    RuntimeError, EOFError, OSError,
)  # fmt: skip


def text_of(data: bytes, most_lines: int, as_written: bool = False) -> Secret:
    """CSV text, line for line. Raises Refusal when it is no workbook, or larger than ours are.

    ``as_written``: cells keep their own line ends.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _look(archive)
            member = _first_sheet(archive)
            return _text(_open(archive, member), _shared(archive), most_lines, as_written)
    except _BROKEN:
        raise Refusal(_("The workbook cannot be read. Save it again as .xlsx, or as CSV UTF-8.")) from None


def _look(archive: zipfile.ZipFile) -> None:
    """Before anything is unpacked: names and sizes as they are declared."""
    members = archive.infolist()
    for one in members:
        parts = one.filename.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or ":" in parts[0]:
            raise Refusal(_("The workbook holds a file with a path outside of it. It was not read."))
    if len(members) > MOST_MEMBERS:
        raise Refusal(_("The workbook holds too many parts. It may have at most {most}."), most=MOST_MEMBERS)
    sizes = [one.file_size for one in members]
    if max(sizes, default=0) > LARGEST_MEMBER or sum(sizes) > LARGEST_WHOLE:
        raise _too_large()


def _too_large() -> Refusal:
    words = _("The workbook is too large when unpacked. A part may have at most {most} MB.")
    return Refusal(words, most=LARGEST_MEMBER // 1_000_000)


class _Part:
    """A part as it is unpacked; what was declared of its size is not believed."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._size, self._tail = stream, 0, b""

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size if size >= 0 else LARGEST_MEMBER + 1)
        self._size += len(piece)
        if self._size > LARGEST_MEMBER:
            raise _too_large()
        if _DTD in self._tail + piece:
            raise ValueError("a workbook has no DTD")
        self._tail = (self._tail + piece)[1 - len(_DTD) :]
        return piece


def _open(archive: zipfile.ZipFile, name: str) -> _Part:
    return _Part(archive.open(name))


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The name of its part. Raises Refusal for days that are counted from 1904."""
    book = _tree(_open(archive, _BOOK))
    properties = book.find(f"{_MAIN}workbookPr")
    if properties is not None and properties.get("date1904") in ("1", "true"):
        raise Refusal(_("The workbook counts its days from 1904. Save it as CSV UTF-8 and try again."))
    first = book.find(f"{_MAIN}sheets/{_MAIN}sheet")
    if first is None:
        raise Refusal(_("The workbook has no sheet."))
    for link in _tree(_open(archive, "xl/_rels/workbook.xml.rels")):
        if link.get("Id") == first.get(_LINK):
            return posixpath.normpath(posixpath.join("/xl", str(link.get("Target")))).lstrip("/")
    raise ValueError("the first sheet is nowhere")


def _tree(part: _Part) -> "etree._Element":
    closed = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(part.read(), closed)


def _each(part: _Part, tag: str) -> "Iterator[etree._Element]":
    """Each element of this name, forgotten once it was looked at."""
    found = etree.iterparse(
        part, events=("end",), tag=f"{_MAIN}{tag}", resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False,
    )  # fmt: skip
    for _event, element in found:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _shared(archive: zipfile.ZipFile) -> list[str]:
    name = "xl/sharedStrings.xml"
    return [_said(one) for one in _each(_open(archive, name), "si")] if name in archive.namelist() else []


def _said(element: "etree._Element") -> str:
    """Text of runs; not how it is pronounced."""
    runs = [element, *element.iterchildren(f"{_MAIN}r")]
    return "".join(text.text or "" for run in runs for text in run.iterchildren(f"{_MAIN}t"))


def _text(part: _Part, shared: list[str], most_lines: int, as_written: bool) -> Secret:
    out, line = io.StringIO(), 0
    writer = csv.writer(out)
    for row in _each(part, "row"):
        number = int(row.get("r") or line + 1)
        if not line < number <= most_lines + 1:
            raise Refusal(_("The file has too many lines. It may have at most {most}."), most=most_lines)
        out.write("\n" * (number - line - 1))  # so that a problem names the sheet's own line
        writer.writerow(_cells(row, shared) if as_written else map(_one_line, _cells(row, shared)))
        line = number
    return Secret(out.getvalue())


def _cells(row: "etree._Element", shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren(f"{_MAIN}c"):
        place = _place(cell.get("r"), len(cells))
        cells += [""] * (place - len(cells))
        cells.append(_value(cell, shared))
    return cells


def _one_line(text: str) -> str:
    return text if text.isprintable() else " ".join(text.splitlines())


def _place(name: str | None, next_one: int) -> int:
    """Which column, from 0."""
    place = next_one
    if name:
        matched = _CELL.fullmatch(name)
        place = _column(matched.group(1)) if matched else -1
    if place >= MOST_COLUMNS:
        raise Refusal(_("The file has too many columns. It may have at most {most}."), most=MOST_COLUMNS)
    if place < next_one:
        raise ValueError("cells out of order")
    return place


@lru_cache(maxsize=512)
def _column(letters: str) -> int:
    place = -1
    for letter in letters:
        place = (place + 1) * 26 + ord(letter) - ord("A")
    return place


def _value(cell: "etree._Element", shared: list[str]) -> str:
    # By iteration: a search by path takes three times as long.
    kind, value = cell.get("t", "n"), next((one.text for one in cell.iterchildren(_VALUE)), None) or ""
    if kind == "inlineStr":
        inline = cell.find(f"{_MAIN}is")
        return _said(inline) if inline is not None else ""
    if kind == "s":
        return shared[int(value)] if value.isascii() and value.isdigit() else ""
    if kind == "n" and value:
        return f"{NUMBER}{float(value):.15g}"
    return value.split("T")[0] if kind == "d" else value
