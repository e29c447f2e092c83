"""One learner at one glance, for the Academy and for the team of a module: everything that the desk knows of her."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from . import context, words
from .desk_view import people_of, registration_words, request_words, test_words, voucher_words
from .domain.audit.data import Entry
from .domain.cases import api as cases
from .domain.cases import notes
from .domain.cases.data import CaseValue, NoteValue
from .domain.exams import api as exams
from .domain.programme.data import Programme
from .domain.quiz import api as quiz
from .domain.quiz.data import TryLine
from .domain.registration import api as registration
from .domain.registration import places
from .domain.registration.data import LIVING, RegistrationValue, Standing
from .domain.results import entries
from .domain.study_time import api as study_time
from .domain.study_time import book, strikes
from .domain.together import Read, together
from .domain.vouchers import glance
from .domain.vouchers.data import RequestValue, VoucherPosition
from .domain.vouchers.glance import HadVoucher
from .learner_next import Todo, Waits, for_learner, for_us, in_modules
from .learner_trail import acts_of
from .outline import name_of
from .people import Person
from .platform import platform
from .record_view import sums
from .result_view import kind_words, standing_words
from .trail_words import Happened, happened

MOST = 50  # rows of one list


@dataclass(frozen=True)
class Reader:
    """Who looks: at which modules (None: all, with everything that is the Academy's), and what she may do in which.

    ``acts``: strike, waive, tries, time, notes.
    """

    modules: frozenset[str] | None
    acts: Mapping[str, frozenset[str] | None]
    notes_of: int | None = None  # whose notes alone; None: everybody's, for the Academy

    @property
    def academy(self) -> bool:
        return self.modules is None

    def may(self, module: str) -> frozenset[str]:
        return frozenset(act for act, modules in self.acts.items() if modules is None or module in modules)


@dataclass(frozen=True)
class ModuleRow:
    """One registration: the path with its dates, and hours by source; ``exam`` only where rules know it."""

    own: RegistrationValue
    title: str
    state: str
    test: str
    hours: tuple[tuple[str, str], ...]
    exam: str
    exam_passed: str
    may: frozenset[str]

    @property
    def living(self) -> bool:
        return self.own.state in LIVING


@dataclass(frozen=True)
class ExamRow:
    """One exam: where the result stands, the booking she told, unused places, and what her own page says."""

    exam: str
    title: str
    standing: str
    booking: str
    places: int
    happened: tuple[str, ...]
    registration_id: int | None  # what a place can be given on
    ready: bool  # may a voucher be issued, when there is a code?


@dataclass(frozen=True)
class VoucherRow:
    own: HadVoucher
    state: str


@dataclass(frozen=True)
class RequestRow:
    own: RequestValue
    told: str
    state: str


@dataclass(frozen=True)
class TryRow:
    own: TryLine
    what: str
    result: str


@dataclass(frozen=True)
class NoteRow:
    """A note with its author's name."""

    own: NoteValue
    by: str


@dataclass(frozen=True)
class LearnerPage:
    """What the reader may see; ``exams`` and what follows is the Academy's."""

    person: Person
    next: tuple[str, ...]
    todo: tuple[Todo, ...]
    modules: tuple[ModuleRow, ...]
    tries: tuple[TryRow, ...]
    acts: tuple[Happened, ...]
    notes: tuple[NoteRow, ...]
    may_note: bool
    exams: tuple[ExamRow, ...] = ()
    vouchers: tuple[VoucherRow, ...] = ()
    cases: tuple[CaseValue, ...] = ()
    requests: tuple[RequestRow, ...] = ()
    name: str = ""


def page_of(learner_id: int, reader: Reader, now: datetime) -> LearnerPage | None:
    """None for who is no learner of the reader's modules; the Academy sees whoever has an account, too."""
    own = [one for one in registration.all_of(learner_id) if reader.academy or one.module in (reader.modules or ())]
    if not own and not (reader.academy and platform().people([learner_id])):
        return None
    rules = context.programme()
    standings = registration.standings(own, rules, context.first_rules(), context.factor())
    found = together(_reads(learner_id, own, reader, rules))
    acts = acts_of(learner_id, own[-MOST:], found, reader.academy)
    wrote = [one.made_by for one in found["notes"]]
    people = people_of(sorted({learner_id, *wrote, *(one.actor_id for one in acts if one.actor_id)}))
    positions = _positions(learner_id, own, standings, found, rules, now) if reader.academy else ()
    page = _shared(people, learner_id, own, standings, found, reader, acts)
    waits = Waits([one for one in standings if one.registration.state in LIVING], found["book"])
    if reader.academy:
        waits = replace(
            waits, positions=positions, cases=found["cases"], requests=found["requests"], entries=found["entries"]
        )
        page = _of_academy(page, found, positions, own, rules, now)
    if reader.academy:
        steps = for_learner(waits.standings, positions, found["noticed"], rules)
    else:
        steps = in_modules(waits.standings, found["noticed"])
    return replace(page, next=steps, todo=for_us(waits, rules, now))


def _reads(learner_id: int, own: Sequence[RegistrationValue], reader: Reader, rules: Programme) -> dict[str, Read[Any]]:
    found: dict[str, Read[Any]] = {
        "tries": quiz.tries_of(learner_id, MOST, reader.modules),
        "book": book.asked_of(learner_id, MOST, reader.modules), "noticed": study_time.notice_of(learner_id),
        "book_chains": book.chains_of(learner_id, MOST, reader.modules),
        "strike_chains": strikes.chains_of([one.id for one in own], MOST),
        "notes": notes.read(learner_id, MOST, reader.notes_of),
    }  # fmt: skip
    if reader.academy:
        found |= _of_exams(learner_id, rules)
        found |= {"cases": cases.read(learner_id, MOST), "entries": entries.waiting_of(learner_id)}
    return found


def _of_exams(learner_id: int, rules: Programme) -> dict[str, Read[Any]]:
    return {
        **glance.reads(learner_id, [module.exam for module in rules.modules]),
        "heard": exams.heard_of(learner_id), "places": places.of_learner(learner_id),
    }  # fmt: skip


def exams_of(learner_id: int, now: datetime) -> Mapping[str, VoucherPosition]:
    """Where a learner stands with each exam of her modules and vouchers; nothing for who is no learner."""
    own, rules = registration.all_of(learner_id), context.programme()
    if not own:
        return {}
    standings = registration.standings(own, rules, context.first_rules(), context.factor())
    found = together(_of_exams(learner_id, rules))
    return {one.exam: one for one in _positions(learner_id, own, standings, found, rules, now)}


def _positions(
    learner_id: int, own: Sequence[RegistrationValue], standings: Sequence[Standing], found: Mapping[str, Any],
    rules: Programme, now: datetime,
) -> tuple[VoucherPosition, ...]:  # fmt: skip
    newest = list({one.module: one for one in own}.values())
    ids = {one.id for one in newest if one.state in LIVING}
    living = [one for one in standings if one.registration.id in ids]
    outcomes = {exam: heard.outcome for exam, heard in found["heard"].items()}
    seen = glance.glance(found, now)
    first = context.first_rules()
    return glance.positions(seen, learner_id, newest, living, outcomes, found["places"], rules, first, now)


def _shared(
    people: Mapping[int, Person], learner_id: int, own: Sequence[RegistrationValue], standings: Sequence[Standing],
    found: Mapping[str, Any], reader: Reader, acts: Sequence[Entry],
) -> LearnerPage:  # fmt: skip
    by_id = {one.registration.id: one for one in standings}
    tries = tuple(_try(one) for one in found["tries"])
    modules = tuple(_module(one, by_id.get(one.id), reader) for one in reversed(own[-MOST:]))
    written = tuple(NoteRow(one, people[one.made_by].name or people[one.made_by].username) for one in found["notes"])
    may_note = (reader.academy and "notes" in reader.may("")) or any("notes" in reader.may(one.module) for one in own)
    told = tuple(_act(one, people) for one in acts)
    return LearnerPage(people[learner_id], (), (), modules, tries, told, written, may_note)


def _act(entry: Entry, people: Mapping[int, Person]) -> Happened:
    """Of a voucher: which one."""
    told, (kind, _colon, number) = happened(entry, people), entry.subject.partition(":")
    what = _("Voucher {number}: {what}").format(number=number, what=told.what) if kind == "voucher" else told.what
    return replace(told, what=what)


def _module(own: RegistrationValue, standing: Standing | None, reader: Reader) -> ModuleRow:
    module = standing.module if standing else None
    return ModuleRow(
        own, words.staff_title(module) if module else own.module, registration_words(own.state),
        _test(standing) if standing else "", sums(standing.hours, module.required_ms) if standing and module else (),
        module.exam if module else "", "", reader.may(own.module) if module else frozenset(),
    )  # fmt: skip


def _test(standing: Standing) -> str:
    told, at = test_words(standing.test), standing.test.passed_at
    return _("{test} on {date}").format(test=told, date=words.day(at)) if at else told


def _try(own: TryLine) -> TryRow:
    module = context.programme().module(own.module)
    what = _("Module test") if own.purpose == "test" else name_of(own.block)
    title = words.staff_title(module) if module else own.module
    if own.submitted_at is None:
        result = _("Begun, not sent")
    else:
        percent = (own.correct or 0) * 100 // own.possible
        result = (_("Passed, {percent} %") if own.passed else _("Not passed, {percent} %")).format(percent=percent)
        if own.purpose == "practice":
            result = _("{percent} %").format(percent=percent)
    if own.cut_at:
        result = _("{result}, given back: no connection").format(result=result)
    elif not own.counts:
        result = _("{result}, given back").format(result=result)
    return TryRow(own, _("{what}, {module}").format(what=what, module=title) if title else what, result)


def _of_academy(
    page: LearnerPage, found: Mapping[str, Any], positions: Sequence[VoucherPosition],
    own: Sequence[RegistrationValue], rules: Programme, now: datetime,
) -> LearnerPage:  # fmt: skip
    seen, heard = glance.glance(found, now), found["heard"]
    living = {one.module: one.id for one in own if one.state in LIVING}
    passed = {exam: words.day(one.outcome.passed_at) for exam, one in heard.items() if one.outcome.passed_at}
    rows = tuple(_exam(one, heard.get(one.exam), found["places"].unused, living) for one in positions)
    return replace(
        page,
        modules=tuple(replace(row, exam_passed=passed.get(row.exam, "")) for row in page.modules),
        exams=rows,
        vouchers=tuple(VoucherRow(one, voucher_words(one.state)) for one in seen.had[:MOST]),
        cases=found["cases"],
        requests=tuple(RequestRow(one, request_words(one), _asked(one.state)) for one in seen.requests[:MOST]),
        name=seen.name.latin if seen.name else "",
    )


def _exam(position: VoucherPosition, heard: Any, unused: Mapping[str, int], living: Mapping[str, int]) -> ExamRow:
    module, booked = position.module, position.booking
    told = heard.told if heard else ()
    return ExamRow(
        position.exam, words.staff_title(module), standing_words(position.result),
        _("{date}, {city}").format(date=words.day(booked.day), city=booked.city) if booked else "",
        unused.get(position.exam, 0),
        tuple(f"{words.day(one.happened_at)}: {kind_words(one.kind)}" for one in told[-MOST:]),
        living.get(module.id), position.verdict.met and not position.live,
    )  # fmt: skip


def _asked(state: str) -> str:
    return {
        "asked": _("To be decided"), "granted": _("Agreed"), "refused": _("Not agreed"), "withdrawn": _("Withdrawn"),
    }.get(state, state)  # fmt: skip
