"""First tries at the module test of one bank, to be compared with each other: for hints, never for marks.

What is left out is what statistics leave out, and answers erased since. No permissions are checked here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from . import rules
from .answers import AT_ONCE, BankSeen, Marking, Named, banks_seen, first_tries
from .closing import bank_of, rows
from .kinds import KINDS
from .models import Attempt

_COLUMNS = (
    "id", "learner_id", "module", "bank_id", "drawn", "responses", "correct", "possible", "started_at", "submitted_at",
)  # fmt: skip


@dataclass(frozen=True)
class TestTry:
    """One try. ``answers``: of each answered question its place, the answer by its options' names, is it right?

    ``asked`` is how many questions it had, ``share`` 0 to 1.
    """

    __test__ = False

    id: int
    learner_id: int
    module: str
    asked: int
    answers: tuple[tuple[int, Named, bool], ...]
    share: float
    seconds: int
    sent_at: datetime


@dataclass(frozen=True)
class SameAnswer:
    """A question that two tries answered with the same wrong answer; ``text`` is the answer in words."""

    stem: str
    text: str


def banks() -> list[BankSeen]:
    """Banks of module tests that learners answered."""
    return [one for one in banks_seen(None) if "test" in one.purposes]


def tests(number: int, most: int) -> list[TestTry]:
    """The newest ``most`` first tries at the module test of the bank of this number, the oldest first."""
    found = first_tries(number, None, purpose="test")
    if found is None:
        return []
    marking, ids = found
    wanted = ids[-most:]
    parts = (wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE))
    return [one for part in parts for one in _tries(marking, part)]


def _tries(marking: Marking, ids: list[int]) -> Iterator[TestTry]:
    columns = Attempt.objects.filter(id__in=ids).order_by("id").values_list(*_COLUMNS)
    for id_, learner, module, version, drawn, given, correct, possible, began, sent in columns:
        answers = tuple(
            (place, name, right == marking.questions[place].parts)
            for place, name, (right, _chosen, _empty) in marking.named(version, drawn, given)
        )
        if answers:
            seconds = int((sent - began).total_seconds())
            yield TestTry(id_, learner, module, len(drawn), answers, correct / possible, seconds, sent)


def same_wrong(attempt_id: int, other_id: int) -> list[SameAnswer]:
    """What two tries answered alike and wrong, in the order of the first; nothing where an answer was erased since."""
    found = {row.id: row for row in rows().filter(id__in=(attempt_id, other_id))}
    if len(found) < 2:
        return []
    mine, theirs = (_wrong(found[id_]) for id_ in (attempt_id, other_id))
    return [told for item, told in mine.items() if theirs.get(item) == told]


def _wrong(row: Attempt) -> dict[str, SameAnswer]:
    """By item: what was answered wrong."""
    items = {item.id: item for item in bank_of(row.bank_hash).items}
    found = {}
    for drawn in rules.drawn_of(row.drawn):
        item, answer = items[drawn.item], row.responses.get(drawn.ref)
        kind = KINDS[item.kind]
        if answer and kind.share(item, drawn, answer) < 1:
            found[item.id] = SameAnswer(item.stem, ", ".join(sorted(kind.told(item, drawn, answer))))
    return found
