"""The same for many: all lines or none, a dry run that says what would be, and each line's reason in words."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.vouchers import acts, api, bulk, lists
from wins_xblocks.domain.vouchers.bulk import Terms, Wanted
from wins_xblocks.domain.vouchers.data import Secret
from wins_xblocks.domain.vouchers.keys import Keys, KeyWrong
from wins_xblocks.domain.vouchers.models import DocumentName, Voucher, VoucherExam

from .builders import FND, KEYS, REG, RULES, fill, issue, join, position, ready, reveal

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def terms(dry_run=False, reason="The supplier sent them twice", now=LATER):
    return Terms(RULES, None, 1, reason, 990, now, dry_run)


def codes_file(codes):
    return lists.read(Secret("code\n" + "\n".join(codes)), ["code"])


def replace(codes, dry_run=False):
    return bulk.replace(codes_file(codes), "sent_twice", KEYS, terms(dry_run))


def lines_of(*wanted):
    return [Wanted(number, str(who), who, exam) for number, (who, exam) in enumerate(wanted, 2)]


def everything():
    """All that a half applied file could leave behind."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Voucher, VoucherExam, Entitlement, OutboxMessage)
    ] + [list(AuditEntry.objects.exclude(subject="codes:search").order_by("pk").values())]


def told(report):
    return [(line.number, line.column, str(Refusal(line.sentence, **line.values))) for line in report.lines]


def forty():
    """Forty codes that the supplier sent twice: shown, reserved, and still in the pool; forty others."""
    people = range(1, 31)
    ready(*people)
    codes = fill(40)
    for who in people:
        issue(who)
    for who in range(1, 21):
        reveal(who)
    fill(40, start=100)
    return codes


def test_forty_codes_that_were_sent_twice_are_replaced_in_one_upload():
    codes = forty()
    before = everything()
    dry = replace(codes, dry_run=True)
    assert everything() == before, "a dry run changes nothing"
    [effect] = dry.effects
    assert (effect.usable, effect.used, effect.held) == ((50, 10), (30, 30), (0, 0))
    assert not dry.done
    done = replace(codes)
    assert (done.done, done.effects, done.lines) == (True, dry.effects, dry.lines)
    assert [line.number for line in done.lines] == list(range(2, 42))
    digests = [KEYS.digest(code) for code in codes]
    assert set(Voucher.objects.filter(digest__in=digests).values_list("state", flat=True)) == {"void"}
    for who in range(1, 31):
        here = position(who, now=LATER)
        assert (here.state, here.voucher.instead_of.reason) == ("issued", "The supplier sent them twice")
        assert reveal(who, now=LATER) not in codes
        assert VoucherExam.objects.filter(open_holder=who, exam=FND).count() == 1
    assert OutboxMessage.objects.filter(kind="voucher_replaced").count() == 30
    assert audit.broken() == []
    assert not any(code in str(everything()[3:]) for code in codes)


def test_a_file_of_codes_that_was_only_checked_leaves_its_numbers_in_the_trail():
    codes = [*fill(2), "NOBODYS1", "NOBODYS2"]
    for dry in (True, False):
        assert not replace(codes, dry_run=dry).done
    found = audit.entries("codes:search")
    assert [(one.action, one.actor_id, one.facts, one.text) for one in found] == [
        ("codes.looked_up", 990, {"codes": 4, "found": 2}, None)
    ] * 2
    assert replace(codes[:2]).done
    assert len(audit.entries("codes:search")) == 2, "what was done stands in each voucher's own trail"
    assert not any(code in str(list(AuditEntry.objects.values())) for code in codes)
    assert audit.broken() == []


