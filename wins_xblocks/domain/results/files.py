"""A file from Pearson VUE as lines of text: plain, or members of a ZIP. Pure; nothing that a file claims is believed.

Sizes are counted while reading, names are never used as paths, and no more than one line is held at a time.
"""

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any

from .. import Refusal
from .. import marked as _
from .data import Contents

LARGEST = 32_000_000  # bytes of the file as it comes
LARGEST_READ = 64_000_000  # bytes of text in it, all members together
MOST_MEMBERS = 100
MOST_DIRECTORY = 64_000  # bytes of the ZIP's table of contents
LONGEST_LINE = 32_000  # characters
BLOCK = 64_000
_END, _ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
_NAME = re.compile(r"[^\x00-\x1f\\:]{1,200}")
# Files that Pearson VUE packs beside the results, by the beginning of their names.
OTHERS = ("cand", "surv", "cmnt", "sect", "resp", "item", "eac", "vcdc", "cdd", "ead")
_TEXTS = (".dat", ".txt", ".csv", ".tsv")


@dataclass(frozen=True)
class _Text:
    """One text to read: a member of the ZIP, or "" for a plain file."""

    member: str
    encoding: str


class File:
    """An opened file. ``contents`` says what is read; ``lines`` gives (number, line) of each text. Raises Refusal."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._zip = _opened_zip(stream) if _is_zip(stream) else None
        read, self._skipped = _chosen(self._zip) if self._zip else ([""], [])
        left = LARGEST_READ
        self._texts: list[_Text] = []
        for name in read:
            encoding, size = _encoding(self._open(name, left), name)
            left -= size
            self._texts.append(_Text(name, encoding))

    @property
    def contents(self) -> Contents:
        read, encodings = tuple(one.member for one in self._texts), tuple(one.encoding for one in self._texts)
        return Contents(read, encodings, tuple(self._skipped))

    def texts(self) -> Iterator[Iterator[str]]:
        """Each text as its lines, with their ends."""
        for one in self._texts:
            yield _lines(self._open(one.member, LARGEST_READ), one.encoding)

    def _open(self, name: str, most: int) -> "io.BufferedReader":
        if self._zip is None:
            self._stream.seek(0)
            return io.BufferedReader(_Counted(self._stream, most), BLOCK)
        with _told_of_damage():
            return io.BufferedReader(_Counted(self._zip.open(name), most), BLOCK)


class _told_of_damage:  # noqa: N801  reads like a word of the language
    """Around whatever unpacks: damage is a refusal in words."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        broken = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
        if isinstance(error, broken) and not isinstance(error, Refusal):
            raise Refusal(_("The ZIP is damaged or only half there. Fetch it again.")) from None


