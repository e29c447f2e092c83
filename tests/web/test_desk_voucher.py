"""One voucher on the desk: history, forms, and the search by code, which leaves no code anywhere."""

import logging
import secrets
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import RULES, fill, issue, ready, reveal
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.exams.data import Booking
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.results.models import ResultEntry
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers import names
from wins_xblocks.domain.vouchers.models import Voucher

from .markup import Markup, faults

pytestmark = pytest.mark.django_db
FIND = reverse("wins:find_voucher")


@pytest.fixture
def staff(signed_in, administrator):
    return signed_in(administrator)


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html).text


def show(client, voucher_id, status=200):
    return read(client.get(reverse("wins:voucher", args=[voucher_id])), status)


def act(client, voucher_id, do, status=200, **form):
    where = reverse("wins:voucher_act", args=[voucher_id])
    sent = {"do": do, "reason": "Sent twice", "token": secrets.token_urlsafe(24), **form}
    return read(client.post(where, sent, follow=True), status)


def test_staff_read_where_it_stands_and_everything_that_happened(staff, seen):
    text = show(staff, seen)
    assert f"Voucher {seen} Code shown Exam WINS-FND – Foundation Module" in text
    assert "Learner Learner Example (learner)" in text
    assert "Last day 28 February 2028 (Europe/Vienna) Order number PO-1 Imported 1 March 2027" in text
    assert "Issued Learner Example –" in text
    assert "Code shown for the first time Learner Example –" in text


def test_a_code_is_replaced_and_the_learner_reads_why(staff, client, learner, seen):
    assert "In the pool now: 2 codes." in show(staff, seen)
    text = act(staff, seen, "replace", cause="sent_twice")
    new = Voucher.objects.get(state="issued").id
    assert f"The learner has voucher {new} instead and gets a mail." in text
    assert "Cancelled Exam" in text
    assert f"Replaced by Voucher {new}" in text
    assert f"Replaced by voucher {new} Administrator Example Sent twice" in text
    assert f"Replaces Voucher {seen}" in show(staff, new)
    client.force_login(learner)
    own = read(client.get(reverse("wins:vouchers")))
    assert "You have a new code. WINS replaced your code on 1 March 2027. Do not use the old one." in own
    assert 'Reason: "Sent twice"' in own


def confirmed_by_another(voucher_id):
    """The second person's page says what will happen, then it does."""
    other, client = person("second", "WINS certification officers"), Client()
    client.force_login(other)
    [entry] = ResultEntry.objects.filter(voucher_id=voucher_id, state="waiting")
    where = reverse("wins:result_entry", args=[entry.id])
    text = read(client.get(where))
    assert "Cancel the voucher. WINS-FND" in text
    assert "Now Code shown Afterwards Cancelled. The place in the exam is used up." in text
    assert f"Voucher {voucher_id}: Code shown, last day 28 February 2028 Reason" in text, "no result uses it up"
    assert "Confirmed and recorded." in read(client.post(where, {"do": "confirm"}, follow=True))


def test_a_seen_voucher_that_waits_to_be_cancelled_says_so_and_still_works(staff, seen):
    assert "Nothing changes until somebody else confirms it." in show(staff, seen)
    act(staff, seen, "cancel")
    assert "Cancel the voucher. It waits for a second person. Decide" in show(staff, seen)
    assert Voucher.objects.get(id=seen).state == "revealed"


@pytest.mark.parametrize(
    ("do", "told", "heading"),
    [
        ("cancel", "Nothing changes until somebody else confirms it.", "cancelled by WINS on 1 March 2027."),
        ("lose", "The voucher is marked as lost.", "This voucher is lost."),
    ],
)
def test_a_voucher_is_cancelled_or_lost_and_the_learner_reads_why(staff, client, learner, seen, do, told, heading):
    assert told in act(staff, seen, do)
    if do == "cancel":
        confirmed_by_another(seen)
    client.force_login(learner)
    own = read(client.get(reverse("wins:vouchers")))
    assert heading in own
    assert 'Reason: "Sent twice"' in own


def test_one_that_was_cancelled_unseen_tells_its_learner_why_beside_her_place(staff, client, learner):
    ready(learner.id)
    fill(2)
    act(staff, issue(learner.id).voucher.id, "cancel", reason="Wrong batch")
    client.force_login(learner)
    own = read(client.get(reverse("wins:vouchers")))
    assert "You can get your exam voucher. WINS cancelled your voucher on 1 March 2027." in own
    assert 'Reason: "Wrong batch" Your place in the exam was not used.' in own
    issue(learner.id)
    assert "Wrong batch" not in read(client.get(reverse("wins:vouchers")))


