"""Acts of the audit trail, what they are about, and their facts, in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import context, words
from .domain.audit.data import Entry
from .domain.duration import MINUTE_MS
from .people import Person

_NAMED = ("day", "city", "by", "from", "to", "exam", "module", "ms", "minutes", "n", "percent")


@dataclass(frozen=True)
class Happened:
    """One act: when, what in words, by whom ("" for the system), and what was written."""

    at: datetime
    what: str
    by: str
    text: str


def happened(entry: Entry, people: Mapping[int, Person]) -> Happened:
    by = people.get(entry.actor_id) if entry.actor_id else None
    name = (by.name or by.username) if by else ""
    text = _("(erased)") if entry.erased else entry.text or ""
    if entry.action == "voucher.booked":  # what was written is the city, not a reason
        return Happened(entry.at, what(entry, text), name, "")
    return Happened(entry.at, what(entry), name, text)


def acts() -> dict[str, str]:
    """Each act by its name in the trail. Placeholders are filled with its facts."""
    return _acts(get_language() or "")


@lru_cache(maxsize=16)  # a page asks for each of its rows
def _acts(_language: str) -> dict[str, str]:
    return {**_of_vouchers(), **_of_study(), **_of_results(), **_of_the_academy()}


def _of_vouchers() -> dict[str, str]:
    return {
        "voucher.issued": _("Issued"), "voucher.revealed": _("Code shown for the first time"),
        "voucher.shown_again": _("Code shown again"), "voucher.taken_back": _("Taken back, not seen"),
        "voucher.expired": _("Expired"), "voucher.booked": _("Learner told of a booking for {day} in {city}"),
        "voucher.returned": _("Learner told that the booking was cancelled in time"),
        "voucher.replaced": _("Replaced by voucher {by}"), "voucher.cancelled": _("Cancelled"),
        "voucher.lost": _("Marked as lost"), "voucher.extended": _("Last day moved from {from} to {to}"),
        "voucher.marked_booked": _("Staff entered a booking for {day}"), "voucher.marked_used": _("Marked as used"),
        "voucher.marked_returned": _("Staff entered that the booking was cancelled in time"),
        "voucher.found_by_code": _("Found by its code"),
        "voucher.set_aside": _("Taken out of the pool: a result names this code"),
        "voucher.waited_for": _("A learner waits: no code was left"), "codes.imported": _("Codes were added"),
        "codes.expired": _("Codes ended in the pool"), "code.not_found": _("A code was looked for and not found"),
        "codes.looked_up": _("A text was looked through for codes"),
        "codes.encrypted_anew": _("Codes were encrypted anew"), "codes.digested_anew": _("Codes were digested anew"),
        "request.asked": _("Request to decide, exam {exam}"), "request.withdrawn": _("Request withdrawn, exam {exam}"),
        "request.granted": _("Request agreed, exam {exam}"), "request.refused": _("Request not agreed, exam {exam}"),
        "name.confirmed": _("The name on the document was confirmed"), "name.corrected": _("Staff changed the name"),
        "place.granted": _("Place in the exam {exam} given"),
        "place.included": _("Place for another try of {exam}, from the package"),
    }  # fmt: skip


def _of_study() -> dict[str, str]:
    return {
        "registration.opened": _("Joined the module {module}"), "registration.cancelled": _("A module was ended"),
        "hours.reached": _("The required hours were reached"),
        "hours.waived": _("Hours accepted: {ms}"),
        "hours.struck": _("Time taken out of the count: {ms}"), "book.made": _("Book hours told: {minutes} on {day}"),
        "book.changed": _("Book hours changed: {minutes} on {day}"),
        "book.withdrawn": _("Book hours withdrawn: {minutes} on {day}"),
        "book.accepted": _("Book hours accepted: {minutes} on {day}"),
        "book.refused": _("Book hours not counted: {minutes} on {day}"),
        "case.opened": _("A question was asked"), "case.answered": _("A question was answered"),
        "tries.given": _("More tries given: {n}"),
        "hint.kept": _("A hint about tries was kept for a conversation"),
        "hint.dismissed": _("A hint about tries was put aside"),
        "mark.corrected": _("A mark was changed from {from} % to {to} %: a key was corrected"),
        "time.given": _("More time at tests: {percent} % or {minutes} minutes"),
    }  # fmt: skip


def _of_results() -> dict[str, str]:
    return {
        "result.recorded": _("A result was recorded"), "result.entered": _("Entered by hand, exam {exam}"),
        "result.confirmed": _("A second person confirmed it"),
        "result.confirmed_alone": _("Confirmed by the same person, with a reason"),
        "result.refused": _("The entry was refused"), "result.ignored": _("A row of a file is nobody of ours"),
        "result.hold": _("Result put on hold, exam {exam}"), "result.release": _("Result released, exam {exam}"),
        "result.revoke": _("Pass withdrawn, exam {exam}"), "result.restore": _("Pass valid again, exam {exam}"),
    }  # fmt: skip


def _of_the_academy() -> dict[str, str]:
    return {
        "keys.corrected": _("Keys of questions were corrected"),
        "mail.changed": _("The text of a mail was changed"), "mail.reset": _("A mail has its shipped text again"),
        "note.written": _("A note was written"),
        "mail.tried_again": _("A mail that was given up is tried again"),
        "programme.made": _("A version of the rules was made"),
        "programme.withdrawn": _("A version of the rules was withdrawn"),
        "setup.done": _("A step of Get ready is done"),
        "job.started": _("A list was begun in the background"), "job.cancelled": _("A list was stopped"),
        "report.taken": _("A report was saved"), "file.taken": _("A file with personal data was saved"),
        "person.told": _("A person got all her data"), "person.forgotten": _("A person's data were erased"),
    }  # fmt: skip


def what(entry: Entry, city: str = "") -> str:
    """An act that has no words yet is named as the trail names it: nothing is left out."""
    told = acts().get(entry.action, entry.action)
    facts = {"city": city, **{name: _shown(name, value) for name, value in entry.facts.items()}}
    return told.format(**{name: facts.get(name, "?") for name in _NAMED})


def _shown(name: str, value: object) -> object:
    """Days, lengths and modules as people read them."""
    if name in ("ms", "minutes") and isinstance(value, int):
        return words.duration(value if name == "ms" else value * MINUTE_MS)
    if name == "module":
        module = context.programme().module(str(value))
        return words.staff_title(module) if module else value
    return _day(value)


def _day(value: object) -> object:
    try:
        return words.day(date.fromisoformat(value)) if isinstance(value, str) else value
    except ValueError:
        return value


def kinds() -> dict[str, str]:
    """What stands before a subject's colon, in words."""
    return _kinds(get_language() or "")


