"""Banks for tests, as JSON text."""

import json
from typing import Any


def question(number: int, objective: str = "o1", right: str = "a", **changed: Any) -> dict[str, Any]:
    """A question with four answers; ``right`` names the right ones by letter."""
    options = [{"id": letter, "text": f"Answer {letter} of {number}", "correct": letter in right} for letter in "abcd"]
    return {
        "id": f"q{number}", "kind": "multiple" if len(right) > 1 else "single", "objective": objective,
        "stem": f"Stem {number}?", "options": options, "rationale": f"Reason {number}.", **changed,
    }


def body(*items: Any, objectives: tuple[str, ...] = ("o1", "o2")) -> dict[str, Any]:
    rows = [{"id": name, "text": f"Explain {name}"} for name in objectives]
    return {"bank_id": "bank", "objectives": rows, "items": list(items)}


def bank(count: int = 4, **changed: Any) -> str:
    """The first half of the questions test o1, the others o2."""
    items = [question(n, "o1" if n <= (count + 1) // 2 else "o2") for n in range(1, count + 1)]
    return json.dumps({**body(*items), **changed})
