"""The next step of one learner, and ours, in the words of the desk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import words
from .desk_view import request_words
from .domain.cases.data import CaseValue
from .domain.programme.data import Programme
from .domain.quiz.data import Limits
from .domain.registration.data import Standing
from .domain.results.data import WaitingEntry
from .domain.study_time.data import BookEntry
from .domain.vouchers import rules as voucher_rules
from .domain.vouchers.data import LIVE, RequestValue, VoucherPosition
from .journey import step_of, urgent, ways
from .result_view import entry_words
from .voucher_view import view as voucher_view


@dataclass(frozen=True)
class Todo:
    """Something that waits for a person of ours: what, by when or since when in the same words, and where."""

    text: str
    button: str
    url: str
    late: bool = False


@dataclass(frozen=True)
class Waits:
    """What may wait for us. ``book`` are the entries that the reader may see; the rest is the Academy's."""

    standings: Sequence[Standing]
    book: Sequence[BookEntry]
    positions: Sequence[VoucherPosition] = ()
    cases: Sequence[CaseValue] = ()
    requests: Sequence[RequestValue] = ()
    entries: Sequence[WaitingEntry] = ()


def for_learner(
    standings: Sequence[Standing], positions: Sequence[VoucherPosition], noticed: bool, rules: Programme
) -> tuple[str, ...]:
    """What the learner must do next; of an exam, what her own page says. ``standings`` of living registrations."""
    exams = [voucher_view(position) for position in positions]
    step = step_of(standings, {exam.exam: exam.state for exam in exams}, rules)
    exam = urgent(exams)
    if step == 5:
        return (_("Nothing: both exams are passed."),)
    if exam and (step == 4 or any(one.state in LIVE for one in exams)):
        return (_("The learner’s page says of {exam}: “{text}”").format(exam=exam.title, text=exam.heading),)
    if step == 1:
        return (_("To join a module."),)
    if not noticed:
        return (_("To read how study time is counted. Nothing counts before."),)
    if step == 4:
        return (_("Both modules are complete."),)
    foundation, elective = ways(standings)
    wanted = foundation if step == 2 else elective
    if wanted is None:
        return (_("To join the Foundation Module.") if step == 2 else _("To join an elective module."),)
    return tuple(words.condition(condition) for condition in wanted.completion.missing)


def in_modules(standings: Sequence[Standing], noticed: bool) -> tuple[str, ...]:
    """The same for the team of some modules: the rest of her way is not theirs to see."""
    if not standings:
        return (_("The learner does not study this module any more."),)
    if not noticed:
        return (_("To read how study time is counted. Nothing counts before."),)
    return tuple(told for own in standings for told in _in_module(own))


def _in_module(own: Standing) -> list[str]:
    """Each condition names its module."""
    missing = [words.condition(condition) for condition in own.completion.missing]
    return missing or [" ".join([f"{words.staff_title(own.module)}:", _("Module complete.")])]


def for_us(waits: Waits, rules: Programme, now: datetime) -> tuple[Todo, ...]:
    """What waits for a decision of ours, what has a deadline first."""
    today = now.astimezone(rules.zone).date()
    dated = [
        *((one.deadline, _("Answer question {number} by {date}."), {"number": one.number}, _("Answer"),
           reverse("wins:case", args=[one.number])) for one in waits.cases if one.open),
        *((one.deadline, _("Decide by {date}: {what}"), {"what": request_words(one)}, _("Decide"),
           reverse("wins:request", args=[one.id])) for one in waits.requests if one.open),
    ]  # fmt: skip
    found = [
        Todo(text.format(date=words.day(day), **values), button, url, day < today)
        for day, text, values, button, url in sorted(dated, key=lambda one: one[0])
    ]
    return (*found, *_undated(waits, now))


def _undated(waits: Waits, now: datetime) -> Iterator[Todo]:
    for entry in waits.entries:
        told = _("A second person must decide, exam {exam}: {what}").format(
            exam=entry.exam, what=entry_words(entry.kind)
        )
        yield Todo(told, _("Decide"), reverse("wins:result_entry", args=[entry.id]))
    if count := len(waits.book):
        told = ngettext("{n} entry of book hours waits.", "{n} entries of book hours wait.", count)
        yield Todo(told.format(n=count), _("Decide"), reverse("wins:desk_book"))
    for own in waits.standings:
        yield from _of_test(own, now)
    for position in waits.positions:
        yield from _of_exam(position, now)


def _of_test(own: Standing, now: datetime) -> Iterator[Todo]:
    """All tries used, and the test not passed."""
    if own.test.passed or own.test.running or Limits(0, own.tries).chance(own.test.counted, now).left != 0:
        return
    told = _("{module}: all tries at the module test are used.").format(module=words.staff_title(own.module))
    yield Todo(told, _("Give more tries"), reverse("wins:tries", args=[own.registration.id]))


def _of_exam(position: VoucherPosition, now: datetime) -> Iterator[Todo]:
    exam, result = position.exam, position.result
    if position.state == "waiting":
        told = _("{exam}: number {place} of those who wait for a code. Add codes.")
        yield Todo(told.format(exam=exam, place=position.place_in_queue), _("Add codes"), reverse("wins:import"))
    if position.state == "ready" and position.by_staff and not position.unnamed and not position.country_due:
        told = _("{exam}: ready. By the policy WINS gives the voucher.").format(exam=exam)
        yield Todo(told, _("Issue a voucher"), reverse("wins:issue", args=[position.learner_id, exam]))
    if result.on_hold:
        told = _("{exam}: the result is on hold since {date}.")
        told = told.format(exam=exam, date=words.day(result.held_at) if result.held_at else "")
        yield Todo(told, _("Result"), reverse("wins:result", args=[position.learner_id, exam]))
    booked = position.booking
    if position.state == "pending" and booked and voucher_rules.over(booked.day, now):
        told = _("{exam}: booked for {date}, no result yet.").format(exam=exam, date=words.day(booked.day))
        yield Todo(told, _("Result"), reverse("wins:result", args=[position.learner_id, exam]))
