"""Mark the sent tries of one learner at one quiz anew, by the keys of the newest corrections; and what was done so.

No permissions are checked here; whoever calls must have done so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from ..audit import api as audit
from ..outbox import api as outbox
from . import closing, correcting, counting, extra, past, rules
from .correcting import Mark
from .counting import SENT
from .data import Item
from .models import Attempt, CorrectedVersion, KeyCorrection, Regraded

_MARK = ("correct", "possible", "units", "passed")
Held = tuple[float, float]  # (earned, possible)


@dataclass(frozen=True)
class Regrading:
    """What became of one learner's tries at a quiz. ``to_publish`` is the try whose grade the gradebook lacks now.

    ``passed`` are registrations whose module test is passed since.
    """

    changed: int = 0
    kept: int = 0
    to_publish: int | None = None
    passed: tuple[int, ...] = ()


@dataclass(frozen=True)
class RegradedTry:
    """A try with its marks before and after a correction."""

    attempt_id: int
    learner_id: int
    block: str
    number: int
    purpose: str
    is_staff: bool
    before: Mark
    after: Mark
    kept: bool
    at: datetime


@dataclass(frozen=True)
class CorrectionValue:
    """A correction as staff read it."""

    id: int
    bank: int
    bank_id: str
    number: int
    new: int
    new_hash: str
    new_made_at: datetime
    chosen: dict[str, str]
    lower: bool
    reason: str
    told: str
    quizzes: dict[str, str]
    made_at: datetime
    made_by: int
    job_id: int | None
    done_at: datetime | None


@dataclass(frozen=True)
class KeysOf:
    """One version with the questions whose keys a correction changed: before, and since."""

    hash: str
    made_at: datetime
    questions: tuple[tuple[Item, Item], ...]


def regrade(learner_id: int, block: str, spare: Callable[[], bool], now: datetime) -> Regrading:
    """Call inside a transaction. Repeating it changes nothing.

    ``spare``, asked only where it matters: a pass at a module test stays, since a voucher was given for it.
    """
    rows = closing.rows().filter(learner_id=learner_id, block=block, **SENT).order_by("id")
    late = [row for row in rows if row.newest and row.marked_by != row.newest and row.drawn]
    before = counting.best(learner_id, block)
    waiting = _waiting(learner_id, block) if late else {}
    done = [found for row in late if (found := _one(row, spare, now))]
    changed = [row for row, was, _kept in done if was != _mark(row)]
    after = counting.best(learner_id, block) if changed else before
    to_publish = None
    if before and after != before:
        to_publish = max(changed, key=lambda row: (row.correct * 1.0 / row.possible, row.id)).id
        Attempt.objects.filter(id=to_publish).update(grade_published_at=None)
    if before and done:
        _hold({*waiting, *filter(None, [to_publish])}, _held(before, waiting))
    passed = [row.registration_id for row, was, _kept in done if row.passed and not was.passed]
    _tell(changed, learner_id, now)
    return Regrading(len(changed), sum(kept for _row, _was, kept in done), to_publish, tuple(filter(None, passed)))


def _waiting(learner_id: int, block: str) -> dict[int, Held | None]:
    """Tries whose grade is on its way: each with what the gradebook held before, where a correction wrote that down."""
    rows = Attempt.objects.filter(learner_id=learner_id, block=block, grade_published_at__isnull=True, **SENT)
    found: dict[int, Held | None] = dict.fromkeys(rows.values_list("id", flat=True))
    for row in Regraded.objects.filter(attempt_id__in=list(found)).order_by("id"):  # the newest one's word holds
        found[row.attempt_id] = closing.held_before(row)
    return found


def _held(best: tuple[Fraction, Fraction], waiting: Mapping[int, Held | None]) -> Held | None:
    """What the gradebook holds; None where a grade is on its way of which nobody knows whether it came."""
    held = [one for one in waiting.values() if one]
    if len(held) < len(waiting):
        return None
    return held[-1] if held else (float(best[0]), float(best[1]))


def _hold(attempt_ids: Iterable[int], held: Held | None) -> None:
    """Each of these is published only over what the gradebook is known to hold."""
    for attempt_id in attempt_ids if held else ():
        own = Regraded.objects.filter(attempt_id=attempt_id).order_by("-id").first()
        if own and held:
            Regraded.objects.filter(id=own.id).update(held_earned=held[0], held_possible=held[1])


def _mark(row: Attempt) -> Mark:
    return Mark(row.correct, row.possible, row.units, row.passed)


def _one(row: Any, spare: Callable[[], bool], now: datetime) -> tuple[Any, Mark, bool] | None:
    """The try with its new marks, the old ones, and whether they were kept; None when somebody was faster, or no
    correction since its marks changed what it was asked: another one's word about marks that go down is not for it.
    """
    current = Attempt.objects.filter(id=row.id, submitted_at__isnull=False, cleared_at__isnull=True)
    current = current.filter(marked_by=row.marked_by) if row.marked_by else current.filter(marked_by__isnull=True)
    known = [one for one in past.touches(row.bank_id, row.marked_by) if one.id <= row.newest]
    if not (touch := past.touching(known, row.marked_by, row.drawn)):
        current.update(marked_by=row.newest)
        return None
    own = touch.correction
    grade = rules.grade(closing.bank_of_row(row), rules.drawn_of(row.drawn), row.responses)
    before = _mark(row)
    after, kept = correcting.outcome(before, grade, row.pass_percent, own.lower)
    if row.purpose == "test" and before.passed and not after.passed and spare():
        after, kept = before, True
    new = {"correct": after.correct, "possible": after.possible, "units": after.units, "passed": after.passed}
    if not current.update(**new, marked_by=row.newest):
        return None
    for name, value in new.items():
        setattr(row, name, value)
    if kept or after != before:
        Regraded.objects.create(
            attempt_id=row.id, correction=own, correct_before=before.correct, possible_before=before.possible,
            units_before=before.units, passed_before=before.passed, **new, kept=kept, at=now,
        )  # fmt: skip
        _note(row, before, own, now)
    return row, before, kept


def _note(row: Any, before: Mark, own: KeyCorrection, now: datetime) -> None:
    """In the learner's own trail: marks as percentages, no question."""
    facts = {
        "learner": row.learner_id, "registration": row.registration_id, "block": row.block, "number": row.number,
        "from": before.percent, "to": _mark(row).percent, "text": own.id,
    }  # fmt: skip
    audit.append(extra.subject(row.learner_id), "mark.corrected", now, actor_id=own.made_by, facts=facts)


