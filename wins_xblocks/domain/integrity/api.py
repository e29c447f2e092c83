"""Hints about tries that are oddly alike or oddly quick: found by the periodic work, read and put aside by a person.

Nothing is decided by a hint: no mark, no voucher and no result asks for one. No permissions are checked here; whoever
calls must have done so.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Case, F, Q, QuerySet, Value, When

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..audit import privacy as trail
from ..quiz import compared
from ..quiz.answers import BankSeen
from ..quiz.compared import SameAnswer, TestTry
from ..transactions import outermost
from . import rules
from .data import ANSWERS, DISMISSED, KEPT, OPEN, Compared, Field, Found, HintLine, Wrong
from .models import IntegrityHint, IntegrityLook

LONGEST = 2000  # characters of a note
MOST_BANKS = 20  # in one run; the next one goes on
AGAIN = timedelta(minutes=5)  # a try sent so shortly before a look may have been stored after it
_COLUMNS = (
    "id", "kind", "bank", "module", "learner_id", "other_id", "attempt_id", "other_attempt_id", "facts", "chance",
    "state", "made_at", "note", "decided_at", "decided_by",
)  # fmt: skip


class NoteWrong(Refusal):
    """No note, or one that is too long."""


class DecidedBefore(Refusal):
    """Somebody else was faster."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed this hint in between. You see what stands now."))


def subject(hint_id: int) -> str:
    """A hint's chain in the audit trail, which names no learner: it outlives the hint."""
    return f"hint:{hint_id}"


def look(now: datetime) -> tuple[int, int]:
    """Compare the tries of banks with new ones; how many banks, and how many hints were new."""
    seen = dict(IntegrityLook.objects.values_list("bank", "until"))
    due = [one for one in compared.banks() if one.number not in seen or one.last_at > seen[one.number]]
    due.sort(key=lambda one: (one.number in seen, seen.get(one.number, one.last_at), one.number))
    looks = (_look_at(bank, seen.get(bank.number), now) for bank in due if bank.tries >= rules.LEAST_TRIES)
    made = list(islice((made for made in looks if made is not None), MOST_BANKS))
    return len(made), sum(made)


def _look_at(bank: BankSeen, since: datetime | None, now: datetime) -> int | None:
    """How many hints were new; None of a bank with too few tries, which is not noted: the next may make it enough."""
    tries = compared.tests(bank.number, rules.MOST_TRIES)
    if len(tries) < rules.LEAST_TRIES:
        return None
    new = {one.id for one in tries if since is None or one.sent_at > since - AGAIN}
    modules = {one.id: one.module for one in tries}
    found = rules.found(field_of(tries), new)
    return _keep(bank, [(one, modules[one.tries[0].id]) for one in found], now)


@outermost
def _keep(bank: BankSeen, found: Sequence[tuple[Found, str]], now: datetime) -> int:
    """Write what is new, and until when was looked: what comes in meanwhile is looked at in the next run."""
    IntegrityLook.objects.update_or_create(bank=bank.number, defaults={"until": bank.last_at})
    before = IntegrityHint.objects.count()
    rows = [
        _row(bank.number, one, module, now) for one, module in found
        if not any(trail.forgotten(try_.learner_id) for try_ in one.tries)  # erased while we counted
    ]  # fmt: skip
    IntegrityHint.objects.bulk_create(rows, ignore_conflicts=True)
    return int(IntegrityHint.objects.count()) - before


def _row(bank: int, found: Found, module: str, now: datetime) -> IntegrityHint:
    first, *others = sorted(found.tries, key=lambda one: one.id)
    other = others[0] if others else None
    facts = dict(found.facts)
    if other and first is not found.tries[0]:
        facts |= {"one": facts["other"], "other": facts["one"]}
    return IntegrityHint(
        kind=found.kind, bank=bank, module=module, learner_id=first.learner_id, attempt_id=first.id,
        other_id=other.learner_id if other else None, other_attempt_id=other.id if other else 0, facts=facts,
        chance=found.chance, made_at=now,
    )  # fmt: skip


def field_of(tries: Sequence[TestTry]) -> Field:
    """Tries in bits. A wrong answer's share is among those who answered its question, one more for each."""
    asked = Counter(place for one in tries for place, _name, _right in one.answers)
    wrong = Counter((place, name) for one in tries for place, name, right in one.answers if not right)
    bits = {key: bit for bit, key in enumerate(wrong)}
    return Field(
        [
            Compared(
                one.id, one.learner_id, sum(1 << place for place, _name, _right in one.answers),
                sum(1 << bits[place, name] for place, name, right in one.answers if not right),
                one.share, one.seconds, one.asked,
            )
            for one in tries
        ],
        [Wrong(1 << place, (count + 1) / (asked[place] + 1)) for (place, _name), count in wrong.items()],
    )  # fmt: skip


def _rows() -> QuerySet:
    return IntegrityHint.objects.values_list(*_COLUMNS)


def count(states: Sequence[str] = (OPEN,)) -> int:
    return int(IntegrityHint.objects.filter(state__in=states).count())


def lines(most: int, start: int = 0) -> list[HintLine]:
    """What is open first, then what was kept for a conversation, then the rest; the newest of each first."""
    order = (F("rank"), "-made_at", "-id")
    ranked = IntegrityHint.objects.alias(rank=_rank()).order_by(*order).values_list(*_COLUMNS)
    return [HintLine(*row) for row in ranked[start : start + most]]


def _rank() -> Case:
    return Case(When(state=OPEN, then=Value(0)), When(state=KEPT, then=Value(1)), default=Value(2))


def one(hint_id: int) -> HintLine | None:
    row = _rows().filter(id=hint_id).first()
    return HintLine(*row) if row else None


def same_answers(hint: HintLine) -> list[SameAnswer]:
    """The wrong answers that both gave; nothing for a hint of another kind, or once answers were erased."""
    return compared.same_wrong(hint.attempt_id, hint.other_attempt_id) if hint.kind == ANSWERS else []


def keep(hint_id: int, note: str, was: str, by: int, now: datetime) -> None:
    """Keep a hint for a conversation. Raises NoteWrong, DecidedBefore, Refusal."""
    _decide(hint_id, KEPT, note, was, by, now)


def dismiss(hint_id: int, note: str, was: str, by: int, now: datetime) -> None:
    """Put a hint aside. Raises NoteWrong, DecidedBefore, Refusal."""
    _decide(hint_id, DISMISSED, note, was, by, now)


def _decide(hint_id: int, state: str, note: str, was: str, by: int, now: datetime) -> None:
    words = note.replace("\0", "").strip()
    if not words or len(words) > LONGEST:
        raise NoteWrong(_("Write the note, at most {most} characters."), most=LONGEST)
    if IntegrityHint.objects.filter(Q(learner_id=by) | Q(other_id=by), id=hint_id).exists():
        raise Refusal(_("This hint is about your own test. Somebody else must look at it."))
    _write(hint_id, state, words, was, by, now)


@outermost
def _write(hint_id: int, state: str, note: str, was: str, by: int, now: datetime) -> None:
    current = IntegrityHint.objects.filter(id=hint_id, state=was)
    if not current.update(state=state, note=note, decided_at=now, decided_by=by):
        raise DecidedBefore
    audit.append(subject(hint_id), f"hint.{state}", now, actor_id=by)


def drop(before: datetime) -> int:
    """Delete hints, and their notes, that were made before."""
    return int(IntegrityHint.objects.filter(made_at__lt=before).delete()[0])
