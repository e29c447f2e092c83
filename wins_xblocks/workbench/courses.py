"""Course archives to blocks: every process loads them once, through each block's own ``parse_xml``."""

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey
from xblock.fields import Scope, ScopeIds
from xblock.runtime import KvsFieldData

from . import archives
from .archives import Archive, CourseError
from .library import Library, course_key
from .runtime import HostRuntime


class Loading(HostRuntime):
    """Reads one course into an empty library."""

    def __init__(self, archive: Archive) -> None:
        super().__init__(Library())
        self._services["field-data"] = KvsFieldData(self.library.fields)
        self.archive = archive
        self.course_key = course_key(archive.org, archive.number, archive.run)

    def course(self) -> Library:
        root = self._load(self.archive.root, None)
        block = self.get_block(root)
        for name, value in self.archive.settings.items():
            if name in block.fields and block.fields[name].scope == Scope.settings:  # not its place in the course
                setattr(block, name, block.fields[name].from_json(value))
        block.save()
        self.library.courses[str(self.course_key)] = root
        return self.library

    def add_node_as_child(self, block: Any, node: Any) -> None:
        """Called by ``parse_xml`` for each element inside a block."""
        if not block.has_children:
            raise CourseError(f"{block.usage_key}: holds a {node.tag}, but may hold nothing")
        block.children.append(self._load(node, block.usage_key))

    def _load(self, node: Any, parent: UsageKey | None) -> UsageKey:
        for name in ("xblock-family", "parent", "children"):  # where it stands is said by where it stands
            node.attrib.pop(name, None)
        key = self.course_key.make_usage_key(node.tag, node.attrib.pop("url_name"))
        if key in self.library.keys:
            raise CourseError(f"{key}: stands twice")
        self.library.keys.add(key)
        kind = self.mixologist.mix(self.load_block_type(node.tag))
        try:
            block = kind.parse_xml(node, self, ScopeIds(None, node.tag, key, key))
        except (ValueError, TypeError, yaml.YAMLError) as error:
            raise CourseError(f"{key}: {error}") from error
        block.parent = parent
        block.save()
        return key


def load(path: Path) -> Library:
    """The course of one archive. Raises CourseError."""
    try:
        return Loading(archives.read(path)).course()
    except CourseError as error:
        text = str(error)
        raise CourseError(text if text.startswith(str(path)) else f"{path}: {text}") from error
    except Exception as error:  # a value that its field cannot read, in whatever way: the other courses are still shown
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise CourseError(f"{path}: {reason}") from error


_lock = threading.Lock()


@lru_cache(maxsize=2)
def _library(folder: str) -> Library:
    whole = Library()
    for path in sorted(Path(folder).glob("*.tar.gz")):
        try:
            course = load(path)
        except CourseError as error:
            whole.problems.append(str(error))
            continue
        again = whole.courses.keys() & course.courses.keys()
        if again:
            whole.problems.append(f"{path}: {again.pop()}: is in another archive too")
        else:
            whole.absorb(course)
    return whole


def library() -> Library:
    """All courses of this process; loaded at the first call, whichever thread it comes from."""
    with _lock:
        return _library(settings.WINS_HOST_ARCHIVES)


def runtime_for(user: Any, studio: bool = False) -> HostRuntime:
    return HostRuntime(library(), user, studio)


def known_key(text: str) -> UsageKey | None:
    """The usage key that ``text`` spells, when a block of the library has it."""
    try:
        key = UsageKey.from_string(text)
    except InvalidKeyError:
        return None
    return key if key in library().keys else None
