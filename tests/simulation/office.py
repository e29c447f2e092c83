"""The Academy's people in a simulated year: results on hold and withdrawn, arrangements, countries of documents.

What they decided, and when, is the truth that everything must stand by at the end.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tests.domain.vouchers import builders
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.data import Outcome
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.results import entries
from wins_xblocks.domain.results.data import Entered
from wins_xblocks.domain.vouchers import requests
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam, VoucherRequest

LISTED, OTHER = "AT", "FR"  # a person looks at the first
RULES = replace(builders.RULES, policies=replace(builders.RULES.policies, country_review=(LISTED,)))
OFFICER, SECOND = 10_000_001, 10_000_002
DECISIONS = ("hold", "release", "revoke", "restore")
FOR_EVER = timedelta(days=4000)
Pair = tuple[int, str]  # learner, exam


@dataclass
class Asked:
    """A request as it truly stands."""

    learner: int
    exam: str
    kind: str
    since: datetime
    deadline: date
    state: str = "asked"
    until: datetime | None = None

    @property
    def pair(self) -> Pair:
        return self.learner, self.exam

    def ends(self, state: str, now: datetime) -> None:
        self.state, self.until = state, now


class Office:
    """Week by week, after the learners. ``wrong()`` says at the end what does not stand by what was decided."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.decided: list[tuple[Pair, str, datetime]] = []
        self.held: set[Pair] = set()
        self.withdrawn: set[Pair] = set()  # passes
        self.asked: dict[int, Asked] = {}
        self.countries: dict[int, str] = {}
        self.corrected: dict[int, datetime] = {}
        self.overdue: set[int] = set()

    def week(self, now: datetime) -> None:
        self._hear_of_countries()
        self._tell_overdue(now)
        for id_, own in list(self.asked.items()):
            if own.state == "asked" and self.chance.random() < 0.3:
                self._decide(id_, own, now)
            elif (own.state, own.kind) == ("refused", requests.COUNTRY) and self.chance.random() < 0.1:
                requests.decide(id_, True, "Looked at again", OFFICER, now)
                own.ends("granted", now)
        sat = ExamEvent.objects.filter(kind__in=entries.RESULTS).order_by("happened_at", "id")
        for pair, kind in {(one[0], one[1]): one[2] for one in sat.values_list("learner_id", "exam", "kind")}.items():
            self._look_at(pair, kind, now)

    # Results

    def _look_at(self, pair: Pair, newest: str, now: datetime) -> None:
        luck = self.chance.random()
        if pair in self.held:
            if luck < 0.3:
                self._act(pair, "release", now)
        elif pair in self.withdrawn:
            if self._passed_since(pair):
                self.withdrawn.discard(pair)  # nothing is left to restore
            elif luck < 0.15:
                self._act(pair, "restore", now)
        elif luck < (0.003 if newest == "pass" else 0.015):
            self._act(pair, "hold", now)
        elif luck > 0.998 and exams.outcome(*pair).passed:
            self._withdraw(pair, now)

    def _passed_since(self, pair: Pair) -> bool:
        last = max(at for whose, kind, at in self.decided if (whose, kind) == (pair, "revoke"))
        since = ExamEvent.objects.filter(learner_id=pair[0], exam=pair[1], kind="pass", happened_at__gt=last)
        return bool(since.exists())

    def _act(self, pair: Pair, kind: str, now: datetime) -> None:
        entries.act(*pair, kind, "Looked at", OFFICER, now)
        self._note(pair, kind, now)
        self._refused(lambda: entries.act(*pair, kind, "Again", SECOND, now))

    def _withdraw(self, pair: Pair, now: datetime) -> None:
        """By two people, and by none of them alone."""
        token = f"revoke-{len(self.decided)}"
        entries.enter(Entered(*pair, "revoke", now, token, None, None, "Looked at", ""), OFFICER, now)
        id_ = entries.waiting()[-1].id
        self._refused(lambda: entries.confirm(id_, OFFICER, now, RULES))
        entries.confirm(id_, SECOND, now, RULES)
        self._note(pair, "revoke", now)

    def _note(self, pair: Pair, kind: str, now: datetime) -> None:
        self.decided.append((pair, kind, now))
        where = self.held if kind in ("hold", "release") else self.withdrawn
        (where.add if kind in ("hold", "revoke") else where.discard)(pair)

    @staticmethod
    def _refused(do) -> None:
        with suppress(Refusal):
            do()
            raise AssertionError("done a second time, or by one person alone")

    # Requests

    def hear(self, told) -> None:
        """A learner has asked, or asked again for what is open."""
        self.asked.setdefault(told.id, Asked(told.learner_id, told.exam, told.kind, told.asked_at, told.deadline))

    def _hear_of_countries(self) -> None:
        for told in requests.open_requests(100_000):
            if told.kind == requests.COUNTRY:
                self.hear(told)

    def _tell_overdue(self, now: datetime) -> None:
        """The Academy is told once of each that nobody answered in time."""
        today = now.astimezone(RULES.zone).date()
        late = {id_ for id_, own in self.asked.items() if own.state == "asked" and own.deadline < today}
        assert requests.tell_overdue(today, now) == len(late - self.overdue)
        self.overdue |= late

    def _decide(self, id_: int, own: Asked, now: datetime) -> None:
        luck = self.chance.random()
        if own.kind == requests.COUNTRY and luck < 0.2:
            self._correct(id_, own, now)
        elif own.kind == requests.ARRANGEMENT and luck < 0.2:
            requests.withdraw(*own.pair, now)
            own.ends("withdrawn", now)
        else:
            agreed = luck < 0.75
            requests.decide(id_, agreed, "As we said", OFFICER, now)
            own.ends("granted" if agreed else "refused", now)
        if own.state != "refused":
            self._refused(lambda: requests.decide(id_, True, "Again", SECOND, now))

    def _correct(self, id_: int, own: Asked, now: datetime) -> None:
        """Her document is of another country than she told: whatever was asked about that ends."""
        requests.correct_country(id_, OTHER, "As on the document", OFFICER, now)
        self.countries[own.learner], self.corrected[own.learner] = OTHER, now
        for one in self.asked.values():
            if (one.learner, one.kind) == (own.learner, requests.COUNTRY) and one.state == "asked":
                one.ends("withdrawn", now)

    # What must be true at the end

    def wrong(self) -> list[str]:
        return [*self._wrong_results(), *self._wrong_requests(), *self._too_early()]

    def _wrong_results(self) -> Iterator[str]:
        stored = ExamEvent.objects.filter(kind__in=DECISIONS)
        told = Counter(((row.learner_id, row.exam), row.kind, row.happened_at) for row in stored)
        if told != Counter(self.decided):
            yield f"decided: {sorted(Counter(self.decided) - told)}, and not: {sorted(told - Counter(self.decided))}"
        passes: dict[Pair, list[datetime]] = {}
        for row in ExamEvent.objects.filter(kind="pass"):
            passes.setdefault((row.learner_id, row.exam), []).append(row.happened_at)
        found = exams.outcomes(self.countries)
        for pair in {*passes, *(pair for pair, _kind, _at in self.decided)}:
            outcome = found.get(pair, Outcome())
            if outcome.on_hold != (pair in self.held):
                yield f"the result of {pair} is on hold: {outcome.on_hold}, and should not be so"
            if outcome.passed != self._valid(pair, passes.get(pair, [])):
                yield f"{pair} has passed: {outcome.passed}, and should not stand so"

    def _valid(self, pair: Pair, passes: list[datetime]) -> bool:
        """One pass that came after all withdrawals, or any where the last withdrawal was undone."""
        withdrawals = [at for whose, kind, at in self.decided if (whose, kind) == (pair, "revoke")]
        if not withdrawals or pair not in self.withdrawn:
            return bool(passes)
        return any(at > max(withdrawals) for at in passes)

    def _wrong_requests(self) -> Iterator[str]:
        stored = dict(VoucherRequest.objects.values_list("id", "state"))
        truly = {id_: own.state for id_, own in self.asked.items()}
        for id_ in stored.keys() | truly:
            if stored.get(id_) != truly.get(id_):
                yield f"request {id_} is {stored.get(id_)}, and was {truly.get(id_)}"

    def _too_early(self) -> Iterator[str]:
        """Vouchers that were given, and bookings that were kept, before a person had said her word."""
        given: dict[Pair, list[datetime]] = {}
        first = VoucherExam.objects.exclude(voucher__in=Voucher.objects.exclude(replaced_by=None).values("replaced_by"))
        rows = first.filter(voucher__holder_id__isnull=False)
        for learner, exam, at in rows.values_list("voucher__holder_id", "exam", "voucher__issued_at"):
            given.setdefault((learner, exam), []).append(at)
        booked: dict[Pair, list[datetime]] = {}
        for row in ExamEvent.objects.filter(kind="booked"):
            booked.setdefault((row.learner_id, row.exam), []).append(row.happened_at)
        for pair, since, until in self._holds():
            if any(since < at < until for at in given.get(pair, ())):
                yield f"{pair} was given a voucher while her result was on hold"
        for own in self.asked.values():
            until = own.until or own.since + FOR_EVER
            acts = given.get(own.pair, []) + booked.get(own.pair, [])
            if own.kind == requests.ARRANGEMENT and any(own.since <= at < until for at in acts):
                yield f"{own.pair} was given a voucher, or booked, before her arrangement was decided"
        yield from self._without_a_word(given)

    def _holds(self) -> Iterator[tuple[Pair, datetime, datetime]]:
        since: dict[Pair, datetime] = {}
        for pair, kind, at in self.decided:
            if kind == "hold":
                since[pair] = at
            elif kind == "release":
                yield pair, since.pop(pair), at
        for pair, at in since.items():
            yield pair, at, at + FOR_EVER

    def _without_a_word(self, given: dict[Pair, list[datetime]]) -> Iterator[str]:
        granted = {own.pair: own.until for own in self.asked.values()
                   if (own.kind, own.state) == (requests.COUNTRY, "granted")}  # fmt: skip
        for pair, times in given.items():
            listed = self.countries[pair[0]] == LISTED or pair[0] in self.corrected
            # Who was refused and then corrected needs no word any more; it may come all the same, and later.
            since = [at for at in (granted.get(pair), self.corrected.get(pair[0])) if at]
            if listed and (not since or min(times) < min(since)):
                yield f"{pair} was given a voucher before a person looked at her country"

    def figures(self) -> dict[str, int]:
        found = Counter(kind for _pair, kind, _at in self.decided)
        found += Counter(f"{own.kind} {own.state}" for own in self.asked.values())
        return {**found, "overdue": len(self.overdue), "country corrected": len(self.corrected)}
