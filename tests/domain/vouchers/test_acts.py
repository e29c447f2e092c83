"""What staff do with one voucher, and what stays true whatever they do."""

from datetime import date, timedelta

import pytest
from django.db import connection

from tests.conftest import NOW
from wins_xblocks import privacy
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.vouchers import acts, api, bulk, lists
from wins_xblocks.domain.vouchers.data import Secret
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

from .builders import ALONE, FND, KEYS, LAST_DAY, REG, RULES, fill, issue, ready, reveal

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def held():
    """Learner 7 holds the first of three codes, not yet seen; its id."""
    ready(7)
    fill(3)
    return issue().voucher.id


@pytest.fixture
def seen(held):
    """She has seen it."""
    reveal()
    return held


def where(learner_id=7, now=LATER):
    return api.position(learner_id, FND, RULES, None, 1, now)


def replace(voucher_id, cause="sent_twice", reason="The supplier sent it twice", now=LATER):
    return acts.replace(voucher_id, cause, reason, 1, RULES, now)


def told(kind):
    return list(OutboxMessage.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def balance(learner_id=7):
    """Used places and open vouchers of the learner: they go together."""
    used = Entitlement.objects.filter(learner_id=learner_id, exam=FND, state=Entitlement.USED).count()
    return used, VoucherExam.objects.filter(open_holder=learner_id, exam=FND).count()


@pytest.mark.parametrize("many", [False, True])
def test_nobody_whose_account_was_closed_gets_another_code(seen, many):
    """It would lie reserved until its last day, and she would stand in the queue for ever after it."""
    code = reveal()
    privacy.forget(7, LATER)
    if many:
        lines = lists.read(Secret(f"code\n{code}\n"), ["code"])
        report = bulk.replace(lines, "sent_twice", KEYS, bulk.Terms(RULES, None, 1, "Twice", 1, LATER))
        assert not report.done
        assert "closed the account" in str(report.lines[0])
    else:
        with pytest.raises(acts.NotPossible, match="closed the account"):
            replace(seen)
    assert Voucher.objects.filter(state="imported").count() == 2
    assert Voucher.objects.get(id=seen).state == "revealed"


def test_a_replaced_code_names_the_new_one_and_keeps_the_place(seen):
    old = reveal()
    new = replace(seen)
    assert Voucher.objects.get(id=seen).replaced_by_id == new
    assert Voucher.objects.get(id=seen).state == "void"
    here = where()
    assert (here.state, here.voucher.id, here.voucher.instead_of.reason) == (
        "issued", new, "The supplier sent it twice",
    )  # fmt: skip
    assert balance() == (1, 1)
    assert reveal(now=LATER) != old
    assert api.record_of(new).instead_of == seen
    assert [entry.action for entry in audit.entries(f"voucher:{seen}")][-1] == "voucher.replaced"
    assert audit.entries(f"voucher:{new}")[0].facts["instead_of"] == seen
    assert audit.broken() == []
    assert told("voucher_replaced") == [7]


def test_a_code_that_was_booked_is_replaced_and_the_booking_is_over(seen):
    api.book(7, FND, Booking(date(2027, 5, 12), "Vienna"), RULES, NOW)
    replace(seen)
    assert exams.outcome(7, FND).booked is False
    assert where().state == "issued"


def test_a_code_may_be_replaced_more_than_once(seen):
    second = replace(seen)
    reveal(now=LATER)
    third = replace(second, now=LATER + timedelta(days=1))
    assert api.record_of(third).instead_of == second
    assert balance() == (1, 1)


@pytest.mark.parametrize("cause", ["", "because", "SENT_TWICE"])
def test_only_the_policys_reasons_replace(seen, cause):
    with pytest.raises(acts.ReasonWrong):
        replace(seen, cause=cause)
    assert where().voucher.id == seen


def test_an_unseen_an_ended_and_a_pooled_code_are_not_replaced(held):
    pooled = Voucher.objects.filter(state="imported").first().id
    for voucher_id in (held, pooled):
        with pytest.raises(acts.NotPossible):
            replace(voucher_id)
    reveal()
    acts.mark_lost(held, "Did not come", 1, RULES, LATER)
    with pytest.raises(acts.NotPossible):
        replace(held)
    assert Voucher.objects.filter(replaced_by__isnull=False).count() == 0


def test_without_another_code_nothing_changes(seen):
    Voucher.objects.filter(state="imported").update(state="void", ended_at=NOW)
    with pytest.raises(acts.NotPossible, match="Add codes first"):
        replace(seen)
    assert (where().state, where().voucher.id) == ("shown", seen)
    assert balance() == (1, 1)
    assert told("voucher_replaced") == []


def test_a_cancelled_seen_voucher_uses_its_place_up_and_an_unseen_one_gives_it_back(held):
    acts.cancel_voucher(held, "Wrong exam", 1, RULES, LATER)
    assert (where().state, registration.places(7, FND)) == ("ready", 1)
    issue(now=LATER)
    reveal(now=LATER)
    acts.cancel_voucher(where().voucher.id, "Misuse", 1, ALONE, LATER)
    assert (where().state, registration.places(7, FND)) == ("void", 0)
    assert where().voucher.ending.reason == "Misuse"
    assert told("voucher_cancelled") == [7, 7]
    assert Voucher.objects.filter(state="imported", revealed_at__isnull=False).count() == 0


def test_a_seen_voucher_is_not_cancelled_by_one_person_where_the_policy_wants_two(seen):
    with pytest.raises(acts.NotPossible, match="somebody else must confirm"):
        acts.cancel_voucher(seen, "Misuse", 1, RULES, LATER)
    assert (where().state, balance(), told("voucher_cancelled")) == ("shown", (1, 1), [])


def test_a_code_that_is_looked_at_while_one_person_cancels_is_judged_as_seen(held):
    """A look does not wait for the pool: it may come right before the state is read that is then changed."""
    looked = []

    def look(execute, sql, params, many, context):
        if not looked and "holder_id" in sql and sql.startswith("SELECT") and "state" in sql and held in params:
            looked.append(sql)
            Voucher.objects.filter(id=held).update(state="revealed", revealed_at=LATER)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look), pytest.raises(acts.NotPossible, match="somebody else must confirm"):
        acts.cancel_voucher(held, "Misuse", 1, RULES, LATER)
    assert looked
    assert told("voucher_cancelled") == []


