"""The life of vouchers as hypothesis walks it: learners, staff, files, time, and crashes in the middle of anything.

Every step goes through the domain's own doors. A refusal is an answer. A crash at the n-th statement that writes
leaves nothing half done. After each step ``truths`` are looked at.
"""

import io
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.conftest import NOW
from tests.domain.results.exam_files import table
from tests.edge import WORLD
from tests.undoing import undone
from wins_xblocks import context, notices, periodic
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.cases import api as cases
from wins_xblocks.domain.cases.data import Question
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.outbox import api as outbox
from wins_xblocks.domain.results import api as results
from wins_xblocks.domain.results import entries
from wins_xblocks.domain.results.data import Entered
from wins_xblocks.domain.results.models import ExamFile
from wins_xblocks.domain.vouchers import acts, api, bulk, lists, marks, names, requests
from wins_xblocks.domain.vouchers.data import Name, Secret
from wins_xblocks.domain.vouchers.models import Voucher, VoucherRequest
from wins_xblocks.journey import journey

from . import truths
from .builders import FND, KEYS, REG, code, csv

ONE, OTHER = 990, 991  # of staff
PERIODIC = (periodic.end_vouchers, periodic.remind_of_vouchers, periodic.serve_waiting, periodic.tell_overdue,
            periodic.tell_low_stock, periodic.resume_results)  # fmt: skip

someone = st.integers(0, 2)
exam = st.sampled_from([FND, REG])
any_one = st.integers(0, 40)  # of whatever there is
ago = st.sampled_from([0, 0, 1, 40])  # days since an exam
crash = st.sampled_from([0, 0, 1, 2, 3, 5])  # at which statement; 0: none
soon = st.sampled_from([-1, 0, 1, 20, 45])  # days
grades = st.sampled_from(["pass", "pass", "fail", "taken", "refused", "no show", "incomplete"])
cause = st.sampled_from(["sent_twice", "not_readable", "because"])


class Crash(Exception):
    """The process ends in the middle."""


@contextmanager
def crashing(at):
    """The statement of this number that would write something fails; 0: none."""
    left = [at]

    def write(execute, sql, params, many, more):
        if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            left[0] -= 1
            if left[0] == 0:
                raise Crash
        return execute(sql, params, many, more)

    with connection.execute_wrapper(write):
        yield


