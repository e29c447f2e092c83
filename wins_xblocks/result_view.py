"""Results as staff read them: where a learner's exam stands, what an act would make of it, what happened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from . import context, words
from .desk_view import people_of, voucher_words
from .domain.exams import api as exams
from .domain.exams.data import Outcome, Told
from .domain.programme import api as programme_api
from .domain.programme.data import Programme
from .domain.registration import api as registration
from .domain.registration.data import RegistrationValue
from .domain.results import api as results
from .domain.results import entries
from .domain.results.data import WaitingEntry, WaitingRow
from .domain.vouchers import api as vouchers
from .domain.vouchers import usage
from .domain.vouchers.data import OwnVoucher
from .domain.vouchers.rules import USABLE
from .paging import Part
from .people import Person
from .platform import platform

MOST_NAMED = 1000  # people who are looked at for one search
MOST_FOUND = 20


@dataclass(frozen=True)
class Effect:
    """Where the learner's exam stands, and where it would stand afterwards."""

    now: str
    after: str


@dataclass(frozen=True)
class Happened:
    """One event of an exam in words."""

    at: str
    what: str
    by: str
    text: str


@dataclass(frozen=True)
class Act:
    """What may be decided of a result, with its effect."""

    kind: str
    heading: str
    told: str
    button: str
    effect: Effect


@dataclass(frozen=True)
class ExamPage:
    """One learner's exam."""

    person: Person
    exam: str
    title: str
    standing: str
    happened: tuple[Happened, ...]
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Option:
    """A voucher in a list to choose from."""

    id: int
    told: str


@dataclass(frozen=True)
class EntryRow:
    """What waits for a second person."""

    entry: WaitingEntry
    person: Person
    by: Person
    kind: str
    at: str
    entered_at: str


def kind_words(kind: str) -> str:
    return {
        "pass": _("Passed."), "fail": _("Not passed."), "taken": _("Taken, the grade is to come."),
        "no_show": _("Did not come."), "refused": _("Refused the rules of the exam."), "incomplete": _("Not finished."),
        "booked": _("Told of a booking."), "returned": _("Booking cancelled."), "hold": _("Put on hold."),
        "release": _("Released."), "revoke": _("Pass withdrawn."), "restore": _("Pass valid again."),
    }.get(kind, kind)  # fmt: skip


def entry_words(kind: str) -> str:
    """What an entry asks for, while nothing has happened yet."""
    return {"revoke": _("Withdraw the pass."), "void": _("Cancel the voucher.")}.get(kind) or kind_words(kind)


def standing_words(outcome: Outcome) -> str:
    """Where an exam stands, in one line."""
    if outcome.passed:
        told = _("Passed on {date}.").format(date=words.day(outcome.passed_at) if outcome.passed_at else "")
    elif outcome.withdrawn_at:
        told = _("Pass withdrawn on {date}.").format(date=words.day(outcome.withdrawn_at))
    elif outcome.failed:
        told = kind_words(outcome.sat_as)
    else:
        told = _("No result.")
    return " ".join((told, _("On hold."))) if outcome.on_hold else told


def effect(learner_id: int, exam: str, kind: str, at: datetime) -> Effect:
    """What one more event would do; an exam without a grade changes nothing yet."""
    now, after = exams.foreseen_each(learner_id, exam, at)
    return Effect(standing_words(now), standing_words(now if kind == "taken" else after(kind)))


def entry_effect(entry: WaitingEntry, now: datetime) -> Effect:
    """What confirming an entry does; a voucher that is cancelled changes no result."""
    if entry.kind == "void":
        own = next((one for one in usage.of_learner(entry.learner_id, entry.exam) if one.id == entry.voucher_id), None)
        after = _("Cancelled. The place in the exam is used up. The learner gets a mail and reads the reason.")
        return Effect(voucher_words(own.state) if own else "", after)
    return effect(entry.learner_id, entry.exam, entry.kind, now if entry.kind == "revoke" else entry.happened_at)


def voucher_entry(voucher_id: int) -> EntryRow | None:
    """What waits for a second person to cancel this voucher."""
    found = entries.waiting_to_cancel(voucher_id)
    return _entry_rows([found])[0] if found else None


def options(found: Iterable[OwnVoucher]) -> list[Option]:
    """Vouchers by which a result may be paid; one that nobody has seen cannot be."""
    return [Option(one.id, voucher_told(one)) for one in found if one.state != "issued"]


def voucher_told(one: OwnVoucher, pays: bool = True) -> str:
    """A voucher in a list to choose from; ``pays``: with what becomes of it."""
    told = _("Voucher {number}: {state}, last day {date}")
    told = told.format(number=one.id, state=voucher_words(one.state), date=words.day(one.expires_on))
    if one.replaced_by:
        return _("{voucher}, replaced by voucher {number}").format(voucher=told, number=one.replaced_by)
    return _("{voucher} – it will be used up").format(voucher=told) if pays and one.state in USABLE else told


def entry_voucher(entry: WaitingEntry) -> str:
    """The voucher of an entry; one that is to be cancelled pays for no result."""
    found = (one for one in usage.of_learner(entry.learner_id, entry.exam) if one.id == entry.voucher_id)
    return next((voucher_told(one, entry.kind != "void") for one in found if one.state != "issued"), "")


def exams_of(learner_id: int) -> dict[str, str]:
    """The exams of a learner's modules, vouchers and results, with their titles; nothing for who is no learner."""
    return exams_of_each(registration.of_learners([learner_id])).get(learner_id, {})


