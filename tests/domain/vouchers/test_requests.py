"""What a person decides before a voucher or a booking: special arrangements, and the countries of the policy."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.vouchers import api, names, requests
from wins_xblocks.domain.vouchers.data import Name
from wins_xblocks.domain.vouchers.models import DocumentName, Voucher, VoucherRequest, VoucherWait
from wins_xblocks.voucher_view import view

from .builders import FND, REG, RULES, fill, issue, position, ready, reveal

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
MAY = Booking(date(2027, 5, 12), "Vienna")
LISTED = replace(RULES, policies=replace(RULES.policies, country_review=("AT", "FR")))


def ask(what="extra_time", text="", now=NOW, exam=FND):
    return requests.ask(7, exam, what, text, RULES, now)


def decide(asked, grant=True, answer="30 minutes more", by=990, now=LATER):
    return requests.decide(asked.id, grant, answer, by, now)


def told(kind):
    return list(OutboxMessage.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def test_nothing_is_issued_before_it_is_decided():
    ready(7)
    fill()
    asked = ask(text="  half an hour  ")
    assert (asked.text, asked.deadline) == ("half an hour", date(2027, 3, 15))
    assert position().state == "arranging"
    card = view(position())
    assert card.heading == "Do not book yet."
    assert "WINS answers by 15 March 2027." in card.sentences[0]
    with pytest.raises(api.NotReady):
        issue()
    decide(asked)
    assert position().state == "ready"
    assert "Your special arrangements are agreed: 30 minutes more" in view(position()).sentences
    assert issue().state == "issued"
    assert [entry.action for entry in audit.entries(f"request:{asked.id}")] == ["request.asked", "request.granted"]
    assert (told("request_opened"), told("request_decided")) == ([None], [7])
    assert audit.broken() == []


def test_nothing_is_booked_before_it_is_decided_and_the_code_stays_in_reach():
    ready(7)
    fill()
    issue()
    reveal()
    asked = ask()
    assert view(position()).heading == "Do not book yet."
    assert view(position()).button.kind == "show"
    with pytest.raises(api.NotDecided):
        api.book(7, FND, MAY, RULES, NOW)
    assert Voucher.objects.get().state == "revealed", "nothing is half done"
    decide(asked, grant=False, answer="Not possible there")
    assert 'Reason: "Not possible there"' in " ".join(view(position()).sentences)
    assert api.book(7, FND, MAY, RULES, LATER)
    with pytest.raises(requests.TooLate):
        ask(now=LATER)


def test_a_programme_may_let_them_book_at_once():
    ready(7)
    fill()
    issue()
    reveal()
    ask()
    free = replace(RULES, policies=replace(RULES.policies, arrangements_before_booking=False))
    assert api.book(7, FND, MAY, free, NOW)


def test_asking_twice_is_one_request_and_another_exam_another():
    first = ask()
    assert ask("reader").id == first.id
    assert ask(exam=REG).id != first.id
    assert VoucherRequest.objects.count() == 2


def test_who_waits_for_a_code_keeps_her_place_while_it_is_decided():
    ready(7)
    issue()
    asked = ask()
    fill()
    assert Voucher.objects.get().state == "imported", "the queue was looked at, and she was left out"
    assert position().state == "arranging"
    decide(asked)
    assert api.serve_waiting(RULES, None, 1, LATER) == 1
    assert position(now=LATER).state == "issued"


def test_what_is_not_needed_any_more_is_taken_back_with_its_words():
    asked = ask("other", "A lamp")
    requests.withdraw(7, FND, LATER)
    row = VoucherRequest.objects.get(id=asked.id)
    assert (row.state, row.text, row.open_slot) == ("withdrawn", "", None)
    with pytest.raises(requests.NotOpen):
        requests.withdraw(7, FND, LATER)
    with pytest.raises(requests.NotOpen):
        decide(asked)
    assert ask("reader").id != asked.id


def test_asking_and_taking_back_again_and_again_is_one_mail_a_day_for_each_learner_and_exam():
    for minute in range(20):
        at = NOW + timedelta(minutes=minute)
        ask(now=at)
        requests.withdraw(7, FND, at)
    assert VoucherRequest.objects.count() == 20
    assert told("request_opened") == [None]
    ask(exam=REG)
    requests.ask(8, FND, "reader", "", RULES, NOW)
    assert len(told("request_opened")) == 3
    decide(ask(now=LATER), now=LATER)
    assert len(told("request_opened")) == 4, "another day"
    ask(now=LATER + timedelta(hours=1))
    assert len(told("request_opened")) == 5, "what was decided is over: this is a new one"


@pytest.mark.parametrize(("what", "text"), [("extra_time", "x" * 501), ("other", " \0")])
def test_a_text_is_bounded_and_something_else_needs_one(what, text):
    with pytest.raises(requests.TextWrong):
        ask(what, text)
    with pytest.raises(requests.WhatWrong):
        ask("diagnosis")
    assert not VoucherRequest.objects.exists()


@pytest.mark.parametrize("answer", ["", " \0", "x" * 1001])
def test_a_decision_has_words_and_is_made_once_by_somebody_else(answer):
    asked = ask()
    with pytest.raises(requests.AnswerWrong):
        decide(asked, answer=answer)
    with pytest.raises(requests.NotOpen, match="your own"):
        decide(asked, by=7)
    decide(asked)
    for again in (True, False):
        with pytest.raises(requests.NotOpen):
            decide(asked, grant=again)
    assert requests.request(asked.id).state == "granted"


def test_one_that_is_overdue_is_told_once():
    asked = ask()
    late = asked.deadline + timedelta(days=1)
    assert requests.tell_overdue(asked.deadline, NOW) == 0
    assert [requests.tell_overdue(late, NOW + timedelta(days=n)) for n in (20, 21)] == [1, 0]
    assert told("request_overdue") == [None]


def test_arrangements_go_when_their_time_is_over_and_a_refused_country_stays():
    old, young = ask(), ask(exam=REG)
    decide(old)
    decide(young, now=LATER + timedelta(days=5))
    VoucherRequest.objects.create(
        learner_id=7, exam=FND, kind="country", what="AT", state="refused", open_slot=None, asked_at=NOW,
        deadline=NOW.date(), decided_at=NOW,
    )  # fmt: skip
    assert requests.drop(LATER + timedelta(days=1)) == 1
    assert set(VoucherRequest.objects.values_list("exam", "kind")) == {(REG, "arrangement"), (FND, "country")}


def listed(now=NOW):
    return api.position(7, FND, LISTED, None, 1, now)


def get(now=NOW):
    return api.issue(7, FND, LISTED, None, 1, now)


def test_a_person_is_asked_about_a_country_of_the_list_and_says_yes():
    ready(7)
    fill()
    assert listed().unnamed, "the country was not asked for before"
    with pytest.raises(api.NotConfirmed):
        get()
    names.confirm(7, Name("Ana", "Neill", "", "AT"), NOW)
    assert listed().state == "ready"
    assert get().state == "country"
    assert get().state == "country", "pressing twice asks once"
    assert Voucher.objects.get().state == "imported"
    [asked] = requests.open_requests()
    assert (asked.kind, asked.what) == ("country", "AT")
    card = view(listed())
    assert (card.heading, card.sentences[0]) == (
        "WINS has to look at your request.", "WINS answers by 15 March 2027.",
    )  # fmt: skip
    decide(asked, answer="Looked at the lists of 1 March")
    assert get(LATER).state == "issued"


def test_a_no_is_told_with_its_reason_and_may_become_a_yes():
    ready(7)
    fill()
    names.confirm(7, Name("Ana", "Neill", "", "AT"), NOW)
    get()
    [asked] = requests.open_requests()
    decide(asked, grant=False, answer="On the list of 1 March")
    card = view(listed())
    assert (card.heading, card.sentences[0]) == (
        "WINS cannot give you a voucher now.", 'Reason: "On the list of 1 March"',
    )  # fmt: skip
    with pytest.raises(api.NotReady):
        get(LATER)
    with pytest.raises(requests.NotOpen):
        decide(asked, grant=False)
    decide(asked, answer="Off the list")
    assert get(LATER).state == "issued"


def test_a_question_about_another_country_than_hers_is_withdrawn_and_hers_is_asked():
    ready(7)
    fill()
    names.confirm(7, Name("Ana", "Neill", "", "AT"), NOW)
    get()
    [first] = requests.open_requests()
    names.correct(7, Name("Ana", "Neill", "", "FR"), "A new passport", 990, NOW)
    assert listed().state == "ready"
    assert get(LATER).state == "country"
    [asked] = requests.open_requests()
    assert (asked.what, asked.id != first.id) == ("FR", True)
    assert [entry.action for entry in audit.entries(f"request:{first.id}")] == ["request.asked", "request.withdrawn"]
    with pytest.raises(requests.NotOpen):
        decide(first)
    assert get(LATER).state == "country", "asked once"
    decide(asked)
    assert get(LATER).state == "issued"
    assert audit.broken() == []


def test_a_country_that_is_not_on_the_list_waits_for_nobody_and_an_empty_list_asks_nothing():
    ready(7, 8)
    fill(2)
    names.confirm(7, Name("Ana", "Neill", "", "DE"), NOW)
    assert get().state == "issued"
    assert issue(8).state == "issued"
    assert not VoucherRequest.objects.exists()


def test_who_waits_when_her_country_comes_onto_the_list_is_looked_at_first():
    ready(7)
    names.confirm(7, Name("Ana", "Neill", "", "AT"), NOW)
    fill()
    Voucher.objects.update(state="lost")
    assert issue().state == "waiting"
    Voucher.objects.update(state="imported")
    assert api.serve_waiting(LISTED, None, 1, LATER) == 0
    assert listed(LATER).state == "country"
    [asked] = requests.open_requests()
    decide(asked, answer="Looked at")
    assert api.serve_waiting(LISTED, None, 1, LATER) == 1
    assert not VoucherWait.objects.filter(open_slot=1).exists()


@pytest.mark.parametrize("nameless", [False, True])
def test_who_waits_and_has_not_told_her_country_is_passed_over_and_keeps_her_place(nameless):
    ready(7, 8)
    names.confirm(8, Name("Eva", "Berger", "", "DE"), NOW)
    fill(2)
    Voucher.objects.update(state="lost")
    for who in (7, 8):
        assert issue(who, now=NOW + timedelta(minutes=who)).state == "waiting"
    DocumentName.objects.filter(learner_id=7, id__gt=0 if nameless else 10**9).delete()
    first, second = Voucher.objects.values_list("id", flat=True)
    Voucher.objects.filter(id=first).update(state="imported")
    assert api.serve_waiting(LISTED, None, 1, LATER) == 1
    assert position(8, now=LATER).state == "issued"
    Voucher.objects.filter(id=second).update(state="imported")
    assert api.serve_waiting(LISTED, None, 1, LATER) == 0
    here = listed(LATER)
    assert "Confirm your name as on your document" in view(here).sentences[-1]
    assert (here.state, here.place_in_queue, here.unnamed) == ("waiting", 1, True)
    names.confirm(7, Name("Ana", "Neill", "", "DE"), LATER)
    assert api.serve_waiting(LISTED, None, 1, LATER) == 1


def test_where_no_country_is_listed_who_waits_from_before_names_were_asked_for_is_served():
    ready(7)
    fill()
    Voucher.objects.update(state="lost")
    assert issue().state == "waiting"
    DocumentName.objects.all().delete()
    Voucher.objects.update(state="imported")
    assert api.serve_waiting(RULES, None, 1, LATER) == 1
