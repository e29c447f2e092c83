"""A study record: all that stands behind one registration's hours, as a value with a digest. Pure.

The digest is SHA-256 over the record's canonical JSON: what anybody can work out again from the file (``docs``).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ..programme.data import Module, Programme
from ..programme.loader import plain
from ..study_time.data import BookEntry, DaySum, Flag, StruckTime
from .data import Accepted, Hours, RegistrationValue

FORMAT = 1  # counts up when the meaning of a name in the JSON changes


@dataclass(frozen=True)
class Record:
    """One registration. ``rules`` are those that bind it; days are those of ``time_zone``.

    ``hours`` come from the function behind every page; the lists add up to them (``adds_up``).
    """

    registration: RegistrationValue
    module: Module
    rules: Programme
    time_zone: str
    hours: Hours
    days: tuple[DaySum, ...]
    book: tuple[BookEntry, ...]
    struck: tuple[StruckTime, ...]
    accepted: tuple[Accepted, ...]
    flags: tuple[Flag, ...]

    @property
    def book_by_day(self) -> dict[date, int]:
        """Book ms that count."""
        found: dict[date, int] = {}
        for entry in self.book:
            if entry.counts:
                found[entry.told.day] = found.get(entry.told.day, 0) + entry.told.ms
        return found

    @property
    def parts(self) -> Hours:
        """The hours as the lists have them."""
        return Hours(
            credited_ms=sum(day.ms for day in self.days), struck_ms=sum(row.ms for row in self.struck),
            book_ms=sum(self.book_by_day.values()), waived_ms=sum(int(row.length) for row in self.accepted),
            online_factor=self.hours.online_factor,
        )  # fmt: skip

    @property
    def adds_up(self) -> bool:
        return self.parts == self.hours

    @property
    def sealed(self) -> bool:
        """Were single visits deleted when their time was over? Their days stand."""
        return any(day.sealed for day in self.days)

    @property
    def digest(self) -> str:
        """64 hex digits; the same for whoever reads the record, as long as nothing in it changes."""
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def canonical(self) -> bytes:
        """The record as UTF-8 JSON: names sorted, no spaces, nothing escaped that need not be. No name of a person."""
        return _canonical(_body(self))


def rules_digest(rules: Programme) -> str:
    """SHA-256 over a rule set as we read it, in the same form."""
    return hashlib.sha256(_canonical(plain(rules))).hexdigest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _body(record: Record) -> dict[str, object]:
    own, book = record.registration, record.book_by_day
    online = {day.day: day for day in record.days}
    return {
        "format": FORMAT,
        "registration": {
            "id": own.id, "learner": own.learner_id, "module": own.module, "course": own.course_id, "state": own.state,
            "started_at": _moment(own.started_at), "ended_at": _moment(own.ended_at),
            "reached_at": _moment(own.reached_at), "rule_version_at_start": own.rule_version,
        },
        "rules": {
            "version": record.rules.version, "effective": record.rules.effective.isoformat(),
            "digest": rules_digest(record.rules),
        },
        "time_zone": record.time_zone,
        "days": [_day(day, online.get(day), book.get(day, 0)) for day in sorted({*online, *book})],
        "book": [_entry(entry) for entry in record.book],
        "struck": [{"ms": row.ms, "at": _moment(row.at), "reason": row.reason} for row in record.struck],
        "accepted": [
            {"ms": int(row.length), "at": _moment(row.at), "reason": row.reason} for row in record.accepted
        ],
        "flags": [_flag(flag) for flag in record.flags],
        "sums": _sums(record),
    }  # fmt: skip


def _sums(record: Record) -> dict[str, int]:
    hours = record.hours
    return {
        "credited_ms": hours.credited_ms, "struck_ms": hours.struck_ms, "online_factor": hours.online_factor,
        "online_ms": int(hours.online), "book_ms": hours.book_ms, "accepted_ms": hours.waived_ms,
        "counted_ms": int(hours.counted), "required_ms": record.module.required_ms,
    }  # fmt: skip


def _day(day: date, online: DaySum | None, book_ms: int) -> dict[str, object]:
    return {
        "day": day.isoformat(), "online_ms": online.ms if online else 0, "book_ms": book_ms,
        "sealed": bool(online and online.sealed),
    }  # fmt: skip


def _entry(entry: BookEntry) -> dict[str, object]:
    return {
        "id": entry.id, "day": entry.told.day.isoformat(), "ms": entry.told.ms, "what": entry.told.what,
        "state": entry.state, "reason": entry.reason, "told_at": _moment(entry.made_at),
        "decided_at": _moment(entry.decided_at),
    }  # fmt: skip


def _flag(flag: Flag) -> dict[str, object]:
    day = flag.day.isoformat() if flag.day else None
    return {"kind": flag.kind, "day": day, "unit": flag.unit, "ms": flag.ms, "limit": flag.limit}


def _moment(at: datetime | None) -> str | None:
    """UTC, to the millisecond: databases differ below it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds") if at else None
