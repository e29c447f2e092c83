"""Read a rule set from YAML. Free of Django, so that the exporter may read it too."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from .data import Programme

SHIPPED = Path(__file__).with_name("programme.yaml")
LARGEST = 1_000_000  # bytes


class ProgrammeError(Exception):
    """The rule file is wrong; the message names the file, the place and the reason."""


def load(path: Path | str = SHIPPED) -> Programme:
    """The rule set in ``path``. Raises ProgrammeError for whatever is wrong with it."""
    file = Path(path)
    try:
        if file.stat().st_size > LARGEST:
            raise ProgrammeError(f"{file}: larger than {LARGEST:,} bytes")
        body = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProgrammeError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ProgrammeError(f"{file}: is not UTF-8 text (byte {error.start})") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that does not exist
        raise ProgrammeError(f"{file}: is not YAML: {' '.join(str(error).split())}") from error
    return parse(body, str(file))


def parse(body: object, name: str) -> Programme:
    """A rule set from plain values. ``name`` says in errors where they came from."""
    try:
        return Programme.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file as a whole"
        raise ProgrammeError(f"{name}: {place}: {first['msg'].removeprefix('Value error, ')}") from error
