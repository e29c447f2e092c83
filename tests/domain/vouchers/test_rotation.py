"""Keys are changed while the platform runs; stopped at any chunk, the codes are shown and the change is run again."""

import random
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.vouchers import api, canary, rotation
from wins_xblocks.domain.vouchers.data import Secret
from wins_xblocks.domain.vouchers.keys import Keys, KeyWrong
from wins_xblocks.domain.vouchers.models import KeyCanary, Voucher

from .builders import FND, KEYS, RULES, code, csv, fill, issue, ready

pytestmark = pytest.mark.django_db
NEWEST = Fernet.generate_key().decode()
RING = Keys([NEWEST, *KEYS.fernet_keys], KEYS.digest_key)
ONLY_NEW = Keys([NEWEST], KEYS.digest_key)
BOTH = Keys(KEYS.fernet_keys, "a new digest key", KEYS.digest_key)
AFTER = Keys(KEYS.fernet_keys, "a new digest key")


class Stopped(BaseException):
    """What kills a process between two chunks."""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(rotation, "CHUNK", 4)


def stop_after(chunks):
    def told(number):
        if number >= chunks * 4:
            raise Stopped

    return told


def imported(keys, *codes):
    return api.import_codes(Secret(csv(codes)), "PO-2", None, keys, RULES, None, 1, 1, NOW).imported


def shown(learner_id, keys):
    return api.reveal(learner_id, FND, keys, NOW).text


def codes_under(keys):
    return sorted(keys.decrypt(cipher) for cipher in Voucher.objects.values_list("cipher", flat=True))


def test_codes_are_under_the_newest_key_and_the_old_one_may_go():
    codes = fill(10)
    assert rotation.rotate_codes(RING, NOW).changed == 10
    assert rotation.rotate_codes(RING, NOW).changed == 0
    assert codes_under(ONLY_NEW) == codes
    assert api.check_keys(ONLY_NEW)
    assert imported(ONLY_NEW, code(50)) == 1


@pytest.mark.parametrize("chunks", [1, 2, random.randint(1, 3)])
def test_a_change_of_the_hiding_key_that_was_stopped_goes_on(chunks):
    ready(7)
    codes = fill(14)
    issue(7)
    with pytest.raises(Stopped):
        rotation.rotate_codes(RING, NOW, stop_after(chunks))
    assert codes_under(RING) == codes
    assert shown(7, RING) == codes[0]
    assert rotation.rotate_codes(RING, NOW).changed == 14 - 4 * chunks
    assert codes_under(ONLY_NEW) == codes


def test_the_digest_key_is_changed_and_no_code_comes_in_twice():
    codes = fill(10)
    assert rotation.rotate_digest(BOTH, NOW).changed == 10
    assert set(Voucher.objects.values_list("digest", flat=True)) == {AFTER.digest(own) for own in codes}
    assert imported(AFTER, codes[3]) == 0
    assert imported(AFTER, code(50)) == 1
    assert not api.changing(AFTER)
    with pytest.raises(KeyWrong):
        api.check_keys(KEYS)


@pytest.mark.parametrize("chunks", [1, 2, random.randint(1, 3)])
def test_a_change_of_the_digest_key_that_was_stopped_shows_codes_and_imports_none(chunks):
    """Whoever still has the old key alone may read; nobody may add: old and new digests cannot be compared."""
    ready(7, 8)
    codes = fill(14)
    issue(7)
    issue(8)
    with pytest.raises(Stopped):
        rotation.rotate_digest(BOTH, NOW, stop_after(chunks))
    assert (shown(7, BOTH), shown(8, BOTH)) == (codes[0], codes[1])
    for keys in (BOTH, KEYS):
        for own in (codes[0], codes[-1], code(50)):
            with pytest.raises(Refusal, match="digest key is being changed"):
                imported(keys, own)
    assert Voucher.objects.count() == 14
    assert rotation.rotate_digest(BOTH, NOW).changed == 14 - 4 * chunks
    assert imported(AFTER, *codes) == 0
    assert shown(7, AFTER) == codes[0]


def test_an_import_whose_file_was_read_before_the_change_is_refused_in_its_transaction():
    """The door is looked at again behind the canary's lock."""
    fill(5)
    with pytest.raises(Stopped):
        rotation.rotate_digest(BOTH, NOW, stop_after(1))
    with pytest.raises(canary.KeyChanging):
        canary.hold(KEYS)


