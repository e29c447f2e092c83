"""The trail shows when a link is changed, cut out or cut off."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from wins_xblocks import context
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api
from wins_xblocks.domain.audit.models import AuditAnchor, AuditEntry

pytestmark = pytest.mark.django_db
AT = datetime(2027, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)
DAY = date(2027, 3, 1)
LATER = AT + timedelta(hours=1)


def write(subject="voucher:1", count=3, text=""):
    for number in range(count):
        api.append(subject, f"act.{number}", AT, actor_id=7, facts={"number": number, "name": "Žofie 😀"}, text=text)


def entry(seq, subject="voucher:1"):
    return AuditEntry.objects.filter(subject=subject, seq=seq)


def test_acts_are_read_back_in_order():
    write(count=2, text="Why")
    told = api.entries("voucher:1")
    assert [(e.seq, e.action, e.actor_id, e.text, e.erased) for e in told] == [
        (1, "act.0", 7, "Why", False), (2, "act.1", 7, "Why", False),
    ]  # fmt: skip
    assert told[0].facts == {"number": 0, "name": "Žofie 😀"}


def test_an_untouched_trail_verifies():
    write()
    write("voucher:2", text="A reason\r\nin two lines ")
    assert api.broken() == []


@pytest.mark.parametrize(
    "change",
    [
        {"action": "act.9"}, {"actor_id": 8}, {"facts": {"number": 5}}, {"at": datetime(2027, 3, 2, tzinfo=UTC)},
        {"mac": "1" * 64}, {"text_digest": "1" * 64},
    ],
)  # fmt: skip
def test_a_changed_entry_is_found(change):
    write()
    entry(2).update(**change)
    assert "voucher:1: entry 2 was changed" in api.broken()


def test_a_changed_text_is_found():
    write(text="The true reason")
    entry(2).update(text="Another reason")
    assert api.broken() == ["voucher:1: the text of entry 2 was changed"]


def test_a_removed_entry_is_found():
    write()
    entry(2).delete()
    assert "voucher:1: entry 2 is missing" in api.broken()


def test_an_entry_of_another_chain_is_found():
    write()
    write("voucher:2", count=1)
    entry(1, "voucher:2").update(subject="voucher:1", seq=4)
    assert api.broken(["voucher:1"]) == ["voucher:1: entry 4 was changed"]


def test_a_key_of_another_house_seals_nothing(settings):
    write(count=1)
    settings.WINS_AUDIT_KEY = "another key"
    assert api.broken() == ["voucher:1: entry 1 was changed"]


def test_without_its_own_key_the_trail_still_does_not_use_the_sessions_key_as_it_is(settings):
    settings.WINS_AUDIT_KEY = ""
    write(count=1)
    assert api.broken() == []
    settings.WINS_AUDIT_KEY = settings.SECRET_KEY
    assert api.broken() != []


@pytest.mark.parametrize("key", [b"bytes", 7, ["a list"], {"a": 1}])
def test_a_key_that_is_no_text_is_refused_in_words(settings, key):
    write(count=1)
    settings.WINS_AUDIT_KEY = key
    with pytest.raises(Refusal, match="WINS_AUDIT_KEY is not a text"):
        write("voucher:2", count=1)
    assert AuditEntry.objects.count() == 1
    with pytest.raises(CommandError, match="WINS_AUDIT_KEY is not a text"):
        call_command("wins_verify")


def test_erased_text_is_gone_and_the_chain_still_verifies():
    write(text="Jane Doe was ill")
    write("voucher:2", text="stays")
    assert api.erase_text("voucher:1") == 3
    assert {(e.text, e.erased) for e in api.entries("voucher:1")} == {(None, True)}
    assert api.entries("voucher:2")[0].text == "stays"
    assert api.broken() == []


def test_an_act_without_text_is_not_called_erased():
    write(count=1)
    assert (api.entries("voucher:1")[0].text, api.entries("voucher:1")[0].erased) == (None, False)


def test_two_writers_cannot_both_be_the_next():
    write(count=1)
    row = entry(1).get()
    row.id = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_day_is_anchored_once():
    write()
    assert api.newest_head() is None
    assert api.anchor(DAY, LATER) == api.newest_head().seal
    assert api.anchor(DAY, LATER) is None


def test_an_anchor_holds_while_the_chains_grow():
    write()
    write("voucher:2")
    api.anchor(DAY, LATER)
    write(count=2)
    write("voucher:3", count=1)
    assert api.broken_anchors(LATER) == []


def test_what_is_not_settled_is_left_to_the_next_day():
    """A transaction that began before may commit after the anchor, with a lower number."""
    write()
    api.anchor(DAY, AT)
    entry(1).update(mac="0" * 64)
    assert api.broken_anchors(LATER) == []


def test_a_chain_cut_short_no_longer_fits_its_anchor():
    write()
    api.anchor(DAY, LATER)
    entry(3).delete()
    assert api.broken() == []
    assert api.broken_anchors(LATER) == [f"2027-03-01: {UNFIT}"]


UNFIT = "the chains, or the anchor before, are not those of that day"
NOT_MADE = "wins_periodic did not run then, or anchors were taken away."


def anchored(days, start=0):
    """An act and an anchor on each of so many days; the days' heads."""
    heads = []
    for number in range(start, start + days):
        api.append("voucher:9", f"act.{number}", AT + timedelta(days=number))
        heads.append(api.anchor(DAY + timedelta(days=number), LATER + timedelta(days=number)))
    return heads


