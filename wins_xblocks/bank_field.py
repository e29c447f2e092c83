"""A field that holds JSON as text: quick to read, and the same after OLX as before."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from xblock.fields import JSONField

# XML can hold none of these, and no database stores half a character: written as JSON escapes they survive.
_UNFIT = re.compile("[\u007f-\u009f\ud800-\udfff\ufffe\uffff]")


def dump(value: Any) -> str:
    """``value`` as compact JSON that fits into an XML attribute."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _UNFIT.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


@lru_cache(maxsize=16)
def _parsed(text: str) -> dict[str, Any] | None:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


class JsonValue(Mapping[str, Any]):
    """A JSON object and its text. Parsed when first asked and once per text: treat what it holds as frozen.

    Text that is no JSON object reads as an empty one (``readable`` is False), so that a page can say so.
    """

    __slots__ = ("text",)

    def __init__(self, text: str = "{}") -> None:
        self.text = text

    @property
    def readable(self) -> bool:
        return _parsed(self.text) is not None

    def __getitem__(self, name: str) -> Any:
        return (_parsed(self.text) or {})[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_parsed(self.text) or {})

    def __len__(self) -> int:
        return len(_parsed(self.text) or {})

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JsonValue) and (other.text == self.text or dict(other) == dict(self))


class JsonText(JSONField):
    """Stored and exported as JSON text, read as a ``JsonValue``; a dict may be set.

    The platform's ``List`` and ``Dict`` read OLX through YAML: slow, and emoji and 1e300 come back changed.
    """

    MUTABLE = False
    _default = JsonValue()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "enforce_type": True})

    def from_json(self, value: Any) -> JsonValue:
        if isinstance(value, JsonValue):
            return value
        if value is None:
            return JsonValue()
        return JsonValue(value if isinstance(value, str) else dump(value))

    def to_json(self, value: Any) -> str:
        return self.from_json(value).text

    def from_string(self, serialized: str) -> JsonValue:
        return JsonValue(serialized)

    def to_string(self, value: Any) -> str:
        return _UNFIT.sub(lambda found: f"\\u{ord(found.group()):04x}", self.to_json(value))

    def enforce_type(self, value: Any) -> JsonValue:
        return self.from_json(value)