def test_under_a_wrong_digest_key_no_code_is_said_not_to_exist():
    codes = fill(1)
    other = Keys(["Zm9yLXRlc3RzLW9ubHktMzItYnl0ZXMtbG9uZy1rZXk="], "another digest key")
    before = everything()
    with pytest.raises(KeyWrong, match="WINS_VOUCHER_DIGEST_KEY"):
        bulk.replace(codes_file(codes), "sent_twice", other, terms())
    with pytest.raises(KeyWrong, match="WINS_VOUCHER_DIGEST_KEY"):
        acts.find(Secret(codes[0]), other, 990, LATER)
    assert everything() == before
    assert audit.entries("codes:search") == ()


def test_the_same_upload_again_says_of_each_line_that_it_is_over():
    codes = forty()
    replace(codes)
    before = everything()
    again = replace(codes)
    assert len(again.bad) == 40
    assert everything() == before


def test_one_bad_line_and_nothing_is_changed():
    codes = forty()
    before = everything()
    report = replace([*codes, codes[0], "ZZZZ9999", "?"])
    assert everything() == before
    assert not report.done
    assert [(number, column, words.split(".")[0]) for number, column, words in told(report) if column] == [
        (42, "code", "This code stands in the file twice"), (43, "code", "No voucher has this code"),
        (44, "code", "A code has 4 to 32 letters A–Z and digits"),
    ]  # fmt: skip
    assert not any(code in str(report) for code in codes)


def test_a_pool_that_is_too_small_changes_nothing():
    ready(1, 2)
    codes = fill(3)
    for who in (1, 2):
        issue(who)
    before = everything()
    report = replace(codes[:2])
    assert [line.good for line in report.lines] == [True, False]
    assert "The pool has no other code." in told(report)[1][2]
    assert everything() == before


@pytest.mark.parametrize(
    ("cause", "reason"), [("", "x"), ("because", "x"), ("sent_twice", " "), ("sent_twice", "x" * 2001)]
)
def test_codes_are_replaced_for_a_reason_of_the_policy(cause, reason):
    with pytest.raises(acts.ReasonWrong):
        bulk.replace(codes_file(["ABCD1234"]), cause, KEYS, terms(reason=reason))


def test_places_are_given_to_those_who_may_have_one_and_used_up_by_the_next_voucher():
    ready(7)
    fill(2)
    issue()
    reveal()
    acts.mark_lost(position().voucher.id, "Ill", 990, RULES, NOW)
    assert position(now=LATER).state == "lost"
    dry = bulk.grant(lines_of((7, FND)), terms(dry_run=True))
    assert (dry.effects[0].held, registration.places(7, FND)) == ((0, 1), 0)
    assert bulk.grant(lines_of((7, FND)), terms()).done
    assert registration.places(7, FND) == 1
    assert position(now=LATER).state == "ready"
    own = Entitlement.objects.get(exam=FND, number=1)
    assert (own.source, own.granted_by, own.reason) == ("staff", 990, "The supplier sent them twice")
    assert issue(now=LATER).state == "issued"
    entry = audit.entries(f"registration:{own.registration_id}")[-1]
    assert (entry.action, entry.facts) == ("place.granted", {"exam": FND, "learner": 7, "number": 1})
    assert OutboxMessage.objects.filter(kind="place_granted", recipient_id=7).count() == 1
    assert audit.broken() == []


def test_every_no_to_a_place_is_said_in_words():
    ready(1, 2, 3, 4)
    fill(2)
    issue(2)
    exams.record(3, FND, "pass", NOW, NOW)
    exams.record(4, FND, "hold", NOW, NOW)
    join(5, "regulation")
    before = everything()
    report = bulk.grant(lines_of((1, FND), (2, FND), (3, FND), (4, FND), (5, FND), (1, FND), (1, "WINS-XXX")), terms())
    assert told(report) == [
        (2, "learner", "The learner has an unused place in this exam already."),
        (3, "learner", "The learner holds a voucher for this exam. A new place is for the time after."),
        (4, "learner", "The learner has passed this exam."),
        (5, "learner", "The learner’s result is on hold."),
        (6, "learner", "The learner has not joined the module of this exam."),
        (7, "", "This learner and exam stand in the file twice."),
        (8, "exam", "This exam does not belong to the programme."),
    ]
    assert everything() == before


