"""The same for many, in one transaction: places given, vouchers issued, codes replaced. All lines or none.

A dry run does the very same and is undone, so that what it says of stock and places is what would be. Each line is
done once; a line that says no says why, with its column.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from .. import Refusal
from .. import marked as _
from ..registration import places
from ..transactions import outermost
from . import acts, canary, each, giving, pool
from .data import Secret
from .each import InColumn, Terms, Wanted
from .keys import BadCode, Keys, masked, normalise
from .lists import Line
from .models import Voucher
from .report import ImportLine
from .stocks import stock


@dataclass(frozen=True)
class Effect:
    """What becomes of one exam's numbers: codes that can be issued, unused and used places; before and after."""

    exam: str
    usable: tuple[int, int]
    held: tuple[int, int]
    used: tuple[int, int]

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        return self.usable, self.held, self.used


@dataclass(frozen=True)
class Target:
    """Whom or which voucher a line means; nothing of a code. Of a voucher, its holder when the file was read."""

    number: int
    exam: str = ""
    learner_id: int | None = None
    voucher_id: int | None = None


@dataclass(frozen=True)
class BulkReport:
    """What was done, or would be. ``done`` is False for a dry run and when any line is bad: then nothing changed.

    ``lines`` stand in the file's order, ``targets`` in that in which they are done.
    """

    lines: tuple[ImportLine, ...]
    effects: tuple[Effect, ...]
    done: bool
    targets: tuple[Target, ...] = ()

    @property
    def bad(self) -> tuple[ImportLine, ...]:
        return tuple(line for line in self.lines if not line.good)


class _Undone(Exception):
    """Ends the transaction of a dry run, or of one with a bad line."""

    def __init__(self, report: BulkReport) -> None:
        super().__init__("undone")
        self.report = report


@dataclass(frozen=True)
class _Step:
    """One line: what is shown of it, and what does it; ``do`` returns the sentence of what was done."""

    target: Target
    label: str
    do: Callable[[], str]


def grant(lines: Sequence[Wanted], terms: Terms) -> BulkReport:
    """Give each learner a place in the exam of her line. Raises ReasonWrong."""
    why = acts.reason_of(terms.reason)

    def step(line: Wanted) -> Callable[[], str]:
        return lambda: each.grant(line, why, terms)

    return _all(lines, step, terms)


def grant_one(learner_id: int, exam: str, terms: Terms) -> None:
    """The same for one. Raises Refusal in words."""
    why = acts.reason_of(terms.reason)
    pool.ensure([exam])
    _grant_one(Wanted(0, "", learner_id, exam), why, terms)


@outermost
def _grant_one(line: Wanted, why: str, terms: Terms) -> None:
    pool.lock([line.exam])
    each.grant(line, why, terms)


def issue(lines: Sequence[Wanted], terms: Terms) -> BulkReport:
    """Issue a voucher to each learner, as her own button would; whoever waits in the queue is served first."""

    def step(line: Wanted) -> Callable[[], str]:
        return lambda: each.issue(line, terms)

    return _all(lines, step, terms, served_first=True)


def replace(lines: Sequence[Line], cause: str, keys: Keys, terms: Terms) -> BulkReport:
    """Replace the codes of a file: held ones by others of the pool, those in the pool are withdrawn.

    The case that happens: the supplier sent forty codes twice. Raises ReasonWrong, KeyTrouble. A check leaves a trace.
    """
    why = acts.reason_of(terms.reason)
    acts.check_cause(cause, terms.rules)
    canary.check_keys(keys)  # by a wrong digest key no code would be found
    seen, exams = set[str](), set[str]()
    steps, pooled, known = list[_Step](), list[_Step](), 0
    for line in lines:
        found, problem = _find(line.cells["code"], keys, seen)
        exam = acts.exam_of(found) if found else ""
        known += found is not None
        exams.update({exam} - {""})
        state, holder = Voucher.objects.values_list("state", "holder_id").get(id=found) if found else ("", None)
        do = _replacing(found, problem, exam, cause, why, terms)
        step = _Step(Target(line.number, exam, holder, found), masked(line.text("code")), do)
        (pooled if state == "imported" else steps).append(step)
    report = _report([*pooled, *steps], exams, terms)  # what must leave the pool replaces nothing
    if not report.done:
        acts.note_looked_up(len(lines), known, terms.by, terms.now)
    return report


