"""Names, requests, sheets and marks: what staff decide while the learner, or other staff, act on the same row.

Each begins with its negative control.
"""

import threading
from dataclasses import replace

import pytest
from django.db import transaction

from tests.conftest import NOW
from tests.domain.vouchers.builders import FND, KEYS, RULES, fill, issue, named, ready, reveal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.vouchers import acts, api, bulk, lists, marks, names, requests
from wins_xblocks.domain.vouchers.data import Name, Secret
from wins_xblocks.domain.vouchers.models import DocumentName, Voucher, VoucherExam, VoucherRequest

from .conftest import race

STAFF = 99
LISTED = replace(RULES, policies=replace(RULES.policies, country_review=("AT",)))
ROUNDS = pytest.mark.parametrize("times", range(3))
PATIENCE = 1  # seconds that an act waits for another one, which its locks may keep waiting


def both(*acting):
    """Each of these at once; their answers."""
    return race(lambda act: act(), acting)


# Names


@ROUNDS
def test_a_learner_and_staff_who_write_her_first_name_at_once_both_get_through(database, times):
    """Nobody has said a name yet, so there is no row to lock; the trail's next link decides."""
    answers = both(
        lambda: names.confirm(1, Name("Anna", "First"), NOW),
        lambda: names.correct(1, Name("Anna", "Second"), "As in her passport", STAFF, NOW),
    )
    assert answers == [True, True]
    assert DocumentName.objects.filter(learner_id=1).count() == 2
    assert sorted(entry.action for entry in audit.entries("name:1")) == ["name.confirmed", "name.corrected"]
    assert audit.broken() == []


@ROUNDS
def test_a_name_that_staff_correct_while_the_learner_changes_it_has_one_order(database, times):
    named(1)
    both(
        lambda: names.confirm(1, Name("Anna", "Hers"), NOW),
        lambda: names.correct(1, Name("Anna", "Theirs"), "As in her passport", STAFF, NOW),
    )
    written = list(DocumentName.objects.filter(learner_id=1).order_by("id").values_list("confirmed_by", flat=True))
    acts_ = [entry.action for entry in audit.entries("name:1")]
    assert acts_ == ["name.confirmed" if by is None else "name.corrected" for by in written]
    assert len(written) == 3
    assert audit.broken() == []


def meanwhile(act):
    """Run ``act`` in a thread while the caller's transaction is open; what it answers is in the list in the end."""
    answers = []
    thread = threading.Thread(target=lambda: answers.extend(race(lambda _: act(), [0])))
    thread.start()
    thread.join(PATIENCE)
    return thread, answers


def test_a_country_of_the_list_cannot_slip_in_while_a_voucher_is_issued_for_another_one(database):
    """She was looked at with a country that nobody reviews; before that is written, another window says another one."""
    ready(1)
    named(1, country="FR")
    fill(1)
    running = []

    def slip_in(handed):
        running.append(meanwhile(lambda: names.confirm(1, Name("Given", "Example", country="AT"), NOW)))

    api.issue(1, FND, LISTED, None, 1, NOW, slip_in)
    thread, answers = running[0]
    thread.join()
    assert [type(answer) for answer in answers] == [names.CountryFixed], answers
    assert names.of(1).country == "FR"


@ROUNDS
def test_a_voucher_is_issued_or_her_new_country_is_looked_at(database, times):
    ready(1)
    named(1, country="FR")
    fill(1)
    said, got = both(
        lambda: names.confirm(1, Name("Given", "Example", country="AT"), NOW),
        lambda: api.issue(1, FND, LISTED, None, 1, NOW),
    )
    if said is True:
        assert not Voucher.objects.filter(holder_id=1).exists()
        assert (got.state, VoucherRequest.objects.get().what) == ("country", "AT")
    else:
        assert isinstance(said, names.CountryFixed), said
        assert (got.state, VoucherRequest.objects.count()) == ("issued", 0)


# Requests


def asked():
    named(1)
    return requests.ask(1, FND, "extra_time", "", RULES, NOW).id


def by_looking(request_id, state, gate):
    """What one writes first: look whether it is open, then decide, or take it back."""
    row = VoucherRequest.objects.get(id=request_id)
    gate.wait()
    if row.state == "asked":
        row.state, row.open_slot, row.decided_at = state, None, NOW
        row.save()
    return row.state


def test_without_a_condition_a_request_is_decided_and_withdrawn(database):
    request_id, gate = asked(), threading.Barrier(2)
    assert race(lambda state: by_looking(request_id, state, gate), ["granted", "withdrawn"]) == ["granted", "withdrawn"]


@ROUNDS
def test_a_request_that_is_decided_while_it_is_withdrawn_ends_one_way(database, times):
    request_id = asked()
    decided, withdrawn = both(
        lambda: requests.decide(request_id, True, "30 minutes", STAFF, NOW), lambda: requests.withdraw(1, FND, NOW)
    )
    row = VoucherRequest.objects.get()
    acts_ = [entry.action for entry in audit.entries(f"request:{request_id}")]
    mails = OutboxMessage.objects.filter(kind="request_decided").count()
    if withdrawn is None:
        assert isinstance(decided, requests.NotOpen), decided
        assert (row.state, acts_[1:], mails) == ("withdrawn", ["request.withdrawn"], 0)
    else:
        assert isinstance(withdrawn, requests.NotOpen), withdrawn
        assert (row.state, acts_[1:], mails) == ("granted", ["request.granted"], 1)


