"""What tries came to, and which of them use one up: the one place that counts them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Max, Q, QuerySet, Subquery, Sum, Value

from ..prepared import prepared
from ..together import Read
from .data import Counted, Done, Quiz, Taker, TestStanding, Tries, TryLine, is_over
from .models import Attempt, ExtraTry

SENT: Any = {"submitted_at__isnull": False, "cleared_at__isnull": True}
DONE = ("number", "submitted_at", "correct", "possible", "passed", "units")
COLUMNS = (*DONE, "id", "block", "counts", "deadline")
LOOKED = (*COLUMNS, "open_slot", "is_staff", "cleared_at")
MADE = Max("made_at")
TOLD_WITHIN = timedelta(days=1)  # after the end, what a device without a connection kept may still be told of
STATE_IS_LATE = timedelta(minutes=1)  # a request that began before the answers were sent still sees the state of then


def tries(quiz: Quiz, who: Taker, now: datetime, starting: bool = False) -> Tries:
    """Where the learner stands with the quiz; staff's tries and learners' are counted apart.

    A module test is counted by registration, over the blocks of every run; everything else by block. Its keys stay
    hidden while a try is open anywhere: it may be sent with what they say. ``starting``: what staff gave beyond is not
    asked for before a first try, which may begin without it.
    """
    extra = _extra(quiz, who)
    rows = _in_turn(Attempt.objects.filter(_of(quiz, who), cleared_at__isnull=True), extra, *COLUMNS)
    return _stand(quiz, None if starting and not rows else extra, rows, now)


def before_start(quiz: Quiz, who: Taker, now: datetime) -> tuple[list[tuple[int, int | None]], Tries]:
    """(number, open slot) of all tries that there ever were at the block, by number, and ``tries``: one look at the
    rows, so that a try that is sent meanwhile has taken its number.
    """
    extra = _extra(quiz, who)
    rows = _looked(quiz, who, extra)
    taken = sorted((row["number"], row["open_slot"]) for row in rows if row["block"] == quiz.block)
    mine = [row for row in rows if row["mine"]]
    return taken, _stand(quiz, extra if mine else None, mine, now)


def _looked(quiz: Quiz, who: Taker, extra: QuerySet | None) -> list[dict[str, Any]]:
    """All tries of the learner at the block, and those by which she stands, each with whether it is one of these."""
    if quiz.purpose != "test" and extra is None:  # both are the same, but for tries of another role
        found = [dict(zip(LOOKED, row, strict=True)) for row in _at_block(learner_id=who.learner_id, block=quiz.block)]
        return [{**row, "mine": row["is_staff"] == who.is_staff and row["cleared_at"] is None} for row in found]
    mine = _of(quiz, who) & Q(cleared_at__isnull=True)
    rows = Attempt.objects.annotate(mine=ExpressionWrapper(mine, BooleanField()))
    return _in_turn(rows.filter(Q(learner_id=who.learner_id, block=quiz.block) | mine), extra, *LOOKED, "mine")


@prepared
def _at_block(learner_id: int, block: str) -> QuerySet:
    own = Attempt.objects.filter(learner_id=learner_id, block=block)
    return own.order_by("submitted_at", "number").values_list(*LOOKED)


def _in_turn(rows: Any, extra: QuerySet | None, *columns: str) -> list[dict[str, Any]]:
    """Each with what staff gave beyond, if that is asked for: the same statement."""
    if extra is not None:
        more, at = extra.values("learner_id").annotate(told=Sum("n")), extra.values("learner_id").annotate(told=MADE)
        rows = rows.annotate(extra=Subquery(more.values("told")), extra_at=Subquery(at.values("told")))
        columns = (*columns, "extra", "extra_at")
    return list(rows.order_by("submitted_at", "number").values(*columns))


def _stand(quiz: Quiz, extra: QuerySet | None, rows: list[dict[str, Any]], now: datetime) -> Tries:
    sent = [row for row in rows if row["submitted_at"]]
    counted = _counted((row["submitted_at"], row["passed"], row["counts"]) for row in sent)
    counted = replace(counted, **_given(rows, extra))
    open_at = [row["block"] for row in rows if row["submitted_at"] is None]
    # Begun in another run and not sent yet: it will use one up as well.
    elsewhere = [block for block in open_at if block != quiz.block]
    used = replace(counted, tries=counted.tries + len(elsewhere))
    once = quiz.purpose == "test"
    chance = quiz.limits.chance(used, now, once)
    passed = any(row["passed"] for row in sent)
    spent = bool(counted.tries) and quiz.limits.chance(counted, now, once).left == 0
    keys = not once or (not open_at and (passed or (spent and not _may_come_back(sent, now))))
    done = tuple(Done(*(row[name] for name in DONE)) for row in sent if row["block"] == quiz.block)
    overdue = any(row["submitted_at"] is None and is_over(row["deadline"], now) for row in rows)
    return Tries(chance.left, chance.next_at, used.tries, passed, keys, done, next(iter(elsewhere), ""), overdue)


def _may_come_back(sent: list[dict[str, Any]], now: datetime) -> bool:
    """Was a try closed by its time a moment ago? If the connection had failed she has it again, without its keys."""
    closed = (row["deadline"] for row in sent if row["counts"] and row["submitted_at"] == row["deadline"])
    return any(now < deadline + TOLD_WITHIN for deadline in closed)


def _of(quiz: Quiz, who: Taker) -> Q:
    own = Q(learner_id=who.learner_id, is_staff=who.is_staff)
    if quiz.purpose == "test" and who.registration_id:
        # One left open under an earlier registration counts for this one when it is sent.
        return own & Q(purpose="test") & (Q(registration_id=who.registration_id) | Q(open_slot=1, module=quiz.module))
    # Tries for a registration that has ended say nothing of the next one.
    return own & Q(block=quiz.block) & (Q(registration_id__isnull=True) if quiz.purpose == "test" else Q())


def _extra(quiz: Quiz, who: Taker) -> QuerySet | None:
    """What staff gave beyond the quiz's limit; None of a quiz without one."""
    if not quiz.limits.max_tries or who.is_staff:
        return None
    if quiz.purpose == "test" and who.registration_id:
        return ExtraTry.objects.filter(registration_id=who.registration_id).order_by()
    return ExtraTry.objects.filter(learner_id=who.learner_id, block=quiz.block).order_by()


