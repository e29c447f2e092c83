"""Texts of mails that staff edited: versions are added, never edited, and two who edit at once meet."""

import pytest
from django.db import transaction

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.outbox import rules, texts
from wins_xblocks.domain.outbox.data import Draft
from wins_xblocks.domain.outbox.models import MailText

pytestmark = [pytest.mark.django_db(transaction=True)]
KNOWN = ("exam",)


def draft(seen=0, subject="Ready: {exam}", body="Your voucher for {exam}.", reason="Shorter", language="en"):
    return Draft("voucher_ready", language, subject, body, reason, seen)


def test_a_text_is_stored_as_a_version_and_the_trail_says_who_and_why():
    assert texts.newest("voucher_ready", "en") is None
    texts.change(draft(subject=" Ready: {exam} ", body="A\r\nB"), KNOWN, 7, NOW)
    found = texts.newest("voucher_ready", "en")
    assert (found.version, found.subject, found.body, found.made_by, found.reason) == (
        1, "Ready: {exam}", "A\nB", 7, "Shorter",
    )  # fmt: skip
    assert not found.shipped
    [entry] = audit.entries("mail:voucher_ready:en")
    assert (entry.action, entry.actor_id, entry.text, entry.facts) == ("mail.changed", 7, "Shorter", {"version": 1})


def test_versions_follow_each_other_and_none_is_edited():
    texts.change(draft(), KNOWN, 7, NOW)
    texts.change(draft(1, body="Second"), KNOWN, 8, NOW)
    texts.reset(draft(2, reason="As before"), 9, NOW)
    assert [(one.version, one.body, one.shipped) for one in texts.history("voucher_ready", "en", 10)] == [
        (3, "", True), (2, "Second", False), (1, "Your voucher for {exam}.", False),
    ]  # fmt: skip
    assert texts.newest("voucher_ready", "en").shipped
    assert [entry.action for entry in audit.entries("mail:voucher_ready:en")] == [
        "mail.changed", "mail.changed", "mail.reset",
    ]  # fmt: skip


def test_each_kind_and_language_has_its_own_text():
    texts.change(draft(), KNOWN, 7, NOW)
    texts.change(draft(language="fr", body="Bon"), KNOWN, 7, NOW)
    texts.change(draft(1, body="Second"), KNOWN, 7, NOW)
    assert {key: one.body for key, one in texts.all_newest().items()} == {
        ("voucher_ready", "en"): "Second", ("voucher_ready", "fr"): "Bon",
    }  # fmt: skip
    assert texts.newest("voucher_ended", "en") is None


def test_the_second_of_two_stores_nothing():
    texts.change(draft(), KNOWN, 7, NOW)
    for late in (draft(0, body="Mine"), draft(2, body="Mine")):
        with pytest.raises(texts.Changed, match="Somebody else changed this text"):
            texts.change(late, KNOWN, 8, NOW)
        with pytest.raises(texts.Changed):
            texts.reset(late, 8, NOW)
    assert MailText.objects.count() == 1
    assert len(audit.entries("mail:voucher_ready:en")) == 1


def test_two_first_versions_at_once(monkeypatch):
    """Both found no version: the database lets one in."""
    texts.change(draft(), KNOWN, 7, NOW)
    monkeypatch.setattr(texts, "newest", lambda kind, language: None)
    with pytest.raises(texts.Changed):
        texts.change(draft(body="Mine"), KNOWN, 8, NOW)
    assert MailText.objects.get().body == "Your voucher for {exam}."


@pytest.mark.parametrize("reason", ["", "  ", "\0", "x" * 2001])
def test_a_reason_is_wanted(reason):
    with pytest.raises(texts.ReasonWrong):
        texts.change(draft(reason=reason), KNOWN, 7, NOW)
    assert not MailText.objects.exists()


def test_a_text_that_cannot_be_sent_is_not_stored():
    with pytest.raises(rules.TextWrong) as told:
        texts.change(draft(subject="{0}"), KNOWN, 7, NOW)
    assert told.value.field == "subject"
    assert not MailText.objects.exists()


def test_what_stands_already_is_no_new_version():
    with pytest.raises(Refusal, match="exactly this already"):
        texts.reset(draft(), 7, NOW)
    texts.change(draft(), KNOWN, 7, NOW)
    with pytest.raises(Refusal, match="exactly this already"):
        texts.change(draft(1), KNOWN, 7, NOW)
    assert MailText.objects.count() == 1


def test_it_opens_its_own_transaction():
    with transaction.atomic(), pytest.raises(RuntimeError):
        texts.change(draft(), KNOWN, 7, NOW)
