"""Showing a code, taking a voucher back, and the last day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks import notices
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.vouchers import api
from wins_xblocks.domain.vouchers.data import Ended
from wins_xblocks.domain.vouchers.keys import Keys
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.domain.vouchers.stock_data import Stock

from .builders import FND, KEYS, LAST_DAY, REG, RULES, fill, issue, position, ready, reveal

pytestmark = pytest.mark.django_db
OTHER = "YW5vdGhlci1rZXktdGhhdC1pcy0zMi1ieXRlcy1sbmc="
OVER = datetime(2028, 2, 29, tzinfo=UTC)  # the day after LAST_DAY, in Vienna too
WHY = "Sent to the wrong person"


@pytest.fixture
def held():
    """Learner 7 holds the pool's only voucher; its code."""
    ready(7)
    code = fill()[0]
    issue()
    return code


def voucher():
    return Voucher.objects.get()


def actions():
    return [entry.action for entry in audit.entries(f"voucher:{voucher().id}")]


def test_the_learner_sees_the_code_and_may_ask_again(held):
    assert [reveal(), reveal(now=NOW + timedelta(days=1))] == [held, held]
    assert (position().state, voucher().revealed_at) == ("shown", NOW)
    assert actions() == ["voucher.issued", "voucher.revealed", "voucher.shown_again"]


def test_without_a_voucher_there_is_nothing_to_show():
    ready(7)
    with pytest.raises(api.NothingToShow):
        reveal()


def test_a_code_is_not_shown_after_its_last_day(held):
    with pytest.raises(api.NothingToShow):
        reveal(now=OVER)
    assert voucher().state == "issued"
    reveal()
    with pytest.raises(api.NothingToShow):
        reveal(now=OVER)


def test_that_a_code_was_seen_is_kept_before_it_is_decrypted(held, monkeypatch):
    """A crash while decrypting must never leave a code that was on its way to a screen in the pool's reach."""
    seen = []
    decrypt = Keys.decrypt

    def watched(keys, cipher):
        seen.append(voucher().state)
        return decrypt(keys, cipher)

    monkeypatch.setattr(Keys, "decrypt", watched)
    reveal()
    assert seen == ["issued", "revealed"]  # the canary's check, then the code


@pytest.mark.parametrize("keys", [Keys([], "tests only"), Keys([OTHER], "tests only"), Keys(KEYS.fernet_keys, "wrong")])
def test_wrong_keys_use_up_nothing_and_the_operator_reads_why(held, keys, caplog):
    with pytest.raises(api.Unreadable, match="Your voucher is not lost"):
        api.reveal(7, FND, keys, NOW)
    assert voucher().state == "issued"
    assert "WINS_VOUCHER" in caplog.text


def test_a_newer_key_in_front_still_opens_the_older_codes(held):
    assert api.reveal(7, FND, Keys([OTHER, *KEYS.fernet_keys], "tests only"), NOW).text == held


def test_a_row_that_somebody_changed_is_not_shown(held, caplog):
    Voucher.objects.update(cipher=KEYS.encrypt("ANOTHERCODE"))
    with pytest.raises(api.Unreadable):
        reveal()
    assert "does not match its digest" in caplog.text
    assert "ANOTHERCODE" not in caplog.text
    Voucher.objects.update(cipher="rubbish")
    with pytest.raises(api.Unreadable):
        reveal()


def test_a_voucher_taken_back_returns_to_the_pool_and_the_place_to_the_learner(held):
    api.take_back(voucher().id, 1, f" {WHY} ", NOW)
    here = position()
    assert (here.state, here.taken_back.reason, here.verdict.met) == ("taken_back", WHY, True)
    assert registration.places(7, FND) == 1
    assert api.stock([FND], RULES, NOW) == (Stock(FND, usable=1),)
    last = audit.entries(f"voucher:{voucher().id}")[-1]
    assert (last.action, last.actor_id, last.text) == ("voucher.taken_back", 1, WHY)
    assert list(OutboxMessage.objects.filter(kind="voucher_taken_back").values_list("recipient_id")) == [(7,)]


def test_after_taking_back_the_learner_may_get_one_again(held):
    api.take_back(voucher().id, 1, WHY, NOW)
    assert issue().state == "issued"
    api.take_back(voucher().id, 1, "Again", NOW + timedelta(days=1))
    assert position().taken_back.reason == "Again"


def test_taking_back_needs_a_reason(held):
    with pytest.raises(Refusal, match="Give a reason"):
        api.take_back(voucher().id, 1, "  ", NOW)
    assert position().state == "issued"


def test_a_code_once_seen_is_never_taken_back(held):
    reveal()
    with pytest.raises(api.NotTakenBack, match="its code was seen"):
        api.take_back(voucher().id, 1, WHY, NOW)
    assert position().state == "shown"
    assert registration.places(7, FND) == 0


def test_a_voucher_whose_last_day_is_over_is_not_taken_back(held):
    with pytest.raises(api.NotTakenBack, match="it ended"):
        api.take_back(voucher().id, 1, WHY, voucher().expires_at)
    assert voucher().state == "issued"


