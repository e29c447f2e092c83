"""Questions as a page shows them: to be answered, or to look back at. Pure."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from .data import Bank, DrawnItem, Grade, Item, ShownCase, ShownQuestion
from .drawing import arrange
from .kinds import KINDS
from .rules import LATER


def questions(
    bank: Bank, asked: Sequence[DrawnItem], responses: Mapping[str, Any], given: Grade | None = None
) -> tuple[ShownQuestion, ...]:
    """The questions of a try with what was answered; with the keys only when its grade is ``given``."""
    items = {item.id: item for item in bank.items}
    cases = _cases(bank, [items[drawn.item] for drawn in asked])
    found, again = [], responses.get(LATER, ())
    for number, drawn in enumerate(asked, 1):
        item = items[drawn.item]
        body = KINDS[item.kind].shown(item, drawn, responses.get(drawn.ref), bool(given))
        key: dict[str, Any] = {}
        if given:
            key = {"share": given.shares[drawn.ref], "rationale": item.rationale, "reference": item.reference}
        part = item.credit == "part"
        found.append(
            ShownQuestion(
                number,
                drawn.ref,
                item.kind,
                item.stem,
                body,
                item.points,
                part,
                cases.get(item.case),
                later=drawn.ref in again,
                **key,
            )
        )
    return tuple(found)


def alone(bank: Bank, drawn: DrawnItem, keys: bool) -> ShownQuestion:
    """One question of a try by itself, without answers: as staff read it; with the key when they may."""
    item = next(item for item in bank.items if item.id == drawn.item)
    body, part = KINDS[item.kind].shown(item, drawn, None, keys), item.credit == "part"
    key = (item.rationale, item.reference) if keys else ("", "")
    case = _cases(bank, [item]).get(item.case)
    return ShownQuestion(1, drawn.ref, item.kind, item.stem, body, item.points, part, case, None, *key)


def preview(bank: Bank, items: Sequence[Item]) -> tuple[ShownQuestion, ...]:
    """What a learner would see of ``items``, in their author's order."""
    return questions(bank, arrange(items, False, Random(0)), {})  # noqa: S311  no secret


def _cases(bank: Bank, asked: Sequence[Item]) -> dict[str, ShownCase]:
    """By id, with the numbers of the questions that are asked about them: they stand together."""
    numbers: dict[str, list[int]] = {}
    for number, item in enumerate(asked, 1):
        numbers.setdefault(item.case, []).append(number)
    return {
        case.id: ShownCase(case.stem, numbers[case.id][0], numbers[case.id][-1])
        for case in bank.cases if case.id in numbers
    }  # fmt: skip
