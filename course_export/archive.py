"""Course files to a reproducible ``.tar.gz`` and back. What is read may come from anybody."""

import gzip
import io
import os
import stat
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import ExportError

ROOT = "course/"
MOST_FILES = 10_000
LARGEST_FILE = 10_000_000  # bytes
LARGEST_COURSE = 50_000_000  # bytes, unpacked
DAMAGED = (gzip.BadGzipFile, zlib.error, tarfile.TarError, EOFError, ValueError, OverflowError, RecursionError)


def pack(files: Mapping[str, bytes]) -> bytes:
    """The archive of ``files``. The same files give the same bytes, wherever and whenever."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(files):
            member = tarfile.TarInfo(ROOT + name)  # mtime, uid and gid are 0, names of owners empty
            member.size, member.mode = len(files[name]), 0o644
            tar.addfile(member, io.BytesIO(files[name]))
    return gzip.compress(plain.getvalue(), mtime=0)


def write(archive: Path, packed: bytes) -> None:
    """Put ``packed`` at ``archive``, whole or not at all."""
    draft = archive.with_name(f".{archive.name}.{os.getpid()}")
    try:
        archive.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(packed)
            os.replace(draft, archive)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(f"{archive}: cannot be written: {error.strerror}") from error


def read(path: Path) -> dict[str, bytes]:
    """The files of the course in an archive or a folder, by path inside the course folder. Nothing is unpacked."""
    try:
        members = _folder(path) if path.is_dir() else _archive(path)
        return _course(path, _within_limits(path, members))
    except OSError as error:
        raise ExportError(f"{path}: cannot be read: {error.strerror or 'not a .tar.gz archive'}") from error


def _within_limits(path: Path, members: Iterator[tuple[str, bytes]]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    total = 0
    for name, body in members:
        total += len(body)
        if name in found:
            raise ExportError(f"{path}: {name}: stands twice")
        if len(found) >= MOST_FILES or len(body) > LARGEST_FILE or total > LARGEST_COURSE:
            raise ExportError(f"{path}: {name}: too many or too large files for a course")
        found[name] = body
    return found


def _course(path: Path, found: dict[str, bytes]) -> dict[str, bytes]:
    tops = [name.removesuffix("course.xml") for name in found if name == "course.xml" or name.endswith("/course.xml")]
    tops = [top for top in tops if top.count("/") <= 1]
    if len(tops) != 1:
        raise ExportError(f"{path}: there must be one course.xml, at the top or one folder down; found {len(tops)}")
    return {name.removeprefix(tops[0]): body for name, body in found.items() if name.startswith(tops[0])}


def _archive(path: Path) -> Iterator[tuple[str, bytes]]:
    """Regular files of a ``.tar.gz``. Unzipped here within limits: tarfile trusts the lengths it is told."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ExportError(f"{path}: is neither an archive nor a folder")
    try:
        with gzip.open(path) as stream:
            plain = stream.read(LARGEST_COURSE + 1)
        if len(plain) > LARGEST_COURSE:
            raise ExportError(f"{path}: larger than {LARGEST_COURSE:,} bytes when unpacked")
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as tar:
            yield from _members(path, tar)
    except DAMAGED as error:
        raise ExportError(f"{path}: is not a .tar.gz archive, or is damaged") from error


def _members(path: Path, tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for number, member in enumerate(tar):
        if number >= 2 * MOST_FILES:
            raise ExportError(f"{path}: {member.name}: too many files for a course")
        name = _safe(path, member.name)
        if member.isdir():
            continue
        if not 0 <= member.size <= LARGEST_FILE:
            raise ExportError(f"{path}: {name}: larger than {LARGEST_FILE:,} bytes, or less than nothing")
        stream = tar.extractfile(member) if member.isreg() and not member.issparse() else None
        if stream is None:
            raise ExportError(f"{path}: {name}: is a link or a special file")
        yield name, stream.read()


def _safe(path: Path, name: str) -> str:
    steps = name.removeprefix("./").rstrip("/").split("/")
    outside = name.startswith("/") or "\\" in name or not name.isprintable() or len(name) > 255
    if outside or (set(steps) & {"", "..", "."} and name.rstrip("/") != "."):
        raise ExportError(f"{path}: {name}: a name that leads out of the course, or none at all")
    return "/".join(steps)


def _folder(path: Path) -> Iterator[tuple[str, bytes]]:
    """Regular files below ``path``. A link could lead anywhere, so none is followed."""
    waiting = [path]
    while waiting:
        for entry in sorted(waiting.pop().iterdir()):
            kind = entry.lstat().st_mode
            if stat.S_ISDIR(kind):
                waiting.append(entry)
            elif stat.S_ISREG(kind):
                with entry.open("rb") as stream:
                    yield entry.relative_to(path).as_posix(), stream.read(LARGEST_FILE + 1)
            else:
                raise ExportError(f"{path}: {entry.relative_to(path)}: is a link or a special file")
