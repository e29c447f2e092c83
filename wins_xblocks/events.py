"""What happened, told to those who listen: the tracking log, other plugins, monitoring. ``docs/events.md`` lists it.

Told after commit, so that an undone or repeated transaction tells nothing twice. A listener that fails is logged and
hinders nothing. No event holds a code, a name, an address, an answer or a span: its fields are declared here.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from . import context
from .domain.programme import api as programme_api
from .domain.quiz.data import Quiz, Submitted, Taker
from .domain.registration import api as registration
from .domain.results.data import Recorded
from .domain.vouchers.data import Handed
from .platform import platform

log = logging.getLogger(__name__)

HOURS_REACHED = "org.wins.academy.study_time.hours_reached.v1"
VOUCHER_ISSUED = "org.wins.academy.voucher.issued.v1"
RESULT_RECORDED = "org.wins.academy.exam.result_recorded.v1"

COUNT_ISSUED = "wins.vouchers.issued"
COUNT_POOL_EMPTY = "wins.pool.empty"


@dataclass(frozen=True)
class Tracked:
    """A tracking event. ``user_id`` is the learner it is about; who acted is in the platform's context."""

    name: ClassVar[str]

    user_id: int
    course_id: str  # the course of the registration; empty where there is none
    module: str


@dataclass(frozen=True)
class HoursReached(Tracked):
    """The required hours of a module were reached."""

    name: ClassVar[str] = "wins.hours.reached"

    registration_id: int


@dataclass(frozen=True)
class VoucherIssued(Tracked):
    """A voucher was issued to a learner who asked for it or waited."""

    name: ClassVar[str] = "wins.voucher.issued"

    registration_id: int
    exam: str
    voucher_id: int


@dataclass(frozen=True)
class VoucherRevealed(VoucherIssued):
    """The learner saw the code for the first time."""

    name: ClassVar[str] = "wins.voucher.revealed"


@dataclass(frozen=True)
class VoucherTakenBack(VoucherIssued):
    """An unseen voucher went back to the pool."""

    name: ClassVar[str] = "wins.voucher.taken_back"


@dataclass(frozen=True)
class QuizSubmitted(Tracked):
    """Answers to a quiz were sent; what they were is not told."""

    name: ClassVar[str] = "wins.quiz.submitted"

    block: str
    purpose: str
    number: int
    grade: float  # questions or points
    max_grade: float
    passed: bool
    is_staff: bool


@dataclass(frozen=True)
class ResultRecorded(Tracked):
    """A result of an exam was recorded."""

    name: ClassVar[str] = "wins.result.recorded"

    registration_id: int
    exam: str
    result: str


TRACKED = (HoursReached, VoucherIssued, VoucherRevealed, VoucherTakenBack, QuizSubmitted, ResultRecorded)


def hours_reached(registration_id: int, learner_id: int, course_id: str, module: str, now: datetime) -> None:
    """The required hours of a registration were found reached."""
    own = {"user_id": learner_id, "course_id": course_id, "module": module, "registration_id": registration_id}
    _after_commit(HoursReached.name, lambda: _track(HoursReached(**own)))
    _after_commit(HOURS_REACHED, lambda: platform().send_event(HOURS_REACHED, now, own | {"reached_at": now}))


def voucher_issued(handed: Handed) -> None:
    """Call inside the transaction that issues."""
    _after_commit(VoucherIssued.name, lambda: _track(VoucherIssued(**_of(handed))))
    _after_commit(
        VOUCHER_ISSUED,
        lambda: platform().send_event(VOUCHER_ISSUED, handed.at, _of(handed) | {"issued_at": handed.at}),
    )
    _after_commit(COUNT_ISSUED, lambda: platform().count(COUNT_ISSUED))


def voucher_revealed(handed: Handed) -> None:
    """Call inside the transaction that notes the first look."""
    _after_commit(VoucherRevealed.name, lambda: _track(VoucherRevealed(**_of(handed))))


def voucher_taken_back(handed: Handed) -> None:
    """A voucher that nobody had seen is in the pool again."""
    _after_commit(VoucherTakenBack.name, lambda: _track(VoucherTakenBack(**_of(handed))))


def results_recorded(found: Sequence[Recorded]) -> None:
    """Call inside the transaction that records them."""
    for one in found:
        _after_commit(RESULT_RECORDED, lambda one=one: _tell_result(one))  # type: ignore[misc]


def _tell_result(one: Recorded) -> None:
    own = _registration(one.learner_id, one.exam) | {"exam": one.exam, "result": one.kind}
    _told(ResultRecorded.name, lambda: _track(ResultRecorded(**own)))
    at = {"happened_at": one.happened_at, "recorded_at": one.at}
    platform().send_event(RESULT_RECORDED, one.at, own | at)


def quiz_submitted(quiz: Quiz, who: Taker, course_id: str | None, sent: Submitted) -> None:
    """The first time that these answers were sent; a second press tells nothing."""
    if not sent.first:
        return
    earned, possible = (int(marks) if marks == int(marks) else float(marks) for marks in sent.result.exact)
    told = QuizSubmitted(
        who.learner_id, course_id or "", quiz.module, quiz.block, quiz.purpose, sent.number, earned, possible,
        sent.passed, who.is_staff,
    )  # fmt: skip
    _after_commit(told.name, lambda: _track(told))


def pool_empty() -> None:
    """A learner asked for a voucher and got a place in the queue."""
    count(COUNT_POOL_EMPTY)


def count(name: str) -> None:
    """One more of ``name`` for the platform's monitoring, whatever becomes of the transaction."""
    _told(name, lambda: platform().count(name))


def _of(handed: Handed) -> dict[str, object]:
    """The voucher with its learner's registration."""
    own = _registration(handed.learner_id, handed.exam)
    return own | {"exam": handed.exam, "voucher_id": handed.voucher_id}


def _registration(learner_id: int, exam: str) -> dict[str, object]:
    """The learner's registration for an exam; one that no rules know has no module."""
    module = programme_api.module_of_exam(context.first_rules(), exam, context.programme())
    own = registration.latest(learner_id, module.id) if module else None
    return {
        "user_id": learner_id, "course_id": own.course_id if own else "", "module": module.id if module else "",
        "registration_id": own.id if own else 0,
    }  # fmt: skip


def _track(event: Tracked) -> None:
    data: Mapping[str, object] = asdict(event)
    platform().emit(event.name, event.user_id, event.course_id, data)


def _after_commit(what: str, tell: Callable[[], None]) -> None:
    transaction.on_commit(lambda: _told(what, tell))


def _told(what: str, tell: Callable[[], None]) -> None:
    try:
        tell()
    except Exception:
        log.exception("%s was not told", what)