def _given(rows: list[dict[str, Any]], extra: QuerySet | None) -> dict[str, Any]:
    """How many, and when last: as the rows say, or asked where there are none."""
    if extra is None:
        return {}
    told = rows[0] if rows else extra.aggregate(extra=Sum("n"), extra_at=MADE)
    return {"extra": told["extra"] or 0, "extra_at": told["extra_at"]}


def _counted(sent: Iterable[tuple[datetime, bool, bool]]) -> Counted:
    """Out of (sent at, passed, counts), the earliest first."""
    rows = [(at, passed) for at, passed, counts in sent if counts]
    return Counted(len(rows), rows[-1][0], any(passed for _at, passed in rows)) if rows else Counted()


def _here(learner_id: int, block: str) -> Any:
    return Attempt.objects.filter(learner_id=learner_id, block=block, counts=True, **SENT).order_by("number")


def counted(learner_id: int, block: str) -> tuple[int, int]:
    """How many tries at the block use one up, and the number of the newest: what the platform is told."""
    numbers = list(_here(learner_id, block).values_list("number", flat=True))
    return len(numbers), (numbers[-1] if numbers else 0)


def note_reset(learner_id: int, block: str, told: tuple[int, int] | None, now: datetime) -> None:
    """Give back the tries that staff took out of the platform's count; repeating it is safe.

    ``told`` is what stands there now: the count, lower after a reset, and the newest try that was told of, untouched
    by it. So an older ``told``, or one that a crash kept from us, gives nothing back. None: the platform has lost all.
    """
    if told and not told[1]:  # nothing was told yet
        return
    settled(learner_id, block, told, now)


