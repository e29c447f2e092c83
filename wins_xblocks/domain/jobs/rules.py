"""What a sentence's values are as JSON, and which lines are the same lines. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from ..duration import Duration
from .data import NewLine


def packed(values: Mapping[str, object]) -> dict[str, list[object]]:
    """As JSON keeps them, each with its kind."""
    return {name: _packed(value) for name, value in values.items()}


def _packed(value: object) -> list[object]:
    if isinstance(value, Duration):
        return ["length", int(value)]
    if isinstance(value, datetime):
        return ["moment", value.isoformat()]
    if isinstance(value, date):
        return ["day", value.isoformat()]
    return ["plain", value if isinstance(value, int) else str(value)]


def unpacked(values: Mapping[str, Sequence[object]]) -> dict[str, object]:
    """As they were."""
    made = {"length": _length, "moment": _moment, "day": _day}
    return {name: made[str(kind)](value) if kind in made else value for name, (kind, value) in values.items()}


def _length(value: object) -> object:
    return Duration(int(str(value)))


def _moment(value: object) -> object:
    return datetime.fromisoformat(str(value))


def _day(value: object) -> object:
    return date.fromisoformat(str(value))


def digest(kind: str, lines: Sequence[NewLine]) -> str:
    """The same for the same acts on the same people and vouchers, in whatever order a file names them."""
    good = sorted(
        (one.exam, one.learner_id or 0, one.voucher_id or 0, one.attempt_id or 0) for one in lines if not one.problem
    )
    return hashlib.sha256(json.dumps([kind, good]).encode()).hexdigest()
