"""Plain values as JSON holds them, changed by chance in their structure.

``luck`` decides: ``random.Random``, or a fuzzer's own (``randrange`` and ``choice`` are asked for).
"""

import json
from typing import Any

ODD = (
    None, True, False, 0, 1, -1, 1.5, 2**31, 2**64, 10**400, 1e308, float("nan"), float("inf"), "", " ", "\0", "\ud800",
    "\ufffe", "\u202e", "a", "q1", "true", "later", "fixed", "3,7", "٣٫٧", "1e99", "9" * 60, "x" * 5000,
    "<script>alert(1)</script>", "{number}", "![a](b)", "*" * 50, "'; --", [], {}, [[]], [None],
    {"text": "3", "unit": ""}, {"text": "3.7", "unit": "MBq"}, {"a": "b"},
)  # fmt: skip


def mutant(value: Any, luck: Any) -> Any:
    """``value`` with one to three things in it changed, taken out, put in, doubled, or put in another's place."""
    for _ in range(1 + luck.randrange(3)):
        value = _changed(value, luck, _parts(value))
    return value


def dumped(value: Any, luck: Any) -> bytes:
    """``value`` as a request carries it; now and then damaged, so that it is no JSON, or deep, or cut off."""
    text = json.dumps(value).encode()
    if luck.randrange(20):
        return text
    at = luck.randrange(len(text) + 1)
    text = text[:at] + luck.choice((b"", b"\0", b"\xff", b"[" * 2000, b"9" * 5000, b'"', b"\\ud800")) + text[at:]
    return text[: luck.randrange(len(text) + 1)] if luck.randrange(3) == 0 else text


def _parts(value: Any) -> list[Any]:
    """Everything that stands in ``value``, so that it may stand elsewhere."""
    inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    names = list(value) if isinstance(value, dict) else []
    return [value, *names, *(part for one in inside for part in _parts(one))]


def _changed(value: Any, luck: Any, parts: list[Any]) -> Any:
    if isinstance(value, dict) and value:
        return _dict(value, luck, parts)
    if isinstance(value, list) and value:
        return _list(value, luck, parts)
    if isinstance(value, str) and value and luck.randrange(3) == 0:
        at = luck.randrange(len(value) + 1)
        return (
            value[:at]
            + luck.choice(("", "\0", " ", "\n", "5", "e9", "\ud800", "<", "é"))
            + value[at + luck.randrange(2) :]
        )
    return _other(luck, parts)


def _other(luck: Any, parts: list[Any]) -> Any:
    return luck.choice(ODD) if luck.randrange(3) else luck.choice(parts)


def _dict(value: dict[str, Any], luck: Any, parts: list[Any]) -> Any:
    name, what = luck.choice(list(value)), luck.randrange(12)
    if what < 7:
        return {**value, name: _changed(value[name], luck, parts)}
    if what == 7:
        return {own: kept for own, kept in value.items() if own != name}
    if what == 8:
        return {**value, name: _other(luck, parts)}
    if what == 9:
        return {**value, _name(luck, parts): _other(luck, parts)}
    if what == 10:
        return {(_name(luck, parts) if own == name else own): kept for own, kept in value.items()}
    return _other(luck, parts)


def _list(value: list[Any], luck: Any, parts: list[Any]) -> Any:
    at, what = luck.randrange(len(value)), luck.randrange(12)
    if what < 7:
        return [*value[:at], _changed(value[at], luck, parts), *value[at + 1 :]]
    if what == 7:
        return value[:at] + value[at + 1 :]
    if what == 8:
        return value[:at] + value[at:] + value[at:]
    if what == 9:
        return [*value[:at], _other(luck, parts), *value[at:]]
    if what == 10:
        return value[::-1]
    return _other(luck, parts)


def _name(luck: Any, parts: list[Any]) -> str:
    found = _other(luck, parts)
    return found if isinstance(found, str) else "later"
