"""What the text of a mail may be, and how its placeholders are filled. Pure.

A placeholder is a bare name in braces. Nothing else in braces is evaluated: who edits a mail must not reach what hangs
on a value.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping

from .. import Refusal
from .. import marked as _

MOST_TRIES = 12  # of one message; then it is given up
LONGEST = {"subject": 150, "body": 4000}
LONGEST_REASON = 2000
_PART = re.compile(r"\{[^{}\n]*\}?|\}")
_NAME = re.compile(r"\{([a-z][a-z_]{0,31})\}")
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_UNSEEN = ("Cc", "Cs", "Zl", "Zp")  # control signs, halves of signs, other line ends
_SHOWN = 40  # of a faulty part, in a sentence about it


class TextWrong(Refusal):
    """This cannot be sent as a mail. ``field`` is where it stands: subject or body."""

    def __init__(self, field: str, sentence: str, **values: object) -> None:
        super().__init__(sentence, **values)
        self.field = field


class Unfilled(Exception):
    """A text names something that its message does not hold."""


def names_in(*texts: str) -> frozenset[str]:
    """The placeholders of these texts."""
    return frozenset(name for text in texts for name in _NAME.findall(text))


def cleaned(text: str) -> str:
    """As it is stored: one kind of line end, no blanks around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def wrong(field: str, text: str, known: Collection[str]) -> TextWrong | None:
    """Why this text, cleaned, cannot be sent with values of the names ``known``; None when it can."""
    if not text:
        return TextWrong(field, _("Write something here. An empty mail helps nobody."))
    if len(text) > LONGEST[field]:
        told = _("This has {length} characters. It may have at most {most}.")
        return TextWrong(field, told, length=len(text), most=LONGEST[field])
    if field == "subject" and "\n" in text:
        return TextWrong(field, _("The subject must be one line."))
    if any(sign != "\n" and unicodedata.category(sign) in _UNSEEN for sign in text):
        return TextWrong(field, _("There is a sign in it that a mail does not show, for example a tab. Take it out."))
    if tag := _TAG.search(text):
        told = _("Mails are plain text. Leave “{part}” out: people would read it as it stands.")
        return TextWrong(field, told, part=tag[0][:_SHOWN])
    return _odd_braces(field, text, known)


def _odd_braces(field: str, text: str, known: Collection[str]) -> TextWrong | None:
    for part in _PART.findall(text):
        name = _NAME.fullmatch(part)
        if name and name[1] in known:
            continue
        if not known:
            told = _("“{part}” cannot stand here: this mail has no placeholders. Write it without braces.")
            return TextWrong(field, told, part=part[:_SHOWN])
        names = ", ".join(f"{{{one}}}" for one in sorted(known))
        told = _("“{part}” is no placeholder of this mail. It knows: {names}. Other braces cannot stand here.")
        return TextWrong(field, told, part=part[:_SHOWN], names=names)
    return None


def filled(text: str, values: Mapping[str, object]) -> str:
    """The text with its values. Raises Unfilled for whatever stands in braces and is no name of ``values``."""

    def value(part: re.Match[str]) -> str:
        name = _NAME.fullmatch(part[0])
        if name is None or name[1] not in values:
            raise Unfilled(f"{part[0][:_SHOWN]} is not known")
        return str(values[name[1]])

    return _PART.sub(value, text)
