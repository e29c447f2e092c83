"""The audit trail as the desk shows it: who did what to what, and why, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from . import trail_words
from .desk_view import people_of
from .domain.audit import listing
from .domain.audit.data import Entry, Looked
from .people import Person

PER_PAGE = 50
# The page of a subject; what stands behind its colon is the rest of the address.
PAGES = {
    "voucher": "voucher", "registration": "desk_record", "request": "request", "entry": "result_entry",
    "examrow": "result_row", "book": "desk_book_entry", "case": "case", "exam": "result", "mail": "mail_text",
    "pool": "pool", "message": "mail_log", "name": "one_learner", "person": "one_learner",
    "programme": "policies", "setup": "ready", "tries": "one_learner", "pace": "one_learner",
    "job": "job", "report": "reports",
}  # fmt: skip
WHOLE = ("pool", "message", "programme", "setup", "report")  # these have no page of their own


@dataclass(frozen=True)
class ActRow:
    """One act in words. ``by`` is None for the system; ``url`` is empty where the subject has no page.

    ``learner`` is whom it concerns, where the trail says so; the other facts follow.
    """

    entry: Entry
    at: datetime
    what: str
    subject: str
    url: str
    by: Person | None
    facts: tuple[tuple[str, str], ...]
    learner: Person | None


def page(wanted: Looked, before: int | None) -> tuple[Sequence[ActRow], int | None]:
    """One page of the trail, and where the next one begins, None on the last."""
    found, older = listing.page(wanted, before, PER_PAGE)
    people = people_of(sorted({id_ for entry in found for id_ in _named(entry)}))
    return [_row(entry, people) for entry in found], older


def _named(entry: Entry) -> set[int]:
    return {id_ for id_ in (entry.actor_id, _learner(entry)) if id_}


def _learner(entry: Entry) -> int:
    """Whom it concerns; 0 where nobody is named."""
    told = entry.facts.get("learner")
    return int(told) if trail_words.is_person(told) else 0  # type: ignore[call-overload]


def _row(entry: Entry, people: Mapping[int, Person]) -> ActRow:
    city = entry.text or "" if entry.action == "voucher.booked" else ""
    return ActRow(
        entry, entry.at, trail_words.what(entry, city), trail_words.subject(entry.subject), url_of(entry.subject),
        people[entry.actor_id] if entry.actor_id else None, trail_words.facts(entry), people.get(_learner(entry)),
    )  # fmt: skip


def url_of(subject: str) -> str:
    """The page of what an act is about."""
    kind, *rest = subject.split(":")
    if kind == "case" and len(rest) == 1 and rest[0].isdecimal():
        rest = [f"W-{int(rest[0]):06d}"]
    if kind in WHOLE:
        rest = []
    try:
        return str(reverse(f"wins:{PAGES[kind]}", args=rest))
    except (KeyError, NoReverseMatch):
        return ""
