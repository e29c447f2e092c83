"""A number to be worked out. A try keeps what was written; marks are worked out in exact decimals."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from ... import marked as _
from .. import reading
from ..items import Item, Number, Unit
from ..shown import Body, DrawnItem, ShownField
from .kind import Answer, ForgedAnswer

LONGEST_ANSWER = 60  # characters
LONGEST_UNIT = 20
MOST_UNITS = 10
# One sign for decimals, comma or point; between thousands nothing but spaces, since "1,234" has two meanings.
_SPACES = " \u00a0\u2009\u202f"
_WRITTEN = re.compile(
    rf"([+-]?)(\d{{1,3}}(?:[{_SPACES}]\d{{3}})+|\d{{0,30}})(?:[.,\u066b](\d{{0,30}}))?(?:[eE]([+-]?\d{{1,2}}))?"
)
_UNIT = re.compile(r"[^\d\s.,+\-\u2212\u066b]\S*(?: \S+)*")


class Numeric:
    """Right when it is no further from the right answer than its tolerance, the ends included."""

    name = "numeric"
    fields = frozenset({"answer"})

    def read(self, number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        answer = entry.get("answer")
        if answer is not None and not (isinstance(answer, dict) and answer.keys() <= _NAMES):
            raise reading.BankInvalid(
                _("Question {number}: “answer” is not “value, tolerance, unit, units”."), number=number
            )
        return {"number": _number(number, answer or {})}

    def plain(self, item: Item) -> dict[str, Any]:
        key = item.number or Number("")
        told: dict[str, Any] = {"value": key.value}
        if Decimal(key.tolerance):
            told["tolerance"] = key.tolerance + (" %" if key.percent else "")
        if key.unit:
            told["unit"] = key.unit
        if key.units:
            told["units"] = [{"name": unit.name, "factor": unit.factor} for unit in key.units]
        return {"answer": told}

    def problems(self, item: Item) -> Iterator[str]:
        key = item.number or Number("")
        if not key.value:
            yield _("Question {number} (“{id}”) has no right answer.")
        elif key.percent and not Decimal(key.value):
            yield _("Question {number} (“{id}”): per cent of zero is zero. Write the tolerance as a number.")
        names = _names(key)
        if len(set(names)) < len(names):
            yield _("Question {number} (“{id}”) has the same unit twice.")
        if key.units and not key.unit:
            yield _("Question {number} (“{id}”) has other units, but none of its own.")

    def laid_out(self, item: Item, rng: Random) -> list[str]:
        return []

    def checked(self, item: Item, drawn: DrawnItem, given: object) -> Answer:
        if not isinstance(given, dict) or given.keys() != {"text", "unit"}:
            raise ForgedAnswer
        text, unit = given["text"], given["unit"]
        if not isinstance(text, str) or len(text) > LONGEST_ANSWER or reading.UNFIT.search(text):
            raise ForgedAnswer
        if unit != "" and unit not in _names(item.number or Number("")):
            raise ForgedAnswer
        text = " ".join(text.split())
        return {"text": text, "unit": unit} if text else {}

    def parts(self, item: Item) -> int:
        return 1

    def share(self, item: Item, drawn: DrawnItem, answer: Answer) -> Fraction:
        key = item.number or Number("")
        found, unit = _understood(answer or {}, key)
        if found is None or not key.value:
            return Fraction(0)
        factors = {key.unit: "1", **{other.name: other.factor for other in key.units}}
        low, high = _bounds(key)
        return Fraction(low <= Fraction(found) * Fraction(factors[unit]) <= high)

    def corrected(self, item: Item, new: Item) -> Item | None:
        """A number without a unit was meant in the question's own; each unit that could be chosen must be known yet."""
        old, key = item.number or Number(""), new.number or Number("")
        if not key.value or key.unit != old.unit or not set(_names(old)) <= set(_names(key)):
            return None
        return replace(item, number=key)

    def shown(self, item: Item, drawn: DrawnItem, answer: Answer, keys: bool) -> Body:
        key, given = item.number or Number(""), answer or {"text": "", "unit": ""}
        field = ShownField(given["text"], given["unit"], tuple(_names(key)))
        if answer and keys:
            field = replace(field, readable=_understood(answer, key)[0] is not None)
        if keys and key.value:
            low, high = (_exact(bound) for bound in _bounds(key))
            field = replace(field, key=key.value, low=low, high=high)
        return Body(field=field)

    def told(self, item: Item, drawn: DrawnItem, answer: Answer) -> list[str]:
        return [" ".join(part for part in (answer["text"], answer["unit"]) if part)] if answer else []


