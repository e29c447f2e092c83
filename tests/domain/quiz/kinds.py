"""One question of each kind, as a bank stores it."""

from random import Random
from typing import Any

from tests.domain.quiz.banks import body, question
from wins_xblocks.domain.quiz import banks, drawing
from wins_xblocks.domain.quiz.data import Bank, DrawnItem

UNITS = [{"name": "MBq", "factor": "0.001"}]


def _without_options(number: int, kind: str, **changed: Any) -> dict[str, Any]:
    found = question(number, kind=kind)
    del found["options"]
    return {**found, **changed}


def multiple(number: int = 1, **changed: Any) -> dict[str, Any]:
    return question(number, right="abc", **changed)


def truefalse(answer: bool = True, number: int = 1, **changed: Any) -> dict[str, Any]:
    return _without_options(number, "truefalse", answer=answer, **changed)


def matching(number: int = 1, **changed: Any) -> dict[str, Any]:
    """``a`` and ``c`` go with the same; ``x`` goes with nothing."""
    pairs = [
        {"id": "a", "left": "Alarm", "right": "Detect"}, {"id": "b", "left": "Fence", "right": "Delay"},
        {"id": "c", "left": "Camera", "right": "Detect"}, {"id": "x", "left": "", "right": "Respond"},
    ]  # fmt: skip
    return _without_options(number, "matching", **{"pairs": pairs, **changed})


def numeric(number: int = 1, **changed: Any) -> dict[str, Any]:
    """3.7 GBq, five per cent more or less; MBq will do."""
    answer = {"value": "3.7", "tolerance": "5 %", "unit": "GBq", "units": UNITS}
    return _without_options(number, "numeric", **{"answer": answer, **changed})


EACH = {
    "single": question(1),
    "multiple": multiple(credit="part", points=2),
    "truefalse": truefalse(False, use="practice"),
    "matching": matching(credit="part", category="Detection", difficulty="hard", bloom="apply", reference="Book, p. 4"),
    "numeric": numeric(points=3),
}


def drawn_one(item: dict[str, Any], seed: int = 1) -> tuple[Bank, DrawnItem]:
    """The question's bank, and the question as a try draws it."""
    found = banks.bank_of(body(item))
    return found, drawing.arrange(found.items, False, Random(seed))[0]
