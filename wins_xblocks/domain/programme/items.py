"""The shapes of single values in a rule set: a text, a day, a number of hours. What does not fit is told in words.

They are marks that pydantic reads when a rule set is loaded. It is not imported here: everything of ours knows these
values, and a process that starts has no rule set to read yet (ADR 0015).
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Bounds:
    """Constraints of a value, by pydantic's own names: ``gt``, ``le``, ``min_length``, ``strict``."""

    def __init__(self, **of: object) -> None:
        self._of = of

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        return {**handler(source), **self._of}


class Check:
    """Asked of a value of its type, or before it is of one: answers the value or raises ValueError, in words."""

    def __init__(self, call: Callable[[Any], Any], before: bool = False) -> None:
        self._call, self._before = call, before

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core import core_schema as made

        asked = made.no_info_before_validator_function if self._before else made.no_info_after_validator_function
        return asked(self._call, handler(source))


def shaped(pattern: str, words: str) -> Check:
    """A text of one shape, told in words when it is not."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {words}")
        return text

    return Check(check)


def clean(text: str) -> str:
    for sign in text:
        if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t":
            raise ValueError(f"holds the character U+{ord(sign):04X}, which no page can show")
    return text


def one_line(text: str) -> str:
    if len(text.splitlines()) > 1:
        raise ValueError("must be one line")
    return clean(text)


def written_day(value: object) -> object:
    """Numbers and moments are no days, though pydantic would make days of them."""
    if type(value) is date or (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return value
    raise ValueError("must be a date, as in 2026-01-31")


def this_century(day: date) -> date:
    if not 2000 <= day.year < 2100:
        raise ValueError("must lie between 2000 and 2099")
    return day


def known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a folder of zones, as "Europe"
        raise ValueError(f"{name[:64]!r} is not a time zone") from error
    return name


def each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{name} stands twice")
        seen.add(name)
    return names


Slug = Annotated[str, shaped(r"[a-z0-9][a-z0-9-]{0,62}", "small letters, digits and hyphens, at most 63")]
KeyPart = Annotated[str, shaped(r"[A-Za-z0-9._-]{1,60}", "letters, digits, dots, hyphens and underscores, at most 60")]
Title = Annotated[str, Bounds(strip_whitespace=True, min_length=1, max_length=200), Check(one_line)]
Short = Annotated[str, Bounds(strip_whitespace=True, min_length=1, max_length=20), Check(one_line)]
Reason = Annotated[str, Bounds(strip_whitespace=True, min_length=3, max_length=2000), Check(clean)]
Source = Annotated[str, Bounds(strip_whitespace=True, min_length=10, max_length=2000), Check(clean)]
# Strict: YAML's "yes" is no 1, and a text that looks like a number was meant as something else.
Hours = Annotated[int, Bounds(strict=True, gt=0, le=1000)]
SomeHours = Annotated[int, Bounds(strict=True, ge=0, le=1000)]
Days = Annotated[int, Bounds(strict=True, ge=0, le=3660)]
WorkingDays = Annotated[int, Bounds(strict=True, gt=0, le=250)]
Percent = Annotated[int, Bounds(strict=True, ge=0, le=100)]
# Below two, "still reading?" could not come a whole minute before the pause (study_time.js), as its words say, nor
# could the notice name the minute: it says "after {idle - 1} minutes".
Minutes = Annotated[int, Bounds(strict=True, ge=2, le=30)]


Flag = Annotated[bool, Bounds(strict=True)]


class Frozen:
    """Base of a frozen dataclass that knows no field but its own."""

    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid"}
