"""A study record in words: what was counted, what was not and why, who decided, and what it proves.

Learner, staff and files read it from here. A learner is told that WINS decided; staff are told who did.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from . import context, words
from .book_view import state_words
from .desk_view import people_of, registration_words
from .domain.audit import api as audit
from .domain.duration import HOUR_MS
from .domain.quiz import api as quiz
from .domain.registration import evidence
from .domain.registration.data import Hours, RegistrationValue
from .domain.registration.record import Record
from .domain.study_time.data import BookEntry, Flag, UnitFacts
from .outline import Outline, name_of
from .people import Person
from .platform import platform
from .study_days import StudyDayLine, day_line, struck_words
from .unit_hours import expected_minutes


@dataclass(frozen=True)
class BookRecordLine:
    """One entry of book hours: its day, length, text, and what became of it."""

    day: str
    length: str
    what: str
    state: str
    decided: str


@dataclass(frozen=True)
class RecordPage:
    """One record as a page. ``flags`` are sentences; ``proofs`` the paragraph on what is proved and what is not."""

    record: Record
    person: Person
    title: str
    facts: tuple[tuple[str, str], ...]
    sums: tuple[tuple[str, str], ...]
    days: tuple[StudyDayLine, ...]
    book: tuple[BookRecordLine, ...]
    not_counted: tuple[str, ...]
    accepted: tuple[str, ...]
    flags: tuple[str, ...]
    proofs: tuple[str, ...]
    seal: str


def record_of(own: RegistrationValue) -> tuple[Record, Mapping[str, str]]:
    """The record, the same for whoever asks, and the titles of the units as the learner sees them."""
    outlines = _outlines(own)
    titles = {unit.key: unit.title for outline in outlines.values() for unit in outline.study_units}
    facts = UnitFacts(_expected(own, outlines), _done(own, outlines.values()))
    return evidence.record_of(own, context.programme(), context.first_rules(), context.factor(), facts), titles


def _outlines(own: RegistrationValue) -> dict[str, Outline]:
    """The module's courses in which the learner is enrolled, with her eyes: never with the reader's."""
    edge, rules = platform(), context.programme()
    courses = [
        course for course in edge.enrolled_courses(own.learner_id)
        if (module := context.module_of_course(course, rules)) and module.id == own.module
    ]  # fmt: skip
    user: Any = get_user_model().objects.filter(id=own.learner_id).first() if courses else None
    if user is None:
        return {}
    return {course: Outline(edge.outline(course, user)) for course in courses}


def _expected(own: RegistrationValue, outlines: Mapping[str, Outline]) -> dict[str, int]:
    """Minutes that each unit should take, as its author planned or as its share of the module's hours."""
    module, found = context.programme().module(own.module), dict[str, int]()
    for course, outline in outlines.items():
        if module:
            found |= expected_minutes(module, course, [unit.key for unit in outline.study_units])
    return found


def _done(own: RegistrationValue, outlines: Iterable[Outline]) -> frozenset[str]:
    """Units with a quiz that the learner has done."""
    quizzes = {unit: keys for outline in outlines for unit, keys in outline.quizzes.items()}
    results = quiz.unit_results(own.learner_id, [key for keys in quizzes.values() for key in keys])
    return frozenset(unit for unit, keys in quizzes.items() if any(results[key] for key in keys))


def people_in(record: Record, for_staff: bool) -> tuple[Person, Mapping[int, Person] | None]:
    """The learner, and who decided, for staff."""
    id_ = record.registration.learner_id
    found = people_of([id_, *(_deciders(record) if for_staff else ())])
    return found[id_], found if for_staff else None


def page_of(own: RegistrationValue, for_staff: bool) -> RecordPage:
    """All of the record's page, for the learner herself or for staff."""
    record, titles = record_of(own)
    person, people = people_in(record, for_staff)
    factor, book = record.hours.online_factor, record.book_by_day
    online = {day.day: day.ms * factor for day in record.days}
    return RecordPage(
        record,
        person,
        words.staff_title(record.module) if for_staff else record.module.title,
        _facts(record),
        sums(record.hours, record.module.required_ms),
        tuple(day_line(day, online.get(day, 0), book.get(day, 0)) for day in sorted({*online, *book})),
        tuple(_book_line(entry, people) for entry in record.book),
        tuple(
            _with(struck_words(row, factor), who(row.by, people)) for row in record.struck
        ),
        tuple(
            _with(_accepted(row.length, words.day(row.at), row.reason), who(row.by, people))
            for row in record.accepted
        ),
        tuple(flag_words(flag, titles) for flag in record.flags),
        proofs(record),
        seal(own.id, record.digest),
    )  # fmt: skip


