"""Read a supplier's file of codes: CSV with a header, or Excel's form of it.

Pure; the fate of a line never repeats what stands in it. Lines are read one by one, so that a file of 100,000 takes
little memory; whoever needs them twice reads twice.
"""

import csv
import re
from collections.abc import Collection, Iterator
from datetime import date, datetime

from .. import Refusal
from .. import marked as _
from ..hushed import hushed, hushed_each
from . import fields, sheets
from .data import Secret
from .fields import COLUMNS, NOTHING, Filling, Row

LARGEST = 10_000_000  # bytes
MOST_LINES = 100_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@hushed
def decode(data: bytes) -> Secret:
    """The text of a file. Raises Refusal when it is too large, no workbook or not UTF-8."""
    if len(data) > LARGEST:
        raise Refusal(_("The file is too large. It may have at most {most} MB."), most=LARGEST // 1_000_000)
    if data.startswith(sheets.START):
        return sheets.text_of(data, MOST_LINES)
    if data.startswith(sheets.OLD_START):
        raise Refusal(_("The workbook is of an old form of Excel. Save it as .xlsx, or as CSV UTF-8."))
    try:
        return Secret(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        words = _('The file is not UTF-8 text: see line {line}. Save it as "CSV UTF-8" and try again.')
        raise Refusal(words, line=line) from None


@hushed_each
def read(file: Secret, exams: Collection[str], filling: Filling, now: datetime) -> Iterator[Row]:
    """The file's lines; ``filling`` stands for what one leaves empty. Raises Refusal for the whole file, on the way."""
    if len(file.text) > LARGEST or (not file.text.isascii() and len(file.text.encode()) > LARGEST):
        raise Refusal(_("The file is too large. It may have at most {most} MB."), most=LARGEST // 1_000_000)
    judge = fields.Lines(exams, filling, now)
    count = 0
    for number, cells, open_ended in _lines(file, filling.expires):
        count += 1
        if count > MOST_LINES:
            raise Refusal(_("The file has too many lines. It may have at most {most}."), most=MOST_LINES)
        yield judge.row(number, cells, open_ended)
    if not count:
        raise Refusal(_("The file has no codes."))


def _lines(file: Secret, expires: date | None) -> Iterator[tuple[int, dict[str, Secret], bool]]:
    """(line number, cells by column, does the file end with this line's code?) of each line that is not blank."""
    plain = Secret(file.text.removeprefix("\ufeff"))
    first = _LINE.match(plain.text)
    delimiter = max(",;\t", key=(first[0] if first else "").count)
    reader = csv.reader((line[0] for line in _LINE.finditer(plain.text)), delimiter=delimiter)
    without_end = 0 if plain.text.endswith(("\r", "\n")) else sum(1 for _line in _LINE.finditer(plain.text))
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check(names, expires)
        places = [(name, names.index(name)) for name in COLUMNS if name in names]
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield (
                    reader.line_num,
                    {name: Secret(cells[place].strip()) if place < len(cells) else NOTHING for name, place in places},
                    reader.line_num == without_end and not any(map(str.strip, cells[names.index("code") + 1 :])),
                )
    except csv.Error:
        raise Refusal(_("The file cannot be read as CSV, near line {line}."), line=reader.line_num) from None


def _check(names: list[str], expires: date | None) -> None:
    needed = ("code", "exam") if expires else ("code", "exam", "expires")
    missing = [name for name in needed if name not in names]
    if missing:
        raise Refusal(_("The first line must name the columns. Missing: {columns}."), columns=", ".join(missing))
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise Refusal(_("The first line names a column twice: {columns}."), columns=", ".join(twice))
