"""Statistics of a bank, counted from the answers of learners."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ..quiz import answers as quiz
from ..quiz.answers import AskedQuestion, BankSeen, Sent
from . import rules
from .data import LEAST, BankNumbers, Row, Shape
from .sums import Sums


@dataclass(frozen=True)
class BankFound:
    """A bank's questions as they are asked now, and what is known of them; by place among ``questions``."""

    questions: tuple[AskedQuestion, ...]
    numbers: BankNumbers


def banks(modules: Collection[str] | None) -> list[BankSeen]:
    """Banks that learners of these modules answered (None: of any), the last answered first."""
    return quiz.banks_seen(modules)


def of_bank(number: int, modules: Collection[str] | None, now: datetime) -> BankFound | None:
    """The statistics of one bank among learners of these modules; None where they answered none of it."""
    found = quiz.answers(number, modules)
    if found is None:
        return None
    sums = Sums([_shape(question) for question in found.questions], map(_row, found.tries))
    current = [place for place, question in enumerate(found.questions) if question.number]
    asked = {place: sums.asked(place) for place in current}
    enough = [place for place in current if asked[place] >= LEAST]
    test = rules.test(sums, enough) if sums.tries >= LEAST else None
    by_place = {place: rules.question(sums, place) for place in enough}
    return BankFound(
        tuple(found.questions[place] for place in current),
        BankNumbers(sums.tries, asked, test, by_place, now),
    )  # fmt: skip


def _shape(question: AskedQuestion) -> Shape:
    item = question.item
    return Shape(question.parts, item.points, tuple(option.id for option in item.options), item.right)


def _row(sent: Sent) -> Row:
    return Row(sent.answers, sent.seconds, sent.pass_percent)
