"""What every kind of question can do. A new kind is a module beside this one and a line in the registry."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any, Protocol

from ... import Refusal
from ... import marked as _
from ..items import Item
from ..shown import Body, DrawnItem

Answer = Any  # as the attempt keeps it, in JSON: each kind knows its own shape


class ForgedAnswer(Refusal):
    """Answers to something that was not asked."""

    def __init__(self) -> None:
        super().__init__(_("These answers do not belong to this page. Open the page again."))


class Kind(Protocol):
    """One kind of question: read and written, asked, answered and marked."""

    name: str
    fields: frozenset[str]  # its own names in a stored question, beside those that every question may have

    def read(self, number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Its own fields of ``Item``, out of a stored question. Raises BankInvalid, naming the question."""

    def plain(self, item: Item) -> dict[str, Any]:
        """The reverse of ``read``."""

    def problems(self, item: Item) -> Iterator[str]:
        """Why learners cannot be asked it: sentences that name {number} and {id}."""

    def laid_out(self, item: Item, rng: Random) -> list[str]:
        """Names of all that can be chosen, in the order in which it is shown: each gets an opaque ref."""

    def checked(self, item: Item, drawn: DrawnItem, given: object) -> Answer:
        """The answer as it is kept; empty for none. Raises ForgedAnswer for what no page of ours sends."""

    def parts(self, item: Item) -> int:
        """Into how many equal parts its mark falls."""

    def share(self, item: Item, drawn: DrawnItem, answer: Answer) -> Fraction:
        """How much of ``answer`` is right, from 0 to 1; ``answer`` may be None."""

    def corrected(self, item: Item, new: Item) -> Item | None:
        """``item`` as it was asked, with the key of ``new``; None where answers to it cannot be marked by that."""

    def shown(self, item: Item, drawn: DrawnItem, answer: Answer, keys: bool) -> Body:
        """What a page shows; what is right only with ``keys``."""

    def told(self, item: Item, drawn: DrawnItem, answer: Answer) -> list[str]:
        """The answer in words, for the person who gave it."""
