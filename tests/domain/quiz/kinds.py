"""One question of each kind, as a bank stores it, and what learners say to it."""

from fractions import Fraction
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

# What is right, partly right (with its share of the mark; none where a kind knows none) and wrong, in the words of
# ``answers``.
RIGHT = {
    "single": "a", "multiple": "a b c", "truefalse": "false", "matching": {"a": "a", "b": "b", "c": "a"},
    "numeric": {"text": "3,75", "unit": ""},
}  # fmt: skip
PART = {"multiple": ("a b", Fraction(2, 3)), "matching": ({"a": "a", "b": "x"}, Fraction(1, 3))}
WRONG = {
    "single": "b", "multiple": "d", "truefalse": "true", "matching": {"a": "b", "c": "x"},
    "numeric": {"text": "37", "unit": "MBq"},
}  # fmt: skip


def answers(row: Any, **said: Any) -> dict[str, Any]:
    """Answers by question, in what they stand for, as the page sends them."""
    found = {}
    for drawn in row.drawn:
        refs, own = {o["option"]: o["ref"] for o in drawn["options"]}, said.get(drawn["item"])
        if isinstance(own, str):
            found[drawn["ref"]] = [refs[name] for name in own.split()]
        elif isinstance(own, dict) and "text" not in own:
            found[drawn["ref"]] = {refs[left]: refs["=" + right] for left, right in own.items()}
        elif own:
            found[drawn["ref"]] = own
    return found


def drawn_one(item: dict[str, Any], seed: int = 1) -> tuple[Bank, DrawnItem]:
    """The question's bank, and the question as a try draws it."""
    found = banks.bank_of(body(item))
    return found, drawing.arrange(found.items, False, Random(seed))[0]
