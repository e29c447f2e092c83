"""Questions as plain values, and as a text (YAML) that authors and the course exporter share."""

from typing import Any

import yaml
from django.utils.translation import gettext as _
from xblock.exceptions import JsonHandlerError

from .domain.programme.loader import NO_VALUE, is_endless, is_tagged, second_key
from .domain.quiz.banks import plain
from .domain.quiz.data import Bank

LARGEST_YAML = 1_000_000  # characters
DEEPEST = 20  # levels of nesting; a question needs six
PARTS = ("cases", "items", "blueprint")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def as_yaml(bank: Bank | None) -> str:
    """The questions in the format of the exporter's item files: only right answers say so."""
    body = plain(bank) if bank else {"items": []}
    for option in (option for item in body["items"] for option in item.get("options", ())):
        if not option["correct"]:
            del option["correct"]
    written = {name: body[name] for name in PARTS if name in body}
    return str(yaml.dump(written, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110))


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):
    """Line ends that are no \\n are spaces to whoever reads them, unless they are written as escapes."""


def _written(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    odd = any(sign in text for sign in "\r\x85\u2028\u2029")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if odd else None)


_Dumper.add_representer(str, _written)


def from_yaml(text: object) -> tuple[dict[str, Any], list[int]]:
    """What the text holds, and the line each question begins on. Raises JsonHandlerError (409), naming the line."""
    if not isinstance(text, str) or len(text) > LARGEST_YAML:
        too_long = _("This text is too long. At most {most} characters fit.")
        raise JsonHandlerError(409, too_long.format(most=LARGEST_YAML))
    try:
        _check_shape(text)
        root = yaml.compose(text, Loader=_LOADER)
        body = yaml.load(text, Loader=_LOADER)  # noqa: S506  a safe loader
    except (yaml.YAMLError, *NO_VALUE) as error:
        mark, reason = getattr(error, "problem_mark", None), getattr(error, "problem", None) or ""
        told = _("This is not YAML. {reason}").format(reason=reason).strip()
        raise JsonHandlerError(409, _line(mark, told)) from error
    if root and (key := second_key(root)):
        raise JsonHandlerError(409, _line(key.start_mark, _("“{name}” stands twice.").format(name=key.value[:60])))
    # The node's own keys, too: "<<" brings "items" into the body from elsewhere.
    parts = {key.value: value for key, value in root.value} if isinstance(body, dict) else {}
    if "items" not in parts or not parts.keys() <= set(PARTS) or not all(isinstance(body[key], list) for key in parts):
        raise JsonHandlerError(409, _("Line 1: the text must begin with “items:” and hold a list of questions."))
    return body, [entry.start_mark.line + 1 for entry in parts["items"].value]


def _check_shape(text: str) -> None:
    """Refuse what the loader must not see.

    Aliases grow beyond any memory, deep nesting kills the process, and tags promise a value that need not be one.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise JsonHandlerError(409, _line(event.start_mark, _("Write the text out: “*” is not read.")))
        if is_tagged(event):
            raise JsonHandlerError(409, _line(event.start_mark, _("Write the value without “!”.")))
        if is_endless(event):
            raise JsonHandlerError(409, _line(event.start_mark, _("This number is too long.")))
        if depth > DEEPEST:
            raise JsonHandlerError(409, _line(event.start_mark, _("Too many levels of lists.")))


def _line(mark: Any, reason: str) -> str:
    return _("Line {line}: {reason}").format(line=mark.line + 1, reason=reason) if mark else reason


def at(lines: list[int], number: object, sentence: str) -> str:
    if isinstance(number, int) and number <= len(lines):
        return _("Line {line}: {reason}").format(line=lines[number - 1], reason=sentence)
    return sentence
