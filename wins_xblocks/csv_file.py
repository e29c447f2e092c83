"""CSV as we write it (RFC 4180, UTF-8 with BOM), with no cell that a spreadsheet runs."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

BOM = "\ufeff"
# Where the list separator is a semicolon, as in most of Europe, a spreadsheet splits our lines there and at line ends.
INNER = re.compile('([;\t\r\n][ "\u00a0\u200b\ufeff]*)(?=[-=+@＝＋－＠])')
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula
# Most cells: they begin with a letter or digit and hold nothing at which a line is split.
_HARMLESS = re.compile(r"\w[^;\t\r\n\0]*", re.ASCII)
Cell = str | int | Decimal | date | None  # moments are days, too


@lru_cache(maxsize=4096)  # a column says the same many times
def safe(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe goes before what looks like a formula, also within."""
    if _HARMLESS.fullmatch(cell):
        return cell
    plain = cell.replace("\0", "")
    # What a reader strips before it looks: blanks of any kind, and the mark of the byte order.
    bare = plain.lstrip(" \u00a0\u200b\ufeff\n")
    begins = bare.startswith(FORMULA) or _wide(bare)
    return ("'" if begins else "") + INNER.sub(r"\1'", plain)


def _wide(text: str) -> bool:
    """The full-width forms of = + - @, which some spreadsheets take for the narrow ones."""
    return text.startswith(("＝", "＋", "－", "＠"))


class _Kept:
    """What a writer of CSV takes for a file: it only answers what was written."""

    def write(self, text: str) -> str:
        return text


def pieces(head: Sequence[str], parts: Iterable[Iterable[Sequence[Cell]]]) -> Iterator[bytes]:
    """A file in pieces: its head at once, then each part of rows. Days and moments in ISO 8601."""
    write = csv.writer(_Kept()).writerow  # answers what our file does
    yield (BOM + write([safe(cell) for cell in head])).encode()
    for part in parts:
        yield "".join([write(list(map(_told, row))) for row in part]).encode("utf-8", "replace")


def _told(cell: Cell) -> str | int | None:
    if isinstance(cell, str):
        return safe(cell)
    return cell.isoformat() if isinstance(cell, date) else cell
