"""A file that staff send to do the same to many: CSV, TSV or the first sheet of a workbook, led by its first line.

Pure. What stands in a cell may be a code: it is a Secret, and no message repeats it.
"""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from .. import Refusal
from .. import marked as _
from ..hushed import hushed
from .data import Secret
from .sheets import NUMBER

MOST_LINES = 500
NOTHING = Secret("")


@dataclass(frozen=True)
class Line:
    """One line that is not blank; ``number`` as an editor or a sheet counts."""

    number: int
    cells: Mapping[str, Secret] = field(repr=False)

    def text(self, column: str) -> str:
        return self.cells.get(column, NOTHING).text


@hushed
def read(file: Secret, needed: Collection[str], allowed: Collection[str] = ()) -> tuple[Line, ...]:
    """The lines of the file, by the columns named in its first. Raises Refusal for the whole file."""
    plain = Secret(file.text.removeprefix("\ufeff"))
    delimiter = max(",;\t", key=plain.text.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(plain.text, newline=""), delimiter=delimiter)
    known = [*needed, *allowed]
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check(names, needed, known)
        lines = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(_line(reader.line_num, cells, names, known))
            if len(lines) > MOST_LINES:
                raise Refusal(_("The file has too many lines. It may have at most {most}."), most=MOST_LINES)
    except csv.Error:
        raise Refusal(_("The file cannot be read as CSV, near line {line}."), line=reader.line_num) from None
    if not lines:
        raise Refusal(_("The file has no lines but the first."))
    return tuple(lines)


def _line(number: int, cells: Sequence[str], names: Sequence[str], known: Collection[str]) -> Line:
    padded = [*cells, *[""] * len(names)]
    found = {name: Secret(_plain(padded[names.index(name)])) for name in known if name in names}
    return Line(number, found)


def _plain(cell: str) -> str:
    return cell.replace("\0", "").removeprefix(NUMBER).strip()


def _check(names: Sequence[str], needed: Collection[str], known: Collection[str]) -> None:
    missing = [name for name in needed if name not in names]
    if missing:
        raise Refusal(_("The first line must name the columns. Missing: {columns}."), columns=", ".join(missing))
    twice = [name for name in known if names.count(name) > 1]
    if twice:
        raise Refusal(_("The first line names a column twice: {columns}."), columns=", ".join(twice))
