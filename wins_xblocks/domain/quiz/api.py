"""Take a quiz: start, save, submit, look back; and what others ask about tries.

No permissions are checked here; whoever calls must have done so. A learner's functions find only her own tries.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any

from django.db import IntegrityError, transaction

from .. import marked as _
from . import rules
from .data import (
    Bank,
    Done,
    DrawnItem,
    Grade,
    NothingToAsk,
    NoTryNow,
    OpenTry,
    Quiz,
    Result,
    ShownOption,
    ShownQuestion,
    StaleSave,
    Submitted,
    Taker,
    TestStanding,
    Tries,
    TryClosed,
    Unpublished,
)
from .models import Attempt, BankVersion

REPAIR_AFTER = timedelta(minutes=2)  # a request that still runs publishes its grade itself


def start(quiz: Quiz, who: Taker, bank_text: str, seed: str, now: datetime) -> OpenTry:
    """The learner's open try at the quiz, a new one when there is none.

    Raises NothingToAsk, NoTryNow, or BankInvalid for a bank that cannot be read.
    """
    found = open_try(who.learner_id, quiz.block)
    if found:
        return found
    # Read before the tries are counted: one that is sent in between has taken this number.
    number = 1 + (_numbers(who.learner_id, quiz.block).last() or 0)
    _allowed(quiz, who, now)
    try:
        return _open(_new(quiz, who, bank_text, seed, number, now))
    except IntegrityError:  # two presses at once: the other one was first
        found = open_try(who.learner_id, quiz.block)
        if found is None:
            raise TryClosed(_("You have sent these answers already.")) from None
        return found


def _numbers(learner_id: int, block: str) -> Any:
    own = Attempt.objects.filter(learner_id=learner_id, block=block)
    return own.order_by("number").values_list("number", flat=True)


def _allowed(quiz: Quiz, who: Taker, now: datetime) -> None:
    stand = tries(quiz, who, now)
    if stand.left == 0 and stand.passed and quiz.purpose == "test":
        raise NoTryNow(_("You passed this test already."))
    if stand.left == 0:
        raise NoTryNow(_("You have used all your tries. Write to WINS."))
    if stand.next_at:
        raise NoTryNow(_("You can try again from {date}."), date=stand.next_at)


def _new(quiz: Quiz, who: Taker, bank_text: str, seed: str, number: int, now: datetime) -> Attempt:
    usable = rules.parse(bank_text).usable
    if not usable:
        raise NothingToAsk(_("This quiz has no questions yet."))
    rng = Random(seed)  # noqa: S311  a fair draw, not a secret: the draw itself is stored
    items = rules.draw(usable, quiz.draw, quiz.by_objective, rng)
    drawn = rules.arrange(items, quiz.purpose == "test", rng)
    with transaction.atomic():
        return Attempt.objects.create(
            learner_id=who.learner_id, block=quiz.block, number=number, module=quiz.module,
            registration_id=who.registration_id, purpose=quiz.purpose, bank=_version(bank_text, now),
            pass_percent=quiz.limits.pass_percent, is_staff=who.is_staff, seed=seed, drawn=rules.stored(drawn),
            possible=len(drawn), started_at=now,
        )  # fmt: skip


def _version(bank_text: str, now: datetime) -> BankVersion:
    body, digest = rules.canonical(bank_text)
    made = {"bank_id": rules.parse(bank_text).bank_id[:128], "body": body, "made_at": now}
    return BankVersion.objects.get_or_create(hash=digest, defaults=made)[0]


@lru_cache(maxsize=16)
def _bank(digest: str) -> Bank:
    return rules.bank_of(json.loads(BankVersion.objects.values_list("body", flat=True).get(hash=digest)))


def _rows() -> Any:  # a query set stays inside this module
    return Attempt.objects.select_related("bank").defer("bank__body")


def _shown(row: Attempt, given: Grade | None = None) -> tuple[ShownQuestion, ...]:
    """The questions of a try with what was chosen; with the keys only when its grade is ``given``."""
    items = {item.id: item for item in _bank(row.bank.hash).items}
    found = []
    for number, drawn in enumerate(rules.drawn_of(row.drawn), 1):
        item = items[drawn.item]
        texts = {option.id: option for option in item.options}
        chosen = row.responses.get(drawn.ref, ())
        options = tuple(
            ShownOption(o.ref, texts[o.option].text, o.ref in chosen, texts[o.option].correct if given else None)
            for o in drawn.options
        )
        key = (drawn.ref in given.right, item.rationale) if given else (None, "")
        found.append(ShownQuestion(number, drawn.ref, item.kind, item.stem, options, *key))
    return tuple(found)


def _open(row: Attempt) -> OpenTry:
    return OpenTry(row.number, row.revision, _shown(row))


def open_try(learner_id: int, block: str) -> OpenTry | None:
    """The try that is not submitted yet, with the answers saved so far."""
    row = _rows().filter(learner_id=learner_id, block=block, open_slot=1).first()
    return _open(row) if row else None


def _find(learner_id: int, block: str, number: int) -> tuple[Attempt, Bank, tuple[DrawnItem, ...]]:
    row = _rows().filter(learner_id=learner_id, block=block, number=number).first()
    if row is None:
        raise TryClosed(_("These answers do not belong to this page. Open the page again."))
    return row, _bank(row.bank.hash), rules.drawn_of(row.drawn)


def save(learner_id: int, block: str, number: int, responses: object, revision: int) -> int:
    """Keep the answers so far; the new revision. Raises StaleSave, TryClosed, or ForgedAnswer."""
    row, bank, drawn = _find(learner_id, block, number)
    fitting = rules.checked(bank, drawn, responses)
    current = Attempt.objects.filter(id=row.id, open_slot=1, revision=revision)
    if current.update(responses=fitting, revision=revision + 1):
        return revision + 1
    row.refresh_from_db(fields=["open_slot", "responses", "revision"])
    if row.open_slot is None:
        raise TryClosed(_("You have sent these answers already."))
    raise StaleSave(row.responses, row.revision)


def submit(
    learner_id: int, block: str, number: int, responses: object, revision: int | None, now: datetime
) -> Submitted:
    """Close the try with these answers; sending again changes nothing and answers the same.

    ``revision`` None sends whatever was saved since. Raises StaleSave, TryClosed (never was), or ForgedAnswer.
    """
    row, bank, drawn = _find(learner_id, block, number)
    fitting = rules.checked(bank, drawn, responses)
    grade = rules.grade(bank, drawn, fitting)
    passed = rules.passed(grade.share, row.pass_percent)
    current = Attempt.objects.filter(id=row.id, open_slot=1, **({} if revision is None else {"revision": revision}))
    first = current.update(
        open_slot=None, submitted_at=now, responses=fitting, correct=grade.correct, passed=passed
    )  # fmt: skip
    if first:
        row.submitted_at, row.responses, row.correct, row.passed = now, fitting, grade.correct, passed
        return Submitted(row.id, number, passed, True, _result(row, bank, drawn))
    row.refresh_from_db(fields=["open_slot", "responses", "revision", "passed", "submitted_at", "correct"])
    if row.open_slot is not None:
        raise StaleSave(row.responses, row.revision)
    return Submitted(row.id, number, bool(row.passed), False, _result(row, bank, drawn))


def tries(quiz: Quiz, who: Taker, now: datetime) -> Tries:
    """Where the learner stands with the quiz; staff's tries and learners' are counted apart.

    The platform's lower count (``who.counted``) is a reset by staff: tries before it no longer use any up.
    """
    rows = Attempt.objects.filter(
        learner_id=who.learner_id, block=quiz.block, is_staff=who.is_staff, open_slot__isnull=True
    ).order_by("number")
    done = tuple(Done(*row) for row in rows.values_list("number", "submitted_at", "correct", "possible", "passed"))
    used = len(done) if who.counted is None else min(max(who.counted, 0), len(done))
    left = max(quiz.limits.max_tries - used, 0) if quiz.limits.max_tries else None
    passed = any(row.passed for row in done)
    if quiz.purpose == "test" and passed and used:
        left = 0  # a test that is passed needs no other try
    next_at = None
    if used and not passed and left != 0:
        end = done[-1].submitted_at + timedelta(hours=quiz.limits.pause_hours)
        next_at = end if end > now else None
    keys = quiz.purpose != "test" or passed or (bool(done) and left == 0)
    return Tries(used, left, passed, next_at, keys, done)


def result(learner_id: int, block: str, number: int, keys: bool) -> Result | None:
    """A submitted try, graded from the bank as it was drawn; ``keys`` (see ``tries``) adds the questions."""
    row = _rows().filter(learner_id=learner_id, block=block, number=number, open_slot__isnull=True).first()
    if row is None:
        return None
    return _result(row, _bank(row.bank.hash), rules.drawn_of(row.drawn), keys)


def _result(row: Attempt, bank: Bank, drawn: tuple[DrawnItem, ...], keys: bool = True) -> Result:
    grade = rules.grade(bank, drawn, row.responses)
    return Result(
        row.number, row.correct, row.possible, row.passed, row.pass_percent, row.submitted_at, grade.objectives,
        _shown(row, grade) if keys else (),
    )  # fmt: skip


def best(learner_id: int, block: str) -> tuple[int, int] | None:
    """(right, asked) of the learner's best submitted try at the block."""
    return _best({(learner_id, block)}).get((learner_id, block))


