"""Read a rule set from YAML. Free of Django, so that the exporter may read it too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from stat import S_ISREG
from typing import Any

import yaml

from .data import Programme
from .rules import Misfit, Place, misfits

SHIPPED = Path(__file__).with_name("programme.yaml")
LARGEST = 1_000_000  # bytes
# What constructing a value raises for text that looks like a value and is none, beside YAML's own error.
NO_VALUE = (ValueError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)
DEEPEST = 20  # levels
MOST_TOLD = 5  # mistakes in one message
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENDLESS = re.compile(r"[-+]?[0-9][0-9a-fA-FxX_:.]{63,}")
_SUBJECT = re.compile(r"(Input|String|Tuple|Decimal input|Value error,) ")  # how pydantic begins; the place says it
_WORDS = {
    "missing": "is missing",
    "unexpected_keyword_argument": "is no name of the rules",
    "invalid_key": "is no name of the rules",
    "dataclass_type": "must be names with values, as in “name: value”",
    "tuple_type": "must be a list, as in “[a, b]”",
    "string_type": "must be text; put it in quotation marks",
}


class ProgrammeError(Exception):
    """The rule file is wrong; the message names the file, the line, the place and the reason."""


def load(path: Path | str = SHIPPED) -> Programme:
    """The rule set in ``path``. Raises ProgrammeError for whatever is wrong with it."""
    file = Path(path)
    try:
        text = _text(file)
    except OSError as error:
        raise ProgrammeError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ProgrammeError(f"{file}: is not UTF-8 text (byte {error.start})") from error
    return read(text, str(file))


def _text(file: Path) -> str:
    try:
        found = file.stat()
    except ValueError as error:
        raise ProgrammeError(f"{str(file)!r}: is not the path of a file") from error
    if not S_ISREG(found.st_mode):  # a device has no end
        raise ProgrammeError(f"{file}: cannot be read: not a file")
    if found.st_size > LARGEST:
        raise ProgrammeError(f"{file}: larger than {LARGEST:,} bytes")
    return file.read_text(encoding="utf-8-sig")


def read(text: str, name: str) -> Programme:
    """The rule set in a YAML text. ``name`` says in errors where it came from. Raises ProgrammeError."""
    try:
        _plain(text)
        root = yaml.compose(text, Loader=_LOADER)
        body = _value(root)
    except yaml.YAMLError as error:
        raise ProgrammeError(f"{name}: {_no_yaml(error, text)}") from error
    except NO_VALUE as error:  # ours, too
        raise ProgrammeError(f"{name}: {error}") from error
    return parse(body, name, root)


def _no_yaml(error: Any, text: str) -> str:
    """What the parser says, on one line, with the line it means."""
    if isinstance(error, yaml.reader.ReaderError):  # a character that no YAML may hold; counted in bytes
        before = text.encode()[: error.position]
        return f"line {before.count(10) + 1}: is not YAML: {error.reason}"
    mark = error.problem_mark or error.context_mark
    told = [part for part in (error.context, error.problem) if part]
    place = f"line {min(mark.line, text.count(chr(10))) + 1}: " if mark else ""  # at the end it counts one more
    return f"{place}is not YAML: {', '.join(told)}"


def is_tagged(event: yaml.Event) -> bool:
    """Does the text itself name the type of a value ("!!bool maybe")? Such a value need not be one."""
    return getattr(event, "tag", None) is not None


def is_endless(event: yaml.Event) -> bool:
    """Is this a number of so many digits that nobody means it, and that it takes long to make?"""
    return isinstance(event, yaml.ScalarEvent) and bool(event.implicit[0] and _ENDLESS.fullmatch(event.value))


def second_key(node: yaml.Node) -> yaml.Node | None:
    """The first key of a tree without aliases that its mapping has already: YAML would keep the last in silence."""
    seen = set()
    for key, value in _pairs(node):
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                return key
            seen.add(key.value)
        if found := second_key(value):
            return found
    return None


def _pairs(node: yaml.Node) -> list[tuple[Any, yaml.Node]]:
    """What a node holds, each with its key; an entry of a list has none."""
    if isinstance(node, yaml.MappingNode):
        return list(node.value)
    return [(None, entry) for entry in node.value] if isinstance(node, yaml.SequenceNode) else []


def _plain(text: str) -> None:
    """Refuse what the loader must not see. Raises ValueError, naming the line.

    Aliases blow up a small file in some releases of PyYAML, and what they bring has no line of its own.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(f"line {line_of(event)}: is nested too deeply")
        if isinstance(event, yaml.AliasEvent):
            raise ValueError(f'line {line_of(event)}: aliases ("*") are not allowed; write it out')
        if is_tagged(event):
            raise ValueError(f'line {line_of(event)}: tags ("!") are not allowed')
        if is_endless(event):
            raise ValueError(f"line {line_of(event)}: a number is too long")