def test_one_place_is_given_alone():
    ready(7)
    with pytest.raises(Refusal, match="unused place"):
        bulk.grant_one(7, FND, terms())
    Entitlement.objects.update(state=Entitlement.WITHDRAWN)
    with pytest.raises(acts.ReasonWrong):
        bulk.grant_one(7, FND, terms(reason=""))
    bulk.grant_one(7, FND, terms())
    assert registration.places(7, FND) == 1


def test_vouchers_are_issued_to_many_and_the_queue_is_not_overtaken():
    ready(1, 2, 3)
    issue(3)
    codes = fill(1)
    assert position(3).state == "issued"
    fill(2, start=10)
    report = bulk.issue(lines_of((1, FND), (2, FND)), terms())
    assert (report.done, report.effects[0].usable, report.effects[0].used) == (True, (2, 0), (1, 3))
    assert {position(who, now=LATER).state for who in (1, 2)} == {"issued"}
    last = audit.entries(f"voucher:{position(2, now=LATER).voucher.id}")[-1]
    assert (last.action, last.actor_id) == ("voucher.issued", 990)
    assert len(codes) == 1


def test_who_waits_is_served_before_a_file():
    ready(1, 2)
    issue(2)
    Voucher.objects.all().delete()
    fill(1, exam=REG)
    fill_unserved()
    before = everything()
    report = bulk.issue(lines_of((1, FND)), terms())
    assert told(report) == [(2, "exam", "The pool has no code for this line. Add codes first.")]
    assert everything() == before


def fill_unserved():
    """A code for the Foundation exam that nobody was served from: as after a take-back."""
    voucher = VoucherExam.objects.get(exam=REG)
    VoucherExam.objects.filter(id=voucher.id).update(exam=FND)


def test_every_no_to_a_voucher_is_said_in_words():
    ready(1, 2)
    join(3)
    fill(5)
    issue(2)
    ready(4)
    DocumentName.objects.filter(learner_id=4).delete()
    report = bulk.issue(lines_of((2, FND), (3, FND), (4, FND), (1, FND)), terms())
    assert [words for _, _, words in told(report)] == [
        "The learner holds a voucher for this exam already.",
        "Foundation Module: 0 min of 40 h – 40 h to go",
        "The learner has not confirmed the name on the identity document.",
        "A voucher is issued.",
    ]
    assert position(1).state == "ready", "nothing is half applied"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Missing: learner, exam"), ("learner\nx", "Missing: exam"),
        ("learner,exam\n\n , \n", "no lines but the first"),
        ("learner,exam,exam\na,b,c", "twice: exam"), ("learner,exam\n" + "a,b\n" * 501, "at most 500"),
        ('learner,exam\n"a,b\n' + "x" * 200_000, "near line"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_as_a_whole(text, told):
    with pytest.raises(Refusal) as refused:
        lists.read(Secret(text), ["learner", "exam"])
    assert told in str(refused.value)


def test_a_file_is_read_by_its_first_line_whatever_its_order_marks_and_ends():
    text = '\ufeffEXAM;More; Learner \r\nWINS-FND;x;"a;b"\r\n\r\n\ue0007;;c\r\n'
    lines = lists.read(Secret(text), ["learner", "exam"])
    found = [(line.number, line.text("learner"), line.text("exam")) for line in lines]
    assert found == [(2, "a;b", "WINS-FND"), (4, "c", "7")]
    assert "a;b" not in repr(lines)


def test_a_code_that_was_replaced_is_not_replaced_into_another_of_the_file():
    """The pool's codes of the file leave it first, though a held one stands on an earlier line."""
    ready(1)
    codes = fill(3)
    issue(1)
    assert replace(codes[:2]).done
    assert reveal(1, now=LATER) == codes[2]
    assert api.stock([FND], RULES, LATER)[0].usable == 0
