"""The same walk with what seldom happens: accounts are closed, registrations end and begin again, keys are wrong.

Whoever leaves makes room for somebody new, so that three learners always walk; what she left behind stays with staff.
"""

from contextlib import suppress

from cryptography.fernet import Fernet
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.conftest import NOW, person
from tests.edge import FOUNDATION, REGULATION, WORLD
from wins_xblocks import privacy
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.registration.models import Entitlement, Registration
from wins_xblocks.domain.results import api as results
from wins_xblocks.domain.results.models import ExamFile
from wins_xblocks.domain.study_time import api as study_time
from wins_xblocks.domain.vouchers import acts, api, bulk, lists, names
from wins_xblocks.domain.vouchers.data import Name, Secret
from wins_xblocks.domain.vouchers.keys import Keys, KeyTrouble

from . import truths
from .builders import FND, KEYS, REG, code, csv, finish, join, ready
from .machine import ONE, Crash, Vouchers, any_one, crash, crashing, exam, someone

COUNTRIES = ("FR", "FR", "AT")  # at each of the three; a person looks at the last
MODULES = {FND: ("foundation", FOUNDATION), REG: ("regulation", REGULATION)}
FOREIGN = Fernet.generate_key().decode()
WRONG = {
    "none": Keys([], KEYS.digest_key), "no key": Keys(["no key"], KEYS.digest_key),
    "another ring": Keys([FOREIGN], KEYS.digest_key), "another digest key": Keys(KEYS.fernet_keys, "another"),
    "no digest key": Keys(KEYS.fernet_keys, ""),
}  # fmt: skip
late_crash = st.sampled_from([0, 0, 1, 2, 4, 7, 11, 16])  # an erasure writes much


def arrive(name, country):
    """A learner who is ready for both exams, and enrolled; her user."""
    own = person(name)
    WORLD.enrolments |= {(own.id, FOUNDATION), (own.id, REGULATION)}
    ready(own.id)
    names.confirm(own.id, Name("Given", "Example", country=country), NOW)
    study_time.accept_notice(own.id, NOW)
    return own


class Upheaval(Vouchers):
    """``left``: by learner whose account is closed, the trail's last entry then. ``paid``: places that registrations
    had paid with when they ended."""

    def __init__(self):
        super().__init__()
        self.people, self.left, self.paid = list(self.people), {}, {}
        self.enrolled = set(WORLD.enrolments)

    def teardown(self):
        WORLD.enrolments = self.enrolled
        super().teardown()

    # Accounts

    @rule(who=someone, at=late_crash)
    def close_an_account(self, who, at):
        """The platform tells it twice: what a crash kept from the first time, the second does."""
        own = self.learner(who)
        WORLD.enrolments -= {(own, FOUNDATION), (own, REGULATION)}
        with suppress(Crash), crashing(at):
            privacy.forget(own, self.now)
        self.count_places(own)
        self.truth()
        assert privacy.forget(own, self.now).failed == ()
        self.count_places(own)
        self.left[own] = AuditEntry.objects.latest("id").id
        assert privacy.forget(own, self.now).total == 0, "the third time there was more to erase"
        self.numbers += 1
        self.people[who] = arrive(f"new{self.numbers}", COUNTRIES[who])
        self.granted.update({(self.people[who].id, which): 1 for which in (FND, REG)})

    def count_places(self, own):
        """Once the unused ones are withdrawn, the trail says which are left: those that were used up."""
        self.changed = True
        if not Entitlement.objects.filter(learner_id=own, state=Entitlement.HELD).exists():
            used = truths.folded()[1]
            for which in (FND, REG):
                self.granted[own, which] = used[own, which]

    @precondition(lambda self: self.left)
    @rule(number=any_one, which=exam, grant=st.booleans(), at=crash)
    def staff_mean_somebody_who_left(self, number, which, grant, at):
        own, terms = self.one_of(sorted(self.left), number), self.terms()
        wanted = [bulk.Wanted(2, str(own), own, which)]
        report = self.act(lambda: (bulk.grant if grant else bulk.issue)(wanted, terms), at)
        assert not (report and report.done), "given to somebody who left"

    # Registrations

    @rule(who=someone, which=exam, state=st.sampled_from(["lapsed", "cancelled"]))
    def a_registration_ends(self, who, which, state):
        module, course = MODULES[which]
        WORLD.enrolments -= {(self.learner(who), course)}
        for own in Registration.objects.filter(learner_id=self.learner(who), module=module, open_slot=1):
            used = own.entitlements.filter(state=Entitlement.USED)
            self.paid[own.id] = set(used.values_list("id", flat=True))
            Registration.objects.filter(id=own.id).update(state=state, open_slot=None, ended_at=self.now)
            self.changed = True

    @rule(who=someone, which=exam, complete=st.booleans())
    def she_joins_again(self, who, which, complete):
        """What was left unused goes with her, as one place at most."""
        own, (module, course) = self.learner(who), MODULES[which]
        before = Registration.objects.filter(learner_id=own, module=module, open_slot=1).exists()
        unused = Entitlement.objects.filter(learner_id=own, exam=which, state=Entitlement.HELD).count()
        [now_open] = join(own, module)
        WORLD.enrolments |= {(own, course)}
        if not before:
            self.granted[own, which] -= max(unused - 1, 0)
            self.changed = True
            if complete:
                finish(now_open.id, own)

    # Keys

    @rule(who=someone, which=exam, what=st.sampled_from(sorted(WRONG)), number=any_one)
    def the_keys_are_wrong_for_a_moment(self, who, which, what, number):
        """All that needs a key is refused in words, and nothing is changed; afterwards she has her code."""
        wrong, own = WRONG[what], self.learner(who)
        held = api.position(own, which, self.programme, None, 1, self.now)
        before = truths.tables_now(), ExamFile.objects.count()
        for name, do in self.needing_keys(own, which, wrong, number).items():
            try:
                done = do()
            except (KeyTrouble, api.Unreadable) as refusal:
                truths.says_why(refusal)
            except Refusal:
                assert name == "show", f"{name}: it was looked at what was asked before the keys were"
                assert not (held.voucher and held.live), "another refusal of a code that she holds"
            else:
                raise AssertionError(f"{name} by wrong keys ({what}): {done!r}")
            assert (truths.tables_now(), ExamFile.objects.count()) == before, f"{name} by wrong keys changed something"
        self.show(who, which, 0)

    def needing_keys(self, own, which, wrong, number):
        terms = self.terms()
        voucher = self.voucher(number)
        text = self.code_of(voucher) if voucher else code(1)
        found = lists.read(Secret(f"code\n{text}\n"), ["code"])
        fresh = Secret(csv([code(self.made + 1, which)], which, terms.now.date().replace(year=terms.now.year + 1)))
        file = ExamFile.objects.order_by("id").last()
        needing = {
            "show": lambda: api.reveal(own, which, wrong, terms.now),
            "find": lambda: acts.find(Secret(text), wrong, ONE, terms.now),
            "replace": lambda: bulk.replace(found, "sent_twice", wrong, terms),
            "import": lambda: api.import_codes(
                fresh, "PO-1", None, wrong, terms.rules, terms.first_rules, 1, ONE, terms.now
            ),
        }
        if file:
            needing["take over"] = lambda: results.take_over(file.id, wrong, terms.rules.zone, ONE, terms.now)
        return needing

    # What is true after each step

    @invariant()
    def upheaval(self):
        truths.who_left_is_a_number(self.left)
        truths.ended_registrations_pay_for_nothing_more(self.paid)
