"""The log of mails: filters, pages, and another try for what was given up."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox import api, listing
from wins_xblocks.domain.outbox.data import Wanted
from wins_xblocks.domain.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def write(kind="voucher_ready", days=0, recipient=7, tries=0, sent=False, subject="s"):
    api.write(kind, subject, NOW + days * DAY, NOW + days * DAY, recipient, {})
    row = OutboxMessage.objects.latest("id")
    OutboxMessage.objects.filter(id=row.id).update(tries=tries, sent_at=NOW if sent else None)
    return row.id


def found(before=None, most=50, **wanted):
    return [row.id for row in listing.page(Wanted(**wanted), before, most)]


def test_the_newest_stand_first_and_pages_follow_each_other():
    ids = [write(days=day) for day in (2, 0, 1)] + [write(days=1, subject="other")]
    order = [ids[0], ids[3], ids[2], ids[1]]
    assert found() == order
    assert found(most=2) == order[:2]
    assert found(before=order[1], most=2) == order[2:]
    assert found(before=order[0]) == order[1:], "of one moment, none is left out and none stands twice"
    assert found(before=order[3]) == []
    assert found(before=99_999) == order, "an unknown one is the beginning"


def test_each_filter_and_all_of_them():
    one = write(days=1, sent=True, tries=1)
    two = write("voucher_ends", days=2, recipient=8)
    three = write("voucher_ends", days=3, recipient=None, tries=12)
    assert found(kind="voucher_ends") == [three, two]
    assert found(state="sent") == [one]
    assert found(state="waiting") == [two]
    assert found(state="given_up") == [three]
    assert found(recipients=(7, 8)) == [two, one]
    assert found(recipients=()) == []
    assert found(start=NOW + 2 * DAY) == [three, two]
    assert found(end=NOW + 2 * DAY) == [one]
    assert found(kind="voucher_ends", state="waiting", recipients=(8,), start=NOW, end=NOW + 3 * DAY) == [two]
    assert [row.state for row in listing.page(Wanted(), None, 9)] == ["given_up", "waiting", "sent"]


def test_one_that_was_given_up_is_tried_again_once():
    given_up = write(tries=12)
    listing.try_again(given_up, 1, NOW)
    with pytest.raises(listing.NotGivenUp, match="faster than you"):
        listing.try_again(given_up, 2, NOW)
    assert [(entry.action, entry.actor_id) for entry in audit.entries(f"message:{given_up}")] == [
        ("mail.tried_again", 1)
    ]
    sent = []
    assert api.send_due(NOW, sent.append) == (1, 0)
    assert api.send_due(NOW + DAY, sent.append) == (0, 0)
    assert len(sent) == 1


@pytest.mark.parametrize("state", [{"tries": 11}, {"tries": 12, "sent": True}, {"tries": 1, "sent": True}])
def test_what_waits_or_was_sent_is_not_tried_again(state):
    number = write(**state)
    before = OutboxMessage.objects.values().get()
    with pytest.raises(listing.NotGivenUp):
        listing.try_again(number, 1, NOW)
    assert OutboxMessage.objects.values().get() == before


def test_one_that_is_not_there():
    with pytest.raises(listing.NotGivenUp):
        listing.try_again(99, 1, NOW)