def _best(pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], tuple[int, int]]:
    wanted = set(pairs)
    rows = Attempt.objects.filter(
        learner_id__in={learner for learner, _block in wanted}, block__in={block for _learner, block in wanted},
        open_slot__isnull=True,
    )  # fmt: skip
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for learner_id, block, correct, possible in rows.values_list("learner_id", "block", "correct", "possible"):
        so_far = found.get((learner_id, block))
        if so_far is None or Fraction(correct, possible) > Fraction(*so_far):
            found[learner_id, block] = (correct, possible)
    return found


def tests_of(registration_ids: Iterable[int]) -> dict[int, TestStanding]:
    """Tries at the module test by registration; the course team's are left out. One query."""
    rows = Attempt.objects.filter(registration_id__in=list(registration_ids), purpose="test", is_staff=False)
    by_registration: dict[int, list[Any]] = defaultdict(list)
    columns = ("registration_id", "submitted_at", "passed", "correct", "possible")
    for id_, *row in rows.order_by("submitted_at", "id").values_list(*columns):
        by_registration[id_].append(row)
    return {id_: _standing(own) for id_, own in by_registration.items()}


def _standing(rows: list[Any]) -> TestStanding:
    done = [(at, passed, correct * 100 // possible) for at, passed, correct, possible in rows if at]
    first_pass = next((row for row in done if row[1]), (None, True, None))
    last = done[-1] if done else (None, False, None)
    return TestStanding(
        tries=len(done), passed_at=first_pass[0], passed_percent=first_pass[2], last_at=last[0], last_percent=last[2],
        running=len(done) < len(rows),
    )  # fmt: skip


def unit_results(learner_id: int, blocks: Iterable[str]) -> dict[str, bool]:
    """Is each quiz done: passed, or (a practice) sent once? Every block asked for is in the answer. One query."""
    found = dict.fromkeys(blocks, False)
    rows = Attempt.objects.filter(
        learner_id=learner_id, block__in=list(found), is_staff=False, open_slot__isnull=True
    )
    for block, purpose, passed in rows.values_list("block", "purpose", "passed"):
        found[block] = found[block] or passed or purpose == "practice"
    return found


def takers(block: str) -> int:
    """How many learners have sent answers to the quiz."""
    rows = Attempt.objects.filter(block=block, is_staff=False, open_slot__isnull=True)
    return int(rows.values("learner_id").distinct().count())


def unpublished(now: datetime, most: int = 500) -> tuple[Unpublished, ...]:
    """Submitted tries that were not noted as published within two minutes, oldest first, with the best mark each."""
    rows = list(
        Attempt.objects.filter(submitted_at__lt=now - REPAIR_AFTER, grade_published_at__isnull=True)
        .order_by("submitted_at", "id")
        .values_list("id", "learner_id", "block")[:most]
    )
    marks = _best((learner_id, block) for _id, learner_id, block in rows)
    return tuple(Unpublished(id_, learner, block, *marks[learner, block]) for id_, learner, block in rows)


def mark_published(attempt_id: int, now: datetime) -> None:
    """Note that the gradebook has the grade; the first time stays."""
    Attempt.objects.filter(id=attempt_id, grade_published_at__isnull=True).update(grade_published_at=now)