def test_a_change_that_was_begun_is_ended_with_its_own_key():
    fill(5)
    with pytest.raises(Stopped):
        rotation.rotate_digest(BOTH, NOW, stop_after(1))
    with pytest.raises(KeyWrong, match="another digest key was begun"):
        rotation.rotate_digest(Keys(KEYS.fernet_keys, "a third", KEYS.digest_key), NOW)


def test_without_the_old_key_nothing_begins():
    fill(1)
    with pytest.raises(KeyWrong, match="WINS_VOUCHER_DIGEST_KEY_OLD is empty"):
        rotation.rotate_digest(KEYS, NOW)
    with pytest.raises(KeyWrong, match="is not the key"):
        rotation.rotate_digest(Keys(KEYS.fernet_keys, "new", "not the old one"), NOW)
    assert list(KeyCanary.objects.values_list("name", flat=True)) == ["codes"]


def test_an_empty_pool_has_nothing_to_change():
    assert rotation.rotate_digest(BOTH, NOW).changed == 0
    assert imported(AFTER, code(1)) == 1


def test_a_row_that_cannot_be_read_is_left_and_named():
    fill(3)
    broken = Voucher.objects.order_by("id")[1]
    Voucher.objects.filter(id=broken.id).update(cipher="x")
    assert rotation.rotate_codes(RING, NOW).unreadable == (broken.id,)
    ring = Keys(RING.fernet_keys, "new", KEYS.digest_key)
    assert rotation.rotate_digest(ring, NOW).unreadable == (broken.id,)


def test_while_a_code_cannot_be_read_the_change_of_the_digest_key_has_no_end():
    """The code could come in a second time: nobody could say that it is there."""
    codes = fill(3)
    broken = Voucher.objects.order_by("id")[1]
    Voucher.objects.filter(id=broken.id).update(cipher="x")
    assert rotation.rotate_digest(BOTH, NOW).unreadable == (broken.id,)
    assert api.changing(BOTH)
    with pytest.raises(Refusal, match="digest key is being changed"):
        imported(BOTH, codes[1])
    Voucher.objects.filter(id=broken.id).update(cipher=KEYS.encrypt(codes[1]))
    assert rotation.rotate_digest(BOTH, NOW).unreadable == ()
    assert not api.changing(AFTER)
    assert imported(AFTER, codes[1]) == 0


def test_what_cannot_be_read_for_good_is_left_by_will():
    fill(3)
    Voucher.objects.filter(id=Voucher.objects.order_by("id")[1].id).update(cipher="x")
    assert len(rotation.rotate_digest(BOTH, NOW, leave=True).unreadable) == 1
    assert not api.changing(AFTER)


def test_both_changes_stand_in_the_trail_without_a_code():
    codes = fill(2)
    rotation.rotate_codes(RING, NOW)
    rotation.rotate_digest(Keys(RING.fernet_keys, "new", KEYS.digest_key), NOW)
    entries = audit.entries("keys:codes")
    assert [entry.action for entry in entries] == ["codes.encrypted_anew", "codes.digested_anew"]
    assert not [own for own in codes if own in repr(entries)]
    assert audit.broken() == []


def run(*args):
    out = StringIO()
    call_command("wins_rotate_keys", *args, stdout=out)
    return out.getvalue()


def test_the_command_says_how_many_and_that_the_old_key_may_go(settings):
    fill(5)
    settings.WINS_VOUCHER_KEYS = list(RING.fernet_keys)
    told = run("--codes")
    assert "5 codes written anew." in told
    assert "Take it out of WINS_VOUCHER_KEYS." in told
    settings.WINS_VOUCHER_DIGEST_KEY, settings.WINS_VOUCHER_DIGEST_KEY_OLD = "new", KEYS.digest_key
    assert "Take it out of WINS_VOUCHER_DIGEST_KEY_OLD." in run("--digest")
    Voucher.objects.filter(id=Voucher.objects.first().id).update(cipher="x")
    with pytest.raises(CommandError, match="1 codes could not be read"):
        run("--codes")
    settings.WINS_VOUCHER_DIGEST_KEY, settings.WINS_VOUCHER_DIGEST_KEY_OLD = "newer", "new"
    with pytest.raises(CommandError, match=r"1 codes could not be read.*--leave-unreadable"):
        run("--digest")
    with pytest.raises(CommandError, match="were left for good"):
        run("--digest", "--leave-unreadable")


def test_the_command_fails_in_words():
    fill(1)
    with pytest.raises(CommandError, match="WINS_VOUCHER_DIGEST_KEY_OLD is empty"):
        run("--digest")
