"""Vouchers in all states, from the supplier's deliveries to the exam, with the places that they used up.

Told as stories: somebody is complete, asks, sees the code, books, sits, perhaps fails and tries again.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wins_xblocks.domain.vouchers.models import VoucherWait

from .lives import DAY, YEARS, Study, at
from .table import Table
from .trail import Trail

EVERY, LASTS = 30, 400  # days between two deliveries of an exam, and from one to the last day of its codes
DELIVERIES = YEARS // EVERY + 2
OVER_DAYS = 370  # no voucher that was given so long ago still works
DRY_DAYS = 150  # how long the empty pools have been empty
_CITIES = ("Vienna", "Warsaw", "Lagos", "São Paulo", "Seoul", "Delhi", "Manchester", "Ankara", "Cairo", "Jakarta")
_RESULTS = ("pass", "fail", "no_show", "incomplete", "refused")


@dataclass(slots=True)
class Result:
    kind: str
    at: datetime
    score: int | None


@dataclass(slots=True)
class Held:
    """A voucher that was given; ``place`` is the right that it used up."""

    study: Study
    place: int
    issued: datetime
    state: str = "issued"
    revealed: datetime | None = None
    ended: datetime | None = None
    reason: str = ""
    id: int = 0
    replaced_by: "Held | None" = None
    booked: tuple[datetime, date, str] | None = None
    result: Result | None = None

    @property
    def exam(self) -> str:
        return self.study.module.exam


@dataclass
class Place:
    """A right beyond the one that each registration brings, which has the registration's number."""

    id: int
    study: Study
    granted: datetime
    source: str
    number: int


@dataclass
class Stories:
    """Everything that was given, and who waits."""

    luck: random.Random
    now: datetime
    first_place: int
    dry: frozenset[str]  # exams without a code left
    held: list[Held] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    waits: list[tuple[str, int, datetime]] = field(default_factory=list)

    def of(self, life: Sequence[Study]) -> None:
        """A learner's exams open when the Foundation Module and an elective are complete."""
        foundation, *electives = life
        complete = [own for own in electives if own.complete_at]
        if foundation.complete_at is None or not complete:
            return
        first = min(complete, key=lambda own: own.complete_at or self.now)
        for own, other in ((foundation, first), *((one, foundation) for one in complete)):
            if own.complete_at and other.complete_at:
                self._first(own, max(own.complete_at, other.complete_at))

    def _first(self, own: Study, ready: datetime) -> None:
        asked = at(ready, self.luck.randint(1, 25), self.luck)
        if asked > self.now or self.luck.random() < 0.06:
            return
        if own.module.exam in self.dry and asked > self.now - DRY_DAYS * DAY:
            self.waits.append((own.module.exam, own.learner, asked))
        else:
            self._given(own, own.id, asked, tries=1)

    def _given(self, own: Study, place: int, issued: datetime, tries: int) -> None:
        held = Held(own, place, issued)
        self.held.append(held)
        lot, age = self.luck.random(), (self.now - issued).days
        if lot < 0.05 and age < 60:
            return
        held.revealed, held.state = min(at(issued, self.luck.randint(1, 9), self.luck), self.now), "revealed"
        sits = at(held.revealed, self.luck.randint(12, 90), self.luck)
        if lot < 0.12:
            self._over(held, age)
        elif lot < 0.2:
            self._spoilt(held, tries)
        elif sits > self.now or lot < 0.9:
            self._book(held, sits)
        if held.state in ("revealed", "booked") and sits <= self.now and lot >= 0.2:
            self._sat(held, sits, tries)

    def _over(self, held: Held, age: int) -> None:
        if age > OVER_DAYS:
            held.state, held.ended = "expired", held.issued + LASTS * DAY

    def _spoilt(self, held: Held, tries: int) -> None:
        """Lost, withdrawn, or replaced by another one."""
        if held.revealed is None or held.revealed + 2 * DAY > self.now:
            return
        held.ended = held.revealed + self.luck.randint(1, 2) * DAY
        lot = self.luck.random()
        held.state, held.reason = ("lost", "Pearson VUE says that it was used up by a no show") if lot < 0.3 else (
            "void", "The code cannot be read")  # fmt: skip
        if lot > 0.5:
            self._given(held.study, held.place, held.ended, tries)
            held.replaced_by = self.held[-1] if self.held[-1].issued == held.ended else None
            held.reason = "replaced"

    def _book(self, held: Held, sits: datetime) -> None:
        if held.revealed and held.revealed + DAY < self.now:
            told = min(at(held.revealed, self.luck.randint(1, 5), self.luck), self.now)
            held.state, held.booked = "booked", (told, sits.date(), self.luck.choice(_CITIES))

    def _sat(self, held: Held, sits: datetime, tries: int) -> None:
        kind = self.luck.choices(_RESULTS, (76, 17, 4, 2, 1))[0]
        score = {"pass": self.luck.randint(70, 100), "fail": self.luck.randint(25, 69)}.get(kind)
        held.state, held.ended, held.result = "used", min(sits + self.luck.randint(1, 4) * DAY, self.now), Result(
            kind, sits, score)  # fmt: skip
        again = at(sits, self.luck.randint(15, 60), self.luck)
        if kind != "pass" and again < self.now and tries < 3 and self.luck.random() < 0.7:
            number = self.first_place + len(self.places)
            self.places.append(Place(number, held.study, sits + 5 * DAY, "staff", tries))
            self._given(held.study, number, again, tries + 1)


def waiting(waits: Iterable[tuple[str, int, datetime]], trail: Trail) -> None:
    """The queues of the empty pools."""
    with Table(VoucherWait, "exam", "learner_id", "open_slot", "since") as rows:
        for exam, learner, since in sorted(waits, key=lambda one: one[2]):
            rows.add(exam, learner, 1, since)
            trail.act(f"pool:{exam}", "voucher.waited_for", since, learner, {})


def delivery(issued: datetime, now: datetime) -> int:
    """The newest delivery before a voucher was given, counted from the first."""
    return DELIVERIES - 1 - ((now - issued).days + 1) // EVERY - 1


def delivered(number: int, now: datetime) -> datetime:
    """When a delivery came in."""
    return now.replace(hour=8, minute=0, second=0, microsecond=0) - (DELIVERIES - 1 - number) * EVERY * DAY - DAY


def last_day(number: int, now: datetime) -> date:
    return (delivered(number, now) + LASTS * DAY).date()


def ends_at(last: date, zone: ZoneInfo) -> datetime:
    """The first instant after a code's last day."""
    return datetime.combine(last + timedelta(days=1), time.min, zone).astimezone(UTC)
