"""Read a rule set from YAML. Free of Django, so that the exporter may read it too."""

import re
from pathlib import Path
from stat import S_ISREG

import yaml
from pydantic import ValidationError

from .data import Programme

SHIPPED = Path(__file__).with_name("programme.yaml")
LARGEST = 1_000_000  # bytes
# What constructing a value raises for text that looks like a value and is none, beside YAML's own error.
NO_VALUE = (ValueError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)
DEEPEST = 20  # levels
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENDLESS = re.compile(r"[-+]?[0-9][0-9a-fA-FxX_:.]{63,}")


class ProgrammeError(Exception):
    """The rule file is wrong; the message names the file, the place and the reason."""


def load(path: Path | str = SHIPPED) -> Programme:
    """The rule set in ``path``. Raises ProgrammeError for whatever is wrong with it."""
    file = Path(path)
    try:
        text = _text(file)
        _plain(text)
        body = yaml.safe_load(text)
    except OSError as error:
        raise ProgrammeError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ProgrammeError(f"{file}: is not UTF-8 text (byte {error.start})") from error
    except (yaml.YAMLError, *NO_VALUE) as error:  # ValueError: a date that does not exist
        raise ProgrammeError(f"{file}: is not YAML: {' '.join(str(error).split())}") from error
    return parse(body, str(file))


def _text(file: Path) -> str:
    try:
        found = file.stat()
    except ValueError as error:
        raise ProgrammeError(f"{str(file)!r}: is not the path of a file") from error
    if not S_ISREG(found.st_mode):  # a device has no end
        raise ProgrammeError(f"{file}: cannot be read: not a file")
    if found.st_size > LARGEST:
        raise ProgrammeError(f"{file}: larger than {LARGEST:,} bytes")
    return file.read_text(encoding="utf-8")


def is_tagged(event: yaml.Event) -> bool:
    """Does the text itself name the type of a value ("!!bool maybe")? Such a value need not be one."""
    return getattr(event, "tag", None) is not None


def is_endless(event: yaml.Event) -> bool:
    """Is this a number of so many digits that nobody means it, and that it takes long to make?"""
    return isinstance(event, yaml.ScalarEvent) and bool(event.implicit[0] and _ENDLESS.fullmatch(event.value))


def _plain(text: str) -> None:
    """Refuse what the loader must not see. Raises ValueError, naming the line."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(f"line {_line(event)}: is nested too deeply")
        if is_tagged(event):
            raise ValueError(f'line {_line(event)}: tags ("!") are not allowed')
        if is_endless(event):
            raise ValueError(f"line {_line(event)}: a number is too long")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def parse(body: object, name: str) -> Programme:
    """A rule set from plain values. ``name`` says in errors where they came from."""
    try:
        return Programme.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file as a whole"
        raise ProgrammeError(f"{name}: {place}: {first['msg'].removeprefix('Value error, ')}") from error
