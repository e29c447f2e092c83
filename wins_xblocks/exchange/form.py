"""What every format of questions is: a reader that says what it left, and a writer that says what it cannot hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..domain import Refusal
from ..domain import marked as _
from ..domain.quiz.data import Bank

LARGEST = 5_000_000  # bytes of a file, and characters of a table that is pasted
ROW, QUESTION, LINE = "row", "question", "line"  # what an author counts in a file of the format


@dataclass(frozen=True)
class Told:
    """A sentence for the author; ``values`` fill it in."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


@dataclass(frozen=True)
class Found:
    """One question of a file: where it stands, and what it says in the shape of a bank's.

    ``entry`` is None for what cannot be one; ``told`` says why, or what of it was left out.
    """

    place: int
    entry: Mapping[str, Any] | None
    told: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Read:
    """What stands in a file. ``by`` is what ``place`` counts; ``cases`` are texts by id.

    ``says``: names of what it could say of a question; a question that it changes keeps everything else. None: all.
    """

    by: str
    found: tuple[Found, ...]
    cases: Mapping[str, str] = field(default_factory=dict)
    told: tuple[Told, ...] = ()
    says: frozenset[str] | None = None


@dataclass(frozen=True)
class Written:
    """A file, and what of the bank is not in it."""

    data: bytes
    told: tuple[Told, ...] = ()


class Format(Protocol):
    """One format. Another one (GIFT, Moodle, QTI) is a module beside this one and a line in the registry."""

    name: str  # of the format, and how its files' names end
    endings: frozenset[str]  # what other files are taken for it
    kind: str  # media type

    def read(self, data: bytes) -> Read:
        """The questions of a file. Raises Refusal (JsonHandlerError from YAML) for the file as a whole."""

    def write(self, bank: Bank) -> Written:
        """The questions of ``bank`` as a file."""


def text_of(data: bytes) -> str:
    """A file of text: UTF-8, or UTF-16 where it says so by its first bytes. Raises Refusal, naming the line."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise Refusal(_("The file is damaged: it begins as UTF-16 text and does not go on so.")) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        words = _('The file is not UTF-8 text: see line {line}. Save it as "CSV UTF-8" and try again.')
        raise Refusal(words, line=line) from None
    if "\0" in text:
        raise Refusal(_("This is no file of text."))
    return text
