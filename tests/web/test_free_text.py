"""A code that somebody writes in her own words is not kept: whoever reads lists, mails and the trail would read it."""

import secrets

import pytest
from django.test import override_settings
from django.urls import reverse

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import KEYS, code, fill, issue, ready, reveal
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.vouchers import usage

from .builders import noticed
from .markup import Markup, faults

pytestmark = pytest.mark.django_db
ASK = reverse("wins:ask")
KEPT = "Leave the voucher code out"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("wins_xblocks.context.now", lambda: NOW)


@pytest.fixture
def seen(learner):
    """A pool of three; the first code is the learner's."""
    ready(learner.id)
    noticed(learner)
    fill(3)
    voucher_id = issue(learner.id).voucher.id
    assert reveal(learner.id) == code(1)
    return voucher_id


def ask(client, text):
    return client.post(ASK, {"text": text, "token": secrets.token_urlsafe(24)}, follow=True)


@pytest.mark.parametrize(
    "text",
    [
        "Code FND000001QX does not work",
        "fnd-000-001-qx?",
        "It is FND 000001 QX.",
        "(ＦＮＤ０００００１ＱＸ)",
        "FND000001QX",
    ],
)
def test_a_learners_code_does_not_come_in_with_her_question(signed_in, learner, seen, text):
    response = ask(signed_in(learner), text)
    html = response.content.decode()
    assert response.status_code == 409
    assert faults(html) == []
    assert KEPT in html
    assert text in Markup(html).text  # her words are not lost
    assert not Case.objects.exists()


def test_nobody_finds_out_by_it_whether_another_code_exists(signed_in, learner, seen):
    assert KEPT not in ask(signed_in(learner), f"Is it {code(2)}?").content.decode()
    assert Case.objects.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_staff_write_no_code_into_a_reason(signed_in, administrator, seen, number):
    client, before = signed_in(administrator), AuditEntry.objects.count()
    sent = {"do": "lose", "reason": f"Seen: {code(number).lower()}", "token": secrets.token_urlsafe(24)}
    response = client.post(reverse("wins:voucher_act", args=[seen]), sent)
    assert response.status_code == 409
    assert KEPT in response.content.decode()
    assert AuditEntry.objects.count() == before
    sent["reason"] = "Seen on the supplier's list of 3 March"
    response = client.post(reverse("wins:voucher_act", args=[seen]), sent)
    assert response.status_code == 302, Markup(response.content.decode()).text
    assert AuditEntry.objects.count() > before


def test_only_whole_codes_and_their_holder_count(seen):
    assert usage.mentioned([code(1)], KEYS, person("somebody").id) is False
    assert usage.mentioned(["nothing", code(1)], KEYS) is True
    assert usage.mentioned(["", "x" * 4000, "a b c d " * 1000], KEYS) is False


def test_without_keys_words_are_words(signed_in, learner, seen):
    with override_settings(WINS_VOUCHER_DIGEST_KEY=""):
        assert KEPT not in ask(signed_in(learner), code(1)).content.decode()
