"""Questions as they are drawn and as a page shows them. Refs are opaque: no page sees its author's ids."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction


def points(marks: int, units: int | None) -> int | Decimal:
    """``marks`` as a person reads them: whole, or rounded down to hundredths of a point."""
    whole, rest = divmod(marks, units or 1)
    return whole if not rest else (Decimal(marks * 100 // (units or 1)) / 100).normalize()


class Marks:
    """Right answers of questions asked; ``percent`` is whole, rounded down.

    With ``units`` marks are points, since a question may be partly right or worth more: a point has so many units.
    """

    correct: int
    possible: int
    units: int | None

    @property
    def percent(self) -> int:
        return self.correct * 100 // self.possible

    @property
    def exact(self) -> tuple[Fraction, Fraction]:
        """(earned, possible) in questions or points."""
        return Fraction(self.correct, self.units or 1), Fraction(self.possible, self.units or 1)

    @property
    def got(self) -> int | Decimal:
        return points(self.correct, self.units)

    @property
    def most(self) -> int | Decimal:
        return points(self.possible, self.units)


@dataclass(frozen=True)
class DrawnOption:
    ref: str
    option: str


@dataclass(frozen=True)
class DrawnItem:
    """A question as it was shown: opaque refs and the order of its options."""

    ref: str
    item: str
    options: tuple[DrawnOption, ...]


@dataclass(frozen=True)
class ShownOption:
    """``correct`` is None while the key may not be seen."""

    ref: str
    text: str
    chosen: bool
    correct: bool | None = None


@dataclass(frozen=True)
class ShownPrompt:
    """What an answer is to be found for. ``chosen`` and ``right`` are refs of options; ``right`` only with the key."""

    ref: str
    text: str
    chosen: str
    right: str | None = None


@dataclass(frozen=True)
class ShownField:
    """A number to be written, in one of ``units``. With the key: the right one, and from where to where it is right.

    Not ``readable``: what was written is no number.
    """

    text: str
    unit: str
    units: tuple[str, ...]
    readable: bool = True
    key: str | None = None
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Body:
    """What one kind of question shows below its text."""

    options: tuple[ShownOption, ...] = ()
    prompts: tuple[ShownPrompt, ...] = ()
    field: ShownField | None = None

    @property
    def answered(self) -> bool:
        return (
            any(option.chosen for option in self.options)
            or any(prompt.chosen for prompt in self.prompts)
            or bool(self.field and self.field.text)
        )


@dataclass(frozen=True)
class ShownCase:
    """The text that the questions numbered ``first`` to ``last`` share."""

    stem: str
    first: int
    last: int


@dataclass(frozen=True)
class AskedQuestion:
    """A question of a learner's try, as its author knows it. ``place`` counts from 1."""

    bank_id: str
    item: str
    bank_hash: str
    module: str
    place: int
    stem: str


@dataclass(frozen=True)
class ShownQuestion:
    """A question on a page, to be answered or to look back at. ``share`` is None while the key may not be seen.

    ``later``: she wants to look at it again before she sends.
    """

    number: int
    ref: str
    kind: str
    stem: str
    body: Body
    points: int = 1
    part: bool = False
    case: ShownCase | None = None
    share: Fraction | None = None
    rationale: str = ""
    reference: str = ""
    later: bool = False

    @property
    def options(self) -> tuple[ShownOption, ...]:
        return self.body.options

    @property
    def right(self) -> bool | None:
        return None if self.share is None else self.share == 1

    @property
    def answered(self) -> bool:
        return self.body.answered


@dataclass(frozen=True)
class Corrected:
    """A correction of the key that came over a sent try: the marks of before (``was`` of ``of``), and what learners are
    told of the reason ("": a standard sentence). ``kept``: they would have gone down, and were left."""

    at: datetime
    was: int | Decimal
    of: int | Decimal
    passed: bool
    kept: bool
    told: str