def seal(registration_id: int, digest: str) -> str:
    """Says later that a record of this registration came from us, also when it reads otherwise by then."""
    return audit.seal(f"study-record:{registration_id}", digest)


def _deciders(record: Record) -> list[int]:
    found = [entry.decided_by for entry in record.book]
    found += [row.by for row in (*record.struck, *record.accepted)]
    return sorted({one for one in found if one is not None})


def who(by: int | None, people: Mapping[int, Person] | None) -> str:
    """Who decided: a name for staff; for the learner, WINS."""
    if by is None:
        return ""
    if people is None:
        return _("WINS")
    return people[by].name or people[by].username if by in people else f"#{by}"


def _with(told: str, name: str) -> str:
    return _("{told} Decided by {name}.").format(told=told, name=name) if name else told


def _accepted(length: int, day: str, reason: str) -> str:
    told = _("{time} were accepted without a record of study ({date}).").format(time=words.duration(length), date=day)
    return told + " " + _("Reason: {reason}").format(reason=reason) if reason else told


def _facts(record: Record) -> tuple[tuple[str, str], ...]:
    own, rules = record.registration, record.rules
    ends = (_("Ended"), words.moment(own.ended_at)), (_("Required hours reached"), words.moment(own.reached_at))
    version = _("Version {version}, in force since {date}").format(
        version=rules.version, date=words.day(rules.effective)
    )
    told = (
        (_("Registration"), f"{own.id} – {registration_words(own.state)}"),
        (_("Course"), own.course_id),
        (_("Joined"), words.moment(own.started_at)),
        *ends,
        (_("Rules that apply"), version),
        (_("Time zone of the days"), record.time_zone),
        (_("Record made"), words.moment(context.now())),
    )
    return tuple((term, value) for term, value in told if value)


def sums(hours: Hours, required_ms: int) -> tuple[tuple[str, str], ...]:
    """How the total comes about: every part, and what it adds up to."""
    factor = hours.online_factor
    told = [(_("Online"), hours.credited_ms * factor)]
    if hours.struck_ms:
        told.append((_("Online, not counted"), -hours.struck_ms * factor))
    told += [(_("Book"), hours.book_ms), (_("Accepted by WINS"), hours.waived_ms), (_("Counted"), hours.counted)]
    told.append((_("Required"), required_ms))
    return tuple((term, signed(ms)) for term, ms in told)


def signed(ms: int) -> str:
    """A length in words, also of what is taken away."""
    return f"−{words.duration(-ms)}" if ms < 0 else words.duration(ms)


def _book_line(entry: BookEntry, people: Mapping[int, Person] | None) -> BookRecordLine:
    decided = ""
    if entry.decided_at:
        name, day = who(entry.decided_by, people), words.day(entry.decided_at)
        decided = _("{name}, {day}").format(name=name, day=day) if name else day
    return BookRecordLine(
        words.day(entry.told.day), words.duration(entry.told.ms), entry.told.what, state_words(entry), decided
    )


def flag_words(flag: Flag, titles: Mapping[str, str]) -> str:
    """A question as a sentence: what was counted, and what it was measured against."""
    sentence = {
        "long_day": _("{day}: {time} of study, over all modules. That is more than {limit} in one day."),
        "long_unit": _("“{unit}”: {time} online. About {limit} were expected."),
        "few_touches": _("{day}: {time} in visits with hardly a touch of the page."),
        "same_touches": _("{day}: {time} in visits that were touched equally often."),
        "bare": _("“{unit}”: {time} online, and no page with questions was opened."),
        "late": _("{day}: {time} in visits of which a part was kept on the device and came later."),
    }[flag.kind]
    return sentence.format(
        day=words.day(flag.day) if flag.day else "", unit=titles.get(flag.unit) or name_of(flag.unit),
        time=words.duration(flag.ms), limit=words.duration(flag.limit),
    )  # fmt: skip


def proofs(record: Record) -> tuple[str, ...]:
    """What the record proves and what it does not, sentence by sentence; one paragraph on the page."""
    told = [
        _("The learner's browser reports when a page was open, visible and in use."),
        _("The server bounds it: only pages that it showed to this learner, and never before."),
        _("Each minute counts once over all windows and devices, never more than the clock on the wall."),
        _("That somebody understood what she read, or who sat at the screen, is not proved."),
        _("A script that moves a mouse would earn time."),
        _("Book hours are what the learner told. WINS checks some of them."),
    ]
    if record.sealed:
        told.append(_("Single visits were deleted when their time was over. The hours by day stand."))
        told.append(_("What was asked about single visits can no longer be shown."))
    if record.hours.online_factor > 1:
        told.append(_("Demo time: one hour of the clock counts as {hours}.").format(
            hours=words.duration(record.hours.online_factor * HOUR_MS)))  # fmt: skip
    return tuple(told)
