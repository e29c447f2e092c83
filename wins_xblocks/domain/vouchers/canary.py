"""Do the operator's keys fit what is stored? A known sentence under the keys tells, before any code is touched.

While the digest key is changed a second row, ``digest``, says so: old and new digests stand side by side then, and a
code that came in could not be compared with both by a process that knows one key.
"""

from collections.abc import Mapping

from django.db.models import F

from .. import marked as _
from .keys import CANARY, Keys, KeyTrouble, KeyWrong
from .models import KeyCanary

CODES, CHANGING = "codes", "digest"


class KeyChanging(KeyTrouble):
    """The digest key is being changed: nothing can be imported until that is done."""


def check_keys(keys: Keys) -> bool:
    """Are these the keys that the stored codes were written with? False before the first import, when nothing is known.

    The key before the present one will do, too, while it is set. Raises KeyMissing and KeyWrong, in words for an
    operator.
    """
    keys.check()
    row = KeyCanary.objects.filter(name=CODES).first()
    if row is None:
        return False
    if row.digest not in keys.digests(CANARY):
        raise KeyWrong(_("WINS_VOUCHER_DIGEST_KEY is not the key that the stored codes were imported with."))
    keys.decrypt(row.cipher)
    return True


def changing(keys: Keys) -> bool:
    """Has the change of the digest key not come to its end, or not begun though a new key is set?"""
    return _changing(_digests(), keys)


def _digests() -> dict[str, str]:
    return dict(KeyCanary.objects.values_list("name", "digest"))


def _changing(digests: Mapping[str, str], keys: Keys) -> bool:
    return CHANGING in digests or digests.get(CODES, keys.digest(CANARY)) != keys.digest(CANARY)


def refuse_while_changing(keys: Keys) -> None:
    """Raises KeyChanging."""
    _refuse(_digests(), keys)


def _refuse(digests: Mapping[str, str], keys: Keys) -> None:
    if _changing(digests, keys):
        words = _("The digest key is being changed. Run manage.py wins_rotate_keys --digest to its end, then import.")
        raise KeyChanging(words)


def hold(keys: Keys) -> None:
    """Inside the transaction of an import: make the canary, and hold it, so that no change of keys begins meanwhile.

    The rows are read under a lock: what a plain read sees would stay, on a database with repeatable reads.
    """
    if not lock():
        first = KeyCanary(name=CODES, cipher=keys.encrypt(CANARY), digest=keys.digest(CANARY))
        KeyCanary.objects.bulk_create([first], ignore_conflicts=True)
        lock()
    _refuse(dict(KeyCanary.objects.select_for_update().values_list("name", "digest")), keys)


def lock() -> bool:
    """By UPDATE, as everywhere; False when there is no canary yet."""
    return bool(KeyCanary.objects.filter(name=CODES).update(name=F("name")))