def settled(learner_id: int, block: str, told: tuple[int, int] | None, now: datetime) -> tuple[int, int]:
    """``note_reset`` and, from the same look at the rows, ``counted``."""
    return _settle(list(_here(learner_id, block).values("id", "number", "submitted_at", "counts")), told, now)


def _settle(rows: list[dict[str, Any]], told: tuple[int, int] | None, now: datetime) -> tuple[int, int]:
    """Of the sent tries at a block that use one up, by number; ``counts`` of those given back becomes False."""
    known = [row for row in rows if _was_told(row, told, now)]
    given_back = known[: max(len(known) - max(told[0] if told else 0, 0), 0)]
    if given_back:
        Attempt.objects.filter(id__in=[row["id"] for row in given_back]).update(counts=False)
    for row in given_back:
        row["counts"] = False
    left = [row["number"] for row in rows if row["counts"]]
    return len(left), (left[-1] if left else 0)


def _was_told(row: dict[str, Any], told: tuple[int, int] | None, now: datetime) -> bool:
    return bool(row["number"] <= told[1] if told else row["submitted_at"] < now - STATE_IS_LATE)


def after_sending(quiz: Quiz, who: Taker, told: tuple[int, int] | None, now: datetime) -> tuple[tuple[int, int], Tries]:
    """``settled`` at the quiz's block, then ``tries``, from one look at the rows."""
    extra = _extra(quiz, who)
    rows = [row for row in _looked(quiz, who, extra) if row["cleared_at"] is None]
    sent = [row for row in rows if row["block"] == quiz.block and row["submitted_at"] and row["counts"]]
    counted = _settle(sorted(sent, key=lambda row: row["number"]), told, now)
    return counted, _stand(quiz, extra, [row for row in rows if row["mine"]], now)


def clear(learner_id: int, block: str, now: datetime) -> None:
    """Staff deleted the learner's state: her tries at the block, an open one too, remain as a record only."""
    with transaction.atomic():  # a savepoint inside the platform's transaction
        rows = Attempt.objects.filter(learner_id=learner_id, block=block, cleared_at__isnull=True)
        rows.update(cleared_at=now, counts=False, open_slot=None, test_slot=None)


def best(learner_id: int, block: str) -> tuple[Fraction, Fraction] | None:
    """(earned, possible) of the learner's best submitted try at the block, in questions or points."""
    return best_of({(learner_id, block)}).get((learner_id, block))


def best_of(pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], tuple[Fraction, Fraction]]:
    """The same for many learners and blocks at once; no entry where nothing was sent. One query."""
    wanted = set(pairs)
    rows = Attempt.objects.filter(
        learner_id__in={learner for learner, _block in wanted}, block__in={block for _learner, block in wanted}, **SENT
    )
    found: dict[tuple[int, str], tuple[Fraction, Fraction]] = {}
    for learner_id, block, correct, possible, units in rows.values_list(
        "learner_id", "block", "correct", "possible", "units"
    ):
        marks, so_far = (Fraction(correct, units or 1), Fraction(possible, units or 1)), found.get((learner_id, block))
        if so_far is None or marks[0] / marks[1] > so_far[0] / so_far[1]:
            found[learner_id, block] = marks
    return found


def tests_of(registration_ids: Iterable[int]) -> dict[int, TestStanding]:
    """Tries at the module test by registration; the course team's are left out. One query."""
    by_registration: dict[int, list[Any]] = defaultdict(list)
    for id_, *row in sorted(_tests(ids=list(registration_ids)), key=lambda row: (row[2] is not None, row[2], row[1])):
        by_registration[id_].append(row)
    return {id_: _standing(own) for id_, own in by_registration.items()}


