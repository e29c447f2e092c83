"""Read a supplier's file of codes: CSV with a header. Pure; the fate of a line never repeats what stands in it."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from .. import Refusal
from .. import marked as _
from .data import Secret
from .keys import BadCode, masked, normalise
from .rules import FARTHEST_YEARS

LARGEST = 2_000_000  # bytes
MOST_LINES = 20_000
LONGEST_ORDER = 64
COLUMNS = ("code", "exam", "expires", "order")
NOTHING = Secret("")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Row:
    """One line of the file. ``problem`` is empty for a good line, else a marked sentence."""

    number: int
    code: str = field(repr=False)
    masked: str
    exam: str
    expires_on: date | None
    order: str
    problem: str = ""


def decode(data: bytes) -> Secret:
    """The text of a file. Raises Refusal when it is too large or not UTF-8."""
    if len(data) > LARGEST:
        raise Refusal(_("The file is too large. It may have at most {most} MB."), most=LARGEST // 1_000_000)
    try:
        return Secret(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refusal(_('The file is not UTF-8 text. Save it as "CSV UTF-8" and try again.')) from None


def read(file: Secret, exams: Collection[str], order: str, expires: date | None, today: date) -> tuple[Row, ...]:
    """The file's lines; ``order`` and ``expires`` fill what one leaves empty. Raises Refusal for the whole file."""
    if len(file.text.encode()) > LARGEST:
        raise Refusal(_("The file is too large. It may have at most {most} MB."), most=LARGEST // 1_000_000)
    seen: set[Secret] = set()
    rows = tuple(_row(number, cells, exams, order, expires, today, seen) for number, cells in _lines(file, expires))
    if not rows:
        raise Refusal(_("The file has no codes."))
    if len(rows) > MOST_LINES:
        raise Refusal(_("The file has too many lines. It may have at most {most}."), most=MOST_LINES)
    return rows


def _lines(file: Secret, expires: date | None) -> Iterator[tuple[int, dict[str, Secret]]]:
    """(line number, cells by column) of each line that is not blank."""
    plain = Secret(file.text.removeprefix("\ufeff"))
    delimiter = max(",;\t", key=plain.text.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(plain.text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check(names, expires)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                padded = [*cells, *[""] * len(names)]
                found = {name: Secret(padded[names.index(name)].strip()) for name in COLUMNS if name in names}
                yield reader.line_num, found
    except csv.Error:
        raise Refusal(_("The file cannot be read as CSV, near line {line}."), line=reader.line_num) from None


def _check(names: list[str], expires: date | None) -> None:
    needed = ("code", "exam") if expires else ("code", "exam", "expires")
    missing = [name for name in needed if name not in names]
    if missing:
        raise Refusal(_("The first line must name the columns. Missing: {columns}."), columns=", ".join(missing))
    if len({name for name in names if name in COLUMNS}) != sum(name in COLUMNS for name in names):
        raise Refusal(_("The first line names a column twice."))


def _row(
    number: int,
    cells: dict[str, Secret],
    exams: Collection[str],
    order: str,
    expires: date | None,
    today: date,
    seen: set[Secret],
) -> Row:
    code, problem = _code(cells["code"])
    if code in seen:
        problem = _("This code stands in the file twice.")
    if code.text:
        seen.add(code)
    exam, own_order = cells["exam"].text.upper(), cells.get("order", NOTHING).text or order.strip()
    last_day, bad_date = _date(cells.get("expires", NOTHING).text, expires, today)
    problem = problem or ("" if exam in exams else _("The exam is not one of the programme.")) or bad_date
    problem = problem or _order(own_order)
    masked_code = masked(cells["code"].text)
    return Row(number, code.text, masked_code, exam if exam in exams else "", last_day, own_order, problem)


def _code(cell: Secret) -> tuple[Secret, str]:
    """(normalised code or nothing, problem or "")."""
    if not cell.text:
        return NOTHING, _("The code is empty.")
    try:
        return Secret(normalise(cell.text)), ""
    except BadCode:
        return NOTHING, _("The code is not 4 to 32 letters A–Z and digits.")


def _date(cell: str, default: date | None, today: date) -> tuple[date | None, str]:
    """(last day or None, problem or "")."""
    try:
        day = (date.fromisoformat(cell) if _ISO.fullmatch(cell) else None) if cell else default
    except ValueError:
        day = None
    if day is None:
        return None, _("The last day is not a date like 2027-12-31.")
    if day < today:
        return day, _("The last day is over.")
    if day.year > today.year + FARTHEST_YEARS:
        return day, _("The last day is too far away.")
    return day, ""


def _order(order: str) -> str:
    if not order:
        return _("The order number is missing.")
    return "" if len(order) <= LONGEST_ORDER else _("The order number is too long.")
