"""What is drawn from a bank and what answers come to. Pure: values and a random generator come in."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from math import lcm
from typing import Any

from .data import Bank, DrawnItem, DrawnOption, Grade, Item, Limits, Objective, ObjectiveMark
from .kinds import KINDS
from .kinds.kind import ForgedAnswer as ForgedAnswer

FIXED = "fixed"  # likewise, in practice: refs of questions whose answer was checked and stands; a page sends none
LATER = "later"  # beside the answers: refs of questions that she wants to look at again; no ref is spelled so


def worth(items: Iterable[Item]) -> tuple[int, int | None]:
    """What questions are worth together, and in how many units of a point.

    No units: each question is one point, right or not. Else so many that every mark is whole: no mark is rounded.
    """
    asked = list(items)
    parts = lcm(*(KINDS[item.kind].parts(item) for item in asked))
    if parts == 1 and all(item.points == 1 for item in asked):
        return len(asked), None
    return sum(item.points for item in asked) * parts, parts


def stored(drawn: Iterable[DrawnItem]) -> list[dict[str, object]]:
    """``drawn`` as the attempt keeps it."""
    return [asdict(item) for item in drawn]


def drawn_of(rows: Iterable[Mapping[str, object]]) -> tuple[DrawnItem, ...]:
    """The reverse of ``stored``."""
    return tuple(
        DrawnItem(str(row["ref"]), str(row["item"]), tuple(DrawnOption(**option) for option in row["options"]))  # type: ignore[attr-defined]
        for row in rows
    )


def checked(bank: Bank, drawn: Iterable[DrawnItem], responses: object) -> dict[str, Any]:
    """Answers that fit what was asked, without empty ones, and what is to be looked at again. Raises ForgedAnswer."""
    asked, items = {item.ref: item for item in drawn}, {item.id: item for item in bank.items}
    if not isinstance(responses, dict) or not responses.keys() <= {*asked, LATER}:
        raise ForgedAnswer
    again = _among(asked, responses.get(LATER, []))
    found: dict[str, Any] = {LATER: again} if again else {}
    for ref, given in responses.items():
        if ref == LATER:
            continue
        item = items[asked[ref].item]
        if answer := KINDS[item.kind].checked(item, asked[ref], given):
            found[ref] = answer
    return found


def fixed(answers: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """``answers``, but those that were checked stay as they were."""
    refs = before.get(FIXED)
    if not refs:
        return answers
    free = {ref: answer for ref, answer in answers.items() if ref not in refs}
    return free | {ref: before[ref] for ref in refs} | {FIXED: refs}


def _among(asked: Mapping[str, DrawnItem], refs: object) -> list[str]:
    """Refs of questions that were asked, in their order. Raises ForgedAnswer."""
    if not isinstance(refs, list) or not all(isinstance(ref, str) and ref in asked for ref in refs):
        raise ForgedAnswer
    return [ref for ref in asked if ref in refs]


def share(item: Item, drawn: DrawnItem, answer: Any) -> Fraction:
    """How much of an answer is right, from 0 to 1."""
    return Fraction(1) if item.free else KINDS[item.kind].share(item, drawn, answer)


def grade(bank: Bank, drawn: Sequence[DrawnItem], responses: Mapping[str, Any]) -> Grade:
    """Marks of ``responses``, by question and by objective."""
    items = {item.id: item for item in bank.items}
    possible, units = worth(items[shown.item] for shown in drawn)
    shares, marks, asked = {}, Counter[str](), Counter[str]()
    for shown in drawn:
        item = items[shown.item]
        shares[shown.ref] = own = share(item, shown, responses.get(shown.ref))
        most = item.points * (units or 1)
        asked[item.objective] += most
        marks[item.objective] += int(own * most)
    rows = [*bank.objectives, Objective("", "")]
    by_objective = tuple(ObjectiveMark(row, marks[row.id], asked[row.id], units) for row in rows if asked[row.id])
    return Grade(marks.total(), possible, shares, by_objective, units)


def passed(share: Fraction, pass_percent: int) -> bool:
    """Is ``share`` of the marks enough? Exact: 69.99 % is not 70 %."""
    return share * 100 >= pass_percent


def limits(purpose: str, own: Limits, policy: Limits | None) -> Limits:
    """What holds for a quiz: its author's settings, but for a module test the programme's (a higher mark may stand)."""
    if purpose == "practice":
        return Limits(0, own.max_tries)
    if purpose != "test" or policy is None:
        return Limits(own.pass_percent, own.max_tries)
    return Limits(max(own.pass_percent, policy.pass_percent), policy.max_tries, policy.pause_hours)