def test_a_request_that_two_decide_is_decided_once(database):
    request_id = asked()
    answers = race(lambda by: requests.decide(request_id, by == 2, "So it is", by, NOW), [2, 3])
    assert sorted(type(answer).__name__ for answer in answers) == ["NotOpen", "RequestValue"]
    assert OutboxMessage.objects.filter(kind="request_decided").count() == 1


# Sheets


def terms():
    return bulk.Terms(RULES, None, 1, "The supplier sent them twice", STAFF, NOW)


def lost():
    """Learner 1 has no place any more: her voucher was lost."""
    ready(1)
    fill(1)
    issue(1)
    reveal(1)
    acts.mark_lost(Voucher.objects.get().id, "Not come", STAFF, RULES, NOW)


def judged(gate):
    """What an upload thinks of her line; the other one thinks before either has written."""
    with transaction.atomic():
        may = not registration.places(1, FND)
        gate.wait()
    return may


def test_without_the_pools_lock_two_uploads_would_give_two_places(database):
    lost()
    gate = threading.Barrier(2)
    assert race(lambda _: judged(gate), range(2)) == [True, True]


def test_a_sheet_of_places_that_is_uploaded_twice_at_once_gives_them_once(database):
    lost()
    reports = race(lambda _: bulk.grant([bulk.Wanted(2, "one", 1, FND)], terms()), range(2))
    assert sorted(report.done for report in reports) == [False, True]
    assert registration.places(1, FND) == 1
    assert OutboxMessage.objects.filter(kind="place_granted").count() == 1


def test_a_sheet_of_learners_that_is_uploaded_twice_at_once_issues_once(database):
    ready(1, 2)
    fill(4)
    wanted = [bulk.Wanted(number, str(number), number, FND) for number in (1, 2)]
    reports = race(lambda _: bulk.issue(wanted, terms()), range(2))
    assert sorted(report.done for report in reports) == [False, True]
    assert Voucher.objects.filter(state="issued").count() == 2


@ROUNDS
def test_a_sheet_of_codes_that_is_uploaded_twice_at_once_replaces_them_once(database, times):
    ready(1, 2)
    codes = fill(3)
    issue(1)
    reveal(1)
    issue(2)
    fill(5, start=50)
    sheet = lists.read(Secret("code\n" + "\n".join(codes)), ["code"])
    reports = race(lambda _: bulk.replace(sheet, "sent_twice", KEYS, terms()), range(2))
    assert sorted(report.done for report in reports) == [False, True], reports
    assert Voucher.objects.filter(state="void").count() == 3
    assert Voucher.objects.filter(replaced_by__isnull=False).count() == 2
    assert sorted(VoucherExam.objects.filter(state="open").values_list("open_holder", flat=True)) == [1, 2]
    assert OutboxMessage.objects.filter(kind="voucher_replaced").count() == 2
    assert audit.broken() == []


# Marks


def mark_by_looking(voucher_id, state, gate):
    """What one writes first: look whether it was seen, then write what became of it."""
    row = Voucher.objects.get(id=voucher_id)
    gate.wait()
    may = row.state == "revealed"
    row.state = state
    row.save()
    return may


def seen():
    """The number of the voucher that learner 1 has seen."""
    ready(1)
    fill(1)
    issue(1)
    reveal(1)
    return Voucher.objects.get().id


def test_without_a_condition_a_voucher_is_used_and_lost(database):
    voucher_id, gate = seen(), threading.Barrier(2)
    assert race(lambda state: mark_by_looking(voucher_id, state, gate), ["used", "lost"]) == [True, True]


@ROUNDS
def test_a_voucher_that_is_marked_used_while_it_is_taken_back_ends_one_way(database, times):
    """It is shown and used in one window, and taken back in another."""
    ready(1)
    fill(1)
    voucher_id = issue(1).voucher.id

    def use():
        reveal(1)
        marks.mark_used(voucher_id, "Letter of today", STAFF, NOW)

    used, taken = both(use, lambda: api.take_back(voucher_id, STAFF, "A mistake", NOW))
    row = Voucher.objects.get()
    if taken is None:
        assert isinstance(used, api.NothingToShow), used
        assert (row.state, row.revealed_at, registration.places(1, FND)) == ("imported", None, 1)
    else:
        assert isinstance(taken, api.NotTakenBack), taken
        assert (used, row.state, registration.places(1, FND)) == (None, "used", 0)
    assert audit.broken() == []


@ROUNDS
def test_a_voucher_that_is_marked_used_while_it_is_replaced_or_lost_ends_one_way(database, times):
    voucher_id = seen()
    fill(1, start=50)
    answers = both(
        lambda: marks.mark_used(voucher_id, "Letter of today", STAFF, NOW),
        lambda: acts.replace(voucher_id, "sent_twice", "Sent twice", STAFF, RULES, NOW),
    )
    row = Voucher.objects.get(id=voucher_id)
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1, answers
    assert row.state == ("used" if answers[0] is None else "void")
    assert VoucherExam.objects.filter(state="open").count() == (0 if row.state == "used" else 1)
    assert audit.broken() == []