def line_of(part: yaml.Event | yaml.Node) -> int:
    """The line on which something begins, from 1."""
    return part.start_mark.line + 1 if part.start_mark else 0


def _value(root: yaml.Node | None) -> object:
    """The plain value of a tree. Raises ValueError, naming line and place, and yaml.YAMLError."""
    if root is None:
        return None
    if key := second_key(root):
        raise ValueError(f"line {line_of(key)}: {_step(key.value)} stands twice; take one out")
    maker = _LOADER("")
    try:
        for place, node in _scalars(root, ()):
            try:
                maker.construct_object(node)
            except NO_VALUE as error:  # a date that does not exist
                raise ValueError(f"line {line_of(node)}: {_shown(place)}: {error}") from error
        return maker.construct_document(root)
    finally:
        maker.dispose()


def _scalars(node: yaml.Node, place: Place) -> Iterator[tuple[Place, yaml.Node]]:
    if isinstance(node, yaml.ScalarNode):
        yield place, node
    for number, (key, value) in enumerate(_pairs(node)):
        own = (*place, number if key is None else str(key.value))
        if key is not None:
            yield from _scalars(key, own)
        yield from _scalars(value, own)


@cache
def _shape() -> Any:
    """What pydantic makes of the values' marks; both are made when the first rule set is read, not when we start."""
    from pydantic import TypeAdapter

    return TypeAdapter(Programme)


def plain(programme: Programme) -> dict[str, Any]:
    """A rule set as JSON can hold it; ``parse`` makes the same of it."""
    body: dict[str, Any] = _shape().dump_python(programme, mode="json")
    return body


def parse(body: object, name: str, root: yaml.Node | None = None) -> Programme:
    """A rule set from plain values; ``root`` is the tree they were written as, if any. Raises ProgrammeError.

    ``name`` says in errors where they came from.
    """
    programme, found = examined(body)
    if programme is None or found:
        raise ProgrammeError(_told(found, name, root))
    return programme


def examined(body: object) -> tuple[Programme | None, list[Misfit]]:
    """A rule set from plain values, and what is wrong with it; None when its parts are none of a rule set."""
    from pydantic import ValidationError

    try:
        programme: Programme = _shape().validate_python(body)
    except ValidationError as error:
        return None, [(one["loc"], _reason(one)) for one in error.errors(include_url=False)]
    return programme, list(misfits(programme, _named(body)))


def _named(body: Any) -> Mapping[str, object]:
    """The policies that a good body names; the others have their defaults."""
    named: Mapping[str, object] = body["policies"]
    return named


def _reason(error: Any) -> str:
    return _WORDS.get(error["type"]) or _SUBJECT.sub("", error["msg"], count=1)


def _told(found: Sequence[Misfit], name: str, root: yaml.Node | None) -> str:
    """One line: the first mistakes with their places, and how many more there are."""
    told = [f"{_line_at(root, place)}{_shown(place)}: {reason}" for place, reason in found[:MOST_TOLD]]
    if len(found) > MOST_TOLD:
        told.append(f"and {len(found) - MOST_TOLD} more")
    return f"{name}: {'; '.join(told)}"


def _shown(place: Place) -> str:
    return ".".join(_step(step) for step in place) or "the file as a whole"


def _step(step: object) -> str:
    """A name of the file as it may stand in a message: nobody knows what was written there."""
    text = str(step)
    return text if text.isprintable() and len(text) <= 60 else f"{text[:60]!r}"


def _line_at(root: yaml.Node | None, place: Place) -> str:
    """The line of a place, or of the last part of it that is there."""
    node = named = root
    for step in place:
        key, node = _child(node, step) if node else (None, None)
        named = key or node or named
    return f"line {line_of(named)}: " if named else ""


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    for number, (key, value) in enumerate(_pairs(node)):
        if (number if key is None else key.value) == (step if key is None else str(step)):
            return key, value
    return None, None