def test_taking_back_twice_or_out_of_the_pool_is_refused(held):
    api.take_back(voucher().id, 1, WHY, NOW)
    for id_ in (voucher().id, 987654):
        with pytest.raises(api.NotTakenBack, match="Nobody holds"):
            api.take_back(id_, 1, WHY, NOW)


def test_a_reserved_voucher_that_ends_unseen_gives_the_place_back(held):
    assert api.expire_due(RULES, OVER) == Ended(issued=1)
    assert registration.places(7, FND) == 1
    assert (position(now=OVER).state, position(now=OVER).place_in_queue) == ("waiting", 1)
    assert actions() == ["voucher.issued", "voucher.expired"]
    assert api.expire_due(RULES, OVER) == Ended()


def test_who_lost_a_reserved_voucher_to_its_last_day_waits_at_the_head(held):
    ready(8)
    issue(8)
    api.expire_due(RULES, OVER)
    assert [own.learner_id for own in api.waiting()] == [7, 8]


def test_two_who_lost_reserved_vouchers_in_one_run_keep_their_order():
    ready(7, 8, 9)
    fill(2)
    issue(8)
    issue(7, now=NOW + timedelta(minutes=1))
    issue(9)
    api.expire_due(RULES, OVER)
    assert [own.learner_id for own in api.waiting()] == [8, 7, 9]


def test_who_presses_before_the_job_has_run_waits_at_the_head_too(held):
    ready(8)
    issue(8)
    assert issue(now=OVER).place_in_queue == 1
    assert [own.learner_id for own in api.waiting()] == [7, 8]
    assert api.expire_due(RULES, OVER) == Ended()


def test_the_learner_gets_a_mail_when_a_reserved_voucher_ended_unseen(held):
    api.expire_due(RULES, OVER)
    [mail] = OutboxMessage.objects.filter(kind="voucher_ended")
    assert (mail.recipient_id, mail.subject) == (7, f"voucher:{voucher().id}")
    subject, body = notices.written(mail, None)
    assert subject == "Your exam voucher ended: Foundation Module"
    assert "ended on 28 February 2028. You had not seen the code." in body


def test_a_voucher_that_ended_after_it_was_seen_brings_no_such_mail(held):
    reveal()
    api.expire_due(RULES, OVER + timedelta(days=14))
    assert not OutboxMessage.objects.filter(kind="voucher_ended").exists()


def test_with_codes_in_the_pool_nobody_waits_after_the_last_day(held):
    fill(1, start=2, last_day=LAST_DAY + timedelta(days=365))
    api.expire_due(RULES, OVER)
    assert position(now=OVER).state == "ready"


def test_the_learner_need_not_wait_for_the_job_that_ends_vouchers(held):
    fill(1, start=2, last_day=LAST_DAY + timedelta(days=365))
    assert position(now=OVER).state == "ready"
    assert issue(now=OVER).voucher.expires_on == LAST_DAY + timedelta(days=365)
    assert registration.places(7, FND) == 0


def test_a_seen_voucher_ends_after_the_grace_and_its_place_stays_used(held):
    reveal()
    assert position(now=OVER).state == "expired"
    assert api.expire_due(RULES, OVER + timedelta(days=13)) == Ended()
    assert api.expire_due(RULES, OVER + timedelta(days=14)) == Ended(seen=1)
    assert position(now=OVER + timedelta(days=14)).state == "expired"
    assert registration.places(7, FND) == 0


def test_codes_that_end_in_the_pool_are_no_longer_there():
    fill(3)
    assert api.expire_due(RULES, OVER) == Ended(pool=3)
    assert api.stock([FND], RULES, OVER) == (Stock(FND),)


def test_a_voucher_works_until_the_last_day_is_over_where_the_programme_is(held):
    """Midnight in Vienna is 23:00 UTC in winter."""
    assert voucher().expires_at == datetime(2028, 2, 28, 23, 0, tzinfo=UTC)
    assert reveal(now=datetime(2028, 2, 28, 22, 59, tzinfo=UTC)) == held
    assert position(now=datetime(2028, 2, 28, 22, 59, tzinfo=UTC)).days_left == 1


def test_the_stock_is_told_by_exam_in_two_queries(held, django_assert_num_queries):
    ready(8, 9)
    fill(2, start=2)
    issue(8)
    reveal(8)
    fill(1, start=9, last_day=date(2027, 3, 20))
    issue(9, REG)
    with django_assert_num_queries(2):
        found = api.stock([REG, FND], RULES, NOW)
    assert found == (Stock(REG, waiting=1), Stock(FND, usable=1, short=1, issued=1, shown=1, ending=1))


def test_staff_see_who_holds_what_in_one_query(held, django_assert_num_queries):
    ready(8)
    fill(1, start=2)
    issue(8)
    reveal(8)
    with django_assert_num_queries(1):
        found = api.of_learners([7, 8, 9], NOW)
    assert {key: (own.state, own.may_take_back) for key, own in found.items()} == {
        (7, FND): ("issued", True), (8, FND): ("revealed", False),
    }  # fmt: skip
    assert {own.state for own in api.of_learners([7, 8], OVER).values()} == {"expired"}
