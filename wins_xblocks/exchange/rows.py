"""Questions as rows of a table, written. Only columns that some question needs."""

from collections.abc import Iterator, Sequence

from ..domain import marked as _
from ..domain.quiz.data import Bank, Item
from ..domain.quiz.kinds import KINDS
from .form import Told
from .table import COLUMNS, LETTERS

_ALWAYS = ("id", "kind", "stem", "A", "B", "C", "D", "right", "rationale")
_BLUEPRINT = Told(_("The blueprint was left out. A table cannot hold it."))
_CASES = Told(_("Cases without a question were left out."))
_OBJECTIVES = Told(_("The texts of the learning objectives were left out. Their ids are in the file."))


def table(bank: Bank) -> tuple[list[str], list[list[str]], tuple[Told, ...]]:
    """(head, rows, what is not in them)."""
    cases = {case.id: case.stem for case in bank.cases}
    rows = []
    for item in bank.items:
        text = cases.pop(item.case, "")  # beside its first question
        rows.append({column: cell for column, cell in _cells(item, text) if cell})
    used = {column for row in rows for column in row}
    columns = [column for column in COLUMNS if column in used or column in _ALWAYS]
    told = [
        one for one, left in ((_BLUEPRINT, bank.blueprint), (_CASES, cases), (_OBJECTIVES, bank.objectives)) if left
    ]
    head = [_head(column) for column in columns]
    return head, [[row.get(column, "") for column in columns] for row in rows], tuple(told)


def _head(column: str) -> str:
    name = COLUMNS[column][0]
    return name.upper() if column in LETTERS else f"match {column[-1]}" if column.startswith("match ") else name


def _cells(item: Item, case_text: str) -> Iterator[tuple[str, str]]:
    yield from ((name, getattr(item, name)) for name in ("id", "kind", "case", "objective", "stem", "rationale"))
    yield from ((name, getattr(item, name)) for name in ("category", "difficulty", "bloom", "reference", "use"))
    yield "case text", case_text
    yield "credit", item.credit if item.credit != "all" else ""
    yield "points", str(item.points) if item.points != 1 else ""
    yield "status", item.status if item.status != "live" else ""
    yield from _BODIES[item.kind](item)


def _options(item: Item) -> Iterator[tuple[str, str]]:
    yield from zip(LETTERS, (option.text for option in item.options), strict=False)
    yield "right", ", ".join(sign for sign, option in zip(LETTERS, item.options, strict=False) if option.correct)
    yield "answer ids", _ids([(option.id, option.text) for option in item.options])


def _truth(item: Item) -> Iterator[tuple[str, str]]:
    yield "right", next(iter(item.right), "")


def _pairs(item: Item) -> Iterator[tuple[str, str]]:
    yield from zip(LETTERS, (pair.left for pair in item.pairs), strict=False)
    yield from ((f"match {sign}", pair.right) for sign, pair in zip(LETTERS, item.pairs, strict=False))
    yield "answer ids", _ids([(pair.id, pair.left + pair.right) for pair in item.pairs])


def _number(item: Item) -> Iterator[tuple[str, str]]:
    answer = KINDS[item.kind].plain(item)["answer"]
    yield "right", answer["value"]
    yield from ((name, answer.get(name, "")) for name in ("tolerance", "unit"))
    yield "other units", "\n".join(f"{other['name']} = {other['factor']}" for other in answer.get("units", ()))


def _ids(answers: Sequence[tuple[str, str]]) -> str:
    """Empty where the columns say it: a, b, c in this order, none of them empty."""
    plain = [id_ for id_, _text in answers] == [sign.lower() for sign in LETTERS[: len(answers)]]
    return "" if plain and all(text.strip() for _id, text in answers) else " ".join(id_ for id_, _text in answers)


_BODIES = {"single": _options, "multiple": _options, "truefalse": _truth, "matching": _pairs, "numeric": _number}
