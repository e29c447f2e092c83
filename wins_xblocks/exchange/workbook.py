"""Excel's .xlsx: the first sheet, read by the reader of vouchers, which believes nothing that an archive claims."""

import csv
import io
import re

from .. import xlsx_file
from ..domain import Refusal
from ..domain import marked as _
from ..domain.quiz import banks
from ..domain.quiz.data import Bank
from ..domain.vouchers import sheets
from . import table
from .form import Read, Written
from .rows import table as rows_of

MOST_ROWS = 2 * banks.MOST_ITEMS  # blank ones, too
_BY_NUMBER = re.compile("_x([0-9A-Fa-f]{4})_")
_OLD = _("The workbook is of an old form of Excel. Save it as .xlsx, or as CSV UTF-8.")


class Xlsx:
    name = "xlsx"
    endings = frozenset({"xlsx", "xlsm"})
    kind = xlsx_file.KIND

    def read(self, data: bytes) -> Read:
        if data.startswith(sheets.OLD_START):
            raise Refusal(_OLD)
        text = sheets.text_of(data, MOST_ROWS, as_written=True).text
        try:
            rows = list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error:  # a cell longer than Excel's own may be
            raise Refusal(_("The workbook cannot be read. Save it again as .xlsx, or as CSV UTF-8.")) from None
        return table.read([_plain(cell) for cell in row] for row in rows)

    def write(self, bank: Bank) -> Written:
        head, rows, told = rows_of(bank)
        return Written(b"".join(xlsx_file.pieces("questions", head, [rows])), told)


def _plain(cell: str) -> str:
    """Signs that a workbook writes by their numbers, and no mark of what was a number."""
    return _BY_NUMBER.sub(lambda one: chr(int(one[1], 16)), cell.removeprefix(sheets.NUMBER))
