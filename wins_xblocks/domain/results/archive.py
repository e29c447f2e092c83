"""Files kept as they came, in encrypted pieces, and read again from there: never whole in memory, never on a disk."""

import hashlib
import hmac
import io
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.db import transaction

from .. import Refusal
from .. import marked as _
from ..hushed import hushed
from ..vouchers.keys import Keys, KeyTrouble
from .files import LARGEST
from .lines import same_again
from .models import ExamFile, ExamFilePart, ExamRow

PIECE = 256 * 1024
AT_ONCE = 20  # pieces in memory
MOST = 500  # files looked at in one run
_FILE = "a file of results"


@hushed
def keep(stream: IO[bytes], name: str, keys: Keys, by: int | None, now: datetime) -> tuple[ExamFile, bool]:
    """(the file, is it new?). The same bytes again are the file that is there. Raises Refusal for one too large."""
    seal, size = hmac.new(keys.digest(_FILE).encode(), digestmod=hashlib.sha256), 0
    stream.seek(0)
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > LARGEST:
            raise Refusal(_("The file is too large. It may have at most {most} MB."), most=LARGEST // 1_000_000)
        seal.update(piece)
    stream.seek(0)
    with transaction.atomic():
        file, new = ExamFile.objects.get_or_create(
            digest=seal.hexdigest(), defaults={"name": name[-128:], "size": size, "imported_at": now, "imported_by": by}
        )
        number, kept = 0, not new and file.parts.exists()  # pieces go with time, and the file may come again
        while not kept and (piece := stream.read(PIECE)):
            ExamFilePart.objects.create(file=file, number=number, cipher=keys.seal(piece))
            number += 1
        if number and not new:  # kept anew, and as long as any
            ExamFile.objects.filter(id=file.id).update(imported_at=now, imported_by=by, dropped_at=None)
    return file, bool(new)


class Kept(io.RawIOBase):
    """The file's bytes, one decrypted piece at a time."""

    def __init__(self, file: ExamFile, keys: Keys) -> None:
        self._file, self._keys, self._at = file, keys, 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, start = divmod(self._at, PIECE)
        if self._at >= self._file.size:
            return 0
        if number != self._number:
            row = ExamFilePart.objects.filter(file=self._file, number=number).first()
            if row is None:
                raise Refusal(_("The file is not kept any more. Send it again."))
            self._number, self._piece = number, self._keys.unseal(row.cipher)
        found = self._piece[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


def rotate(keys: Keys) -> tuple[int, int]:
    """Encrypt files and rows under the newest key of the ring: (how many, how many that no key opens).

    To be run again after whatever stopped it; nobody who reads notices.
    """
    changed = unreadable = 0
    for model, id_, cipher in _ciphers():
        try:
            fresh = keys.under_newest(cipher)
        except KeyTrouble:
            unreadable += 1
            continue
        if fresh != cipher:
            changed += model.objects.filter(id=id_, cipher=cipher).update(cipher=fresh)
    return changed, unreadable


def redigest(keys: Keys) -> int:
    """Files, and rows without a number, under the present digest key; how many were under the one before.

    So that the same file, or the same row in another one, is known again. To be run again after whatever stopped it.
    What was deleted when its time was over stays as it is.
    """
    files = ExamFile.objects.filter(dropped_at__isnull=True).order_by("id")
    rows = ExamRow.objects.filter(key__startswith="A:").exclude(cipher="").order_by("id")
    changed = sum(_redigest_file(file, keys) for file in files.iterator())
    return changed + sum(_redigest_row(row, keys) for row in rows.iterator())


def _redigest_file(file: ExamFile, keys: Keys) -> int:
    new, old = _digests_of(file, keys)
    return int(ExamFile.objects.filter(id=file.id, digest=old).update(digest=new))


@hushed
def _digests_of(file: ExamFile, keys: Keys) -> tuple[str, str]:
    """Of a kept file, under the present key and the one before."""
    seals = [hmac.new(own.encode(), digestmod=hashlib.sha256) for own in keys.digests(_FILE)]
    for number in file.parts.order_by("number").values_list("number", flat=True):
        piece = keys.unseal(file.parts.get(number=number).cipher)
        for seal in seals:
            seal.update(piece)
    new, old = (seal.hexdigest() for seal in seals)
    return new, old


def _redigest_row(row: ExamRow, keys: Keys) -> int:
    new, old = keys.digests(same_again(keys.decrypt(row.cipher), row.exam, row.happened_at).text)
    if not row.key.startswith(f"A:{old}"):
        return 0
    return int(ExamRow.objects.filter(id=row.id, key=row.key).update(key=row.key.replace(old, new, 1)))


def _ciphers() -> Iterator[tuple[Any, int, str]]:
    for model in (ExamFilePart, ExamRow):
        last = 0
        while found := list(model.objects.filter(id__gt=last).exclude(cipher="").order_by("id")[:AT_ONCE]):
            yield from ((model, one.id, one.cipher) for one in found)
            last = found[-1].id


def drop(before: datetime, now: datetime) -> int:
    """Delete the pieces of files that came before then, and what their decided rows say; how many files had pieces.

    A file whose rows still wait is looked at again. One that was never taken over to its end may be sent again.
    """
    dropped = 0
    for file in ExamFile.objects.filter(dropped_at__isnull=True, imported_at__lt=before).order_by("imported_at")[:MOST]:
        dropped += bool(ExamFilePart.objects.filter(file=file).delete()[0])
        rows = ExamRow.objects.filter(file=file)
        rows.exclude(state="waiting").exclude(cipher="").update(cipher="")
        if not rows.filter(state="waiting").exists():
            ExamFile.objects.filter(id=file.id).update(dropped_at=now)
    return dropped
