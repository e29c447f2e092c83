"""The rows of each report as a file: read part by part while they are sent, with people's names for each part.

All words are looked up before the first row: a file is sent when the reader's language is no longer set.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from . import context
from .csv_file import Cell
from .desk_view import people_of, registration_words, voucher_words
from .domain.duration import MINUTE_MS
from .domain.exams import api as exams_api
from .domain.exams import tally as exams
from .domain.programme.data import Designation
from .domain.quiz import tally as quiz
from .domain.registration import api as registration_api
from .domain.registration import tally as registration
from .domain.registration.data import RegistrationValue, Standing
from .domain.study_time import tally as study_time
from .domain.vouchers import tally as vouchers
from .people import Person
from .report_money import price_of
from .report_tables import purpose_words
from .report_values import Asked
from .result_view import kind_words

Rows = list[tuple[Cell, ...]]


@dataclass(frozen=True)
class File:
    """What a file holds. ``count`` is how many rows there were when it was asked for, of what they are made of."""

    head: tuple[str, ...]
    parts: Iterator[Rows]
    count: int


def _person_head() -> tuple[str, ...]:
    return _("learner's number"), _("user name"), _("name"), _("country")


def _cells(person: Person) -> tuple[Cell, ...]:
    return person.id, person.username, person.name, person.country


def _yes_no() -> dict[bool, str]:
    return {True: _("yes"), False: _("no")}


def _standings(asked: Asked) -> Iterator[list[tuple[RegistrationValue, Standing | None, Person]]]:
    """Registrations with where they stand; None for a module that no rules know any more."""
    first, factor = context.first_rules(), context.factor()
    for part in registration.parts(asked.modules, asked.period):
        people = people_of({row.learner_id for row in part})
        known = {one.registration.id: one for one in registration_api.standings(part, asked.rules, first, factor)}
        yield [(row, known.get(row.id), people[row.learner_id]) for row in part]


def progress(asked: Asked) -> File:
    head = (
        *_person_head(), _("module"), _("course"), _("registration"), _("state"), _("joined"), _("ended"),
        _("required hours reached"), _("minutes online"), _("minutes with the book"), _("minutes accepted by WINS"),
        _("minutes counted"), _("minutes required"), _("tries at the test"), _("test passed"), _("percent when passed"),
        _("complete"),
    )  # fmt: skip
    return File(head, _progress(asked, _states(), _yes_no()), registration.count(asked.modules, asked.period))


def _states() -> dict[str, str]:
    return {state: registration_words(state) for state in ("open", "passed", "lapsed", "cancelled")}


def _progress(asked: Asked, states: Mapping[str, str], yes: Mapping[bool, str]) -> Iterator[Rows]:
    at = _clock(asked)
    for part in _standings(asked):
        rows: Rows = []
        for own, standing, person in part:
            facts = (
                *_cells(person), own.module, own.course_id, own.id, states.get(own.state, own.state),
                at(own.started_at), at(own.ended_at), at(own.reached_at),
            )  # fmt: skip
            rows.append((*facts, *(_stands(standing, at, yes) if standing else ("",) * 9)))
        yield rows


def _stands(standing: Standing, at: Callable[[datetime | None], Cell], yes: Mapping[bool, str]) -> tuple[Cell, ...]:
    hours, test = standing.hours, standing.test
    counted = (hours.online, hours.book, hours.waived, hours.counted, standing.module.required_ms)
    minutes = (ms // MINUTE_MS for ms in counted)
    return *minutes, test.tries, at(test.passed_at), test.passed_percent, yes[standing.complete]


def hours(asked: Asked) -> File:
    head = (
        *_person_head(), _("module"), _("registration"), _("state"), _("joined"), _("ms credited online"),
        _("ms of that not counted"), _("ms with the book"), _("ms with the book, waiting"), _("ms accepted by WINS"),
        _("ms counted"), _("ms required"),
    )  # fmt: skip
    return File(head, _hours(asked, _states()), registration.count(asked.modules, asked.period))


def _hours(asked: Asked, states: Mapping[str, str]) -> Iterator[Rows]:
    at, factor = _clock(asked), context.factor()
    for part in _standings(asked):
        waiting = study_time.waiting_of([own.id for own, _standing, _person in part])
        rows: Rows = []
        for own, standing, person in part:
            facts = (*_cells(person), own.module, own.id, states.get(own.state, own.state), at(own.started_at))
            if standing is None:
                rows.append((*facts, *("",) * 7))
                continue
            ms = standing.hours
            rows.append((
                *facts, ms.credited_ms * factor, ms.struck_ms * factor, ms.book_ms, waiting.get(own.id, 0),
                ms.waived_ms, int(ms.counted), standing.module.required_ms,
            ))  # fmt: skip
        yield rows


def book(asked: Asked) -> File:
    head = (
        _("entry"), *_person_head(), _("module"), _("registration"), _("day"), _("minutes"), _("what was read"),
        _("state"), _("told"), _("decided"), _("decided by"), _("reason"),
    )  # fmt: skip
    states = {
        "counted": _("counts"), "waiting": _("waits"), "accepted": _("accepted"), "refused": _("not counted"),
        "withdrawn": _("withdrawn"),
    }  # fmt: skip
    return File(head, _book(asked, states), study_time.count_entries(asked.modules, asked.period))


def _book(asked: Asked, states: Mapping[str, str]) -> Iterator[Rows]:
    at = _clock(asked)
    for part in study_time.entries(asked.modules, asked.period):
        people = people_of({*(one.learner_id for one in part), *(one.decided_by for one in part if one.decided_by)})
        yield [
            (
                one.id, *_cells(people[one.learner_id]), one.module, one.registration_id, one.told.day,
                one.told.minutes, one.told.what, states[one.state], at(one.made_at), at(one.decided_at),
                people[one.decided_by].username if one.decided_by else "", one.reason,
            )
            for one in part
        ]  # fmt: skip


def quizzes(asked: Asked) -> File:
    head = (
        _("number"), *_person_head(), _("module"), _("registration"), _("kind of quiz"), _("quiz"), _("try"),
        _("begun"), _("sent"), _("right"), _("questions"), _("percent"), _("percent needed"), _("passed"),
        _("uses up a try"),
    )  # fmt: skip
    return File(head, _quizzes(asked, purpose_words(), _yes_no()), quiz.count(asked.modules, asked.period))


def _quizzes(asked: Asked, purposes: Mapping[str, str], yes: Mapping[bool, str]) -> Iterator[Rows]:
    at = _clock(asked)
    for part in quiz.tries(asked.modules, asked.period):
        people = people_of({one.learner_id for one in part})
        yield [
            (
                one.id, *_cells(people[one.learner_id]), one.module, one.registration_id,
                purposes.get(one.purpose, one.purpose), one.block, one.number, at(one.started_at),
                at(one.submitted_at), one.got, one.most, one.percent, one.pass_percent, yes[one.passed],
                yes[one.counts],
            )
            for one in part
        ]  # fmt: skip


def voucher_lines(asked: Asked) -> File:
    head = (
        _("voucher"), _("exam"), _("order number"), _("bought"), _("price"), _("currency"), _("price from"), _("state"),
        *_person_head(), _("issued"), _("code shown"), _("ended"), _("last day"), _("time zone"), _("replaced by"),
    )  # fmt: skip
    states = {name: voucher_words(name) for name in (*vouchers.ENDS, "used", "lost", "expired", "void")}
    states["imported"] = _("In the pool")
    sources = {True: _("delivery"), False: _("programme's price of a module")}
    return File(head, _vouchers(asked, states, sources), vouchers.count(asked.exams, asked.period))


def _vouchers(asked: Asked, states: Mapping[str, str], sources: Mapping[bool, str]) -> Iterator[Rows]:
    at, nobody = _clock(asked), ("",) * 4
    for part in vouchers.lines(asked.exams, asked.period):
        people = people_of({one.holder_id for one in part if one.holder_id})
        yield [
            (
                one.id, one.exam, one.order_number, at(one.imported_at),
                *price_of(one.price, one.currency, asked), sources[one.price is not None], states[one.state],
                *(_cells(people[one.holder_id]) if one.holder_id else nobody), at(one.issued_at), at(one.revealed_at),
                at(one.ended_at), one.expires_on, one.expires_zone, one.replaced_by,
            )
            for one in part
        ]  # fmt: skip


def results(asked: Asked) -> File:
    head = (
        _("number"), *_person_head(), _("exam"), _("what happened"), _("moment"), _("recorded"), _("score"),
        _("voucher"),
    )  # fmt: skip
    kinds = {kind: kind_words(kind) for kind in exams.TOLD}
    return File(head, _results(asked, kinds), exams.count(asked.exams, asked.period))


def _results(asked: Asked, kinds: Mapping[str, str]) -> Iterator[Rows]:
    at = _clock(asked)
    for part in exams.results(asked.exams, asked.period):
        people = people_of({one.learner_id for one in part})
        yield [
            (
                one.id, *_cells(people[one.learner_id]), one.exam, kinds[one.kind], at(one.happened_at),
                at(one.recorded_at), str(one.score) if one.score is not None else "", one.voucher_id,
            )
            for one in part
        ]  # fmt: skip


def members(asked: Asked) -> File:
    titles = asked.rules.designations
    head = (
        *_person_head(), _("modules"), _("joined first"), _("exams passed"),
        *(_("passed all exams for {title}").format(title=one.short) for one in titles),
    )  # fmt: skip
    return File(head, _members(asked, _yes_no()), registration.count(asked.modules, asked.period))


def _members(asked: Asked, yes: Mapping[bool, str]) -> Iterator[Rows]:
    at = _clock(asked)
    for part in registration.by_learner(asked.modules, asked.period):
        people, passed = people_of(part), _passed(part)
        yield [
            (
                *_cells(people[learner]), " ".join(sorted({one.module for one in own})),
                at(min(one.started_at for one in own)), " ".join(sorted(passed.get(learner, ()))),
                *(yes[_has(title, asked, passed.get(learner, set()))] for title in asked.rules.designations),
            )
            for learner, own in part.items()
        ]  # fmt: skip


def _passed(learner_ids: Sequence[int] | Mapping[int, object]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for (learner, exam), outcome in exams_api.outcomes(learner_ids).items():
        if outcome.passed:
            found.setdefault(learner, set()).add(exam)
    return found


def _has(title: Designation, asked: Asked, passed: set[str]) -> bool:
    """Derived from results, and from nothing else."""
    foundation = asked.rules.module(title.foundation)
    electives = {module.exam for module in asked.rules.modules if module.kind == "elective"}
    return foundation is not None and foundation.exam in passed and len(electives & passed) >= title.electives


def _clock(asked: Asked) -> Callable[[datetime | None], Cell]:
    """Moments on the programme's clock, to the second."""
    zone = asked.rules.zone
    return lambda moment: moment.astimezone(zone).replace(microsecond=0) if moment else None


FILES: Mapping[str, Callable[[Asked], File]] = {
    "progress": progress, "hours": hours, "book-hours": book, "quizzes": quizzes, "vouchers": voucher_lines,
    "results": results, "members": members,
}  # fmt: skip
