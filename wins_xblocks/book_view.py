"""Book hours as pages show them, and what binds them: the learner's own, and those that staff are asked about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from . import context, words
from .desk_view import people_of
from .domain import Refusal
from .domain.audit import api as audit
from .domain.audit.data import Entry
from .domain.duration import HOUR_MS, MINUTE_MS
from .domain.programme.data import Programme
from .domain.registration import api as registration
from .domain.registration.data import LIVING, RegistrationValue
from .domain.study_time import book
from .domain.study_time.data import BookEntry, BookSums, BookTerms, Outcome
from .journey import enrol, standings_of
from .people import Person

ON_A_PAGE, ON_THE_DESK = 20, 50


@dataclass(frozen=True)
class BookModule:
    """A module whose book hours the learner can tell, and where they stand."""

    id: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class BookLine:
    """One entry as its learner reads it."""

    entry: BookEntry
    length: str
    module: str
    state: str


@dataclass(frozen=True)
class BookStep:
    """One step in an entry's history, in words."""

    at: str
    who: str
    what: str
    text: str


@dataclass(frozen=True)
class BookRow:
    """One entry as staff read it. ``key`` says which it is and how often it was changed: what they have seen."""

    entry: BookEntry
    key: str
    person: Person
    length: str
    module: str
    state: str
    so_far: str


@dataclass(frozen=True)
class BookDesk:
    """One page of what staff are asked about."""

    rows: tuple[BookRow, ...]
    total: int
    page: int
    pages: int


def modules(user: Any, now: datetime) -> tuple[BookModule, ...]:
    """The modules that the user studies and whose rules take book hours, the Foundation Module first."""
    rules = context.programme()
    enrol(user, now)
    found = [(s.registration, s.module.title) for s in standings_of(user, rules)]
    sums, terms = book.sums(own.id for own, _title in found), {own.id: _terms(own, rules) for own, _title in found}
    return tuple(
        BookModule(own.module, title, _so_far(sums[own.id], terms[own.id]))
        for own, title in found
        if terms[own.id].most_ms
    )


def _so_far(sums: BookSums, terms: BookTerms) -> tuple[str, ...]:
    counting = _("Book hours that count: {time}.").format(time=words.duration(sums.counting_ms))
    waiting = _("Waiting for WINS: {time}.").format(time=words.duration(sums.waiting_ms)) if sums.waiting_ms else ""
    limit = _("Up to {at_once} count at once. More waits for WINS. A module takes at most {most}.").format(
        at_once=words.duration(terms.at_once_ms), most=words.duration(terms.most_ms)
    )
    return tuple(told for told in (counting, waiting, limit) if told)


def terms_of_module(learner_id: int, module_id: str) -> BookTerms:
    """What binds the book hours of the learner's living registration. Raises Refusal when she has none."""
    return _living(registration.latest(learner_id, module_id))


def terms_of_entry(entry: BookEntry) -> BookTerms:
    """The same of the registration that an entry belongs to."""
    return _living(registration.by_id([entry.registration_id]).get(entry.registration_id))


def _living(own: RegistrationValue | None) -> BookTerms:
    if own is None or own.state not in LIVING:
        raise Refusal(_("You do not study this module now. Ask WINS."))
    return _terms(own, context.programme())


def _terms(own: RegistrationValue, current: Programme) -> BookTerms:
    policy = registration.rules_of(own, current, context.first_rules()).policies.book_hours
    return BookTerms(
        own.id, own.module, own.started_at.astimezone(current.zone).date(), current.zone, policy.at_once * HOUR_MS,
        policy.most * HOUR_MS, policy.checked_percent,
    )  # fmt: skip


def line(entry: BookEntry) -> BookLine:
    module = context.programme().module(entry.module)
    return BookLine(entry, words.duration(entry.told.ms), module.title if module else entry.module, state_words(entry))


def state_words(entry: BookEntry) -> str:
    """What became of an entry, for its learner."""
    if entry.state == "refused" and entry.reason:
        return _("Not counted: “{reason}”").format(reason=entry.reason)
    return {
        "counted": _("Counts."), "waiting": _("Waits for WINS. It does not count yet."),
        "accepted": _("WINS has accepted it. It counts."), "refused": _("Not counted."),
        "withdrawn": _("Withdrawn. It does not count."),
    }[entry.state]  # fmt: skip