_NAMES = {"value", "tolerance", "unit", "units"}


def decimal_of(written: str) -> Decimal | None:
    """What a person wrote as a number, in any script's digits; None for what is none or could be two."""
    text = written.strip().replace("\u2212", "-")
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    sign, whole, fraction, power = found.groups()
    digits = "".join(str(unicodedata.decimal(sign_)) for sign_ in whole if sign_ not in _SPACES)
    behind = "".join(str(unicodedata.decimal(sign_)) for sign_ in fraction or "")
    if not digits and not behind:
        return None
    return Decimal(f"{sign}{digits or '0'}.{behind or '0'}e{int(power or 0)}")


def _number(number: int, answer: Mapping[str, Any]) -> Number:
    units = answer.get("units") or []
    if not isinstance(units, list) or len(units) > MOST_UNITS:
        raise reading.BankInvalid(
            _("Question {number} has more than {most} other units."), number=number, most=MOST_UNITS
        )
    tolerance, percent = answer.get("tolerance", "0"), False
    if isinstance(tolerance, str):
        percent = tolerance.rstrip().endswith("%")
        tolerance = tolerance.strip().removesuffix("%") or "0"
    unit, off = answer.get("unit") or "", _decimal(number, tolerance, least=0) or "0"
    return Number(
        value=_decimal(number, answer.get("value")),
        tolerance=off,
        percent=percent and bool(Decimal(off)),
        unit=_unit(number, unit) if unit != "" else "",
        units=tuple(_other(number, entry) for entry in units),
    )


def _other(number: int, entry: object) -> Unit:
    if not isinstance(entry, dict) or entry.keys() != {"name", "factor"}:
        raise reading.BankInvalid(_("Question {number}: another unit is not “name, factor”."), number=number)
    factor = _decimal(number, entry["factor"], least=0)
    if not factor or not Decimal(factor):
        raise reading.BankInvalid(_("Question {number}: the factor of a unit must be above zero."), number=number)
    return Unit(_unit(number, entry["name"]), factor)


def _decimal(number: int, value: object, least: int | None = None) -> str:
    """A decimal as the bank keeps it; empty for none."""
    if value is None or value == "":
        return ""
    text = value if isinstance(value, str) else str(value) if _is_number(value) else ""
    found = decimal_of(text) if len(text) <= LONGEST_ANSWER else None
    if found is None or (least is not None and found < least):
        told = text[:40] or type(value).__name__
        raise reading.BankInvalid(_("Question {number}: “{value}” is not a number here."), number=number, value=told)
    return _exact(Fraction(found))


def _is_number(value: object) -> bool:
    # Writing out a number of thousands of digits is an error of its own.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**30


def _unit(number: int, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_UNIT or not _UNIT.fullmatch(value):
        told = value[:40] if isinstance(value, str) else type(value).__name__
        raise reading.BankInvalid(_("Question {number}: “{value}” is not a unit."), number=number, value=told)
    return reading.line(value, number)


def _names(key: Number) -> list[str]:
    """Units that an answer may have, the right answer's first."""
    return [name for name in (key.unit, *(unit.name for unit in key.units)) if name]


def _understood(answer: Mapping[str, str], key: Number) -> tuple[Decimal | None, str]:
    """(number, unit) of an answer. A unit may be written behind the number; without one it is the question's own."""
    text, found = answer.get("text", ""), decimal_of(answer.get("text", ""))
    if found is not None:
        return found, answer.get("unit") or key.unit
    for name in _names(key):
        if text.endswith(name) and (found := decimal_of(text.removesuffix(name))) is not None:
            return found, name
    return None, ""


def _bounds(key: Number) -> tuple[Fraction, Fraction]:
    value, off = Fraction(key.value), Fraction(key.tolerance)
    if key.percent:
        off = abs(value) * off / 100
    return value - off, value + off


def _exact(value: Fraction) -> str:
    """A fraction that ends as a decimal, written out without an exponent."""
    places = 0
    while value * 10**places % 1:
        places += 1
    digits = str(abs(int(value * 10**places))).rjust(places + 1, "0")
    whole, behind = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("-" if value < 0 else "") + whole + (f".{behind}" if behind else "")
