"""A year of candidates, with the files of results that came of it, compared with what truly happened."""

import io
import random
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch

from django.db.models import Count

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, KEYS, REG
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import rules as exam_rules
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.results import api, placing
from wins_xblocks.domain.results.models import ExamRow
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

from . import centre
from .candidates import Candidates
from .centre import Sitting
from .office import OFFICER, RULES, SECOND, Office

STEP = 20  # rows of one transaction here, so that imports are cut off in the middle


class Year:
    """Week by week. ``wrong()`` says at the end what is not as it happened; the same seed is the same year."""

    def __init__(self, count: int, seed: int, weeks: int = 52) -> None:
        self.chance, self.weeks = random.Random(seed), weeks
        self.office = Office(self.chance)
        self.people = Candidates(count, self.chance, weeks, self.office)
        self.per_week = count * 1.6 / weeks
        self.due: dict[int, list[Sitting]] = defaultdict(list)
        self.told: list[Sitting] = []
        self.contradictions: list[Sitting] = []
        self.promised: set[int] = set()
        self.odd: Counter[str] = Counter()
        self._sorted = 0

    def run(self) -> "Year":
        with patch.object(api, "STEP", STEP):
            for week in range(self.weeks + 10):
                self.week(week, NOW + timedelta(weeks=week))
        return self

    def week(self, week: int, now: datetime) -> None:
        people = self.people
        people.enrol(week)
        self._codes(week, now)
        if week < self.weeks + 8:  # then every day that was booked is over
            people.live(week, now)
        for one in people.sittings[self._sorted :]:
            late = self.chance.choices((1, 2, 3, 6), (80, 12, 5, 3))[0]
            self.due[max(week + late, self._week_of(one.at) + 1)].append(one)
        self._sorted = len(people.sittings)
        self._tell(self.due.pop(week, []) if week < self.weeks + 9 else self._all_due(), week, now)
        vouchers.expire_due(RULES, now)
        vouchers.serve_waiting(RULES, None, 1, now)
        self._place_some(now)
        self.office.week(now + timedelta(hours=1))

    def _all_due(self) -> list[Sitting]:
        return [self.due[week].pop() for week in sorted(self.due) for _ in range(len(self.due[week]))]

    @staticmethod
    def _week_of(at: datetime) -> int:
        return (at - NOW).days // 7

    def _codes(self, week: int, now: datetime) -> None:
        """Deliveries are uneven, so that learners queue; some codes end within the year."""
        if week % 4 == 0 or self.chance.random() < 0.1:
            for exam, share in ((FND, 1.0), (REG, 0.4)):
                days = self.chance.choice((95, 110, 200, 400))
                count = max(2, int(self.per_week * share * self.chance.uniform(1, 5)))
                self.people.deliver(exam, count, (now + timedelta(days=days)).date(), now)

    def _tell(self, new: list[Sitting], week: int, now: datetime) -> None:
        """This week's files: the new rows, some told before, some told otherwise than before."""
        rows = [self._as_told(one, week) for one in new]
        told = [one for one, row in zip(new, rows, strict=True) if row.kind == one.kind]
        rows += [one for one in self.told if self.chance.random() < 2 / (len(self.told) + 1)]
        rows += self._corrections(now)
        self.chance.shuffle(rows)
        usual = [one for one in rows if not one.blank]
        if usual and self.chance.random() < 0.15:
            self._refused("half", centre.half(rows, self.chance), now)
        if usual and self.chance.random() < 0.15:
            self._refused("bad line", centre.with_a_bad_line(rows, self.chance), now)
        for data in centre.files(rows, self.chance) if rows else ():
            self._take(data, now)
            if self.chance.random() < 0.2:
                self.odd["same file"] += 1
                before = self._count()
                self._take(data, now, whole=True)
                assert self._count() == before
        self.told += told

    def _as_told(self, one: Sitting, week: int) -> Sitting:
        """Some grades are promised first, and come some weeks later."""
        may = week < self.weeks + 5 and one.kind in ("pass", "fail") and one.number not in self.promised
        if may and self.chance.random() < 0.05:
            self.promised.add(one.number)
            self.due[week + self.chance.randint(1, 3)].append(one)
            self.odd["taken first"] += 1
            return replace(one, kind="taken")
        return one

    def _corrections(self, now: datetime) -> list[Sitting]:
        """Of a few rows the centre says later that the grade was another: a person must decide."""
        found = []
        done = {one.number for one in self.contradictions}
        for one in self.told:
            if one.kind == "fail" and one.numbered and one.number not in done and self.chance.random() < 0.004:
                found.append(replace(one, kind="pass"))
        self.contradictions += found
        return found

    def _refused(self, what: str, data: bytes, now: datetime) -> None:
        self.odd[what] += 1
        before = self._count()
        try:
            report = api.check(io.BytesIO(data), "exam.dat", KEYS, centre.VIENNA, OFFICER, now)
            assert report.bad, f"a file with a fault ({what}) was found good"
            assert api.take_over(report.file_id, KEYS, centre.VIENNA, OFFICER, now).bad
        except Refusal:
            pass
        assert self._count() == before, f"something of a file with a fault ({what}) was recorded"

    @staticmethod
    def _count() -> tuple[int, int]:
        return ExamRow.objects.count(), ExamEvent.objects.count()

    def _take(self, data: bytes, now: datetime, whole: bool = False) -> None:
        report = api.check(io.BytesIO(data), "exam.dat", KEYS, centre.VIENNA, OFFICER, now)
        assert not report.bad, [(one.line, one.column, one.sentence) for one in report.problems]
        if whole or self.chance.random() > 0.2:
            api.take_over(report.file_id, KEYS, centre.VIENNA, OFFICER, now)
            return
        self.odd["cut off"] += 1
        left, take = [self.chance.randrange(1, 4)], placing.take

        def dies(*args):
            left[0] -= 1
            done = take(*args)
            if not left[0]:
                raise MemoryError  # after the writing, before the commit
            return done

        with patch.object(placing, "take", dies), suppress(MemoryError):
            api.take_over(report.file_id, KEYS, centre.VIENNA, OFFICER, now)
        api.resume(KEYS, centre.VIENNA, now + timedelta(minutes=11))
        api.take_over(report.file_id, KEYS, centre.VIENNA, OFFICER, now + timedelta(minutes=12))

    def _place_some(self, now: datetime) -> None:
        """A second person says of some waiting rows whose they are."""
        truth = {self.key(one): one for one in self.people.sittings}
        rows = list(ExamRow.objects.filter(state="waiting").values_list("id", "key"))
        for row_id, key in rows:
            one = truth.get(key)
            if one and one.number % 3 and self.chance.random() < 0.15:  # one in three waits for ever
                row = api.waiting_row(row_id)
                try:
                    choice = api.choice(row, one.learner)
                    api.confirm(row_id, one.learner, choice.offered, SECOND, now)
                    self.odd["placed by a person"] += 1
                except Refusal:
                    self.odd["not to be placed"] += 1

    @staticmethod
    def key(one: Sitting) -> str:
        return one.same if one.numbered else f"A:{KEYS.digest(one.same)}"

    def wrong(self) -> list[str]:
        """What is not as it happened, in words; each with what it is about."""
        return [*self._wrong_results(), *self._wrong_vouchers(), *self._wrong_places(), *self.office.wrong(),
                *audit.broken()]  # fmt: skip

    def _wrong_results(self) -> list[str]:
        found: list[str] = []
        events: Counter[tuple] = Counter(
            ExamEvent.objects.filter(kind__in=exam_rules.SAT).values_list("learner_id", "exam", "kind", "happened_at")
        )
        waiting = Counter(ExamRow.objects.filter(state="waiting").values_list("key", "kind"))
        promised = {key for key, kind in waiting if kind == "taken"}
        for one, really in [(one, True) for one in self.people.sittings] + [
            (one, False) for one in self.contradictions
        ]:
            fact, row = (one.learner, one.exam, one.kind, one.at), (self.key(one), one.kind)
            times = events.pop(fact, 0) + waiting.pop(row, 0)
            if times != 1:
                what = "lost" if not times else "there more than once"
                found.append(f"{'result' if really else 'correction'} {one.number} ({one.kind}) is {what}")
        found += [f"nobody sat as the event {fact} says" for fact in events]
        found += [f"nobody sent the row {row}" for row in waiting if row[0] not in promised]
        alone = ExamRow.objects.filter(state="applied", decided_by__isnull=True, kind__in=exam_rules.SAT)
        placed = ExamRow.objects.filter(decided_by__isnull=False).values("key")
        for row in alone.exclude(key__in=placed).values("voucher_id").annotate(times=Count("id")).filter(times__gt=1):
            found.append(f"voucher {row['voucher_id']} paid for {row['times']} results, and no person said so")
        return found

    def _wrong_vouchers(self) -> list[str]:
        found = [f"a code was shown to {len(who)}" for who in self.people.seen_by.values() if len(who) != 1]
        for exam, codes in self.people.imported.items():
            rows = Voucher.objects.filter(exams__exam=exam)
            if rows.count() != len(codes) or {KEYS.digest(one) for one in codes} != set(
                rows.values_list("digest", flat=True)
            ):
                found.append(f"{rows.count()} of {len(codes)} codes of {exam} are there")
        shown = {KEYS.digest(code) for code in self.people.seen_by}
        back = Voucher.objects.filter(digest__in=shown, state__in=["imported", "issued"]).count()
        found += [f"{back} codes that were shown are in the pool again"] if back else []
        loose = VoucherExam.objects.filter(state="open").exclude(voucher__state__in=["issued", "revealed", "booked"])
        return found + ([f"{loose.count()} vouchers are over and still open"] if loose.exists() else [])

    def _wrong_places(self) -> list[str]:
        """Every place is held, or used up by one voucher."""
        found = []
        given = Counter(Entitlement.objects.values_list("learner_id", "exam"))
        if given != Counter(self.people.granted):
            found.append("places were made, or went")
        used = set(Entitlement.objects.filter(state=Entitlement.USED).values_list("id", flat=True))
        paid = Counter(
            VoucherExam.objects.filter(entitlement_id__isnull=False).values_list("entitlement_id", flat=True)
        )
        if set(paid) != used or any(times > 1 for times in paid.values()):
            found.append(f"{len(used)} places are used up, for {sum(paid.values())} vouchers")
        return found

    def figures(self) -> dict[str, int]:
        states = Counter(ExamRow.objects.values_list("state", flat=True))
        return {
            "sat": len(self.told), "recorded rows": states["applied"], "waiting rows": states["waiting"],
            "codes": sum(map(len, self.people.imported.values())), "shown": len(self.people.seen_by),
            "refused": self.people.refused, "corrections": len(self.contradictions), **self.odd,
            **self.office.figures(),
        }  # fmt: skip
