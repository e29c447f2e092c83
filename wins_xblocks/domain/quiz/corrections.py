"""Correct the keys of a bank: what tries were drawn from, what a correction would do, and doing it, learner by learner.

A try says which correction its marks follow, so whatever was cut off, or sent at the same moment, is found again. No
permissions are checked here; whoever calls must have done so.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Q

from .. import Refusal, tables
from .. import marked as _
from ..audit import api as audit
from ..transactions import outermost
from . import banks, closing, correcting
from .correcting import FREE, KEY, Done, Mark, Question
from .counting import SENT
from .data import Bank
from .marker import Marker
from .models import Attempt, CorrectedVersion, KeyCorrection
from .past import Drawn, count, touches, touching, versions_of

LONGEST = 2000  # characters of a reason
LONGEST_TOLD = 500
MOST = 200  # corrections of one bank
SETTLED = timedelta(minutes=10)  # a request that graded by the old keys has ended by then
_COLUMNS = (
    "id", "learner_id", "block", "number", "purpose", "registration_id", "is_staff", "submitted_at", "pass_percent",
    "correct", "possible", "units", "passed", "responses",
)  # fmt: skip


class NotChosen(Refusal):
    """No question was chosen, or nothing would change."""


class DoesNotFit(Refusal):
    """Answers to a question cannot be marked by its new key. ``values["id"]`` is the question's."""


class ReasonWrong(Refusal):
    """The reason is missing or too long."""


class ToldWrong(Refusal):
    """The text for learners is too long."""


class TooLate(Refusal):
    """Somebody corrected this bank meanwhile."""


@dataclass(frozen=True)
class Wish:
    """What staff want: ``chosen`` says by question "key" or "free"; ``seen`` is the ``count`` of the form."""

    number: int
    new_text: str
    chosen: Mapping[str, str]
    lower: bool
    reason: str
    told: str
    seen: int


@dataclass(frozen=True)
class TryChange:
    """A sent try whose mark a correction changes. ``kept``: it would go down, and stays."""

    attempt_id: int
    learner_id: int
    block: str
    number: int
    purpose: str
    registration_id: int | None
    is_staff: bool
    submitted_at: datetime
    before: Mark
    after: Mark
    kept: bool


@dataclass(frozen=True)
class Rehearsal:
    """What a correction would do: ``tries`` were asked a chosen question; at most ``running`` open ones, too."""

    changes: tuple[TryChange, ...]
    tries: int
    running: int


@dataclass(frozen=True)
class Due:
    """One learner at one quiz, some of whose tries follow keys of before."""

    learner_id: int
    block: str
    attempt_id: int
    tries: int


def questions(versions: Sequence[Drawn], new: Bank) -> tuple[Question, ...]:
    return correcting.compared({one.id: one.bank for one in versions}, new)


def plan(versions: Sequence[Drawn], new: Bank, chosen: Mapping[str, str]) -> dict[int, Done]:
    """The keys of each version that would change, whole. Raises NotChosen, DoesNotFit."""
    if not chosen:
        raise NotChosen(_("Choose at least one question."))
    found = {one.id: one for one in questions(versions, new)}
    entries: dict[int, dict[str, Any]] = {}
    for id_, what in chosen.items():
        question = found.get(id_)
        if question is None or what not in (KEY, FREE):
            raise NotChosen(_("This question was not asked. Open the page again."))
        if what == KEY and not (question.new and question.fits and question.differs):
            told = _("The answers to question “{id}” cannot be marked by its key of now.")
            same = _("Question “{id}” has this key already.")
            raise DoesNotFit(same if question.new and question.fits else told, id=id_)
        for side in question.sides:
            if side.differs if what == KEY else not side.item.free:
                for version in side.versions:
                    entries.setdefault(version, {})[id_] = correcting.stored(what, question.new)
    if not entries:
        raise NotChosen(_("Everybody has the points of these questions already."))
    return {one.id: {**one.done, **entries[one.id]} for one in versions if one.id in entries}


def rehearse(number: int, new_text: str, chosen: Mapping[str, str], lower: bool) -> Rehearsal:
    """Nothing is stored. Raises NotChosen, DoesNotFit, BankInvalid."""
    versions = versions_of(number)
    planned = plan(versions, banks.parse(new_text), chosen)
    changes: list[TryChange] = []
    tries = running = 0
    for one in versions:
        if one.id in planned:
            bank = correcting.corrected(closing.bank_of(one.hash), planned[one.id])
            running += one.running
            for change in _rehearsed(one.id, Marker(bank), chosen.keys() & planned[one.id].keys(), lower):
                tries += 1
                changes += [change] if change.kept or change.before != change.after else []
    return Rehearsal(tuple(changes), tries, running)