@lru_cache(maxsize=16)
def _kinds(_language: str) -> dict[str, str]:
    return {
        "voucher": _("Voucher"), "pool": _("Pool of codes"), "request": _("Request"), "name": _("Name on the document"),
        "registration": _("Registration"), "book": _("Book hours"), "strike": _("Time taken out"),
        "case": _("Question"), "exam": _("Exam result"), "entry": _("Result entered by hand"),
        "examrow": _("Row of a file of results"), "mail": _("Text of a mail"), "message": _("Mail"),
        "person": _("Data of a person"), "codes": _("Search by code"), "keys": _("Keys of codes"),
        "programme": _("Version of the rules"), "setup": _("Get ready"), "note": _("Note"),
        "tries": _("Tries given"), "hint": _("Hint about tries"), "pace": _("Time given"),
        "job": _("List in the background"), "report": _("Report"),
        "file": _("File"), "bank": _("Questions of a quiz"),
    }  # fmt: skip


def subject(name: str) -> str:
    """A subject in words: its kind and number."""
    kind, _colon, rest = name.partition(":")
    return f"{kinds().get(kind, kind)} {rest}".strip()


@lru_cache(maxsize=16)
def _names(_language: str) -> dict[str, str]:
    """Facts by their name in the trail."""
    return {
        "exam": _("exam"), "learner": _("learner"), "day": _("day"), "last_day": _("last day"),
        "codes": _("codes"), "found": _("found"),
        "minutes": _("minutes"), "ms": _("time"), "module": _("module"), "course": _("course"), "rules": _("rules"),
        "place": _("place"), "kind": _("kind"), "version": _("version"), "registration": _("registration"),
        "state": _("state"), "order": _("order"), "number": _("number"), "by": _("by"), "from": _("from"),
        "to": _("to"), "was": _("was"), "batch": _("delivery"), "cause": _("cause"), "voucher": _("voucher"),
        "score": _("score"), "override": _("alone"), "asked": _("asked"), "rows": _("rows"), "text": _("text"),
        "form": _("kind of file"), "job": _("list"), "people": _("people"), "action": _("act"), "subject": _("subject"),
        "about": _("about"), "bank": _("questions of a quiz"), "correction": _("correction"),
        "lower": _("marks may go down"), "key": _("new keys"), "free": _("points for everybody"), "block": _("quiz"),
    }  # fmt: skip


def facts(entry: Entry) -> tuple[tuple[str, str], ...]:
    """(name, value) of each fact but the learner, in words where there are some."""
    names = _names(get_language() or "")
    told = ((name, value) for name, value in sorted(entry.facts.items()) if name != "learner" or not is_person(value))
    return tuple((names.get(name, name), _value(name, value)) for name, value in told)


def is_person(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _value(name: str, value: object) -> str:
    if name == "ms" and isinstance(value, int):
        return words.duration(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return "–"
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return str(_day(value))
