"""Who studies what, since when, and how far it went: the plan that all tables are filled from."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wins_xblocks.domain.programme.data import Module, Programme

HOUR_MS = 3_600_000
DAY = timedelta(days=1)
YEARS = 3 * 365  # since when there are learners
ACCESS = 540 * DAY  # whoever has not finished by then has lapsed
KEPT = 400 * DAY  # single visits, after the registration's end


@dataclass(slots=True)
class Study:
    """One registration. ``kind``: never (began), some (hours), full (all hours); ``waived`` in ms of all hours.

    ``nth`` of the learner's modules: each has hours of the day of its own, so that no minute counts twice.
    ``complete_at``: the hours are reached and the test is passed.
    """

    id: int
    learner: int
    module: Module
    nth: int
    started: datetime
    kind: str
    state: str = "open"
    ended: datetime | None = None
    reached: datetime | None = None
    complete_at: datetime | None = None
    waived: int = 0

    @property
    def course(self) -> str:
        own = self.module.course
        return f"course-v1:{own.org}+{own.number}+{self.started.year}"

    def block(self, kind: str, name: str) -> str:
        """A usage key in the module's course; of a course that has one run only, as far as keys are concerned."""
        own = self.module.course
        return f"block-v1:{own.org}+{own.number}+2026+type@{kind}+block@{name}"

    def sealed(self, now: datetime) -> bool:
        """Were its single visits deleted?"""
        return self.ended is not None and self.ended + KEPT < now


def lives(first: int, learners: int, rules: Programme, luck: random.Random, now: datetime) -> list[list[Study]]:
    """The registrations of each learner, numbered from 1 in the order in which they were opened."""
    foundation, *electives = sorted(rules.modules, key=lambda module: module.kind != "foundation")
    weights = [1 / (place + 2) for place in range(len(electives))]
    found = []
    for learner in range(first, first + learners):
        joined = now - DAY * (1 + YEARS * luck.random() ** 1.2)
        wanted, zeal = [foundation, *_electives(electives, weights, luck)], luck.random()
        found.append([_study(learner, nth, module, joined, zeal, luck, now) for nth, module in enumerate(wanted)])
    in_order = sorted((own for life in found for own in life), key=lambda own: own.started)
    for number, own in enumerate(in_order, 1):
        own.id = number
    return found


def _electives(all_: Sequence[Module], weights: Sequence[float], luck: random.Random) -> list[Module]:
    lot = luck.random()
    count = 0 if lot < 0.05 else 1 if lot < 0.88 else 2
    return list(dict.fromkeys(luck.choices(all_, weights, k=count)))


def _study(
    learner: int, nth: int, module: Module, joined: datetime, zeal: float, luck: random.Random, now: datetime
) -> Study:
    """``zeal``: of those who finish one module, most finish the other."""
    started = joined.replace(microsecond=0) + timedelta(hours=luck.random() * 10 * nth)
    started = min(started, (now - timedelta(hours=1)).replace(microsecond=0))
    kind = "full" if zeal < 0.27 and luck.random() < 0.94 else "some" if zeal < 0.82 else "never"
    own = Study(0, learner, module, nth, started, kind)
    reached = at(started, luck.randint(40, 240), luck)
    if own.kind == "full" and reached > now - DAY:
        own.kind = "some"
    if started > now - 2 * DAY:
        own.kind = "never"
    if own.kind == "full":
        _finish(own, reached, luck, now)
    elif own.started + ACCESS < now:
        own.state, own.ended = "lapsed", own.started + ACCESS
    elif luck.random() < 0.02:
        own.state, own.ended = "cancelled", min(own.started + 30 * DAY, now)
    return own


def _finish(own: Study, reached: datetime, luck: random.Random, now: datetime) -> None:
    own.reached = reached
    own.waived = luck.randint(2, 10) * HOUR_MS if luck.random() < 0.03 else 0
    if luck.random() < 0.95:
        own.complete_at = min(at(reached, luck.randint(0, 20), luck), now - timedelta(hours=2))
    if own.complete_at and own.complete_at + 120 * DAY < now and luck.random() < 0.8:
        own.state, own.ended = "passed", own.complete_at + luck.randint(30, 110) * DAY


def at(day: datetime, days: int, luck: random.Random) -> datetime:
    """So many days later, at some time of a working day (UTC), in whole milliseconds."""
    later = (day + days * DAY).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return later + timedelta(milliseconds=luck.randint(7 * HOUR_MS, 18 * HOUR_MS))


def spread(counts: list[int], most: list[int], total: int, luck: random.Random) -> None:
    """Change counts one by one until they add up to ``total``; none below 1, none above its ``most``."""
    there = sum(counts)
    for _try in range(100 * len(counts)):
        if there == total:
            return
        place, step = luck.randrange(len(counts)), 1 if there < total else -1
        if 1 <= counts[place] + step <= most[place]:
            counts[place] += step
            there += step
    raise LookupError(f"{there} instead of {total}: another seed, or more learners")
