"""Change the keys of the codes while the platform runs: in chunks, and to be run again after whatever stopped it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from .. import marked as _
from ..audit import api as audit
from ..transactions import outermost
from . import canary
from .keys import CANARY, Keys, KeyTrouble, KeyWrong
from .models import KeyCanary, Voucher

CHUNK = 500
Also = Callable[[], object]
Told = Callable[[int], None]  # hears of the number of codes looked at so far, after each chunk is stored


@dataclass(frozen=True)
class Rotated:
    """How many codes were written anew, and the ids of vouchers that could not be read and were left as they are."""

    changed: int
    unreadable: tuple[int, ...]


def rotate_codes(keys: Keys, now: datetime, told: Told = lambda number: None) -> Rotated:
    """Encrypt what an earlier key of the ring encrypted under the newest. Nobody who reads notices.

    Raises KeyTrouble for keys that do not fit.
    """
    canary.check_keys(keys)
    seen: set[int] = set()
    done = _each(lambda ids: _recrypt(ids, keys), told, seen)
    return _end_codes(keys, now, done, seen)


def rotate_digest(
    keys: Keys, now: datetime, told: Told = lambda number: None, also: Also = lambda: None, leave: bool = False
) -> Rotated:
    """Digest every code under ``keys.digest_key`` that was digested under ``keys.old_digest_key``.

    Until the end nothing is imported, and whoever shows a code takes either digest. ``also`` is done before the end:
    what else is digested. While a code cannot be read there is no end, since the same code could come in again; with
    ``leave`` those are left as they are for good. Raises KeyTrouble.
    """
    if len(keys.digests(CANARY)) == 1:
        raise KeyWrong(_("WINS_VOUCHER_DIGEST_KEY_OLD is empty. Put the key before the new one there."))
    if not canary.check_keys(keys):
        return Rotated(0, ())
    _begin(keys)
    done = _each(lambda ids: _redigest(ids, keys), told)
    also()
    if leave or not done.unreadable:
        _end_digest(keys, now, done)
    return done


def _chunks() -> Iterator[list[int]]:
    last = 0
    while ids := list(Voucher.objects.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]


def _each(work: Callable[[list[int]], Rotated], told: Told, seen: set[int] | None = None) -> Rotated:
    number, changed = 0, 0
    unreadable: list[int] = []
    for ids in _chunks():
        done = work(ids)
        number, changed = number + len(ids), changed + done.changed
        unreadable += done.unreadable
        if seen is not None:
            seen.update(ids)
        told(number)
    return Rotated(changed, tuple(unreadable))


@outermost
def _recrypt(ids: list[int], keys: Keys) -> Rotated:
    return _under_newest(ids, keys)


def _under_newest(ids: list[int], keys: Keys) -> Rotated:
    changed, unreadable = 0, []
    for id_, cipher in Voucher.objects.filter(id__in=ids).order_by("id").values_list("id", "cipher"):
        try:
            fresh = keys.under_newest(cipher)
        except KeyTrouble:
            unreadable.append(id_)
            continue
        if fresh != cipher:
            changed += Voucher.objects.filter(id=id_, cipher=cipher).update(cipher=fresh)
    return Rotated(changed, tuple(unreadable))


@outermost
def _redigest(ids: list[int], keys: Keys) -> Rotated:
    changed, unreadable = 0, []
    for id_, cipher, digest in Voucher.objects.filter(id__in=ids).order_by("id").values_list("id", "cipher", "digest"):
        try:
            new, old = keys.digests_behind(cipher)
        except KeyTrouble:
            unreadable.append(id_)
            continue
        if digest == old:
            changed += Voucher.objects.filter(id=id_, digest=old).update(digest=new)
        elif digest != new:
            unreadable.append(id_)
    return Rotated(changed, tuple(unreadable))


@outermost
def _begin(keys: Keys) -> None:
    """Shut the door to imports: one that has begun ends first, since it holds the canary."""
    canary.lock()
    row, _made = KeyCanary.objects.get_or_create(
        name=canary.CHANGING, defaults={"cipher": keys.encrypt(CANARY), "digest": keys.digest(CANARY)}
    )
    if row.digest != keys.digest(CANARY):
        raise KeyWrong(_("A change to another digest key was begun. Bring it to its end with that key first."))


@outermost
def _end_codes(keys: Keys, now: datetime, done: Rotated, seen: set[int]) -> Rotated:
    """What came in meanwhile too: an import holds the canary until its codes are there to be seen."""
    canary.lock()
    late = [id_ for id_ in Voucher.objects.order_by("id").values_list("id", flat=True) if id_ not in seen]
    more = _under_newest(late, keys)
    done = Rotated(done.changed + more.changed, (*done.unreadable, *more.unreadable))
    for row in KeyCanary.objects.all():
        KeyCanary.objects.filter(name=row.name).update(cipher=keys.under_newest(row.cipher))
    _enter("codes.encrypted_anew", now, done)
    return done


@outermost
def _end_digest(keys: Keys, now: datetime, done: Rotated) -> None:
    canary.lock()
    KeyCanary.objects.filter(name=canary.CODES).update(digest=keys.digest(CANARY))
    KeyCanary.objects.filter(name=canary.CHANGING).delete()
    _enter("codes.digested_anew", now, done)


def _enter(action: str, now: datetime, done: Rotated) -> None:
    facts = {"codes": done.changed, "unreadable": len(done.unreadable)}
    audit.append("keys:codes", action, now, facts=facts)