def test_a_booking_stands_with_its_city_and_gives_no_reason(staff, learner, seen):
    vouchers.book(learner.id, "WINS-FND", Booking(date(2027, 5, 12), "Vienna"), RULES, NOW)
    assert "Learner told of a booking for 12 May 2027 in Vienna Learner Example –" in show(staff, seen)


def test_what_the_supplier_says_is_entered_on_its_page(staff, learner, seen):
    assert "The booking was entered." in act(staff, seen, "book", day="2027-05-12", city="Graz", reason="Mail 5")
    assert "Staff entered a booking for 12 May 2027 Administrator Example Mail 5" in show(staff, seen)
    assert "The code works again" in act(staff, seen, "return", reason="Mail 6")
    assert "marked as used" in act(staff, seen, "use", reason="List 7")
    text = show(staff, seen)
    assert "Marked as used Administrator Example List 7" in text
    assert "The exam was taken" not in text


def test_staff_write_the_learners_name_anew_with_a_reason(staff, learner, seen):
    assert "Name on the document Given Example" in show(staff, seen)
    assert "say that your document shows one name only" in act(staff, seen, "name", 400, family="Neill")
    assert "Give a reason" in act(staff, seen, "name", 400, family="Neill", single="yes", reason=" ")
    assert "The name was changed." in act(staff, seen, "name", family="Neill", single="yes", reason="New passport")
    assert names.of(learner.id).latin == "Neill"
    assert "Nobody holds" in act(staff, Voucher.objects.filter(state="imported")[0].id, "name", 409, family="X")


def test_a_new_last_day_is_entered(staff, seen):
    text = act(staff, seen, "extend", last_day="2028-06-30", reason="Letter 7")
    assert "The new last day was entered." in text
    assert "Last day moved from 28 February 2028 to 30 June 2028" in text
    assert "Letter 7" in text


@pytest.mark.parametrize(
    ("do", "form", "told"),
    [
        ("cancel", {"reason": " "}, "Give a reason."), ("replace", {"cause": "x"}, "Choose why the code is replaced."),
        ("extend", {"last_day": "30.6.2028"}, "Write the last day as a date"),
        ("extend", {"last_day": "2028-02-28"}, "must be later than 28 February 2028"),
        ("lose", {"reason": "x" * 2001}, "at most 2000 characters"),
    ],
)  # fmt: skip
def test_a_form_that_was_refused_keeps_its_text_and_changes_nothing(staff, seen, do, form, told):
    before = list(AuditEntry.objects.values_list("id", flat=True))
    assert told in act(staff, seen, do, 400, **form)
    assert Voucher.objects.get(id=seen).state == "revealed"
    assert list(AuditEntry.objects.values_list("id", flat=True)) == before


def test_what_cannot_be_done_is_said(staff, seen):
    assert "This form is out of date." in act(staff, seen, "nonsense", 409)
    act(staff, seen, "cancel")
    assert "waits for a second person" in act(staff, seen, "cancel", 409)
    confirmed_by_another(seen)
    assert "has ended already" in act(staff, seen, "cancel", 409)
    assert "Replace the code" not in show(staff, seen)
    assert "There is no such voucher." in show(staff, 999, 404)
    assert "There is no such voucher." in act(staff, 999, "cancel", 409)


def test_the_other_roles_read_and_change_nothing(signed_in, seen):
    auditor = person("auditor", "WINS auditors")
    assert "Cancel the voucher" not in show(signed_in(auditor), seen)


def test_a_voucher_is_found_by_its_code_which_stands_nowhere_afterwards(staff, learner, seen, caplog):
    code = reveal(learner.id)
    caplog.set_level(logging.DEBUG)
    response = staff.post(FIND, {"code": code.lower()})
    assert response["Location"] == reverse("wins:voucher", args=[seen])
    assert "Found by its code" in show(staff, seen)
    wrong = staff.post(FIND, {"code": f"{code}7"})
    assert "No voucher has this code." in read(wrong, 404)
    assert "A code has 4 to 32 letters" in read(staff.post(FIND, {"code": "?"}), 400)
    kept = [*AuditEntry.objects.values_list("facts", "text"), *OutboxMessage.objects.values_list("values"), caplog.text]
    assert code not in str(kept).upper()
    assert f"{code}7" not in wrong.content.decode()