def test_a_pooled_code_is_withdrawn_and_never_issued(held):
    pooled = Voucher.objects.filter(state="imported").order_by("id").first().id
    acts.cancel_voucher(pooled, "The supplier took it back", 1, RULES, LATER)
    ready(8)
    assert issue(8, now=LATER).voucher.id != pooled
    assert told("voucher_cancelled") == []
    with pytest.raises(acts.NotPossible):
        acts.cancel_voucher(pooled, "Again", 1, RULES, LATER)


def test_a_lost_voucher_says_so_until_there_is_a_place_again(seen):
    acts.mark_lost(seen, "Did not come on 12 May", 1, RULES, LATER)
    assert (where().state, where().voucher.ending.reason) == ("lost", "Did not come on 12 May")
    assert told("voucher_lost") == [7]
    with pytest.raises(acts.NotPossible):
        acts.mark_lost(seen, "Again", 1, RULES, LATER)


def test_a_code_nobody_saw_cannot_be_lost(held):
    with pytest.raises(acts.NotPossible):
        acts.mark_lost(held, "Did not come", 1, RULES, LATER)


def test_a_new_last_day_is_entered_with_where_it_is_written(seen):
    later = LAST_DAY + timedelta(days=90)
    acts.extend(seen, later, "Letter of the supplier, order 7", 1, RULES, LATER)
    assert where().voucher.expires_on == later
    assert where(now=NOW.replace(year=2028, month=4)).state == "shown", "it works after its first last day"
    entry = audit.entries(f"voucher:{seen}")[-1]
    assert (entry.facts["from"], entry.facts["to"], entry.text) == (
        LAST_DAY.isoformat(), later.isoformat(), "Letter of the supplier, order 7",
    )  # fmt: skip
    assert told("voucher_extended") == [7]


