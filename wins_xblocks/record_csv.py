"""A study record as CSV (RFC 4180, UTF-8 with BOM): one line for each fact, the same columns in each."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from . import context, words
from .csv_file import BOM, safe
from .desk_view import registration_words
from .domain.registration.record import Record, rules_digest
from .people import Person
from .record_view import flag_words, proofs, seal, who

Row = tuple[str, str, date | datetime | None, int | str, str, str, str]  # as the columns below


def text_of(record: Record, titles: Mapping[str, str], person: Person, people: Mapping[int, Person] | None) -> str:
    """All of the file. ``people``: names of who decided, for staff; None for the learner."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)  # commas, quotes where needed, CR LF
    writer.writerow([
        _("part"), _("what"), _("day or moment"), _("milliseconds"), _("time"), _("text"), _("decided by"),
    ])  # fmt: skip
    zone = ZoneInfo(record.time_zone)
    for part, what, at, ms, length, text, by in _rows(record, titles, person, people):
        writer.writerow([safe(cell) for cell in (part, what, _at(at, zone), str(ms), length, text, by)])
    return BOM + out.getvalue()


def _at(at: date | datetime | None, zone: ZoneInfo) -> str:
    """A moment on the programme's clock, with its offset; a day as a day."""
    if isinstance(at, datetime):
        return at.astimezone(zone).isoformat(timespec="seconds")
    return at.isoformat() if at else ""


def _rows(
    record: Record, titles: Mapping[str, str], person: Person, people: Mapping[int, Person] | None
) -> Iterator[Row]:
    yield from _head(record, person)
    yield from _sums(record)
    yield from _days(record)
    yield from _book(record, people)
    factor, decision = record.hours.online_factor, _("decision")
    for row in record.struck:
        yield _lasting(decision, _("not counted"), row.at, row.ms * factor, row.reason, who(row.by, people))
    for done in record.accepted:
        told = _("accepted without a record of study")
        yield _lasting(decision, told, done.at, done.length, done.reason, who(done.by, people))
    for flag in record.flags:
        yield _lasting(_("question"), "", flag.day, flag.ms, flag_words(flag, titles), "")
    for told in proofs(record):
        yield _("remark"), "", None, "", "", told, ""
    yield _("digest"), "SHA-256", None, "", "", record.digest, ""
    yield _("seal"), "", None, "", "", seal(record.registration.id, record.digest), ""


def _head(record: Record, person: Person) -> Sequence[Row]:
    own, rules = record.registration, record.rules
    facts: list[tuple[str, date | datetime | None, str]] = [
        (_("learner"), None, f"{person.name} ({person.username})" if person.name else person.username),
        (_("learner's number"), None, str(own.learner_id)), (_("module"), None, record.module.title),
        (_("course"), None, own.course_id), (_("registration"), None, str(own.id)),
        (_("state"), None, registration_words(own.state)), (_("joined"), own.started_at, ""),
        (_("ended"), own.ended_at, ""), (_("required hours reached"), own.reached_at, ""),
        (_("rules that apply: version"), rules.effective, str(rules.version)),
        (_("rules that apply: digest"), None, rules_digest(rules)),
        (_("rules at the start: version"), None, str(own.rule_version)), (_("time zone"), None, record.time_zone),
        (_("record made"), context.now(), ""),
    ]  # fmt: skip
    return [(_("record"), what, at, "", "", text, "") for what, at, text in facts if at or text]


def _sums(record: Record) -> Iterator[Row]:
    hours, factor = record.hours, record.hours.online_factor
    for what, ms in (
        (_("credited online"), hours.credited_ms * factor), (_("of that not counted"), hours.struck_ms * factor),
        (_("online"), hours.online), (_("book"), hours.book_ms), (_("accepted by WINS"), hours.waived_ms),
        (_("counted"), hours.counted), (_("required"), record.module.required_ms),
    ):  # fmt: skip
        yield _lasting(_("sum"), what, None, ms, "", "")


def _days(record: Record) -> Iterator[Row]:
    factor, book = record.hours.online_factor, record.book_by_day
    online = {day.day: day for day in record.days}
    for day in sorted({*online, *book}):
        if day in online:
            sealed = _("single visits deleted, the sum stands") if online[day].sealed else ""
            yield _lasting(_("day"), _("online"), day, online[day].ms * factor, sealed, "")
        if book.get(day):
            yield _lasting(_("day"), _("book"), day, book[day], "", "")


def _book(record: Record, people: Mapping[int, Person] | None) -> Iterator[Row]:
    states = {
        "counted": _("counts"), "waiting": _("waits"), "accepted": _("accepted"), "refused": _("not counted"),
        "withdrawn": _("withdrawn"),
    }  # fmt: skip
    for entry in record.book:
        told, state = entry.told, states[entry.state]
        yield _lasting(_("book entry"), state, told.day, told.ms, told.what, "")
        if entry.decided_at:
            what = _("book entry: {state}").format(state=state)
            by = who(entry.decided_by, people)
            yield _lasting(_("decision"), what, entry.decided_at, told.ms, entry.reason, by)


def _lasting(part: str, what: str, at: date | datetime | None, ms: int, text: str, by: str) -> Row:
    return part, what, at, int(ms), words.duration(ms), text, by
