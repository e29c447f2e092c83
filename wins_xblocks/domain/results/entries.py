"""Results by hand, in two people: one enters, another confirms. And what is decided of a result that is recorded.

A result on hold, released or restored is one person's act; a pass is withdrawn by two, and so is a voucher whose code
was shown. Each has its reason, its line in the trail and a mail that says no more than that something changed.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..exams import api as exams
from ..exams.data import Outcome
from ..outbox import api as outbox
from ..programme.data import Programme
from ..together import Read
from ..transactions import outermost
from ..vouchers import acts, usage
from . import decisions, placing
from .data import Entered, OnRecorded, WaitingEntry
from .lines import EARLIEST, LONGEST_EVIDENCE
from .models import ResultEntry

RESULTS = placing.RESULTS
ALONE = ("hold", "release", "restore")
_TOKEN = 64


class NotWaiting(Refusal):
    """The entry is not there, or somebody has decided about it."""


class NotPossible(Refusal):
    """The result does not stand as the act needs it (any more)."""


def enter(told: Entered, by: int, now: datetime) -> bool:
    """Keep what one member of staff says until another confirms it; False when the same form came before.

    Raises Refusal for what cannot be, NotPossible for the withdrawal of a pass that is none, or of a voucher that was
    not shown or has ended.
    """
    decisions.check_learner(told.learner_id, by)
    if told.kind == "revoke":
        why = decisions.reason(told.reason)
        own = told.with_(reason=why, happened_at=now, evidence="", score=None, voucher_id=None)
        _check(told.kind, exams.outcome(told.learner_id, told.exam))
    elif told.kind == "void":
        own = _withdrawal(told, now)
    else:
        own = _result(told, now)
    try:
        return _enter(own, by, now)
    except IntegrityError:
        if not ResultEntry.objects.filter(token=told.token, learner_id=told.learner_id, entered_by=by).exists():
            raise Refusal(_("This form is out of date. Open the page again.")) from None
        return False


def _result(told: Entered, now: datetime) -> Entered:
    """A result as it is kept. Raises Refusal."""
    if told.kind not in RESULTS:
        raise Refusal(_("Choose the result."))
    if not EARLIEST <= told.happened_at <= now:
        raise Refusal(_("This date is too early, or still to come."))
    evidence = told.evidence.replace("\0", "").strip()
    if not evidence:
        raise Refusal(_("Write where this result is to be read, for example a mail of Pearson VUE and its date."))
    if len(evidence) > LONGEST_EVIDENCE:
        raise Refusal(_("The evidence is too long. Please use at most {most} characters."), most=LONGEST_EVIDENCE)
    if told.voucher_id is None:
        if not told.reason.replace("\0", "").strip():
            raise Refusal(_("Choose the voucher. If there is none, write why."))
        return told.with_(evidence=evidence, reason=decisions.reason(told.reason))
    decisions.check_voucher(told.voucher_id, told.learner_id, told.exam)
    return told.with_(evidence=evidence, reason="")


def _withdrawal(told: Entered, now: datetime) -> Entered:
    """A voucher that was shown is to be cancelled."""
    found = usage.of_learner(told.learner_id, told.exam)
    if not any(one.id == told.voucher_id and one.state in acts.SEEN for one in found):
        raise NotPossible(_("The voucher does not stand as you saw it any more. Load the page again."))
    if ResultEntry.objects.filter(voucher_id=told.voucher_id, kind="void", state="waiting").exists():
        raise NotPossible(_("Somebody has entered this already. It waits for a second person."))
    return told.with_(reason=acts.reason_of(told.reason), happened_at=now, evidence="", score=None)


def _enter(told: Entered, by: int, now: datetime) -> bool:
    with transaction.atomic():
        row = ResultEntry.objects.create(
            token=told.token[:_TOKEN], learner_id=told.learner_id, exam=told.exam, kind=told.kind,
            happened_at=told.happened_at, score=told.score, voucher_id=told.voucher_id, reason=told.reason,
            evidence=told.evidence, entered_at=now, entered_by=by,
        )  # fmt: skip
        facts = {"exam": told.exam, "learner": told.learner_id, "kind": told.kind, "voucher": told.voucher_id}
        text = ". ".join(part for part in (told.evidence, told.reason) if part)
        audit.append(f"entry:{row.id}", "result.entered", now, actor_id=by, facts=facts, text=text)
    return True


def count_waiting() -> int:
    """How many entries wait for another person."""
    return int(_waiting().count())


def waiting(start: int = 0, most: int | None = None) -> tuple[WaitingEntry, ...]:
    """At most ``most`` of them (None: all) from place ``start``, the oldest first."""
    rows = _waiting().order_by("id")
    return tuple(map(_value, rows[start:] if most is None else rows[start : start + most]))


def waiting_for(learner_id: int, exam: str) -> tuple[WaitingEntry, ...]:
    """Those of one learner's exam."""
    return tuple(map(_value, _waiting().filter(learner_id=learner_id, exam=exam).order_by("id")))