@prepared
def _tests(ids: list[int]) -> QuerySet:
    """Tries; and what staff gave beyond, which has neither questions nor a count: how many stands in their place."""
    extra = ExtraTry.objects.filter(registration_id__in=ids).order_by().values("registration_id", "id")
    extra = extra.annotate(
        submitted_at=F("made_at"), passed=Value(None, BooleanField()), correct=F("n"), possible=Value(0),
        counts=Value(None, BooleanField()),
    )  # fmt: skip
    columns = ("registration_id", "id", "submitted_at", "passed", "correct", "possible", "counts")
    rows = Attempt.objects.filter(registration_id__in=ids, purpose="test", is_staff=False, cleared_at__isnull=True)
    return rows.order_by().values_list(*columns).union(extra.values_list(*columns), all=True)


def passed_tests(registration_id: Any) -> QuerySet:
    """Passed module tests of one registration, or of the row of a query around this one (``OuterRef``)."""
    own = Attempt.objects.filter(registration_id=registration_id, purpose="test", passed=True)
    return own.filter(is_staff=False, cleared_at__isnull=True)


def failed_tests() -> QuerySet:
    """Failed tries at module tests that use one up, in no order: for the queries of applets above."""
    rows = Attempt.objects.filter(purpose="test", passed=False, is_staff=False, cleared_at__isnull=True, counts=True)
    return rows.filter(registration_id__isnull=False).order_by()


def given_at_test(registration_id: Any) -> QuerySet:
    """How many tries staff gave beyond at the module test of one registration, as a query; no row where none."""
    rows = ExtraTry.objects.filter(registration_id=registration_id).order_by().values("registration_id")
    return rows.annotate(given=Sum("n")).values("given")


def passed_after(registration_id: int, most: int) -> list[int]:
    """The next registrations after this one, by id, whose module test is passed."""
    rows = Attempt.objects.filter(
        registration_id__gt=registration_id, purpose="test", passed=True, is_staff=False, cleared_at__isnull=True
    )
    return list(rows.order_by("registration_id").values_list("registration_id", flat=True).distinct()[:most])


def _standing(rows: list[Any]) -> TestStanding:
    extra = [(correct, at) for _id, at, _passed, correct, _possible, counts in rows if counts is None]
    rows = [row for row in rows if row[-1] is not None]
    done = [(at, passed, correct * 100 // possible) for _id, at, passed, correct, possible, _counts in rows if at]
    first_pass = next((row for row in done if row[1]), (None, True, None))
    last = done[-1] if done else (None, False, None)
    return TestStanding(
        tries=len(done), passed_at=first_pass[0], passed_percent=first_pass[2], last_at=last[0], last_percent=last[2],
        running=len(done) < len(rows), counted=replace(
            _counted((row[1], row[2], row[5]) for row in rows if row[1]),
            extra=sum(n for n, _at in extra), extra_at=max((at for _n, at in extra), default=None),
        ),
    )  # fmt: skip


def tries_of(learner_id: int, most: int, modules: Collection[str] | None) -> Read[tuple[TryLine, ...]]:
    """A learner's newest tries at quizzes of these modules (None: at any), the newest first.

    What staff deleted, or tried themselves, is left out.
    """
    rows = Attempt.objects.filter(learner_id=learner_id, is_staff=False, cleared_at__isnull=True).order_by("-id")
    if modules is not None:
        rows = rows.filter(module__in=sorted(modules))
    columns = [field.name for field in fields(TryLine)]
    return Read(
        rows.values_list("id", *columns)[:most],
        lambda found: tuple(TryLine(*row[1:]) for row in sorted(found, key=lambda row: -row[0])),
    )


def unit_results(learner_id: int, blocks: Iterable[str]) -> dict[str, bool]:
    """Is each quiz done: passed, or (a practice) sent once? Every block asked for is in the answer. One query."""
    found = dict.fromkeys(blocks, False)
    rows = Attempt.objects.filter(learner_id=learner_id, block__in=list(found), is_staff=False, **SENT)
    for block, purpose, passed in rows.values_list("block", "purpose", "passed"):
        found[block] = found[block] or passed or purpose == "practice"
    return found


def takers(block: str) -> int:
    """How many learners have sent answers to the quiz."""
    rows = Attempt.objects.filter(block=block, is_staff=False, **SENT)
    return int(rows.values("learner_id").distinct().count())
