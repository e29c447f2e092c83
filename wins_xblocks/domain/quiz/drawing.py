"""Which questions a try gets, and in which order. Pure: a random generator comes in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from random import Random

from .. import Refusal
from .. import marked as _
from .data import Bank, DrawnItem, DrawnOption, Item, Problem, Quota
from .kinds import KINDS


class BlueprintUnmet(Refusal):
    """The bank has not what its blueprint asks for."""


def askable(bank: Bank, purpose: str) -> tuple[Item, ...]:
    """What a quiz of this purpose may ask: a question is for practice or for the test, never for both."""
    own = "test" if purpose == "test" else "practice"
    return tuple(item for item in bank.usable if item.use in ("", own))


def misplaced(bank: Bank, purpose: str) -> Iterator[Problem]:
    """Live questions that a quiz of this purpose may not ask."""
    usable, mine = ({item.id for item in items} for items in (bank.usable, askable(bank, purpose)))
    for number, item in enumerate(bank.items, 1):
        if item.id in usable - mine:
            told = (
                _("Question {number} (“{id}”) is for practice, and this is a module test.")
                if item.use == "practice"
                else _("Question {number} (“{id}”) is for the module test, and this is none.")
            )
            yield Problem(number, told, {"number": number, "id": item.id}, "use")


def asked(bank: Bank, purpose: str, count: int, draw_by: str) -> int:
    """How many questions a try has: none where its blueprint cannot be met."""
    items = askable(bank, purpose)
    if draw_by == "blueprint":
        return 0 if any(unmet(bank.blueprint, items)) else sum(row.count for row in bank.blueprint)
    return min(count, len(items)) if count > 0 else len(items)


def mean_worth(bank: Bank, purpose: str) -> Fraction:
    """Points of a question, on average: all that can be said of a try before it is drawn."""
    items = askable(bank, purpose)
    return Fraction(sum(item.points for item in items), len(items) or 1)


def take(bank: Bank, items: Sequence[Item], count: int, draw_by: str, rng: Random) -> list[Item]:
    """Different questions out of ``items``, in their author's order. Raises BlueprintUnmet."""
    if draw_by != "blueprint":
        return draw(items, count, draw_by == "objective", rng)
    for sentence, values in unmet(bank.blueprint, items):
        raise BlueprintUnmet(sentence, **values)
    taken = {item.id for row in bank.blueprint for item in rng.sample(fitting(row, items), row.count)}
    return [item for item in items if item.id in taken]


def fitting(row: Quota, items: Iterable[Item]) -> list[Item]:
    return [
        item for item in items
        if row.category in ("", item.category) and row.difficulty in ("", item.difficulty)
    ]  # fmt: skip


def unmet(blueprint: Sequence[Quota], items: Sequence[Item]) -> Iterator[tuple[str, dict[str, object]]]:
    """Why no try can be drawn by the blueprint: sentences and their values, row by row."""
    if not blueprint:
        yield _("The blueprint has no row."), {}
    for number, row in enumerate(blueprint, 1):
        have = len(fitting(row, items))
        if have < row.count:
            told = _("Row {row} of the blueprint asks for more questions ({count}) than there are ({have}).")
            yield told, {"row": number, "count": row.count, "have": have}
        for other, before in enumerate(blueprint[: number - 1], 1):
            if _meet(row, before):
                told = _("Rows {other} and {row} of the blueprint ask for the same questions.")
                yield told, {"row": number, "other": other}


def _meet(one: Quota, two: Quota) -> bool:
    """May one question count for both?"""
    return all(
        not mine or not theirs or mine == theirs
        for mine, theirs in ((one.category, two.category), (one.difficulty, two.difficulty))
    )


def draw(items: Sequence[Item], count: int, by_objective: bool, rng: Random) -> list[Item]:
    """``count`` different questions (0 or too many: all) in their author's order.

    By objective: each gets its share of the bank, rounded down or up; who is rounded up is decided by the largest
    remainder, then by lot.
    """
    if not count or count >= len(items):
        return list(items)
    taken = set(_balanced(items, count, rng) if by_objective else rng.sample(range(len(items)), count))
    return [item for place, item in enumerate(items) if place in taken]


def _balanced(items: Sequence[Item], count: int, rng: Random) -> Iterable[int]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        places[item.objective].append(place)
    quotas = {name: Fraction(count * len(own), len(items)) for name, own in places.items()}
    seats = {name: int(quota) for name, quota in quotas.items()}
    by_lot = sorted(quotas, key=lambda name: (seats[name] - quotas[name], rng.random()))
    for name in by_lot[: count - sum(seats.values())]:
        seats[name] += 1
    for name, own in places.items():
        yield from rng.sample(own, seats[name])


def arrange(items: Sequence[Item], shuffled: bool, rng: Random) -> tuple[DrawnItem, ...]:
    """Questions as they are shown, with opaque refs; in random order when ``shuffled``, but a case stays together."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[f"case {item.case}" if item.case else item.id].append(item)
    order = rng.sample(list(groups.values()), len(groups)) if shuffled else list(groups.values())
    laid = [(item, KINDS[item.kind].laid_out(item, rng)) for group in order for item in group]
    needed = len(laid) + sum(len(names) for _item, names in laid)
    refs = iter(f"{value:08x}" for value in rng.sample(range(2**32), needed))
    return tuple(
        DrawnItem(next(refs), item.id, tuple(DrawnOption(next(refs), name) for name in names)) for item, names in laid
    )
