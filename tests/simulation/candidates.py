"""Candidates of a simulated year: they enrol, ask, queue, look, book, move, sit or do not go, and try again."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tests.domain.vouchers import builders
from tests.domain.vouchers.builders import FND, KEYS, REG
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.vouchers import acts, api, bookings, bulk, marks, requests
from wins_xblocks.domain.vouchers.bulk import Terms
from wins_xblocks.domain.vouchers.data import Secret
from wins_xblocks.domain.vouchers.models import VoucherExam

from .centre import VIENNA, Sitting
from .office import LISTED, OFFICER, OTHER, RULES, Office

OUTCOMES = (("pass", 66), ("fail", 20), ("no_show", 9), ("incomplete", 2), ("refused", 2))


@dataclass
class Try:
    """One candidate's way to one exam."""

    learner: int
    exam: str
    starts: int  # the week
    lazy: bool  # never looks at her code
    arranges: bool  # needs something special, and says so first
    code: str = ""
    old_code: str = ""  # replaced, and still on her note
    day: date | None = None
    keen: float = 1.0  # how likely she looks at her page in a week; the first time she asks at once


class Candidates:
    """Everybody, and what the simulator knows of them that is true."""

    def __init__(self, count: int, chance: random.Random, weeks: int, office: Office) -> None:
        self.chance, self.sittings, self.office = chance, list[Sitting](), office
        self.seen_by: dict[str, set[int]] = defaultdict(set)
        self.imported: dict[str, set[str]] = {FND: set(), REG: set()}
        self.granted: dict[tuple[int, str], int] = defaultdict(int)
        self.states: Counter[str] = Counter()
        self.refused, self.next_number, self.next_code = 0, 1000, 1
        self.tries = [
            Try(learner, exam, chance.randrange(max(weeks - 12, 1)), chance.random() < 0.04, chance.random() < 0.08)
            for learner in range(1, count + 1)
            for exam in ((FND, REG) if chance.random() < 0.3 else (FND,))
        ]

    def enrol(self, week: int) -> None:
        for learner in sorted({one.learner for one in self.tries if one.starts == week}):
            if (learner, FND) not in self.granted:
                country = LISTED if self.chance.random() < 0.08 else OTHER
                builders.ready(learner)
                builders.named(learner, country=country)
                self.office.countries[learner] = country
                self.granted[learner, FND] = self.granted[learner, REG] = 1

    def deliver(self, exam: str, count: int, last_day: date, now: datetime) -> None:
        """A supplier's file; now and then it comes twice, or with a code that is there."""
        codes = [builders.code(self.next_code + number, exam) for number in range(count)]
        self.next_code += count
        text = builders.csv(codes, exam, last_day)
        if self.imported[exam] and self.chance.random() < 0.2:
            wrong = text + f"{min(self.imported[exam])},{exam},{last_day.isoformat()}\n"
            assert self._import(wrong, now).imported == 0
        assert self._import(text, now).imported == count
        if self.chance.random() < 0.2:
            assert self._import(text, now).bad == count
        self.imported[exam] |= set(codes)

    def _import(self, text: str, now: datetime):
        return api.import_codes(Secret(text), "PO", None, KEYS, RULES, None, 1, OFFICER, now)

    def live(self, week: int, now: datetime) -> None:
        """What everybody does this week; who is refused is told why, and comes back another week."""
        held = {
            (learner, exam): (voucher_id, state)
            for learner, exam, voucher_id, state in VoucherExam.objects.filter(state="open").values_list(
                "open_holder", "exam", "voucher_id", "voucher__state"
            )
        }
        passed = set(ExamEvent.objects.filter(kind="pass").values_list("learner_id", "exam")) - self.office.withdrawn
        for one in self.tries:
            if one.starts <= week and (one.learner, one.exam) not in passed:
                try:
                    self._act(one, held.get((one.learner, one.exam)), now)
                except Refusal:
                    self.refused += 1

    def _act(self, one: Try, held: tuple[int, str] | None, now: datetime) -> None:
        if one.day and one.day < now.date() + timedelta(days=7):
            self._sit(one, now)
        elif held and self.chance.random() < 0.5:
            step = {"issued": self._look, "revealed": self._plan, "booked": self._change}[held[1]]
            step(one, held[0], now)
        elif not held and (self.chance.random() < one.keen or (one.learner, one.exam) in self.office.held):
            look = self._ask if one.keen == 1.0 else self._look_at_the_page
            one.keen = 0.15
            look(one, now)

    def _ask(self, one: Try, now: datetime) -> None:
        if one.arranges:
            self._arrange(one, now)
        api.issue(one.learner, one.exam, RULES, None, 1, now)

    def _arrange(self, one: Try, now: datetime) -> None:
        one.arranges = False
        self.office.hear(requests.ask(one.learner, one.exam, "reader", "", RULES, now))

    def _look_at_the_page(self, one: Try, now: datetime) -> None:
        here = api.position(one.learner, one.exam, RULES, None, 1, now)
        self.states[here.state] += 1
        if (here.verdict.met and here.state != "waiting") or here.state in ("review", "country", "arranging"):
            self._ask(one, now)
        elif here.state in ("no_place", "failed", "expired", "lost", "void") and self.chance.random() < 0.6:
            bulk.grant_one(one.learner, one.exam, Terms(RULES, None, 1, "Another try", OFFICER, now))
            self.granted[one.learner, one.exam] += 1

    def _look(self, one: Try, voucher_id: int, now: datetime) -> None:
        if one.lazy:
            return
        if self.chance.random() < 0.02:
            api.take_back(voucher_id, OFFICER, "Given by mistake", now)
        elif self.chance.random() < 0.6:
            self._show(one, now)

    def _show(self, one: Try, now: datetime) -> None:
        one.code = api.reveal(one.learner, one.exam, KEYS, now).text
        self.seen_by[one.code].add(one.learner)

    def _plan(self, one: Try, voucher_id: int, now: datetime) -> None:
        """The code does not work, or she books; some do not tell WINS, some do nothing for weeks."""
        luck = self.chance.random()
        if luck < 0.03:
            one.old_code = one.code
            cause = RULES.policies.replacement_reasons[0]
            acts.replace(voucher_id, cause, "The supplier says so", OFFICER, RULES, now)
            self._show(one, now)
        elif luck < 0.05:
            self.drop(voucher_id, now)
        elif luck < 0.07:
            self._arrange(one, now)
        elif luck < 0.60:
            one.day = now.date() + timedelta(days=self.chance.randint(2, 35))
            if self.chance.random() < 0.85:
                bookings.book(one.learner, one.exam, bookings.told(one.day.isoformat(), "Vienna"), RULES, now)

    def drop(self, voucher_id: int, now: datetime) -> None:
        """Staff mark it lost, or withdraw it."""
        if self.chance.random() < 0.5:
            acts.mark_lost(voucher_id, "Cancelled too late", OFFICER, RULES, now)
        else:
            acts.cancel_voucher(voucher_id, "Sent in error", OFFICER, RULES, now)

    def _change(self, one: Try, voucher_id: int, now: datetime) -> None:
        luck = self.chance.random()
        if luck < 0.08:
            bookings.cancel(one.learner, one.exam, now)
            one.day = None
        elif luck < 0.2 or one.day is None:
            one.day = now.date() + timedelta(days=self.chance.randint(8, 30))
            bookings.book(one.learner, one.exam, bookings.told(one.day.isoformat(), "Graz"), RULES, now)

    def _sit(self, one: Try, now: datetime) -> None:
        """The day has come. What is told of it, and when, is the centre's business."""
        day, one.day = one.day, None
        luck = self.chance.random()
        if luck < 0.02:
            return  # she did not go, and nobody says so
        kind = self.chance.choices([name for name, _ in OUTCOMES], [share for _, share in OUTCOMES])[0]
        code = one.old_code if one.old_code and self.chance.random() < 0.3 else one.code
        at = datetime.combine(day, time(self.chance.randint(8, 16), self.chance.randrange(60)), VIENNA)
        self._note(one, at, kind, code)
        if kind == "no_show" and self.chance.random() < 0.2:  # a second booking beside the first, with the same code
            self._note(one, at + timedelta(days=3), "pass", code)
        elif self.chance.random() < 0.02:
            found = acts.with_digest([KEYS.digest(one.code)])
            marks.mark_used(found, "Letter of the supplier", OFFICER, now)

    def _note(self, one: Try, at: datetime, kind: str, code: str) -> None:
        self.next_number += 1
        blank = kind == "no_show" and self.chance.random() < 0.5
        luck = self.chance.random()
        if blank or luck < 0.03:
            code = ""
        elif luck < 0.05:
            code = f"ZZ{self.next_number}XX"  # mistyped: nobody's
        elif luck < 0.055:
            code = builders.code(self.chance.randrange(1, self.next_code), one.exam)
            code = one.code if code in self.seen_by else code  # of the pool, else her own
        numbered = blank or self.chance.random() < 0.97
        self.sittings.append(Sitting(self.next_number, one.learner, one.exam, at, kind, code, numbered, blank))