@pytest.mark.parametrize("day", [LAST_DAY, LAST_DAY - timedelta(days=1), date(2099, 1, 1)])
def test_a_last_day_that_is_not_later_or_far_away_is_refused(seen, day):
    with pytest.raises(acts.LastDayWrong):
        acts.extend(seen, day, "x", 1, RULES, LATER)


@pytest.mark.parametrize("reason", ["", "  \n\0", "x" * 2001])
def test_nothing_is_done_without_a_reason(seen, reason):
    for act in (
        lambda: replace(seen, reason=reason), lambda: acts.cancel_voucher(seen, reason, 1, RULES, LATER),
        lambda: acts.mark_lost(seen, reason, 1, RULES, LATER),
        lambda: acts.extend(seen, date(2029, 1, 1), reason, 1, RULES, LATER),
    ):  # fmt: skip
        with pytest.raises(acts.ReasonWrong):
            act()
    assert where().state == "shown"


def test_a_voucher_is_found_by_its_exact_code_and_that_is_written_down(seen):
    code = reveal()
    spaced = f" {code[:4].lower()}-{code[4:]} "
    assert acts.find(Secret(spaced), KEYS, 5, LATER) == seen
    last = audit.entries(f"voucher:{seen}")[-1]
    assert (last.action, last.actor_id, last.facts) == ("voucher.found_by_code", 5, {"learner": 7})
    before = audit.entries("codes:search")
    assert acts.find(Secret(f"{code}X"), KEYS, 5, LATER) is None
    [failed] = audit.entries("codes:search")[len(before) :]
    assert (failed.action, failed.actor_id, failed.facts, failed.text) == ("code.not_found", 5, {}, None)
    for bad in ("", "x", "ÄÖÜÄ", "A" * 50):
        with pytest.raises(acts.BadCode):
            acts.find(Secret(bad), KEYS, 5, LATER)


def test_an_act_on_nothing_is_refused():
    with pytest.raises(acts.NotPossible):
        acts.cancel_voucher(99, "x", 1, RULES, NOW)


def test_another_exams_pool_does_not_replace(seen):
    Voucher.objects.filter(state="imported").update(state="void", ended_at=NOW)
    fill(2, exam=REG, start=50)
    with pytest.raises(acts.NotPossible):
        replace(seen)


@pytest.mark.parametrize("act", ["lose", "cancel", "expire"])
def test_a_booking_ends_with_its_voucher_and_nobody_waits_for_a_result_that_never_comes(seen, act):
    api.book(7, FND, Booking(date(2027, 5, 12), "Vienna"), RULES, NOW)
    at = LATER
    if act == "lose":
        acts.mark_lost(seen, "Did not come", 1, RULES, at)
    elif act == "cancel":
        acts.cancel_voucher(seen, "Misuse", 1, ALONE, at)
    else:
        at = Voucher.objects.get(id=seen).expires_at + timedelta(days=15)
        assert api.expire_due(RULES, at).seen == 1
    assert where(now=at).state == {"lose": "lost", "cancel": "void", "expire": "expired"}[act]
    assert all(condition.met for condition in where(now=at).verdict.conditions if condition.kind == "pending")
    if act != "expire":
        assert where(now=LATER.replace(year=2029)).state == where(now=at).state, "its reason stays in sight"


def test_a_result_ends_a_booking_that_was_told_after_the_exam(seen):
    api.book(7, FND, Booking(NOW.date(), "Vienna"), RULES, NOW)
    exams.record(7, FND, "fail", NOW - timedelta(hours=3), LATER, voucher_id=seen)
    Voucher.objects.filter(id=seen).update(state="used", ended_at=LATER, issued_at=NOW - timedelta(days=5))
    assert where().state != "pending"


def test_a_voucher_whose_last_day_is_over_is_neither_replaced_nor_extended_into_the_past(seen):
    over = Voucher.objects.get(id=seen).expires_at + timedelta(days=3)
    with pytest.raises(acts.NotPossible, match="not over"):
        replace(seen, now=over)
    with pytest.raises(acts.LastDayWrong, match="is over"):
        acts.extend(seen, LAST_DAY + timedelta(days=1), "Letter", 1, RULES, over)
    acts.extend(seen, LAST_DAY + timedelta(days=40), "Letter", 1, RULES, over)
    assert where(now=over).state == "shown"