def cut_off(day):
    """What somebody with the database, and without the key, may do: cut the trail, and drop what tells so."""
    AuditEntry.objects.filter(at__gte=AT + timedelta(days=day)).delete()
    AuditAnchor.objects.filter(day__gte=DAY + timedelta(days=day)).delete()


def test_an_anchor_cannot_be_made_without_the_key(settings):
    anchored(2)
    entry(2, "voucher:9").delete()
    settings.WINS_AUDIT_KEY = "another key"
    AuditAnchor.objects.filter(day=DAY + timedelta(days=1)).delete()
    api.anchor(DAY + timedelta(days=1), LATER + timedelta(days=1))
    settings.WINS_AUDIT_KEY = "tests only"
    assert api.broken_anchors(LATER) == [f"2027-03-02: {UNFIT}"]


def test_an_anchor_that_is_missing_between_is_found():
    anchored(3)
    AuditAnchor.objects.filter(day=DAY + timedelta(days=1)).delete()
    assert api.broken_anchors(LATER) == [
        f"2027-03-03: {UNFIT}", f"2027-03-01 to 2027-03-03: no anchor between. {NOT_MADE}",
    ]  # fmt: skip


def test_a_first_anchor_that_is_missing_is_found():
    anchored(2)
    AuditAnchor.objects.filter(day=DAY).delete()
    assert api.broken_anchors(LATER) == [f"2027-03-02: {UNFIT}"]


def test_days_without_an_anchor_are_told_until_a_known_head_vouches_for_them():
    anchored(1)
    [head] = anchored(1, start=4)
    now = LATER + timedelta(days=4)
    assert api.broken_anchors(now) == [f"2027-03-01 to 2027-03-05: no anchor between. {NOT_MADE}"]
    assert api.broken_anchors(now, head) == []


def test_a_trail_without_any_anchor_is_told():
    write()
    assert api.broken_anchors(AT + timedelta(days=1)) == []
    told = f"no anchor at all, and acts older than two days. {NOT_MADE}"
    assert api.broken_anchors(AT + timedelta(days=3)) == [told]
    anchored(3)
    AuditAnchor.objects.all().delete()
    assert api.broken_anchors(AT + timedelta(days=4)) == [told]


def test_a_new_first_anchor_does_not_hide_that_all_before_it_are_gone():
    anchored(5)
    AuditAnchor.objects.all().delete()
    cut_off(4)
    api.anchor(DAY + timedelta(days=4), LATER + timedelta(days=4))
    told = [f"2027-03-01 to 2027-03-05: no anchor between. {NOT_MADE}"]
    assert api.broken_anchors(LATER + timedelta(days=4)) == told


def test_a_tail_that_was_cut_with_its_anchors_is_told_after_two_days():
    anchored(3)
    cut_off(1)
    assert api.broken() == []
    assert api.broken_anchors(AT + timedelta(days=2)) == []
    assert api.broken_anchors(AT + timedelta(days=4)) == [f"no anchor since 2027-03-01. {NOT_MADE}"]


def test_a_tail_that_was_cut_with_its_anchors_does_not_fit_a_head_kept_outside():
    heads = anchored(3)
    assert api.broken_anchors(AT + timedelta(days=2), heads[2]) == []
    cut_off(2)
    assert api.broken_anchors(AT + timedelta(days=2), heads[1]) == []
    [told] = api.broken_anchors(AT + timedelta(days=2), heads[2])
    assert "no anchor has the head that you gave" in told


def test_the_days_head_is_logged(caplog):
    caplog.set_level("INFO", "wins_xblocks")
    [head] = anchored(1)
    assert f"The audit trail's head of 2027-03-01 is {head}" in caplog.text


def test_anchoring_costs_the_same_for_many_chains(django_assert_num_queries):
    for number in range(20):
        write(f"voucher:{number}", count=1)
    with django_assert_num_queries(5):
        api.anchor(DAY, LATER)


def test_the_command_says_what_does_not_fit_and_fails(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: LATER)
    write()
    out = StringIO()
    call_command("wins_verify", stdout=out)
    assert out.getvalue() == "The audit trail is whole.\n"
    entry(2).update(action="voucher.issued")
    told = StringIO()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("wins_verify", stderr=told)
    assert told.getvalue() == "voucher:1: entry 2 was changed\n"


def test_the_command_tells_the_newest_head_and_takes_one_that_was_kept(monkeypatch):
    monkeypatch.setattr(context, "now", lambda: LATER + timedelta(days=1))
    heads, out = anchored(2), StringIO()
    call_command("wins_verify", head=heads[0], stdout=out)
    assert out.getvalue() == f"The audit trail is whole.\nIts head of 2027-03-02 is {heads[1]}\n"
    told = StringIO()
    with pytest.raises(CommandError, match="1 faults"):
        call_command("wins_verify", head="0" * 64, stderr=told)
    assert "no anchor has the head that you gave" in told.getvalue()


def test_what_was_erased_cannot_be_guessed_from_its_digest():
    write(text="Jane Doe was ill")
    api.erase_text("voucher:1")
    assert set(AuditEntry.objects.values_list("salt", flat=True)) == {""}
    assert api.broken() == []


def test_an_act_that_had_no_text_is_not_called_erased_afterwards():
    write(count=1)
    assert api.erase_text("voucher:1") == 0
    assert not api.entries("voucher:1")[0].erased