def _tell(changed: Sequence[Any], learner_id: int, now: datetime) -> None:
    """One mail for a quiz, however many tries changed; none to the course team."""
    mine = [row for row in changed if not row.is_staff]
    if mine:
        newest = CorrectedVersion.objects.select_related("correction").get(id=mine[-1].newest)
        titles = newest.correction.quizzes
        every = set(titles.values())  # a run of long ago is not among them: its quiz is called as all others are
        title = titles.get(mine[-1].block) or (every.pop() if len(every) == 1 else "–")
        outbox.write("mark_corrected", f"attempt:{mine[-1].id}", now, now, learner_id, {"quiz": title})


def block_of(attempt_id: int) -> str:
    """Where the try was made."""
    return str(Attempt.objects.values_list("block", flat=True).get(id=attempt_id))


_FIELDS = (
    "id", "bank_id", "bank__bank_id", "number", "new_id", "new__hash", "new__made_at", "chosen", "lower", "reason",
    "told", "quizzes", "made_at", "made_by", "job_id", "done_at",
)  # fmt: skip


def one(correction_id: int) -> CorrectionValue | None:
    row = KeyCorrection.objects.filter(id=correction_id).values_list(*_FIELDS).first()
    return CorrectionValue(*row) if row else None


def keys_of(correction_id: int) -> list[KeysOf]:
    """Of each version that it corrected: its questions as they were marked before and since."""
    found = []
    for row in CorrectedVersion.objects.filter(correction_id=correction_id).select_related("old").order_by("old_id"):
        earlier = CorrectedVersion.objects.filter(old_id=row.old_id, id__lt=row.id).order_by("-id")
        before = closing.bank_of(row.old.hash, earlier.values_list("id", flat=True).first())
        after = closing.bank_of(row.old.hash, row.id)
        pairs = tuple(zip(before.items, after.items, strict=True))
        found.append(KeysOf(row.old.hash, row.old.made_at, tuple(both for both in pairs if both[0] != both[1])))
    return found


def of_bank(number: int) -> list[CorrectionValue]:
    """All of one bank, the newest first."""
    rows = KeyCorrection.objects.filter(bank_id=number).order_by("-id")
    return [CorrectionValue(*row) for row in rows.values_list(*_FIELDS)]


def newest(most: int) -> list[CorrectionValue]:
    """Of all banks."""
    return [CorrectionValue(*row) for row in KeyCorrection.objects.order_by("-id").values_list(*_FIELDS)[:most]]


def count(correction_id: int) -> tuple[int, int]:
    """How many tries have another mark since, and how many kept theirs."""
    kept = list(Regraded.objects.filter(correction_id=correction_id).values_list("kept", flat=True))
    return len(kept) - sum(kept), sum(kept)


def tries(correction_id: int, start: int = 0, most: int | None = None) -> list[RegradedTry]:
    """Those that it touched, in the order in which they were; without what their tries asked, which is large."""
    rows = Regraded.objects.filter(correction_id=correction_id).order_by("id").values_list(
        "attempt_id", *(f"attempt__{name}" for name in ("learner_id", "block", "number", "purpose", "is_staff")),
        *(f"{name}_before" for name in _MARK), *_MARK, "kept", "at",
    )  # fmt: skip
    return [
        RegradedTry(id_, learner, block, number, purpose, staff, Mark(*marks[:4]), Mark(*marks[4:]), kept, at)
        for id_, learner, block, number, purpose, staff, *marks, kept, at in rows[
            start : None if most is None else start + most
        ]
    ]