class Vouchers(RuleBasedStateMachine):
    """``people``: three learners, all ready for both exams; ``own``: what is done is undone at the end."""

    people: tuple = ()

    def __init__(self):
        super().__init__()
        WORLD.mails.clear()
        self.own = undone()
        self.own.__enter__()
        self.now, self.made, self.numbers, self.changed, self.steps = NOW, 0, 0, True, 0
        self.seen, self.files, self.landed, self.read_mails = {}, [], {}, 0
        self.granted = Counter({(one.id, which): 1 for one in self.people for which in (FND, REG)})

    def teardown(self):
        self.own.__exit__(None, None, None)

    @initialize(held=st.lists(st.tuples(someone, exam, st.booleans()), max_size=4))
    def begin(self, held):
        """Codes in both pools; some learners hold one, and some have seen theirs."""
        for which in (FND, REG):
            self.import_codes(3, which, 200, False, 0)
        for who, which, seen in held:
            self.ask_for_one(who, which, 0)
            if seen:
                self.show(who, which, 0)

    # How anything is done

    @property
    def programme(self):
        return context.programme()

    def act(self, do, at=0, whole=True):
        """What ``do`` answers; None when it was refused or crashed. ``whole``: then nothing of it was done."""
        before = truths.tables_now() if whole else None
        try:
            with crashing(at):
                done = do()
        except (Refusal, Crash) as ended:
            why = repr(ended)
        else:
            self.changed = True
            return done
        connection.needs_rollback = False  # of a statement that stood alone, and was not done
        assert before is None or truths.tables_now() == before, f"half done, after {why}"
        self.changed |= not whole
        return None

    def learner(self, number):
        return self.people[number].id

    def one_of(self, ids, number):
        ids = list(ids)
        return ids[number % len(ids)] if ids else 0

    def voucher(self, number, *states):
        """One in these states, where there is one; of four tries one goes to any."""
        found = Voucher.objects.order_by("id").values_list("id", flat=True)
        fitting = found.filter(state__in=states) if number % 4 else found
        return self.one_of(fitting or found, number // 4)

    def code_of(self, voucher_id):
        return KEYS.decrypt(Voucher.objects.get(id=voucher_id).cipher)

    def terms(self, dry=False):
        return bulk.Terms(self.programme, context.first_rules(), 1, "As agreed", ONE, self.now, dry)

    def give(self, who, which, at):
        return self.act(lambda: api.issue(who, which, self.programme, context.first_rules(), 1, self.now), at)

    # Learners

    @rule(who=someone, which=exam, at=crash)
    def ask_for_one(self, who, which, at):
        self.give(self.learner(who), which, at)

    @rule(who=someone, which=exam, at=crash)
    def show(self, who, which, at):
        told = self.act(lambda: api.reveal(self.learner(who), which, KEYS, self.now), at)
        if told:
            assert self.seen.setdefault(told.text, self.learner(who)) == self.learner(who), "a code shown to two"

    @rule(who=someone, which=exam, days=soon, at=crash)
    def book(self, who, which, days, at):
        booking = Booking((self.now + timedelta(days=days)).date(), "Vienna")
        self.act(lambda: api.book(self.learner(who), which, booking, self.programme, self.now), at)

    @rule(who=someone, which=exam, at=crash)
    def cancel(self, who, which, at):
        self.act(lambda: api.cancel(self.learner(who), which, self.now), at)

    @rule(who=someone, which=exam, ask=st.booleans(), at=crash)
    def ask_for_an_arrangement_or_not(self, who, which, ask, at):
        if ask:
            self.act(lambda: requests.ask(self.learner(who), which, "reader", "", self.programme, self.now), at)
        else:
            self.act(lambda: requests.withdraw(self.learner(who), which, self.now), at)

    @rule(who=someone, country=st.sampled_from(["AT", "FR"]), at=crash)
    def confirm_her_name(self, who, country, at):
        told = Name("Given", "Example", country=country)
        self.act(lambda: names.confirm(self.learner(who), told, self.now), at)

    @rule(who=someone, which=exam, about=st.sampled_from(["code", "exam"]), at=crash)
    def tell_what_happened(self, who, which, about, at):
        """The code does not work, or she could not go."""
        self.numbers += 1
        asked = Question(self.learner(who), "question", f"{about}:{which}", "Please help.", f"token{self.numbers}")
        self.act(lambda: cases.ask(asked, self.now.date(), 10, self.now), at)

    # Staff, with one voucher

    @rule(number=any_one, at=crash)
    def take_back(self, number, at):
        self.act(lambda: api.take_back(self.voucher(number, "issued"), ONE, "A mistake", self.now), at)

    @rule(number=any_one, why=cause, at=crash)
    def replace(self, number, why, at):
        self.act(
            lambda: acts.replace(self.voucher(number, *truths.SEEN), why, "Twice", ONE, self.programme, self.now), at
        )

    @rule(number=any_one, at=crash)
    def void(self, number, at):
        self.act(
            lambda: acts.cancel_voucher(self.voucher(number, *truths.OPEN), "Misuse", ONE, self.programme, self.now), at
        )

    @rule(number=any_one, at=crash)
    def lose(self, number, at):
        own = self.voucher(number, *truths.SEEN)
        self.act(lambda: acts.mark_lost(own, "Did not come", ONE, self.programme, self.now), at)

    @rule(number=any_one, days=st.sampled_from([1, 30, 400]), at=crash)
    def extend(self, number, days, at):
        last_day = (self.now + timedelta(days=days)).date()
        self.act(
            lambda: acts.extend(self.voucher(number, *truths.OPEN), last_day, "Letter", ONE, self.programme, self.now),
            at,
        )

    @rule(number=any_one, kind=st.sampled_from(["booked", "returned", "used"]), days=soon, at=crash)
    def mark(self, number, kind, days, at):
        booking, now = Booking((self.now + timedelta(days=days)).date(), "Vienna"), self.now
        own = self.voucher(number, *{"returned": ("booked",), "used": ("lost", "expired")}.get(kind, truths.SEEN))
        self.act({
            "booked": lambda: marks.mark_booked(own, booking, "Letter", ONE, now),
            "returned": lambda: marks.mark_returned(own, "Letter", ONE, now),
            "used": lambda: marks.mark_used(own, "Letter", ONE, now),
        }[kind], at)  # fmt: skip

    @precondition(lambda self: self.made)
    @rule(number=any_one)
    def find_by_code(self, number):
        own = self.voucher(number)
        assert self.act(lambda: acts.find(Secret(self.code_of(own).lower()), KEYS, ONE, self.now)) == own

    # Staff, with learners and with many

    @rule(who=someone, which=exam, at=crash)
    def grant(self, who, which, at):
        done = []
        self.act(lambda: done.append(bulk.grant_one(self.learner(who), which, self.terms())), at)
        self.granted[self.learner(who), which] += len(done)

    @rule(who=st.lists(someone, min_size=1, max_size=3), which=exam, dry=st.booleans(), at=crash)
    def issue_to_many(self, who, which, dry, at):
        wanted = [bulk.Wanted(n, str(one), self.learner(one), which) for n, one in enumerate(who, 2)]
        self.act(lambda: bulk.issue(wanted, self.terms(dry)), at)

    @precondition(lambda self: self.made)
    @rule(numbers=st.lists(any_one, min_size=1, max_size=3), dry=st.booleans(), at=crash)
    def replace_a_file_of_codes(self, numbers, dry, at):
        codes = [self.code_of(self.voucher(number, *truths.OPEN)) for number in numbers]
        found = lists.read(Secret("code\n" + "\n".join(codes) + "\n"), ["code"])
        self.act(lambda: bulk.replace(found, "sent_twice", KEYS, self.terms(dry)), at)

    @rule(number=any_one, agree=st.booleans(), at=crash)
    def decide(self, number, agree, at):
        own = self.one_of(VoucherRequest.objects.order_by("id").values_list("id", flat=True), number)
        self.act(lambda: requests.decide(own, agree, "So be it", ONE, self.now), at)

    # Files

    @rule(many=st.integers(1, 3), which=exam, days=st.sampled_from([10, 100, 200, 400]), again=st.booleans(), at=crash)
    def import_codes(self, many, which, days, again, at):
        start = self.made if again and self.made else self.made + 1  # the last one again, or new ones
        text = csv(
            [code(n, which) for n in range(start, start + many)], which, (self.now + timedelta(days=days)).date()
        )
        report = self.act(lambda: api.import_codes(
            Secret(text), "PO-1", None, KEYS, self.programme, context.first_rules(), 1, ONE, self.now), at)  # fmt: skip
        if report and report.imported:
            self.made = start + many - 1

    @rule(
        rows=st.lists(st.tuples(any_one, exam, grades, ago, st.booleans()), min_size=1, max_size=3),
        at=crash,
    )
    def results_come(self, rows, at):
        """Of seen codes, codes nobody has, or none; late ones; some under a number that came before."""
        told, first = [], self.numbers
        for number, which, grade, days, known in rows:
            own = self.voucher(number, *truths.SEEN, "lost", "expired") if number % 5 else 0
            text = self.code_of(own) if own else ("FND999999QX", "")[number % 2]
            told.append(self.line(text, which, grade, days, known))
        self.a_file(told, first, at)

    @rule(number=any_one, grade=grades, at=crash)
    def the_result_of_a_code_comes(self, number, grade, at):
        own = self.voucher(number * 4 + 1, *truths.SEEN, "lost", "expired")
        if own:
            first = self.numbers
            self.a_file([self.line(self.code_of(own), acts.exam_of(own), grade, 0, False)], first, at)

    def line(self, text, which, grade, days, known):
        """A row under a number of its own, or under the last one where that is ``known``."""
        self.numbers += not (known and self.numbers)
        sat = self.now - timedelta(days=days, hours=2)
        return {"RegistrationID": str(self.numbers), "ExamSeriesCode": which, "Grade": grade, "NoShow": "",
                "NDARefused": "", "ExamDate": f"{sat:%Y/%m/%d %H:%M:%S}", "Voucher": text}  # fmt: skip

    def a_file(self, told, first, at):
        fresh = [f"R:{number}" for number in range(first + 1, self.numbers + 1)]
        self.files.append((table(*told).encode(), fresh))
        self.send(*self.files[-1], at)

    @precondition(lambda self: self.files)
    @rule(number=any_one, at=crash)
    def the_same_file_again(self, number, at):
        self.send(*self.files[number % len(self.files)], at)

    def send(self, data, fresh, at):
        zone, stream = self.programme.zone, io.BytesIO(data)
        checked = self.act(lambda: results.check(stream, "exam.dat", KEYS, zone, ONE, self.now), 0, False)
        if checked:
            self.act(lambda: results.take_over(checked.file_id, KEYS, zone, ONE, self.now), at, False)
            self.landed[checked.file_id] = fresh

    @rule(number=any_one, whose=any_one, by_voucher=st.booleans(), at=crash)
    def place_a_row(self, number, whose, by_voucher, at):
        row = self.one_of(results.waiting()[1], number)
        if row and whose == 0:
            self.act(lambda: results.ignore(row.id, "Nobody's", OTHER, self.now), at)
        elif row:
            suggested = results.suggested(row, self.programme.zone)
            who = self.one_of((*suggested.meant, *suggested.told, *suggested.holders), whose) or self.learner(whose % 3)
            own = self.one_of((one.id for one in results.choice(row, who).vouchers), whose) if by_voucher else 0
            self.act(lambda: results.confirm(row.id, who, own or None, OTHER, self.now), at)

    # By hand

    @rule(
        who=someone, which=exam, kind=st.sampled_from(["pass", "fail", "no_show", "revoke"]), number=any_one, at=crash
    )
    def enter(self, who, which, kind, number, at):
        self.numbers += 1
        own = self.voucher(number, *truths.SEEN, "used", "lost", "expired") or None
        told = Entered(self.learner(who), which, kind, self.now - timedelta(hours=3), f"token{self.numbers}", None, own,
                       "No voucher", "Mail of 3 April")  # fmt: skip
        self.act(lambda: entries.enter(told, ONE, self.now), at)

    @rule(number=any_one, yes=st.booleans(), at=crash)
    def confirm_an_entry(self, number, yes, at):
        own = self.one_of(entries.waiting(), number)
        if own and yes:
            self.act(lambda: entries.confirm(own.id, OTHER, self.now, True), at)
        elif own:
            self.act(lambda: entries.refuse(own.id, "Not so", OTHER, self.now), at)

    @rule(who=someone, which=exam, kind=st.sampled_from(["hold", "release", "restore"]), at=crash)
    def decide_of_a_result(self, who, which, kind, at):
        self.act(lambda: entries.act(self.learner(who), which, kind, "Looked at", ONE, self.now), at)

    # Time

    @rule(hours=st.sampled_from([1, 24, 15 * 24, 60 * 24, 200 * 24]))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule(at=crash)
    def the_periodic_work_is_done(self, at):
        for task in PERIODIC:
            self.act(lambda task=task: task(self.now), at, whole=False)
        outbox.send_due(self.now, notices.send)
        if not at:
            assert [task(self.now) for task in PERIODIC[:1]] == ["0 in the pool, 0 issued and 0 seen vouchers ended"]
            assert periodic.serve_waiting(self.now).startswith("0 "), "done, and yet more to do"

    # What is true after each step

    @invariant()
    def truth(self):
        if not self.changed:
            return
        self.changed = False
        truths.a_seen_code_stays_with_its_learner(self.seen, KEYS)
        truths.the_trail_comes_to_the_tables()
        truths.slots_are_as_their_vouchers()
        truths.places_balance(self.granted)
        truths.no_result_stands_twice()
        done = ExamFile.objects.filter(state="done").values_list("id", flat=True)
        truths.every_row_landed({key for id_ in done for key in self.landed.get(id_, ())})
        truths.the_trail_holds()
        truths.nothing_written_holds_a_code()

    @invariant()
    def pages(self):
        results.left_open()
        self.steps += 1
        truths.learners_page_leads_on(journey(self.people[self.steps % len(self.people)], self.now))
        for mail in WORLD.mails[self.read_mails :]:
            truths.no_code(" ".join(mail))
        self.read_mails = len(WORLD.mails)
