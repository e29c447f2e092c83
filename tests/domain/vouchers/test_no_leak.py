"""A code stands encrypted in one column, and nowhere else: not in logs, mails, the trail, values or lists."""

import json
import logging

import pytest
from django.apps import apps
from django.core import serializers

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.vouchers import api
from wins_xblocks.domain.vouchers.data import Secret
from wins_xblocks.domain.vouchers.keys import BadCode, normalise
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.voucher_view import grouped, spelled, view

from .builders import FND, KEYS, RULES, csv, fill, issue, position, ready, reveal

CODE = "SECRET99XY"
pytestmark = pytest.mark.django_db


def said(text):
    """Is the code in this text, in any spelling that a person could put together again?"""
    plain = "".join(c for c in text.upper() if c.isalnum())
    return CODE in plain or CODE[:8] in plain


@pytest.fixture
def whole_life(caplog):
    """Import, issue, show, show again, a broken row, wrong keys, a refused import, taking back, the last day."""
    caplog.set_level(logging.DEBUG)
    ready(7, 8)
    issue(8)
    api.import_codes(Secret(csv([CODE])), "PO-1", None, KEYS, RULES, None, 1, 1, NOW)
    voucher_id = position(8).voucher.id
    api.take_back(voucher_id, 1, "A mistake", NOW)
    issue(7)
    told = [reveal(), reveal()]
    refusals = []
    for act in (
        lambda: api.import_codes(Secret(csv([CODE, CODE, CODE + "?"])), "PO-1", None, KEYS, RULES, None, 1, 1, NOW),
        lambda: api.take_back(voucher_id, 1, "Too late", NOW),
        lambda: normalise(CODE + "?"),
    ):
        try:
            refusals.append(repr(act()))
        except Refusal as error:
            refusals.append(repr(error) + str(error))
    cipher = Voucher.objects.get().cipher
    Voucher.objects.update(cipher=KEYS.encrypt(CODE + "Z"))
    with pytest.raises(api.Unreadable):
        reveal()
    Voucher.objects.update(cipher=cipher)
    return told, refusals, caplog.text


def test_the_watch_would_notice_a_code():
    assert said(f"the code is {grouped(CODE)}.")
    assert said(spelled(CODE))
    assert not said("••••XY")


def test_no_log_line_holds_a_code(whole_life):
    told, _, logged = whole_life
    assert told == [CODE, CODE]
    assert "does not match its digest" in logged
    assert not said(logged)


def test_no_table_holds_a_code_in_the_clear(whole_life):
    for model in apps.get_app_config("wins_xblocks").get_models():
        assert not said(serializers.serialize("json", model.objects.all())), model


def test_no_refusal_repeats_a_code(whole_life):
    assert len(whole_life[1]) == 3
    assert not said(json.dumps(whole_life[1]))


def test_no_value_for_pages_and_lists_holds_a_code(whole_life):
    shown = [position(7), view(position(7)), api.of_learners([7, 8], NOW), api.stock([FND], RULES, NOW), api.waiting()]
    assert not said(repr(shown))


def test_a_bad_code_is_refused_without_being_repeated():
    with pytest.raises(BadCode) as refused:
        normalise(CODE + "?")
    assert not said(repr(refused.value) + str(refused.value))


@pytest.mark.parametrize(
    ("code", "groups", "letters"),
    [("ABCD1234EFGH", "ABCD 1234 EFGH", "A B C D, 1 2 3 4, E F G H"), ("ABCD12", "ABCD 12", "A B C D, 1 2")],
)
def test_a_code_is_grouped_for_eyes_and_spelled_for_ears(code, groups, letters):
    assert (grouped(code), spelled(code)) == (groups, letters)


def test_codes_in_a_pool_are_encrypted_each_on_its_own():
    fill(2)
    assert len({cipher[:40] for cipher in Voucher.objects.values_list("cipher", flat=True)}) == 2
