"""CSV: read with comma, semicolon or tab; written so that no spreadsheet runs a cell, and read back as it was."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from .. import csv_file
from ..domain import Refusal
from ..domain import marked as _
from ..domain.quiz.data import Bank
from . import table
from .form import Read, Written, text_of
from .rows import table as rows_of

_BLANKS = "[ \u00a0\u200b\ufeff\n]*"
_SIGNS = "[-=+@\t\r＝＋－＠]"
# An apostrophe that ``csv_file`` puts there, or one that stood there before: each gets one more, and loses one again.
_FIRST = re.compile(f"'+{_BLANKS}{_SIGNS}")
_INNER = re.compile("([;\t\r\n][ \"\u00a0\u200b\ufeff]*)'('*)(?=[-=+@＝＋－＠])")


class Csv:
    name = "csv"
    endings = frozenset({"csv", "tsv", "txt"})
    kind = "text/csv"

    def read(self, data: bytes) -> Read:
        return table.read([_bare(cell) for cell in row] for row in split(text_of(data)))

    def write(self, bank: Bank) -> Written:
        head, rows, told = rows_of(bank)
        return Written(b"".join(csv_file.pieces(head, [[[_kept(cell) for cell in row] for row in rows]])), told)


def split(text: str) -> Iterator[Sequence[str]]:
    """Cells of each row. Raises Refusal."""
    first = re.match(r"[^\r\n]*", text)
    delimiter = max(",;\t", key=(first[0] if first else "").count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        raise Refusal(_("The file cannot be read as CSV, near line {line}."), line=reader.line_num) from None


def _kept(cell: str) -> str:
    doubled = _INNER.sub(r"\1''\2", cell)
    return "'" + doubled if _FIRST.match(cell) else doubled


def _bare(cell: str) -> str:
    single = _INNER.sub(r"\1\2", cell)
    return single[1:] if _FIRST.match(single) else single