def history(entry: BookEntry, for_staff: bool) -> tuple[BookStep, ...]:
    """What became of an entry, from its beginning on. A learner reads that WINS decided, staff read who."""
    found = audit.entries(book.subject(entry.id))
    people = people_of([one.actor_id for one in found if one.actor_id]) if for_staff else {}
    return tuple(
        BookStep(words.moment(one.at), _who(one.actor_id, entry, people), _step(one), _text(one)) for one in found
    )


def _who(actor_id: int | None, entry: BookEntry, people: Mapping[int, Person]) -> str:
    if actor_id in people:
        return people[actor_id].name or people[actor_id].username
    return _("You") if actor_id == entry.learner_id else _("WINS")


def _step(one: Entry) -> str:
    day = words.day(date.fromisoformat(str(one.facts["day"])))
    told = {
        "book.made": _("Told: {time} on {day}."), "book.changed": _("Changed to {time} on {day}."),
        "book.withdrawn": _("Withdrawn."), "book.accepted": _("Accepted: {time}."),
        "book.refused": _("Not counted: {time}."),
    }.get(one.action, one.action)  # fmt: skip
    return told.format(time=words.duration(int(str(one.facts["minutes"])) * MINUTE_MS), day=day)


def _text(one: Entry) -> str:
    """Staff's reason, or what stood there before; nothing where it was erased."""
    if not one.text:
        return ""
    before = one.action == "book.changed"
    return (_("Before: “{text}”") if before else _("Reason: “{text}”")).format(text=one.text)


def desk(own_modules: frozenset[str] | None, page: int) -> BookDesk:
    """What staff of these modules (None: of all) are asked about, oldest first."""
    pages = max(-(-book.count_asked(own_modules) // ON_THE_DESK), 1)
    page = min(max(page, 1), pages)
    found = book.asked(own_modules, ON_THE_DESK, (page - 1) * ON_THE_DESK)
    return BookDesk(_rows(found.entries, found.sums), found.total, page, pages)


def row(entry: BookEntry) -> BookRow:
    """One entry for staff, whatever its state."""
    [found] = _rows([entry], book.sums([entry.registration_id]))
    return replace(found, state=state_words(entry))


def _rows(entries: Sequence[BookEntry], sums: Mapping[int, BookSums]) -> tuple[BookRow, ...]:
    people, terms, rules = people_of([e.learner_id for e in entries]), terms_by_id(sums), context.programme()
    return tuple(
        BookRow(
            entry, f"{entry.id}-{entry.revision}", people[entry.learner_id], words.duration(entry.told.ms),
            title_of(entry.module, rules), _("Counts. Drawn for a check.") if entry.counts else _("Waits"),
            _so_far_for_staff(sums[entry.registration_id], terms.get(entry.registration_id)),
        )
        for entry in entries
    )  # fmt: skip


def terms_by_id(registration_ids: Iterable[int]) -> dict[int, BookTerms]:
    """What binds the book hours of each registration, living or not."""
    rules = context.programme()
    return {id_: _terms(own, rules) for id_, own in registration.by_id(registration_ids).items()}


def title_of(module_id: str, rules: Programme) -> str:
    """A module's title for staff."""
    module = rules.module(module_id)
    return words.staff_title(module) if module else module_id


def _so_far_for_staff(sums: BookSums, terms: BookTerms | None) -> str:
    most = words.duration(terms.most_ms) if terms else "–"
    told = _("Book hours: {counting} count, {waiting} wait; at most {most}")
    return told.format(
        counting=words.duration(sums.counting_ms), waiting=words.duration(sums.waiting_ms), most=most
    )  # fmt: skip


def why_not(outcome: Outcome, entry: BookEntry, person: Person) -> str:
    """A decision that was not taken, for whoever took it."""
    told = {
        Outcome.BEFORE: _("decided or withdrawn meanwhile"),
        Outcome.CHANGED: _("changed by the learner meanwhile, look at it again"),
        Outcome.OVER: _("more than the module takes in all"),
        Outcome.OWN: _("your own entry, somebody else must decide"),
    }.get(outcome, _("no longer there"))
    name = person.name or person.username
    return _("{name}, {day}: {why}.").format(name=name, day=words.day(entry.told.day), why=told)
