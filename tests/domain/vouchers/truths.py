"""What must be true of vouchers, places and results whatever was done: each function looks, and raises AssertionError.

The trail is folded by the arrows of the design, not by the code under test, and must come to what the tables say.
"""

import json
import re
from collections import Counter

from django.db.models import F

from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration.models import Entitlement, Registration
from wins_xblocks.domain.results.models import ExamRow
from wins_xblocks.domain.results.placing import RESULTS, SAME_SITTING
from wins_xblocks.domain.vouchers.models import (
    DocumentName,
    TakenBack,
    Voucher,
    VoucherExam,
    VoucherRequest,
    VoucherWait,
)

OPEN, SEEN = {"issued", "revealed", "booked"}, {"revealed", "booked"}
ANY = {"imported", *OPEN}
CODE = re.compile(r"(?:FND|REG)\d{6}QX")  # as the builders make them
NOTHING_TO_DO = {"waiting", "pending", "passed"}  # the page says so

# An act of the trail: from which states, to which. None: as it was.
ARROWS = {
    "voucher.issued": ({"imported"}, "issued"), "voucher.revealed": ({"issued"}, "revealed"),
    "voucher.shown_again": (SEEN, None), "voucher.booked": (SEEN, "booked"), "voucher.marked_booked": (SEEN, "booked"),
    "voucher.returned": ({"booked"}, "revealed"), "voucher.marked_returned": ({"booked"}, "revealed"),
    "voucher.taken_back": ({"issued"}, "imported"), "voucher.replaced": (OPEN, "void"),
    "voucher.cancelled": (ANY, "void"), "voucher.set_aside": ({"imported"}, "void"), "voucher.lost": (SEEN, "lost"),
    "voucher.expired": (OPEN, "expired"), "voucher.extended": (ANY, None),
    "voucher.marked_used": ({*SEEN, "lost", "expired"}, "used"), "voucher.found_by_code": (None, None),
    "result.recorded": (None, None),
}  # fmt: skip
GIVES_BACK = {"voucher.taken_back", "voucher.cancelled", "voucher.expired"}  # while nobody had seen the code