def _find(code: Secret, keys: Keys, seen: set[str]) -> tuple[int | None, Refusal | None]:
    try:
        digests = keys.digests(normalise(code.text))
    except BadCode as refusal:
        return None, InColumn("code", refusal.sentence, **refusal.values)
    if digests[0] in seen:
        return None, InColumn("code", _("This code stands in the file twice."))
    seen.add(digests[0])
    found = acts.with_digest(digests)
    return found, None if found else InColumn("code", _("No voucher has this code."))


def _replacing(
    found: int | None, problem: Refusal | None, exam: str, cause: str, why: str, terms: Terms
) -> Callable[[], str]:
    def do() -> str:
        if problem or found is None:
            raise problem or Refusal(_("No voucher has this code."))
        return each.replace(found, exam, cause, why, terms)

    return do


def _all(
    lines: Sequence[Wanted], do: Callable[[Wanted], Callable[[], str]], terms: Terms, served_first: bool = False
) -> BulkReport:
    known = {module.exam for module in terms.rules.modules}
    exams = {line.exam for line in lines if line.exam in known or pool.known(line.exam)}
    steps, seen = [], set[tuple[int | None, str]]()
    for line in lines:
        twice = line.problem is None and (line.learner_id, line.exam) in seen
        seen.add((line.learner_id, line.exam))
        told = Refusal(_("This learner and exam stand in the file twice.")) if twice else None
        target = Target(line.number, line.exam, line.learner_id)
        steps.append(_Step(target, line.label, _refusing(told) if told else do(line)))
    return _report(steps, exams, terms, served_first)


def _refusing(refusal: Refusal) -> Callable[[], str]:
    def do() -> str:
        raise refusal

    return do


def _report(steps: Sequence[_Step], exams: Collection[str], terms: Terms, served_first: bool = False) -> BulkReport:
    pool.ensure(exams)
    try:
        return _run(steps, sorted(exams), terms, served_first)
    except _Undone as undone:
        return undone.report


@outermost
def _run(steps: Sequence[_Step], exams: Sequence[str], terms: Terms, served_first: bool) -> BulkReport:
    pool.lock(exams)
    before = _numbers(exams, terms)
    for exam in exams if served_first else ():
        giving.serve(exam, terms.rules, terms.first_rules, terms.factor, terms.now, terms.on_issued)
    lines = tuple(sorted((_line(step) for step in steps), key=lambda line: line.number))
    after = _numbers(exams, terms)
    effects = tuple(
        Effect(exam, *((one, other) for one, other in zip(before[exam], after[exam], strict=True))) for exam in exams
    )
    done = not terms.dry_run and all(line.good for line in lines)
    report = BulkReport(lines, effects, done, tuple(step.target for step in steps))
    if not report.done:
        raise _Undone(report)
    return report


def _line(step: _Step) -> ImportLine:
    try:
        with transaction.atomic():  # what a line began before it said no is undone at once
            return ImportLine(step.target.number, step.label, True, step.do())
    except Refusal as refusal:
        column = getattr(refusal, "column", "")
        return ImportLine(step.target.number, step.label, False, refusal.sentence, refusal.values, column)


def _numbers(exams: Sequence[str], terms: Terms) -> dict[str, tuple[int, int, int]]:
    usable = {one.exam: one.usable for one in stock(exams, terms.rules, terms.now)}
    return {exam: (usable[exam], *numbers) for exam, numbers in places.counts(exams).items()}
