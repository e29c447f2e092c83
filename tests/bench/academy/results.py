"""What was heard of exams: bookings, files of results with their rows, entries by hand, and what waits for a person."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.results.models import ExamFile, ExamRow, ResultEntry

from .lives import DAY, HOUR_MS
from .supply import Hand
from .table import Table
from .vouchers import DELIVERIES, EVERY, Held

_REASONS = ("unknown_code", "no_code", "used", "before_seen", "another_learner", "same_day")
_EVENTS = ("learner_id", "exam", "kind", "happened_at", "recorded_at", "recorded_by", "voucher_id", "facts")
_EVIDENCE = "Mail of Pearson VUE of the day after"


def record(held: Sequence[Held], learners: Sequence[int], hand: Hand) -> None:
    """Everything of all exams."""
    events = [event for own in held for event in _events(own, hand)]
    _files(hand)
    entered = _rows(held, hand)
    _waiting_rows(held, learners, hand)
    _entries(held, entered, hand)
    with Table(ExamEvent, *_EVENTS) as rows:
        for event in sorted(events, key=lambda one: one[4]):
            rows.add(*event)


def _events(own: Held, hand: Hand) -> list[tuple[Any, ...]]:
    learner, exam, subject = own.study.learner, own.exam, f"voucher:{own.id}"
    shared, found = {"exam": exam, "learner": learner}, []
    told = {"exam": exam, "module": own.study.module.title, "expires_on": ""}
    hand.trail.act(subject, "voucher.issued", own.issued, learner, shared | {"place": own.place})
    hand.trail.mail("voucher_ready", subject, own.issued, learner, told)
    if own.revealed:
        hand.trail.act(subject, "voucher.revealed", own.revealed, learner, shared)
    if own.booked:
        when, day, city = own.booked
        found.append((learner, exam, "booked", when, when, learner, own.id, {"day": day.isoformat(), "city": city}))
        hand.trail.act(subject, "voucher.booked", when, learner, shared | {"day": day.isoformat()}, city)
    if own.result and own.ended:
        kind, when, score = own.result.kind, own.result.at, own.result.score
        by = hand.luck.choice(hand.staff)
        found.append((learner, exam, kind, when, own.ended, by, own.id, {"score": score} if score else {}))
        hand.trail.act(subject, "result.recorded", own.ended, by, shared | {"kind": kind})
        hand.trail.mail("result_arrived", f"result:{own.id}", own.ended, learner, {"exam": exam})
        if kind == "pass" and hand.luck.random() < 0.004:
            found.append(_held_up(own, own.ended, hand))
    elif own.ended:
        act = "voucher.replaced" if own.replaced_by else f"voucher.{'cancelled' if own.state == 'void' else own.state}"
        by = None if own.state == "expired" else hand.luck.choice(hand.staff)
        facts = shared | ({"by": own.replaced_by.id} if own.replaced_by else {})
        hand.trail.act(subject, act, own.ended, by, facts, own.reason)
    return found


def _held_up(own: Held, ended: datetime, hand: Hand) -> tuple[Any, ...]:
    """A pass that was put on hold."""
    when, by, why = min(ended + 3 * DAY, hand.now), hand.luck.choice(hand.staff), "The test centre told of an incident."
    facts = {"exam": own.exam, "learner": own.study.learner}
    hand.trail.act(f"exam:{own.study.learner}:{own.exam}", "result.hold", when, by, facts, why)
    return (own.study.learner, own.exam, "hold", when, when, by, None, {"reason": why})


def _month(when: datetime, now: datetime) -> int:
    """Which of the monthly files, numbered from 1, holds what was recorded then."""
    return max(DELIVERIES - (now - when).days // EVERY, 1)


def _files(hand: Hand) -> None:
    columns = ("id", "digest", "name", "size", "imported_at", "imported_by", "state", "rows_done", "dropped_at")
    with Table(ExamFile, *columns) as rows:
        for number in range(1, DELIVERIES + 1):
            when = hand.now - (DELIVERIES - number) * EVERY * DAY - timedelta(hours=3)
            by = hand.luck.choice(hand.staff)
            rows.add(number, f"{hand.luck.getrandbits(256):064x}", f"exam-{when:%Y-%m-%d}.dat", 100_000, when, by,
                     "done", 1000, when)  # fmt: skip


_ROW = ("file_id", "line", "key", "kind", "exam", "happened_at", "score", "cipher", "state", "reason", "voucher_id",
        "meant_id", "learner_id")  # fmt: skip


def _rows(held: Iterable[Held], hand: Hand) -> list[Held]:
    """Results that came by file; answers those that came by hand."""
    by_hand, cipher = [], hand.keys.encrypt("{}")
    with Table(ExamRow, *_ROW) as rows:
        for own in held:
            if own.result is None or own.ended is None:
                continue
            if hand.luck.random() < 0.03:
                by_hand.append(own)
                continue
            number = rows.count + 1
            rows.add(
                _month(own.ended, hand.now), number, str(300_000_000 + number), own.result.kind, own.exam,
                own.result.at, own.result.score, cipher, "applied", "", own.id, None, own.study.learner,
            )  # fmt: skip
    return by_hand


def _waiting_rows(held: Sequence[Held], learners: Sequence[int], hand: Hand) -> None:
    """One of a hundred learners' worth of rows for each of three reasons; and of replaced codes, all that came."""
    cipher, used = hand.keys.encrypt("{}"), [own for own in held if own.state == "used"]
    replaced = [own for own in held if own.replaced_by and own.replaced_by.state in ("issued", "revealed", "booked")]
    exams = [module.exam for module in hand.rules.modules]
    with Table(ExamRow, *_ROW, "note", "decided_at", "decided_by") as rows:
        for number in range(len(learners) * 3 // 100 + len(replaced) // 2 + 1):
            why, own, meant = hand.luck.choice(_REASONS), None, None
            if number < len(replaced) // 2:
                why, own = "replaced", replaced[number]
            elif why in ("used", "before_seen", "same_day") and used:
                own = hand.luck.choice(used)
            elif why == "another_learner" and used:
                own, meant = hand.luck.choice(used), hand.luck.choice(learners)
            when = hand.now - timedelta(milliseconds=hand.luck.randint(HOUR_MS, 24 * 60 * HOUR_MS))
            over = why != "replaced" and hand.luck.random() < 0.1
            decided = (hand.now, hand.luck.choice(hand.staff)) if over else (None, None)
            rows.add(
                _month(when, hand.now), 100_000 + number, f"4{number:08d}", "pass", own.exam if own else
                hand.luck.choice(exams), when, hand.luck.randint(60, 100), cipher, "ignored" if over else "waiting",
                why, own.id if own else None, meant, None, "Nobody of ours." if over else "", *decided,
            )  # fmt: skip


def _entries(held: Sequence[Held], by_hand: Sequence[Held], hand: Hand) -> None:
    """What two people have recorded, and what one has entered and nobody has confirmed yet."""
    columns = ("id", "token", "learner_id", "exam", "kind", "happened_at", "score", "voucher_id", "reason", "evidence",
               "state", "entered_at", "entered_by", "decided_at", "decided_by", "note")  # fmt: skip
    waiting = [own for own in held if own.state in ("revealed", "booked") and own.revealed and
               own.revealed < hand.now - 20 * DAY and hand.luck.random() < 0.15]  # fmt: skip
    with Table(ResultEntry, *columns) as rows:
        for own in (*by_hand, *waiting):
            one, two = hand.luck.sample(hand.staff, 2)
            result, number = own.result, rows.count + 1
            when = result.at if result else hand.now - hand.luck.randint(2, 19) * DAY
            entered = min(when + DAY, hand.now)
            kind, score = (result.kind, result.score) if result else ("pass", hand.luck.randint(70, 100))
            state = "applied" if result else "refused" if hand.luck.random() < 0.1 else "waiting"
            decided = (None, None) if state == "waiting" else (max(own.ended or entered, entered), two)
            rows.add(
                number, f"{hand.luck.getrandbits(128):032x}", own.study.learner, own.exam, kind, when, score, own.id,
                "", _EVIDENCE, state, entered, one, *decided, "Not in the mail." if state == "refused" else "",
            )  # fmt: skip
            facts = {"exam": own.exam, "learner": own.study.learner, "kind": kind}
            hand.trail.act(f"entry:{number}", "result.entered", entered, one, facts | {"voucher": own.id}, _EVIDENCE)
            if decided[0]:
                act = "result.confirmed" if result else "result.refused"
                hand.trail.act(f"entry:{number}", act, decided[0], two, facts)