def plain(text):
    """Without what a person leaves out when she reads a code."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def no_code(text):
    found = CODE.search(plain(text))
    assert found is None, f"a code: {text[:400]}"


def says_why(refusal):
    assert str(refusal).strip(), "refused without a word"
    no_code(str(refusal))


def folded():
    """(each voucher's state by its trail, places used by (learner, exam)); raises for an arrow that is none."""
    states, used, replaced = {}, Counter(), set()
    for entry in AuditEntry.objects.filter(subject__startswith="voucher:").order_by("id"):
        own = int(entry.subject.partition(":")[2])
        before, owner = states.get(own, "imported"), (entry.facts.get("learner"), entry.facts.get("exam"))
        sources, after = ARROWS[entry.action]
        assert sources is None or before in sources, f"{entry.subject}: {entry.action} while {before}"
        if entry.action == "voucher.issued" and "instead_of" not in entry.facts:
            used[owner] += 1
        if entry.action in GIVES_BACK and before == "issued":
            used[owner] -= 1
        if entry.action == "voucher.replaced":
            replaced.add(own)
        if entry.action == "result.recorded" and before in {*SEEN, "lost", "expired"} and own not in replaced:
            after = "used"
        states[own] = after or before
    return states, used


def the_trail_comes_to_the_tables():
    states, _used = folded()
    for id_, state in Voucher.objects.values_list("id", "state"):
        told = states.get(id_, "imported")
        assert state == told or (state, told) == ("expired", "imported"), f"voucher {id_} is {state}, the trail: {told}"


def a_seen_code_stays_with_its_learner(seen, keys):
    """``seen``: the learner to whom each code was shown."""
    for row in Voucher.objects.all():
        learner_id = seen.get(keys.decrypt(row.cipher))
        if learner_id is None:
            continue
        assert row.state != "imported", f"voucher {row.id}: a seen code is in the pool"
        assert row.holder_id == learner_id, f"voucher {row.id}: a seen code is {row.holder_id}'s, not {learner_id}'s"
        assert row.revealed_at is not None, f"voucher {row.id}: that it was seen is forgotten"


def slots_are_as_their_vouchers():
    held = Counter()
    for slot in VoucherExam.objects.select_related("voucher"):
        own = slot.voucher
        wanted = "open" if own.state in OPEN else "free" if own.state == "imported" else "closed"
        assert slot.state == wanted, f"voucher {own.id} is {own.state}, its slot {slot.state}"
        assert slot.open_holder == (own.holder_id if wanted == "open" else None), f"voucher {own.id}"
        held[slot.exam, slot.open_holder] += wanted == "open"
    assert all(many <= 1 for many in held.values()), f"two open vouchers: {held}"


def places_balance(granted):
    """``granted``: how many each (learner, exam) was given. Each is unused, or paid for one voucher that names it."""
    rows = list(Entitlement.objects.exclude(state=Entitlement.WITHDRAWN))
    found = Counter((row.learner_id, row.exam) for row in rows)
    assert found == granted, f"places given: {granted}, there: {found}"
    used = {row.id: (row.learner_id, row.exam) for row in rows if row.state == Entitlement.USED}
    named = VoucherExam.objects.filter(entitlement_id__isnull=False)
    paid = Counter(named.values_list("entitlement_id", "voucher__holder_id", "exam"))
    assert paid == Counter((id_, *owner) for id_, owner in used.items()), f"used: {used}, named by vouchers: {paid}"
    by_trail = {owner: many for owner, many in folded()[1].items() if many}
    assert Counter(used.values()) == by_trail, f"used: {used}, by the trail: {by_trail}"


def who_left_is_a_number(left):
    """``left``: by learner whose account was closed, the trail's last entry then. No word of hers, or about her, stays,
    and no place or code is kept for her that nobody has seen."""
    for model in (DocumentName, VoucherRequest, TakenBack, VoucherWait):
        found = model.objects.filter(learner_id__in=left)
        assert not found.exists(), f"{model.__name__} of somebody who left"
    written = AuditEntry.objects.exclude(text=None).exclude(text="") if left else ()
    subjects = {f"name:{learner_id}": learner_id for learner_id in left}
    for id_, learner_id in Registration.objects.filter(learner_id__in=left).values_list("id", "learner_id"):
        subjects[f"registration:{id_}"] = learner_id
    for entry in written:
        about = entry.facts.get("learner", subjects.get(entry.subject))
        assert entry.id > left.get(about, 0), f"{entry.subject}: words about somebody who left ({entry.action})"
    held = Entitlement.objects.filter(learner_id__in=left, state=Entitlement.HELD)
    assert not held.exists(), "a place of somebody who left"
    unseen = Voucher.objects.filter(holder_id__in=left, state="issued")
    assert not unseen.exists(), "a code is kept for somebody who left"


def ended_registrations_pay_for_nothing_more(paid):
    """``paid``: by registration that has ended, the places that were used up by then."""
    used = Entitlement.objects.filter(registration_id__in=paid, state=Entitlement.USED)
    for registration_id, place in used.values_list("registration_id", "id"):
        assert place in paid[registration_id], f"registration {registration_id} has ended, and paid with place {place}"


def no_result_stands_twice():
    told = {}
    for row in ExamEvent.objects.filter(kind__in=RESULTS).order_by("happened_at", "id"):
        key = row.learner_id, row.exam, row.kind
        assert key not in told or row.happened_at - told[key] >= SAME_SITTING, f"twice: {key} at {row.happened_at}"
        told[key] = row.happened_at
    spent = Voucher.objects.filter(
        id__in=ExamRow.objects.filter(state="applied", voucher_id__isnull=False).values("voucher_id")
    )
    assert set(spent.values_list("state", flat=True)) <= {"used", "void"}, "a result's voucher can be used again"


def every_row_landed(sent):
    """``sent``: numbers of the rows of files that were taken over. Recorded or waiting, none is lost."""
    found = set(ExamRow.objects.filter(key__in=sent).values_list("key", flat=True))
    assert found == sent, f"rows lost: {sent - found}"


def the_trail_holds():
    assert audit.broken() == []


def nothing_written_holds_a_code():
    for entry in AuditEntry.objects.all():
        no_code(f"{entry.subject} {json.dumps(entry.facts)} {entry.text}")
    for mail in OutboxMessage.objects.all():
        no_code(f"{mail.subject} {json.dumps(mail.values)} {mail.last_error}")
    for row in ExamEvent.objects.all():
        no_code(json.dumps(row.facts))


def learners_page_leads_on(own):
    """``own``: a learner's journey. Each exam is told in words, with something to do, unless nothing is to be done."""
    assert own.next.sentence.strip()
    for view in own.vouchers:
        told = [view.heading, *view.sentences, *view.steps, view.small, *(text for _done, text in view.checklist)]
        assert view.heading.strip(), f"{view.state}: no heading"
        assert all("{" not in text and "None" not in text for text in told), f"{view.state}: {told}"
        leads = view.button is not None or bool(view.links)
        assert leads or (view.state in NOTHING_TO_DO and view.sentences), f"{view.state} leads nowhere"
        no_code(repr(view))
    no_code(repr(own.next))


def tables_now():
    """All rows that matter, to see that nothing is half done; not how often a pool was asked."""
    models = (Voucher, VoucherExam, Entitlement, ExamEvent, ExamRow, AuditEntry, OutboxMessage)
    return [list(model.objects.annotate(one=F("pk")).order_by("pk").values()) for model in models]
