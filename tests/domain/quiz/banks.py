"""Banks for tests, as JSON text, and answers to them."""

import json
from typing import Any

from wins_xblocks.domain.quiz.models import Attempt


def question(number: int, objective: str = "o1", right: str = "a", **changed: Any) -> dict[str, Any]:
    """A question with four answers; ``right`` names the right ones by letter."""
    options = [{"id": letter, "text": f"Answer {letter} of {number}", "correct": letter in right} for letter in "abcd"]
    return {
        "id": f"q{number}",
        "kind": "multiple" if len(right) > 1 else "single",
        "objective": objective,
        "stem": f"Stem {number}?",
        "options": options,
        "rationale": f"Reason {number}.",
        **changed,
    }


def body(*items: Any, objectives: tuple[str, ...] = ("o1", "o2")) -> dict[str, Any]:
    rows = [{"id": name, "text": f"Explain {name}"} for name in objectives]
    return {"bank_id": "bank", "objectives": rows, "items": list(items)}


def bank(count: int = 4, **changed: Any) -> str:
    """The first half of the questions test o1, the others o2."""
    items = [question(n, "o1" if n <= (count + 1) // 2 else "o2") for n in range(1, count + 1)]
    return json.dumps({**body(*items), **changed})


def answers(block: str, right: int, learner: int = 1) -> dict[str, list[str]]:
    """The first ``right`` questions of the open try answered right, the others wrong; read from the tables."""
    row = Attempt.objects.get(learner_id=learner, block=block, open_slot=1)
    return {
        drawn["ref"]: [next(o["ref"] for o in drawn["options"] if o["option"] == ("a" if n < right else "b"))]
        for n, drawn in enumerate(row.drawn)
    }
