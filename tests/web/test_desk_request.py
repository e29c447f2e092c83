"""A learner's request on the desk: what is asked, until when, and the decision."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, RULES
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.vouchers import names, requests
from wins_xblocks.domain.vouchers.data import Name
from wins_xblocks.domain.vouchers.models import VoucherRequest

from .markup import Markup, faults

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("wins_xblocks.context.now", lambda: NOW)


@pytest.fixture
def asked(learner):
    return requests.ask(learner.id, FND, "reader", "in English", RULES, NOW - timedelta(days=20)).id


@pytest.fixture
def staff(signed_in, administrator):
    return signed_in(administrator)


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status
    assert faults(html) == []
    return Markup(html).text


def decide(client, number, status=200, **form):
    return read(client.post(reverse("wins:decide_request", args=[number]), form, follow=True), status)


def test_the_desk_says_what_waits_and_that_it_is_overdue(staff, asked):
    text = read(staff.get(reverse("wins:desk")))
    assert "Special arrangements: A person or program that reads aloud 23 February 2027 overdue" in text
    page = read(staff.get(reverse("wins:request", args=[asked])))
    assert "In the learner’s words in English" in page
    assert "overdue" in page


def test_it_is_agreed_with_what_and_the_desk_is_empty_again(staff, asked):
    assert "Your decision was saved." in decide(staff, asked, do="grant", answer="A reader, agreed with Pearson VUE")
    assert "Nothing waits for you." in read(staff.get(reverse("wins:desk")))
    page = read(staff.get(reverse("wins:request", args=[asked])))
    assert "Agreed: A reader, agreed with Pearson VUE" in page
    assert "Do not agree" not in page


@pytest.mark.parametrize(
    ("form", "status"), [({"do": "refuse", "answer": " "}, 400), ({"do": "x", "answer": "Yes"}, 400), ({}, 400)]
)
def test_a_form_that_decides_nothing_changes_nothing(staff, asked, form, status):
    decide(staff, asked, status, **form)
    assert VoucherRequest.objects.get().state == "asked"


def test_a_second_decision_is_refused_in_words(staff, asked):
    decide(staff, asked, do="refuse", answer="Not there")
    assert "was decided or withdrawn already" in decide(staff, asked, 409, do="grant", answer="Yes")
    assert VoucherRequest.objects.get().answer == "Not there"


def test_a_request_that_is_not_there(staff):
    assert "There is no such request." in read(staff.get(reverse("wins:request", args=[99])), 404)
    assert "was decided or withdrawn already" in decide(staff, 99, 409, do="grant", answer="Yes")


def test_an_auditor_reads_and_decides_nothing(signed_in, asked):
    client = signed_in(person("auditor", "WINS auditors"))
    assert "What is agreed" not in read(client.get(reverse("wins:request", args=[asked])))
    decide(client, asked, 403, do="grant", answer="Yes")
    assert VoucherRequest.objects.get().state == "asked"


@pytest.fixture
def country(learner):
    """Learner from Austria, as she told; a person is asked."""
    names.confirm(learner.id, Name("Ana", "Neill", "", "AT"), NOW)
    with transaction.atomic():
        requests.open_country(learner.id, FND, "AT", RULES, NOW)
    return VoucherRequest.objects.get().id


def test_who_did_not_see_that_a_country_was_refused_does_not_agree_to_it(staff, country):
    """Two have the page open; the second presses "Agree" after the first has refused."""
    decide(staff, country, do="refuse", answer="Not at present")
    assert "This was decided" in decide(staff, country, 409, do="grant", answer="Fine")
    assert VoucherRequest.objects.get().state == "refused"
    form = staff.get(reverse("wins:request", args=[country])).content.decode()
    assert 'name="again" value="yes"' in form
    assert "Your decision was saved." in decide(staff, country, do="grant", answer="Fine", again="yes")
    assert VoucherRequest.objects.get().state == "granted"


def test_a_country_that_was_told_wrongly_is_written_anew_and_the_question_ends(staff, learner, country):
    assert "The document is of another country" in read(staff.get(reverse("wins:request", args=[country])))
    text = decide(staff, country, do="correct", country="de", reason="The passport is German")
    assert "The country was changed." in text
    assert names.of(learner.id).country == "DE"
    assert names.of(learner.id).latin == "Ana Neill"
    assert VoucherRequest.objects.get().state == "withdrawn"
    assert OutboxMessage.objects.filter(kind="request_decided", recipient_id=learner.id).count() == 1
    entry = audit.entries(f"name:{learner.id}")[-1]
    assert (entry.action, entry.text) == ("name.corrected", "DE: The passport is German")
    assert "DE" not in str(entry.facts)
    assert audit.broken() == []


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"country": "12", "reason": "x"}, 400, "two letters"), ({"country": "AT", "reason": "x"}, 400, "already"),
        ({"country": "DE", "reason": " "}, 400, "why not"),
    ],
)  # fmt: skip
def test_a_country_that_is_none_or_stands_or_has_no_reason_changes_nothing(staff, learner, country, form, status, told):
    text = decide(staff, country, status, do="correct", **form)
    assert told in text
    assert (names.of(learner.id).country, VoucherRequest.objects.get().state) == ("AT", "asked")


def test_what_is_no_open_question_of_a_country_changes_none(staff, asked, learner, signed_in):
    assert "Nothing was changed." in decide(staff, asked, 409, do="correct", country="DE", reason="x")
    assert names.of(learner.id) is None


def test_nobody_corrects_her_own_country(client, learner, country):
    with pytest.raises(requests.NotOpen):
        requests.correct_country(country, "DE", "Mine", learner.id, NOW)
