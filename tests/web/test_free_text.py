"""A code that somebody writes in her own words is not kept: whoever reads lists, mails and the trail would read it."""

import random
import secrets
import string
import sys

import pytest
from django.core.signals import got_request_exception
from django.test import Client, override_settings
from django.urls import reverse
from django.views.debug import ExceptionReporter

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import KEYS, code
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.vouchers import usage
from wins_xblocks.domain.vouchers.data import Secret

from .markup import Markup, faults

pytestmark = pytest.mark.django_db
ASK = reverse("wins:ask")
KEPT = "Leave the voucher code out"


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
    client, kept = signed_in(administrator), AuditEntry.objects.exclude(subject="codes:search")
    before = kept.count()
    sent = {"do": "lose", "reason": f"Seen: {code(number).lower()}", "token": secrets.token_urlsafe(24)}
    response = client.post(reverse("wins:voucher_act", args=[seen]), sent)
    assert response.status_code == 409
    assert KEPT in response.content.decode()
    assert kept.count() == before
    sent["reason"] = "Seen on the supplier's list of 3 March"
    response = client.post(reverse("wins:voucher_act", args=[seen]), sent)
    assert response.status_code == 302, Markup(response.content.decode()).text
    assert kept.count() > before


@pytest.mark.parametrize("group", ["WINS auditors", "WINS certification officers"])
def test_who_may_not_look_for_codes_finds_none_by_it(signed_in, seen, group):
    reader = person("reader", group)
    assert KEPT not in ask(signed_in(reader), f"{code(1)} {code(2)}").content.decode()
    assert Case.objects.count() == 1


def test_a_hit_by_staff_leaves_its_trace(signed_in, administrator, seen):
    ask(signed_in(administrator), code(3))
    assert AuditEntry.objects.filter(subject="codes:search", actor_id=administrator.id).count() == 1


def test_a_forged_form_learns_nothing(learner, seen):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    assert [ask(client, text).status_code for text in (code(1), "nothing")] == [403, 403]


def test_thousands_of_guesses_cost_little(seen, learner, monkeypatch):
    chance, made = random.Random(7), []
    monkeypatch.setattr("wins_xblocks.domain.vouchers.keys._hmac", lambda key, text: made.append(text) or text)
    text = " ".join(chance.choice(string.ascii_letters) for _ in range(4000))
    assert usage.mentioned([Secret(text)] * 6, KEYS, learner.id) is False
    assert 1000 < len(made) <= usage.MOST_RUNS


def test_what_the_timer_sends_is_looked_at_too(signed_in, learner, seen):
    body = {"learner": learner.id, "module": "foundation", "token": secrets.token_urlsafe(24), "minutes": 30,
            "started": int(NOW.timestamp() * 1000) - 3_600_000, "what": f"Read {code(1)}"}  # fmt: skip
    response = signed_in(learner).post(reverse("wins:timer_entry"), body, content_type="application/json")
    assert (response.status_code, response.json()["state"]) == (400, "refused")
    assert "voucher code" in str(response.json())


def test_the_report_of_an_error_says_nothing_of_it(signed_in, learner, seen, monkeypatch):
    def breaks(**_values):
        raise RuntimeError

    monkeypatch.setattr(usage, "_held", breaks)
    client, reports = signed_in(learner), []
    client.raise_request_exception = False

    def report(sender, request, **_more):
        reports.append(ExceptionReporter(request, *sys.exc_info()).get_traceback_text())

    got_request_exception.connect(report)
    try:
        assert ask(client, f"It is {code(1)}").status_code == 500
    finally:
        got_request_exception.disconnect(report)
    assert "RuntimeError" in reports[0]
    assert code(1) not in reports[0]


def test_only_whole_codes_and_their_holder_count(seen):
    assert usage.mentioned([Secret(code(1))], KEYS, person("somebody").id) is False
    assert usage.mentioned([Secret("nothing"), Secret(code(1))], KEYS) is True
    assert usage.mentioned([Secret(""), Secret("x" * 4000), Secret("a b c d " * 1000)], KEYS) is False


def test_without_keys_words_are_words(signed_in, learner, seen):
    with override_settings(WINS_VOUCHER_DIGEST_KEY=""):
        ask(signed_in(learner), code(1))
    assert Case.objects.get().text == code(1)
