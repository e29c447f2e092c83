"""Whole days as a calendar's file (iCalendar, RFC 5545). Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75  # octets (section 3.1)


@dataclass(frozen=True)
class Day:
    """One day. ``name`` stays the same when the day moves, so that a calendar moves its entry."""

    name: str
    day: date
    title: str
    place: str = ""


def text_of(days: Iterable[Day], now: datetime) -> bytes:
    """The file, UTF-8 with CRLF, lines folded."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//WINS Academy//wins-xblocks//EN", "METHOD:PUBLISH"]
    for day in days:
        lines += _event(day, now)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line)).encode()


def _event(day: Day, now: datetime) -> list[str]:
    place = [f"LOCATION:{_text(day.place)}"] if day.place else []
    return [
        "BEGIN:VEVENT", f"UID:{day.name}@wins-academy", f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{int(now.timestamp()) // 60 % (1 << 31)}",  # grows, so that a later file wins
        f"DTSTART;VALUE=DATE:{day.day:%Y%m%d}", f"DTEND;VALUE=DATE:{day.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(day.title)}", *place, "TRANSP:TRANSPARENT", "END:VEVENT",
    ]  # fmt: skip


def _text(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Parts of at most 75 octets; each but the first begins with a space, and no character is cut."""
    part = ""
    for sign in line:
        if len((part + sign).encode()) > LONGEST_LINE:
            yield part
            part = " "
        part += sign
    yield part
