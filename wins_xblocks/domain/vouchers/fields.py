"""What stands in one line of a supplier's file, field by field. Pure; no answer repeats what stood there."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from .. import marked as _
from ..programme.items import known_zone
from . import rules
from .data import Secret
from .keys import BadCode, LookAlike, masked, normalise
from .sheets import NUMBER

LONGEST_ORDER = 64
FARTHEST_YEARS = 20
MOST_KEPT = 1000  # ways to fill a line, of which the fate is kept
COLUMNS = ("code", "exam", "expires", "order", "price", "currency", "zone")
NOTHING = Secret("")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PRICE = re.compile(r"\d{1,7}(?:[.,]\d{1,2})?", re.ASCII)
_SERIAL = re.compile(rf"{NUMBER}(\d{{5,6}})(?:\.\d+)?", re.ASCII)
_FIRST_DAY = date(1899, 12, 30)  # a sheet counts its days from here
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Filling:
    """What fills the fields that a line leaves empty. ``zone`` is that of the last day."""

    order: str
    expires: date | None
    zone: str
    currency: str


@dataclass(frozen=True)
class Problem:
    """What is wrong, and in which column: a marked sentence."""

    column: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rest:
    """What a line says beside its code. ``expires_at`` is None where something is wrong."""

    exam: str
    expires_on: date | None
    zone: str
    expires_at: datetime | None
    order: str = field(repr=False)
    price: Decimal | None
    currency: str
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file; ``problem`` is None for a good one."""

    number: int
    code: str = field(repr=False)
    masked: str
    rest: Rest
    problem: Problem | None = None


class Lines:
    """Judges the lines of one file, which mostly differ in their codes. No report of an error shows what it holds."""

    def __init__(self, exams: Collection[str], filling: Filling, now: datetime) -> None:
        self._exams, self._filling, self._now = exams, filling, now
        self._seen: set[Secret] = set()
        self._lengths: set[int] = set()
        self._rest: dict[tuple[Secret, ...], Rest] = {}

    def row(self, number: int, cells: Mapping[str, Secret], open_ended: bool = False) -> Row:
        """The fate of a line. ``open_ended``: the file ends with its code, without a line's end."""
        code, problem = _code(cells["code"])
        if code in self._seen:
            problem = Problem("code", _("This code stands in the file twice."))
        elif open_ended and code.text and len(self._lengths) == 1 and len(code.text) < min(self._lengths):
            words = _(
                "The file may be cut off: it ends within this line, and the code is shorter than all others. "
                "If it is whole, end its last line and send it again."
            )
            problem = Problem("code", words)
        if code.text:
            self._seen.add(code)
            self._lengths.add(len(code.text))
        rest = self._of(cells)
        return Row(number, code.text, masked(cells["code"].text), rest, problem or rest.problem)

    def _of(self, cells: Mapping[str, Secret]) -> Rest:
        line = tuple(cell for name, cell in cells.items() if name != "code")
        found = self._rest.get(line)
        if found is None:
            if len(self._rest) >= MOST_KEPT:
                self._rest.clear()
            found = self._rest[line] = _rest(cells, self._exams, self._filling, self._now)
        return found


def _rest(cells: Mapping[str, Secret], exams: Collection[str], filling: Filling, now: datetime) -> Rest:
    exam = _text(cells, "exam").upper()
    own_order = _text(cells, "order") or filling.order
    zone, bad_zone = _zone(_text(cells, "zone") or filling.zone)
    last_day, bad_day = _date(cells.get("expires", NOTHING).text, filling.expires, zone, now)
    price, bad_price = _price(_text(cells, "price"))
    currency, bad_currency = _currency(_text(cells, "currency") or filling.currency, price)
    problem = None if exam in exams else Problem("exam", _("The exam is not one of the programme."))
    problem = problem or bad_zone or bad_day or _order(own_order) or bad_price or bad_currency
    ends = rules.ends_at(last_day, ZoneInfo(zone)) if last_day and not problem else None
    return Rest(exam if exam in exams else "", last_day, zone, ends, own_order, price, currency, problem)


def _text(cells: Mapping[str, Secret], column: str) -> str:
    return cells.get(column, NOTHING).text.removeprefix(NUMBER)


def _code(cell: Secret) -> tuple[Secret, Problem | None]:
    if not cell.text:
        return NOTHING, Problem("code", _("The code is empty."))
    if cell.text.startswith(NUMBER):
        words = _(
            "The code is in a number cell. It may have lost digits. Make it a text cell and enter the code again."
        )
        return NOTHING, Problem("code", words)
    try:
        return Secret(normalise(cell.text)), None
    except LookAlike as refused:
        return NOTHING, Problem("code", refused.sentence, refused.values)
    except BadCode:
        return NOTHING, Problem("code", _("The code is not 4 to 32 letters A–Z and digits."))


def _zone(name: str) -> tuple[str, Problem | None]:
    try:
        return known_zone(name), None
    except ValueError:
        return "UTC", Problem("zone", _("The time zone is not known. Write it as Europe/Vienna or UTC."))


def _date(cell: str, default: date | None, zone: str, now: datetime) -> tuple[date | None, Problem | None]:
    try:
        day = _day(cell) if cell else default
    except (ValueError, OverflowError):
        day = None
    if day is None:
        return None, Problem("expires", _("The last day is not a date like 2027-12-31."))
    if day.year > now.year + FARTHEST_YEARS:
        return day, Problem("expires", _("The last day is too far away."))
    if rules.ends_at(day, ZoneInfo(zone)) <= now:
        return day, Problem("expires", _("The last day is over."))
    return day, None


def _day(cell: str) -> date | None:
    serial = _SERIAL.fullmatch(cell)
    if serial:
        return _FIRST_DAY + timedelta(days=int(serial.group(1)))
    return date.fromisoformat(cell) if _ISO.fullmatch(cell) else None


def _order(order: str) -> Problem | None:
    if not order:
        return Problem("order", _("The order number is missing."))
    return None if len(order) <= LONGEST_ORDER else Problem("order", _("The order number is too long."))


def _price(cell: str) -> tuple[Decimal | None, Problem | None]:
    if not cell:
        return None, None
    if not _PRICE.fullmatch(cell):
        return None, Problem("price", _("The price is not a number like 310.00."))
    return Decimal(cell.replace(",", ".")).quantize(Decimal("0.01")), None


def _currency(cell: str, price: Decimal | None) -> tuple[str, Problem | None]:
    """The currency of ``price``; none where there is no price."""
    currency = cell.upper()
    if not _CURRENCY.fullmatch(currency):
        return "", Problem("currency", _("The currency is not three letters, as in EUR."))
    return (currency if price is not None else ""), None