def waiting_to_cancel(voucher_id: int) -> WaitingEntry | None:
    """The one that would cancel this voucher."""
    row = _waiting().filter(voucher_id=voucher_id, kind="void").order_by("id").first()
    return _value(row) if row else None


def _waiting() -> QuerySet:
    return ResultEntry.objects.filter(state="waiting")


def waiting_of(learner_id: int) -> Read[tuple[WaitingEntry, ...]]:
    """The same of one learner, as a part of a statement."""
    rows = ResultEntry.objects.filter(learner_id=learner_id, state="waiting")
    return Read(rows, lambda found: tuple(_value(row) for row in sorted(found, key=lambda row: row.id)))


def _value(row: ResultEntry) -> WaitingEntry:
    return WaitingEntry(
        row.id, row.learner_id, row.exam, row.kind, row.happened_at, row.score, row.voucher_id, row.reason,
        row.evidence, row.entered_at, row.entered_by,
    )  # fmt: skip


def entry(entry_id: int) -> WaitingEntry | None:
    """One of them, while it waits."""
    row = _waiting().filter(id=entry_id).first()
    return _value(row) if row else None


def needs_two(kind: str, programme: Programme) -> bool:
    """Does the policy want a second person for an entry of this kind?"""
    return {"revoke": "revoke", "void": "void_after_shown"}.get(kind, "result_by_hand") in programme.policies.two_people


def confirm(
    entry_id: int, by: int, now: datetime, programme: Programme, override: str | None = None, on: OnRecorded = None
) -> None:
    """A second person says that it is so, and it is recorded.

    Whoever entered it may confirm it only where the policy wants no second person, or with the reason ``override``,
    which the trail keeps: who may override is the caller's matter. Raises NotWaiting, NotPossible, Refusal.
    """
    row = ResultEntry.objects.filter(id=entry_id, state="waiting").first()
    if row is None:
        raise _gone()
    decisions.check_learner(row.learner_id, by)
    alone, two_people = row.entered_by == by, needs_two(row.kind, programme)
    if alone and two_people and override is None:
        raise Refusal(_("You entered this yourself. Somebody else must confirm it."))
    why = decisions.reason(override or "") if alone and two_people else ""
    usage.ensure(row.exam)
    _confirm(row, by, now, programme, alone, why, on)


@outermost
def _confirm(
    row: ResultEntry, by: int, now: datetime, programme: Programme, alone: bool, why: str, on: OnRecorded
) -> None:
    usage.lock([row.exam])
    own = ResultEntry.objects.filter(id=row.id, state="waiting")
    if not own.update(state="applied", decided_at=now, decided_by=by, alone=alone, note=why):
        raise _gone()
    action = "result.confirmed_alone" if why else "result.confirmed"
    facts = {"exam": row.exam, "learner": row.learner_id, "kind": row.kind, "override": bool(why)}
    audit.append(f"entry:{row.id}", action, now, actor_id=by, facts=facts, text=why)
    if row.kind == "revoke":
        _decide(row.learner_id, row.exam, "revoke", row.reason, by, now)
    elif row.kind == "void":
        _void(row, by, programme, now)
    else:
        _record(row, by, now, on)