class _Counted(io.RawIOBase):
    """A stream that refuses to give more than ``most`` bytes, whatever its table of contents says."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream, self._left = stream, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _told_of_damage():
            found = self._stream.read(len(buffer))
        self._left -= len(found)
        if self._left < 0:
            raise Refusal(_("There is too much in this file. At most {most} MB of text are read."),
                          most=LARGEST_READ // 1_000_000)  # fmt: skip
        buffer[: len(found)] = found
        return len(found)


def _is_zip(stream: IO[bytes]) -> bool:
    stream.seek(0, io.SEEK_END)
    if stream.tell() > LARGEST:
        raise Refusal(_("The file is too large. It may have at most {most} MB."), most=LARGEST // 1_000_000)
    stream.seek(0)
    return stream.read(2) == b"PK"


def _opened_zip(stream: IO[bytes]) -> zipfile.ZipFile:
    """The ZIP, after a look at its end: what reads it takes the whole table of contents into memory."""
    size = stream.seek(0, io.SEEK_END)
    start = max(size - 22 - 65_536 - 20, 0)
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise Refusal(_("The ZIP is damaged or only half there. Fetch it again."))
    members, directory = int.from_bytes(tail[at + 10 : at + 12], "little"), tail[at + 12 : at + 16]
    long_form = tail[max(at - 20, 0) : at].startswith(_ZIP64)
    if long_form or members > MOST_MEMBERS or int.from_bytes(directory, "little") > MOST_DIRECTORY:
        raise Refusal(_("The ZIP has too many files. It may have at most {most}."), most=MOST_MEMBERS)
    with _told_of_damage():
        return zipfile.ZipFile(stream)


def _chosen(found: zipfile.ZipFile) -> tuple[list[str], list[str]]:
    """(members to read, members left alone). Refuses the whole ZIP for one member that has no business in it."""
    names: list[str] = []
    for info in found.infolist():
        if not info.filename:  # of which Python cannot say whether it is a folder
            raise Refusal(_("The ZIP is damaged or only half there. Fetch it again."))
        if info.is_dir():
            continue
        _check(info)
        if info.filename in names:
            raise Refusal(_("The ZIP holds two files of one name."))
        names.append(info.filename)
    if "xl/workbook.xml" in names:
        raise Refusal(_("This is a workbook of Excel. Save it as CSV UTF-8 and try again."))
    results = [name for name in names if _base(name).startswith("exam")]
    if not results:
        results = [n for n in names if not _base(n).startswith(OTHERS) and _base(n).endswith(_TEXTS)]
    if not results:
        raise Refusal(_("The ZIP has no file of results. Its name begins with “exam”."))
    return results, [name for name in names if name not in results]


def _base(name: str) -> str:
    return name.rsplit("/", 1)[-1].lower()


def _check(info: zipfile.ZipInfo) -> None:
    name = info.filename
    if not _NAME.fullmatch(info.orig_filename) or name.startswith("/") or ".." in name.split("/"):
        raise Refusal(_("The ZIP names a file outside of itself. It is not from Pearson VUE as it should be."))
    if info.flag_bits & 0x1:
        raise Refusal(_("The ZIP is locked with a password. Unlock it first."))
    if _base(name).endswith((".zip", ".gz", ".7z", ".tar", ".rar")):
        raise Refusal(_("The ZIP holds another one. Unpack it first."))
    if info.file_size > LARGEST_READ:
        raise Refusal(_("There is too much in this file. At most {most} MB of text are read."),
                      most=LARGEST_READ // 1_000_000)  # fmt: skip


def _encoding(stream: io.BufferedReader, member: str) -> tuple[str, int]:
    """(utf-8-sig or cp1252, bytes read); the whole text is looked at, a block at a time."""
    tried = {"utf-8-sig": codecs.getincrementaldecoder("utf-8")(), "cp1252": codecs.getincrementaldecoder("cp1252")()}
    size = newlines = 0
    with closing(stream):
        while block := stream.read(BLOCK):
            if not size and block.startswith(b"PK\x03\x04"):
                raise Refusal(_("The ZIP holds another one. Unpack it first."))
            if b"\0" in block:
                line = newlines + block[: block.index(b"\0")].count(b"\n") + 1
                raise Refusal(_("The file is not text in UTF-8 or Windows-1252: see line {line}."), line=line)
            for name in list(tried):
                if not _decodes(tried[name], block):
                    del tried[name]
            size += len(block)
            newlines += block.count(b"\n")
            if not tried:
                raise Refusal(_("The file is not text in UTF-8 or Windows-1252: see line {line}."), line=newlines)
    if "utf-8-sig" in tried and not _decodes(tried["utf-8-sig"], b"", final=True):
        del tried["utf-8-sig"]
    if not size:
        raise Refusal(_("The file is empty."))
    if not tried:
        raise Refusal(_("The file is not text in UTF-8 or Windows-1252: see line {line}."), line=newlines + 1)
    return next(iter(tried)), size


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _lines(stream: io.BufferedReader, encoding: str) -> Iterator[str]:
    with io.TextIOWrapper(stream, encoding, newline="") as text:
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) >= LONGEST_LINE:
                raise Refusal(_("Line {line} is too long to be a line of this file."), line=number)
            yield line
