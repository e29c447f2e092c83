"""Take a quiz: start, save, submit, look back; and what others ask about tries.

No permissions are checked here; whoever calls must have done so. A learner's functions find only her own tries.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from .. import Refusal
from .. import marked as _
from . import banks, closing, counting, drawing, pace, rules, showing
from .closing import bank_of_row, rows
from .closing import close_over as close_over
from .counting import after_sending as after_sending
from .counting import best as best
from .counting import clear as clear
from .counting import counted as counted
from .counting import failed_tests as failed_tests
from .counting import given_at_test as given_at_test
from .counting import note_reset as note_reset
from .counting import passed_after as passed_after
from .counting import passed_tests as passed_tests
from .counting import settled as settled
from .counting import takers as takers
from .counting import tests_of as tests_of
from .counting import tries as tries
from .counting import tries_of as tries_of
from .counting import unit_results as unit_results
from .data import (
    Bank,
    DrawnItem,
    Grade,
    OpenTry,
    Quiz,
    Result,
    Submitted,
    Taker,
    Tries,
    Unpublished,
    is_over,
)
from .models import Attempt, Regraded

SENT_AS = ["open_slot", "responses", "revision", "passed", "submitted_at", "correct", "possible", "units"]
REPAIR_AFTER = timedelta(minutes=2)  # a request that still runs publishes its grade itself


class NothingToAsk(Refusal):
    """The bank holds no question that can be asked."""


class NoTryNow(Refusal):
    """All tries are used, the test is passed, or the pause after a failed try is not over."""


class OpenElsewhere(NoTryNow):
    """A try at the same module test is open in another run or on another page."""

    def __init__(self) -> None:
        super().__init__(_("You have a try at this test open in another place. Go on there and send it first."))


class TryClosed(Refusal):
    """The try was submitted, or never was."""


class TimeOver(TryClosed):
    """The try's deadline is past. What was saved by then counts."""

    def __init__(self, deadline: datetime) -> None:
        super().__init__(
            _("The time for these answers was over on {date}. What was saved by then counts."), date=deadline
        )


class StaleSave(Refusal):
    """Somebody saved in between: another page or device of the same learner. ``saved`` is what stands."""

    def __init__(self, saved: Mapping[str, Any], revision: int) -> None:
        super().__init__(_("Your answers were changed in another window. You see the newest ones now."))
        self.saved = saved
        self.revision = revision


def start(quiz: Quiz, who: Taker, bank_text: str, seed: str, now: datetime) -> OpenTry:
    """The learner's open try at the quiz, a new one when there is none.

    Raises NothingToAsk, NoTryNow (OpenElsewhere), or BankInvalid for a bank that cannot be read.
    """
    taken, stand = counting.before_start(quiz, who, now)
    found = open_try(who.learner_id, quiz.block) if any(slot for _number, slot in taken) else None
    if found and not is_over(found.deadline, now):
        return found
    number = 1 + (taken[-1][0] if taken else 0)
    if stand.overdue or found:
        close_over(now, who.learner_id)
        stand = tries(quiz, who, now, starting=True)
    _allowed(quiz, stand, now)
    try:
        row = _new(quiz, who, bank_text, seed, number, now)
        return _open(row, closing.bank_of(row.bank.hash))
    except IntegrityError:  # two presses at once: the other one was first
        found = open_try(who.learner_id, quiz.block)
        if found is None and tries(quiz, who, now).elsewhere:
            raise OpenElsewhere from None
        if found is None:
            raise TryClosed(_("You have sent these answers already.")) from None
        return found


def standing(quiz: Quiz, who: Taker, now: datetime) -> tuple[Tries, OpenTry | None]:
    """Where the learner stands and her open try at the block, after closing what is past its deadline."""
    stand, running = tries(quiz, who, now), open_try(who.learner_id, quiz.block)
    if stand.overdue or (running and is_over(running.deadline, now)):
        close_over(now, who.learner_id)
        stand, running = tries(quiz, who, now), open_try(who.learner_id, quiz.block)
    return stand, running


def _allowed(quiz: Quiz, stand: Tries, now: datetime) -> None:
    if stand.left == 0 and stand.passed and quiz.purpose == "test":
        raise NoTryNow(_("You passed this test already."))
    if stand.elsewhere:
        raise OpenElsewhere
    if quiz.deadline and now >= quiz.deadline:
        raise NoTryNow(_("This was open until {date}. No new try can begin."), date=quiz.deadline)
    if stand.left == 0:
        raise NoTryNow(_("You have used all your tries. Write to WINS."))
    if stand.next_at:
        raise NoTryNow(_("You can try again from {date}."), date=stand.next_at)