def _void(row: ResultEntry, by: int, programme: Programme, now: datetime) -> None:
    """The voucher ends for the reason that was entered, unless it has ended, or changed hands, meanwhile."""
    own = usage.of_learner(row.learner_id, row.exam)
    if not any(one.id == row.voucher_id and one.state in acts.SEEN for one in own):
        raise NotPossible(_("The voucher does not stand as it did when this was entered. Refuse the entry."))
    acts.withdraw(row.voucher_id, row.exam, row.reason, by, programme, now)


def _record(row: ResultEntry, by: int, now: datetime, on: OnRecorded) -> None:
    decisions.once(row.learner_id, row.exam, row.kind, row.happened_at)
    decisions.spend(row.voucher_id, row.learner_id, row.exam, now)
    same = f"entry:{row.id}"
    placed = placing.Placed(row.learner_id, row.exam, row.kind, row.happened_at, row.score, row.voucher_id, same, same)
    recorded = placing.record([placed], by, now)
    if on:
        on(recorded)


@outermost
def refuse(entry_id: int, reason: str, by: int, now: datetime) -> None:
    """It is not so, and why; also by whoever entered it. Raises NotWaiting, and Refusal without a reason.

    Nobody decides about her own.
    """
    why = decisions.reason(reason)
    own = ResultEntry.objects.filter(id=entry_id, state="waiting")
    if own.filter(learner_id=by).exists():
        raise Refusal(_("This is your own result. Somebody else must decide about it."))
    if not own.update(state="refused", decided_at=now, decided_by=by, note=why):
        raise _gone()
    audit.append(f"entry:{entry_id}", "result.refused", now, actor_id=by, text=why)


def act(learner_id: int, exam: str, kind: str, reason: str, by: int, now: datetime) -> None:
    """Put a result on hold, release or restore it. Raises NotPossible unless it stands so, Refusal without a reason."""
    if kind not in ALONE:
        raise Refusal(_("Choose what to do."))
    decisions.check_learner(learner_id, by)
    why = decisions.reason(reason)
    usage.ensure(exam)
    _act(learner_id, exam, kind, why, by, now)


@outermost
def _act(learner_id: int, exam: str, kind: str, why: str, by: int, now: datetime) -> None:
    usage.lock([exam])
    _decide(learner_id, exam, kind, why, by, now)


def _decide(learner_id: int, exam: str, kind: str, why: str, by: int, now: datetime) -> None:
    """Behind the lock of the exam's pool."""
    _check(kind, exams.outcome(learner_id, exam))
    exams.record(learner_id, exam, kind, now, now, by, None, {"reason": why})
    subject = f"exam:{learner_id}:{exam}"
    audit.append(subject, f"result.{kind}", now, actor_id=by, facts={"exam": exam, "learner": learner_id}, text=why)
    outbox.write("result_changed", subject, now, now, learner_id, {"exam": exam})


def possible(outcome: Outcome) -> tuple[str, ...]:
    """What may be decided of a result that stands so."""
    found = ["release" if outcome.on_hold else "hold"]
    if outcome.passed:
        found.append("revoke")
    if outcome.withdrawn_at:
        found.append("restore")
    return tuple(found)


def _check(kind: str, outcome: Outcome) -> None:
    if kind not in possible(outcome):
        raise NotPossible(_("The result does not stand as you saw it any more. Load the page again."))


def _gone() -> NotWaiting:
    return NotWaiting(_("This entry does not wait any more. Somebody may have decided about it. Load the page again."))
