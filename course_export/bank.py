"""A bank as frozen values: the one shape that content files hold and that ``wins_quiz`` gets in ``bank``."""

from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from .items import Case, Frozen, Item, Key, Objective, Quota, once

Items = Annotated[tuple[Item, ...], Field(min_length=1, max_length=2000)]
Cases = Annotated[tuple[Case, ...], Field(max_length=200)]
Blueprint = Annotated[tuple[Quota, ...], Field(max_length=100)]


class Bank(Frozen):
    """The questions of one quiz, with the objectives they test, their cases, and how tries are drawn."""

    bank_id: Key
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    items: Items
    cases: Cases | None = None
    blueprint: Blueprint | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        once("objective", (objective.id for objective in self.objectives))
        once("question", (item.id for item in self.items))
        once("case", (case.id for case in self.cases or ()))
        known = {objective.id for objective in self.objectives}
        cases = {case.id for case in self.cases or ()}
        for item in self.items:
            if item.objective not in known:
                raise ValueError(f"question {item.id}: there is no objective {item.objective}")
            if item.case and item.case not in cases:
                raise ValueError(f"question {item.id}: there is no case {item.case}")
        return self

    @property
    def live(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.live)

    @property
    def drawn(self) -> int:
        """How many questions the blueprint draws."""
        return sum(row.count for row in self.blueprint or ())

    def plain(self) -> dict[str, Any]:
        """As the block keeps it: nothing that is not said."""
        return self.model_dump(exclude_none=True)


def unmet(bank: Bank) -> str:
    """Why nothing can be drawn by the blueprint; empty when it can."""
    rows = bank.blueprint or ()
    for number, row in enumerate(rows, 1):
        have = sum(
            row.category.strip() in ("", item.category) and row.difficulty in ("", item.difficulty)
            for item in bank.live
        )  # fmt: skip
        if have < row.count:
            return f"row {number} of the blueprint asks for {row.count} questions, and there are {have}"
        for other, before in enumerate(rows[: number - 1], 1):
            named = [(row.category.strip(), before.category.strip()), (row.difficulty, before.difficulty)]
            if all(not mine or not theirs or mine == theirs for mine, theirs in named):
                return f"rows {other} and {number} of the blueprint ask for the same questions"
    return "" if rows else "there is no blueprint"


def first_reason(error: ValidationError) -> str:
    """The first thing that pydantic found, as "place: reason"."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in first["loc"]) or "the file as a whole"
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"