def _new(quiz: Quiz, who: Taker, bank_text: str, seed: str, number: int, now: datetime) -> Attempt:
    bank = banks.parse(bank_text)
    if not (askable := drawing.askable(bank, quiz.purpose)):
        raise NothingToAsk(_("This quiz has no questions yet."))
    rng = Random(seed)  # noqa: S311  a fair draw, not a secret: the draw itself is stored
    try:
        items = drawing.take(bank, askable, quiz.draw, quiz.draw_by, rng)
    except drawing.BlueprintUnmet as unmet:  # its words are the author's
        raise NothingToAsk(_("The questions of this quiz are not complete. Write to WINS.")) from unmet
    drawn = drawing.arrange(items, quiz.purpose == "test", rng)
    possible, units = rules.worth(items)
    with transaction.atomic():
        return Attempt.objects.create(
            learner_id=who.learner_id, block=quiz.block, number=number, module=quiz.module,
            registration_id=who.registration_id, purpose=quiz.purpose, bank=closing.version_of(bank_text, now),
            test_slot=1 if quiz.purpose == "test" and who.registration_id else None,
            pass_percent=quiz.limits.pass_percent, is_staff=who.is_staff, seed=seed, drawn=rules.stored(drawn),
            possible=possible, units=units, started_at=now, deadline=pace.deadline(quiz, who, now),
        )  # fmt: skip


def _open(row: Attempt, bank: Bank) -> OpenTry:
    drawn = rules.drawn_of(row.drawn)
    questions, fixed = showing.questions(bank, drawn, row.responses), row.responses.get(rules.FIXED, ())
    grade = rules.grade(bank, drawn, row.responses) if fixed else None
    graded = showing.questions(bank, drawn, row.responses, grade) if grade else ()
    told = tuple(question for question in graded if question.ref in fixed)
    return OpenTry(row.number, row.revision, questions, row.deadline, told)


def open_try(learner_id: int, block: str) -> OpenTry | None:
    """The try that is not submitted yet, with the answers saved so far."""
    row = rows().filter(learner_id=learner_id, block=block, open_slot=1).first()
    return _open(row, bank_of_row(row)) if row else None


def find(learner_id: int, block: str, number: int) -> tuple[Attempt, Bank, tuple[DrawnItem, ...]]:
    """A try that was not cleared, its bank, and what it asks. Raises TryClosed."""
    row = rows().filter(learner_id=learner_id, block=block, number=number, cleared_at__isnull=True).first()
    if row is None:
        raise TryClosed(_("These answers do not belong to this page. Open the page again."))
    return row, bank_of_row(row), rules.drawn_of(row.drawn)


def save(learner_id: int, block: str, number: int, responses: object, revision: int, now: datetime) -> int:
    """Keep the answers so far; the new revision. Raises StaleSave, TryClosed (TimeOver), or ForgedAnswer."""
    row, bank, drawn = find(learner_id, block, number)
    if row.deadline and is_over(row.deadline, now):
        raise TimeOver(row.deadline)
    return keep(row, rules.fixed(rules.checked(bank, drawn, responses), row.responses), revision, now)


def keep(row: Attempt, answers: Mapping[str, Any], revision: int, now: datetime) -> int:
    """Write the answers over those of ``revision``; the new one. Raises StaleSave, TryClosed."""
    current = Attempt.objects.filter(id=row.id, open_slot=1, revision=revision)
    if current.update(responses=answers, revision=revision + 1, saved_at=now):
        return revision + 1
    row.refresh_from_db(fields=["open_slot", "responses", "revision"])
    if row.open_slot is None:
        raise TryClosed(_("You have sent these answers already."))
    raise StaleSave(row.responses, row.revision)


def submit(
    learner_id: int, block: str, number: int, responses: object, revision: int | None, now: datetime,
    registration_id: int | None = None,
) -> Submitted:  # fmt: skip
    """Close the try with these answers; sending again changes nothing and answers the same.

    After the deadline the answers that were saved by then are sent instead.

    ``revision`` None sends whatever was saved since. A module test begun before the registration that is living now
    counts for ``registration_id``. Raises StaleSave, TryClosed (never was, or cleared by staff), or ForgedAnswer.
    """
    row, bank, drawn = find(learner_id, block, number)
    fitting = rules.fixed(rules.checked(bank, drawn, responses), row.responses)
    if row.open_slot and is_over(row.deadline, now):
        return _sent_before(row, bank, drawn, closing.close(row))
    grade = rules.grade(bank, drawn, fitting)
    marks = closing.marked(row, grade)
    current = Attempt.objects.filter(id=row.id, open_slot=1, **({} if revision is None else {"revision": revision}))
    moved = {"registration_id": registration_id} if registration_id and row.purpose == "test" else {}
    sent = {"open_slot": None, "test_slot": None, "submitted_at": now, "responses": fitting, **marks}
    if current.update(**sent, **moved):
        for name, value in sent.items():
            setattr(row, name, value)
        return Submitted(row.id, number, row.passed, True, _result(row, bank, drawn, grade=grade))
    return _sent_before(row, bank, drawn)


