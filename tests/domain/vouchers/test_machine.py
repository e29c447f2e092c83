"""Vouchers walked with time, staff, files and crashes: what must be true stays true, and the walk would notice else."""

import pytest
from hypothesis import Phase

from tests.conftest import NOW
from wins_xblocks import voucher_view
from wins_xblocks.domain.audit import privacy as trail_privacy
from wins_xblocks.domain.registration import api as registration
from wins_xblocks.domain.results import placing
from wins_xblocks.domain.transactions import outermost
from wins_xblocks.domain.vouchers import acts, api, giving, pool
from wins_xblocks.domain.vouchers import privacy as voucher_privacy
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.voucher_says import says

from . import truths
from .builders import KEYS
from .walking import walker

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(world, rules_file, caplog):
    return walker(world, rules_file, caplog)


def test_whatever_happens_vouchers_places_and_results_stay_true(walk):
    walk(6, 35, derandomize=True)


@outermost
def take_back_even_what_was_seen(voucher_id, by, reason, now, on_done=None):
    places = pool.release(voucher_id, "free")
    held = Voucher.objects.filter(id=voucher_id, state__in=["issued", *truths.SEEN])
    held.update(state="imported", holder_id=None, issued_at=None, revealed_at=None)
    for place in places:
        registration.give_back_place(place, now)


def tell_the_code(exam, rules):
    newest = Voucher.objects.filter(exams__exam=exam).latest("id")
    return {"exam": exam, "module": KEYS.decrypt(newest.cipher)}


# By what is broken: where, how, which steps besides getting a code are walked, and what is said of it.
BROKEN = {
    "a seen code goes back to the pool": (
        api, "take_back", take_back_even_what_was_seen, ("take_back",), "seen code|the trail",
    ),
    "a place is given back though the code was seen": (
        pool, "close", lambda id_: [registration.give_back_place(one, NOW) for one in pool.release(id_, "closed")],
        ("lose", "void"), "used: ",
    ),
    "a crash leaves half": (acts, "_cancel", acts._cancel.__wrapped__, ("void",), "half done"),
    "a mail tells a code": (giving, "told_of", tell_the_code, ("void",), "a code: "),
    "a state has no page": (voucher_view, "_shown", lambda position: says(""), ("void",), "no heading"),
    "a page leads nowhere": (voucher_view, "_links", lambda position: (), ("void",), "leads nowhere"),
    "a result leaves its voucher open": (
        placing.usage, "use", lambda ids, now: len(ids), ("the_result_of_a_code_comes",), "the trail",
    ),
    "a name stays when an account is closed": (
        voucher_privacy, "_forget", lambda learner_id, exams, now: 0, ("close_an_account",), "DocumentName of somebody",
    ),
    "words stay when an account is closed": (
        trail_privacy, "forget", lambda *given, **more: 0, ("close_an_account", "lose"), "words about somebody",
    ),
    "a reserved code stays when an account is closed": (
        api, "take_back", lambda *given: None, ("close_an_account",), "more to erase|a code is kept",
    ),
    "a code counts as seen though no key opens it": (
        api, "check_keys", lambda keys: True, ("the_keys_are_wrong_for_a_moment",), "show by wrong keys changed",
    ),
    "codes are looked for with a wrong key": (
        acts.canary, "check_keys", lambda keys: True, ("the_keys_are_wrong_for_a_moment",), "find by wrong keys",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_the_walk_notices_what_is_broken(walk, monkeypatch, what):
    place, name, broken, steps, told = BROKEN[what]
    if place is voucher_view:
        monkeypatch.setitem(voucher_view._WORDS, "shown", broken if name == "_shown" else lambda position: says("Here"))
    monkeypatch.setattr(place, name, broken)
    with pytest.raises(AssertionError, match=told):
        walk(100, 12, steps, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)
