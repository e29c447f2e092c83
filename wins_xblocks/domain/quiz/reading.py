"""Texts, ids and choices of a bank, read strictly: what is wrong is named with its question."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .. import Refusal
from .. import marked as _

LONGEST_TEXT = 4000
LONGEST_LINE = 300
KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
UNFIT = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]")

# A picture in Markdown: its words, and its address.
PICTURE = re.compile(r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?([^\s)>]*)")
FETCHED = re.compile(r"https://|/(?!/)")


class BankInvalid(Refusal):
    """A bank that has not the shape of one. ``values["number"]`` is the question's, where there is one."""


def key(value: object, number: int | None) -> str:
    if not isinstance(value, str) or not KEY.fullmatch(value):
        # Never the text of what is none: writing out a number of thousands of digits is an error of its own.
        told = value[:40] if isinstance(value, str) else type(value).__name__
        shown = {"value": told, **({"number": number} if number else {})}
        raise BankInvalid(
            _("Question {number}: the id “{value}” may hold only a-z, 0-9, “.” and “-”, at most 63.")
            if number else _("The id “{value}” may hold only a-z, 0-9, “.” and “-”, at most 63."), **shown,
        )  # fmt: skip
    return value


def text(value: object, number: int | None, longest: int = LONGEST_TEXT) -> str:
    shown = {"most": longest, **({"number": number} if number else {})}
    if not isinstance(value, str):
        raise BankInvalid(
            _("Question {number}: a text is not text. Put it in quotation marks.")
            if number else _("A text is not text. Put it in quotation marks."), **shown,
        )  # fmt: skip
    if len(value) > longest or UNFIT.search(value):
        raise BankInvalid(
            _("Question {number}: a text is longer than {most} characters or holds signs that cannot be shown.")
            if number else _("A text is longer than {most} characters or holds signs that cannot be shown."), **shown,
        )  # fmt: skip
    return value


def line(value: object, number: int | None) -> str:
    return text(value, number, LONGEST_LINE)


def choice(entry: Mapping[str, object], name: str, known: Sequence[str], default: str, number: int | None) -> str:
    """One of ``known``; what is missing or empty is ``default``."""
    value = entry.get(name) or default
    if isinstance(value, str) and (value in known or value == default):
        return value
    shown = {"name": name, "known": ", ".join(known), **({"number": number} if number else {})}
    raise BankInvalid(
        _("Question {number}: “{name}” must be one of: {known}.")
        if number else _("“{name}” must be one of: {known}."), **shown,
    )  # fmt: skip


def whole(value: object, name: str, least: int, most: int, number: int | None) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    shown = {"name": name, "least": least, "most": most, **({"number": number} if number else {})}
    raise BankInvalid(
        _("Question {number}: “{name}” must be a whole number from {least} to {most}.")
        if number else _("“{name}” must be a whole number from {least} to {most}."), **shown,
    )  # fmt: skip


def only(entry: Mapping[object, object], known: frozenset[str], number: int) -> None:
    """Refuse names that nothing reads: most are slips of the pen."""
    strange = next((name for name in entry if name not in known), None)
    if strange is not None:
        told = strange[:40] if isinstance(strange, str) else type(strange).__name__
        raise BankInvalid(
            _("Question {number}: “{name}” is not known in a question of this kind."), number=number, name=told
        )


def pictures(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(words, address) of each picture."""
    for written in texts:
        if "![" in written:
            yield from PICTURE.findall(written)