def _sent_before(row: Attempt, bank: Bank, drawn: tuple[DrawnItem, ...], first: bool = False) -> Submitted:
    """What stands. ``first``: it was this request that closed the try."""
    row.refresh_from_db(fields=SENT_AS)
    if row.open_slot is not None:
        raise StaleSave(row.responses, row.revision)
    if row.submitted_at is None:  # cleared in between
        raise TryClosed(_("These answers do not belong to this page. Open the page again."))
    return Submitted(row.id, row.number, bool(row.passed), first, _result(row, bank, drawn))


def result(learner_id: int, block: str, number: int, keys: bool) -> Result | None:
    """A submitted try, graded from the bank as it was drawn; ``keys`` (see ``tries``) adds the questions."""
    row = rows().filter(learner_id=learner_id, block=block, number=number, **counting.SENT).first()
    if row is None:
        return None
    found = _result(row, bank_of_row(row), rules.drawn_of(row.drawn), keys)
    return replace(found, corrections=closing.corrections_of(row))


def _result(
    row: Attempt, bank: Bank, drawn: tuple[DrawnItem, ...], keys: bool = True, grade: Grade | None = None
) -> Result:
    """``grade``: what the answers came to, where that is known."""
    grade = grade or rules.grade(bank, drawn, row.responses)
    return Result(
        row.number, row.correct, row.possible, row.passed, row.pass_percent, row.submitted_at, grade.objectives,
        showing.questions(bank, drawn, row.responses, grade) if keys else (), row.submitted_at != row.deadline,
        row.units, row.cut_at,
    )  # fmt: skip


def read_again(registration_id: int) -> tuple[str, ...]:
    """Ids of the objectives below what was needed in the newest try at the module test; none when that one passed."""
    sent = rows().filter(registration_id=registration_id, purpose="test", is_staff=False, **counting.SENT)
    row = sent.order_by("submitted_at", "id").last()
    if row is None or row.passed:
        return ()
    found = _result(row, bank_of_row(row), rules.drawn_of(row.drawn), keys=False)
    return tuple(objective.id for objective in found.read_again)


def unpublished(now: datetime, most: int = 500) -> tuple[Unpublished, ...]:
    """Submitted tries that were not noted as published within two minutes, oldest first, with the best mark each."""
    own = Attempt.objects.filter(submitted_at__lt=now - REPAIR_AFTER, grade_published_at__isnull=True, **counting.SENT)
    late = own.exclude(Exists(Regraded.objects.filter(attempt_id=OuterRef("id"), at__gt=now - REPAIR_AFTER)))
    return _unpublished(late.order_by("submitted_at", "id")[:most])


def to_publish(attempt_id: int) -> tuple[Unpublished, ...]:
    """The same of one try that was marked anew; none when the gradebook has its grade meanwhile."""
    return _unpublished(Attempt.objects.filter(id=attempt_id, grade_published_at__isnull=True, **counting.SENT))


def _unpublished(rows: Any) -> tuple[Unpublished, ...]:
    late = list(rows.values_list("id", "learner_id", "block", "registration_id", "passed", "purpose"))
    marks = counting.best_of((learner_id, block) for _id, learner_id, block, *_more in late)
    best = {key: (float(earned), float(possible)) for key, (earned, possible) in marks.items()}
    again = Regraded.objects.filter(attempt_id__in=[row[0] for row in late]).order_by("id")
    anew = {row.attempt_id: row for row in again}
    return tuple(
        Unpublished(
            # Complete in any case: that a pass is older than a correction does not say that it was ever told.
            id_, learner, block, *best[learner, block], own, closing.held_before(anew.get(id_)),
            passed or purpose == "practice",
        )
        for id_, learner, block, own, passed, purpose in late
    )  # fmt: skip


def mark_published(attempt_id: int, now: datetime) -> None:
    """Note that the gradebook has the grade; the first time stays."""
    Attempt.objects.filter(id=attempt_id, grade_published_at__isnull=True).update(grade_published_at=now)
