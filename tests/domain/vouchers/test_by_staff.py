"""Where the policy says so, people of WINS give vouchers: learners read it, and cannot take one themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams import api as exams
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.vouchers import api, bulk, requests
from wins_xblocks.domain.vouchers.models import DocumentName, Voucher, VoucherWait
from wins_xblocks.voucher_view import view

from .builders import FND, KEYS, RULES, fill, issue, join, named, ready

pytestmark = pytest.mark.django_db
STAFF = replace(RULES, policies=replace(RULES.policies, get_by="staff"))
LISTED = replace(STAFF, policies=replace(STAFF.policies, country_review=("AT",)))


@pytest.fixture(autouse=True)
def learner():
    ready(7)
    fill()


def where(rules=STAFF, now=NOW):
    return api.position(7, FND, rules, None, 1, now)


def take(rules=STAFF):
    return api.issue(7, FND, rules, None, 1, NOW)


def give(rules=STAFF):
    return bulk.issue([bulk.Wanted(2, "seven", 7, FND)], bulk.Terms(rules, None, 1, "", 990, NOW))


def test_who_is_ready_reads_who_gives_it_and_cannot_take_it():
    card = view(where())
    assert (card.state, card.heading, card.button) == ("ready", "You are ready. WINS gives you your voucher.", None)
    assert "You do not have to do anything. You get a mail when it is here." in card.sentences
    assert len(card.links) == 2
    with pytest.raises(api.GivenByStaff, match=r"^WINS gives you this voucher\. You get a mail when it is here\.$"):
        take()
    assert Voucher.objects.get().state == "imported"
    assert not VoucherWait.objects.exists()


def test_staff_give_it_and_the_learner_shows_it_as_ever():
    assert give().done
    assert where().state == "issued"
    assert take().state == "issued", "pressing again is safe"
    assert OutboxMessage.objects.get(kind="voucher_ready").recipient_id == 7
    [entry] = audit.entries(f"voucher:{Voucher.objects.get().id}")
    assert (entry.action, entry.actor_id) == ("voucher.issued", 990)
    assert api.reveal(7, FND, KEYS, NOW).text


def test_what_is_missing_is_said_first():
    named(8)
    join(8)
    card = view(api.position(8, FND, STAFF, None, 1, NOW))
    assert card.sentences == ("When everything on this list is done, WINS gives it to you.",)
    with pytest.raises(api.NotReady) as refused:
        api.issue(8, FND, STAFF, None, 1, NOW)
    assert not isinstance(refused.value, api.GivenByStaff)


def test_her_name_and_her_country_are_still_hers_to_tell():
    DocumentName.objects.all().delete()
    card = view(where())
    assert (card.button.kind, card.button.label) == ("confirm", "Confirm my name")
    with pytest.raises(api.NotConfirmed):
        take()
    named(7, country="AT")
    card = view(where(LISTED))
    assert (card.button.kind, card.button.label) == ("get", "Ask for my voucher")
    assert "WINS has to look at your country first." in card.sentences[0]
    assert not give(LISTED).done
    assert take(LISTED).state == "country"
    [asked] = requests.open_requests()
    requests.decide(asked.id, True, "Looked at", 990, NOW)
    assert view(where(LISTED)).button is None
    assert give(LISTED).done


def test_who_waits_in_the_queue_is_served_as_ever():
    ready(8)
    issue(8)
    assert issue(7).state == "waiting"
    assert where().state == "waiting"
    fill(start=2)
    assert where().state == "issued"


def test_another_one_is_given_by_wins_too():
    give()
    api.take_back(Voucher.objects.get().id, 990, "Sent to the wrong person", NOW)
    card = view(where())
    assert (card.state, card.button) == ("taken_back", None)
    assert "WINS gives you another one." in card.sentences
    exams.record(7, FND, "pass", NOW - timedelta(days=60), NOW)
    exams.record(7, FND, "revoke", NOW - timedelta(days=59), NOW)
    card = view(where())
    assert (card.state, card.button) == ("withdrawn", None)
    assert "WINS gives you another voucher." in card.sentences