def exams_of_each(known: Mapping[int, Sequence[RegistrationValue]]) -> dict[int, dict[str, str]]:
    """The same of learners with their registrations; two queries however many they are."""
    rules, heard = context.programme(), exams.exams_of(known)
    titles = {module.id: module for module in rules.modules}
    codes = {id_: heard[id_] | {titles[row.module].exam for row in own if row.module in titles} for id_, own in
             known.items()}  # fmt: skip
    for who, exam in vouchers.of_learners(list(known), context.now()) if known else ():
        codes[who].add(exam)
    named = {code: _title(code, rules) for code in set().union(*codes.values())}
    return {id_: {code: named[code] for code in sorted(own)} for id_, own in codes.items()}


def _title(exam: str, rules: Programme) -> str:
    module = programme_api.module_of_exam(context.first_rules(), exam, rules)
    return words.staff_title(module) if module else exam


def learner(user_id: int) -> Person | None:
    """None for who is no learner."""
    return people_of([user_id])[user_id] if registration.of_learners([user_id]) else None


def people_named(text: str) -> list[Person]:
    """Learners whose name, user name or address holds ``text``, the likeliest first."""
    return list(people_of(list(_named(text))).values())


def learners_named(text: str) -> list[tuple[Person, dict[str, str]]]:
    """The same, each with her exams."""
    shown = _named(text)
    people, of_each = people_of(list(shown)), exams_of_each(shown)
    return [(people[id_], of_each[id_]) for id_ in shown]


def _named(text: str) -> dict[int, list[RegistrationValue]]:
    found = platform().find_people(text, MOST_NAMED) if text else ()
    known = registration.of_learners(found)
    return {id_: known[id_] for id_ in [id_ for id_ in found if id_ in known][:MOST_FOUND]}


def user_named(name: str) -> int | None:
    """Whose exactly this user name or mail address is; None for nobody's."""
    wanted, edge = name.casefold(), platform()
    found = edge.people(edge.people_called(name))
    own = [one.id for one in found.values() if wanted in (one.username.casefold(), (one.email or "").casefold())]
    return own[0] if len(own) == 1 else None


def exam_page(learner_id: int, exam: str, now: datetime) -> ExamPage | None:
    """None for who is no learner of this exam."""
    title = exams_of(learner_id).get(exam)
    if title is None:
        return None
    told = exams.events_of(learner_id, exam)
    people = people_of(sorted({learner_id, *(one.recorded_by for one in told if one.recorded_by)}))
    outcome, after = exams.foreseen_each(learner_id, exam, now)
    standing = standing_words(outcome)
    return ExamPage(
        people[learner_id], exam, title, standing, tuple(_happened(one, people) for one in told),
        tuple(_act(kind, Effect(standing, standing_words(after(kind)))) for kind in entries.possible(outcome)),
    )  # fmt: skip


def _happened(one: Told, people: Mapping[int, Person]) -> Happened:
    what = kind_words(one.kind)
    if one.score is not None:
        what = _("{result} {score} points.").format(result=what, score=f"{one.score:g}")
    by = people[one.recorded_by] if one.recorded_by else None
    return Happened(words.moment(one.happened_at), what, (by.name or by.username) if by else "", one.reason)


def _act(kind: str, own: Effect) -> Act:
    heading, told, button = {
        "hold": (
            _("Put the result on hold"),
            _("The learner reads that it is on hold and that this is no decision, and gets a mail. Not the reason."),
            _("Put on hold"),
        ),
        "release": (_("Release the result"), _("The learner gets a mail. The reason stays here."), _("Release")),
        "revoke": (
            _("Withdraw the pass"),
            _("A second person must confirm it. Then the learner gets a mail and reads the reason."),
            _("Withdraw the pass"),
        ),
        "restore": (
            _("Make the pass valid again"),
            _("The learner gets a mail and reads that the result is valid again. The reason stays here."),
            _("Restore"),
        ),
    }[kind]  # fmt: skip
    return Act(kind, heading, told, button, own)


def entry_rows(shown: Part) -> list[EntryRow]:
    """A part of what waits for a second person."""
    return _entry_rows(entries.waiting(shown.start, shown.per_page))


def entry_rows_of(learner_id: int, exam: str) -> list[EntryRow]:
    """What of one learner's exam waits for a second person."""
    return _entry_rows(entries.waiting_for(learner_id, exam))


def entry_row(entry_id: int) -> EntryRow | None:
    """One of them."""
    found = entries.entry(entry_id)
    return _entry_rows([found])[0] if found else None


def _entry_rows(found: Iterable[WaitingEntry]) -> list[EntryRow]:
    found = list(found)
    people = people_of(sorted({one.learner_id for one in found} | {one.entered_by for one in found}))
    return [
        EntryRow(one, people[one.learner_id], people[one.entered_by], entry_words(one.kind),
                 words.day(one.happened_at), words.moment(one.entered_at))
        for one in found
    ]  # fmt: skip


def vouchers_of(learner_id: int, exam: str) -> list[Option]:
    """The vouchers that may have paid for a result of this learner."""
    return options(usage.of_learner(learner_id, exam))


def suggestions(row: WaitingRow) -> list[tuple[Person, str]]:
    """Learners a waiting row may belong to, the likeliest first, each with the reason why."""
    found = results.suggested(row, context.programme().zone)
    people = people_of([*found.meant, *found.told, *found.holders])
    why = (
        (found.meant, _("is named by the row or holds its voucher")), (found.told, _("told a booking for this day")),
        (found.holders, _("has a code for this exam")),
    )  # fmt: skip
    return [(people[id_], told) for ids, told in why for id_ in ids]