def _rehearsed(version: int, marker: Marker, ids: Any, lower: bool) -> Iterator[TryChange]:
    """Each sent try that was asked one of these questions."""
    sent = Attempt.objects.filter(bank_id=version, **SENT)
    for part in tables.windows(sent.values_list("drawn", *_COLUMNS)):
        for drawn, *row in part:
            if any(asked["item"] in ids for asked in drawn):
                values = dict(zip(_COLUMNS, row, strict=True))
                grade = marker.grade(drawn, values.pop("responses"))
                before = Mark(*(values.pop(name) for name in ("correct", "possible", "units", "passed")))
                after, kept = correcting.outcome(before, grade, values.pop("pass_percent"), lower)
                yield TryChange(values.pop("id"), **values, before=before, after=after, kept=kept)


def subject(number: int) -> str:
    """The chain in the audit trail of a bank's corrections."""
    return f"bank:{number}"


def check_words(wish: Wish) -> tuple[str, str]:
    """The reason, and the text for learners. Raises ReasonWrong."""
    reason, told = (text.replace("\0", "").strip() for text in (wish.reason, wish.told))
    if not reason or len(reason) > LONGEST:
        raise ReasonWrong(_("Write the reason, at most {most} characters."), most=LONGEST)
    if len(told) > LONGEST_TOLD:
        raise ToldWrong(_("The text for learners may have at most {most} characters."), most=LONGEST_TOLD)
    return reason, told


def make(wish: Wish, quizzes: Mapping[str, str], by: int, now: datetime) -> int:
    """Correct the keys: from now on every try is graded and shown by them; tries that were sent are marked anew by
    ``regrading``. The correction's number in the table.

    Raises ReasonWrong, ToldWrong, NotChosen, DoesNotFit, and TooLate where somebody corrected the bank meanwhile.
    """
    reason, told = check_words(wish)
    if wish.seen >= MOST:
        raise Refusal(_("This quiz was corrected too often. Ask an administrator."))
    try:
        return _make(wish, reason, told, dict(quizzes), by, now)
    except IntegrityError as error:
        raise TooLate(_("Somebody corrected this quiz meanwhile. Look at it again.")) from error


@outermost
def _make(wish: Wish, reason: str, told: str, quizzes: dict[str, str], by: int, now: datetime) -> int:
    """The number is the lock: the second of two with the same one waits for the first, and is refused."""
    row = KeyCorrection.objects.create(
        bank_id=wish.number, number=wish.seen + 1, new=closing.version_of(wish.new_text, now), chosen=dict(wish.chosen),
        lower=wish.lower, reason=reason, told=told, quizzes=quizzes, made_at=now, made_by=by,
    )  # fmt: skip
    if count(wish.number) != wish.seen + 1:
        raise TooLate(_("Somebody corrected this quiz meanwhile. Look at it again."))
    versions = versions_of(wish.number)
    for version, done in plan(versions, banks.parse(wish.new_text), wish.chosen).items():
        CorrectedVersion.objects.create(correction=row, old_id=version, done=done)
    facts = {"number": row.number, **Counter(wish.chosen.values()), "lower": wish.lower, "to": row.new_id}
    audit.append(subject(wish.number), "keys.corrected", now, actor_id=by, facts=facts, text=reason)
    return int(row.id)


def due(correction_id: int) -> list[Due]:
    """Learners with a sent try of a corrected version that follows keys of before, by quiz.

    A try that was not asked a corrected question has its right mark, which is noted without more.
    """
    found: dict[tuple[int, str], list[int]] = {}
    for old_id in CorrectedVersion.objects.filter(correction_id=correction_id).values_list("old_id", flat=True):
        known = touches(old_id)  # all of them: what a later one changed is not for this one to call right
        newest = known[0].id
        late = Attempt.objects.filter(Q(marked_by__isnull=True) | Q(marked_by__lt=newest), bank_id=old_id, **SENT)
        for part in tables.windows(late.values_list("id", "learner_id", "block", "marked_by", "drawn")):
            untouched = []
            for id_, learner, block, marked_by, drawn in part:
                if touching(known, marked_by, drawn):
                    found.setdefault((learner, block), []).append(id_)
                else:
                    untouched.append(id_)
            late.filter(id__in=untouched).update(marked_by=newest)
    return [Due(learner, block, max(ids), len(ids)) for (learner, block), ids in found.items()]


def unfinished() -> list[tuple[int, int | None]]:
    """Corrections that may have left tries with keys of before, and the job of each, the oldest first."""
    rows = KeyCorrection.objects.filter(done_at__isnull=True).order_by("id")
    return list(rows.values_list("id", "job_id"))


def note_job(correction_id: int, job_id: int) -> None:
    KeyCorrection.objects.filter(id=correction_id).update(job_id=job_id)


def settle(correction_id: int, now: datetime) -> bool:
    """Note that nothing is left, once nobody can be sending by the keys of before any more."""
    own = KeyCorrection.objects.filter(id=correction_id, done_at__isnull=True, made_at__lt=now - SETTLED)
    return bool(own.update(done_at=now))
