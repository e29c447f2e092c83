"""Questions that a module test and another quiz of its course both ask: learners could read the answer there. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from .. import marked as _
from .data import Bank, Item, Problem


def shared(bank: Bank, purpose: str, others: Iterable[tuple[str, str, Bank]]) -> Iterator[Problem]:
    """Live questions of ``bank`` that another quiz (title, purpose, bank) asks too, where one of both is a test.

    The same question is one with the same id, or the same words.
    """
    for title, other_purpose, other in others:
        if (purpose == "test") == (other_purpose == "test"):
            continue
        known = {name for item in _live(other) for name in _names(item)}
        for number, item in enumerate(bank.items, 1):
            if item.status == "live" and known & _names(item):
                told = _(
                    "Question {number} (“{id}”) stands in “{title}”, too. "
                    "A question is for practice or for the module test, never for both."
                )
                yield Problem(number, told, {"number": number, "id": item.id, "title": title})


def _live(bank: Bank) -> Iterator[Item]:
    return (item for item in bank.items if item.status == "live")


def _names(item: Item) -> set[str]:
    """Its id and its words, without case, signs and spacing."""
    stem = " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", item.stem).casefold()))
    return {f"id {item.id}", *([f"stem {stem}"] if stem else [])}
