"""What the Academy's people did for themselves: lists in the background, notes, tries given, rules to come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from wins_xblocks import context
from wins_xblocks.domain.cases.models import StaffNote
from wins_xblocks.domain.jobs.models import Job, JobLine
from wins_xblocks.domain.programme import versions
from wins_xblocks.domain.quiz.models import ExtraTry

from .lives import DAY, Study
from .supply import Hand
from .table import Table

JOBS, LINES = 120, 500
_NOTES = ("Called: will finish in autumn.", "The employer pays for both exams.", "Asked for the French textbook.")


def fill(lives: Sequence[Sequence[Study]], hand: Hand) -> None:
    """A few of each; of notes and tries one for every fifty learners."""
    _jobs(lives, hand)
    _notes(lives, hand)
    _later_rules(hand)


def _jobs(lives: Sequence[Sequence[Study]], hand: Hand) -> None:
    jobs = Table(Job, "id", "kind", "digest", "state", "made_by", "made_at", "started_by", "started_at", "ended_at",
                 "total", "done", "refused", "until", "heard_at")  # fmt: skip
    lines = Table(JobLine, "job_id", "seq", "number", "exam", "learner_id", "state", "sentence", "at")
    with lines, jobs:  # what is named last is written first
        for number in range(1, JOBS + 1):
            when, by = hand.now - (JOBS - number + 1) * 2 * DAY, hand.luck.choice(hand.staff)
            ended, count = when + timedelta(minutes=4), LINES if number % 10 == 0 else hand.luck.randint(51, 120)
            refused = hand.luck.randrange(5)
            jobs.add(number, "issue", f"{hand.luck.getrandbits(256):064x}", "done", by, when, by, when, ended, count,
                     count - refused, refused, ended, ended)  # fmt: skip
            for seq in range(1, count + 1):
                own = hand.luck.choice(lives)[0]
                told = ("done", "A voucher is issued.") if seq > refused else ("refused", "The hours are not reached.")
                lines.add(number, seq, seq + 1, own.module.exam, own.learner, *told, ended)


def _notes(lives: Sequence[Sequence[Study]], hand: Hand) -> None:
    notes = Table(StaffNote, "learner_id", "text", "token", "made_at", "made_by")
    tries = Table(ExtraTry, "learner_id", "number", "registration_id", "n", "reason", "made_at", "made_by")
    with notes, tries:
        for number, life in enumerate(hand.luck.sample(lives, max(len(lives) // 50, 1))):
            own, by = life[0], hand.luck.choice(hand.staff)
            when = _between(own.started, hand)
            notes.add(own.learner, hand.luck.choice(_NOTES), f"{hand.luck.getrandbits(128):032x}", when, by)
            if number % 2:
                tries.add(own.learner, 1, own.id, 1, "The network failed in the third try.", when, by)


def _between(start: datetime, hand: Hand) -> datetime:
    return start + (hand.now - start) * hand.luck.random()


def _later_rules(hand: Hand) -> None:
    """A version that begins in half a year."""
    path = context.first_rules()
    known, day = versions.all_of(path), versions.today(path, hand.now) + 180 * DAY
    claim = versions.claim(known, day)
    policies = replace(hand.rules.policies, low_stock=30)
    later = replace(hand.rules, version=claim.number, effective=day, reason="More codes in stock", policies=policies)
    versions.make(later, claim, path, hand.staff[0], hand.now)
