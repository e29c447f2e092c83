"""Do the operator's keys fit what is stored? A known sentence under the keys tells, before any code is touched.

While the digest key is changed a second row, ``digest``, says so: old and new digests stand side by side then, and a
code that came in could not be compared with both by a process that knows one key.
"""

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
    rows = dict(KeyCanary.objects.values_list("name", "digest"))
    return CHANGING in rows or rows.get(CODES, keys.digest(CANARY)) != keys.digest(CANARY)


def refuse_while_changing(keys: Keys) -> None:
    """Raises KeyChanging."""
    if changing(keys):
        words = _("The digest key is being changed. Run manage.py wins_rotate_keys --digest to its end, then import.")
        raise KeyChanging(words)


def hold(keys: Keys) -> None:
    """Inside the transaction of an import: make the canary, and hold it, so that no change of keys begins meanwhile.

    The lock comes before the first plain read: what that sees would stay, on a database with repeatable reads.
    """
    if not lock():
        first = {"cipher": keys.encrypt(CANARY), "digest": keys.digest(CANARY)}
        KeyCanary.objects.get_or_create(name=CODES, defaults=first)
    refuse_while_changing(keys)


def lock() -> bool:
    """By UPDATE, as everywhere; False when there is no canary yet."""
    return bool(KeyCanary.objects.filter(name=CODES).update(name=F("name")))
