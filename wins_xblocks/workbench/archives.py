"""A course archive as one XML tree. What is read may come from anybody: nothing is unpacked, no entity resolved."""

import gzip
import io
import json
import re
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

LARGEST = 50_000_000  # bytes, unpacked
MOST_FILES = 10_000
CHILD_OF = {"course": "chapter", "chapter": "sequential", "sequential": "vertical"}
LEVELS = {"course", *CHILD_OF.values()}
OWN_FILE = {*CHILD_OF.values(), "html"}
LONG = {"bank", "hours", "data"}  # kept as text
LONGEST_VALUE = 10_000  # characters of any other attribute
NAME = re.compile(r"[\w.-]{1,255}", re.ASCII)


class CourseError(Exception):
    """An archive that cannot be shown: file, place and reason in one line."""


@dataclass(frozen=True)
class Archive:
    """One course: ``root`` holds all chapters, pages and blocks inline; ``settings`` are those of its policy."""

    org: str
    number: str
    run: str
    settings: Mapping[str, Any]
    root: Any


def read(path: Path) -> Archive:
    """Read a ``.tar.gz`` with one course. Raises CourseError."""
    return _Reader(path, _files(path)).archive()


def _files(path: Path) -> dict[str, bytes]:
    """Regular files by path inside the folder that holds ``course.xml``."""
    try:
        with gzip.open(path) as stream:
            plain = stream.read(LARGEST + 1)
        if len(plain) > LARGEST:
            raise CourseError(f"{path}: larger than {LARGEST:,} bytes when unpacked")
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as tar:
            found = dict(_member(path, tar, member) for member in _listed(path, tar) if not member.isdir())
    except (OSError, zlib.error, EOFError, tarfile.TarError, ValueError) as error:
        raise CourseError(f"{path}: is not a readable .tar.gz archive") from error
    top = min((name for name in found if name.rpartition("/")[2] == "course.xml"), key=len, default=None)
    if top is None:
        raise CourseError(f"{path}: holds no course.xml")
    folder = top.removesuffix("course.xml")
    return {name.removeprefix(folder): body for name, body in found.items() if name.startswith(folder)}


def _listed(path: Path, tar: tarfile.TarFile) -> list[tarfile.TarInfo]:
    members = tar.getmembers()
    if len(members) > MOST_FILES:
        raise CourseError(f"{path}: holds more than {MOST_FILES:,} files")
    return members


def _member(path: Path, tar: tarfile.TarFile, member: tarfile.TarInfo) -> tuple[str, bytes]:
    stream = tar.extractfile(member) if member.isreg() and not member.issparse() else None
    if stream is None:
        raise CourseError(f"{path}: {member.name}: is a link or a special file")
    if member.name.startswith("/") or ".." in member.name.split("/"):
        raise CourseError(f"{path}: {member.name}: a name that leads out of the course")
    return member.name.removeprefix("./"), stream.read()


class _Reader:
    """Follows the pointers of one course's files."""

    def __init__(self, path: Path, files: Mapping[str, bytes]) -> None:
        self.path, self.files = path, files

    def archive(self) -> Archive:
        pointer = self._xml("course.xml")
        org, number, run = (pointer.get(name, "") for name in ("org", "course", "url_name"))
        if not all(NAME.fullmatch(name) for name in (org, number, run)):
            raise CourseError(f"{self.path}: course.xml: org, course and url_name must be names")
        root = self._xml(f"course/{run}.xml")
        self._follow(root)
        root.set("url_name", "course")  # the platform names the block of every course so
        return Archive(org, number, run, self._policy(run), root)

    def _policy(self, run: str) -> Mapping[str, Any]:
        name = f"policies/{run}/policy.json"
        try:
            found = json.loads(self.files.get(name, b"{}"))
        except ValueError as error:
            raise CourseError(f"{self.path}: {name}: {error}") from error
        settings = found.get(f"course/{run}", {}) if isinstance(found, dict) else None
        if not isinstance(settings, dict):
            raise CourseError(f"{self.path}: {name}: must map course/{run} to its settings")
        return settings

    def _follow(self, node: Any) -> None:
        """Replace the pointers below ``node`` by what they point at. Levels are fixed, so there is no circle."""
        wanted = CHILD_OF.get(node.tag)
        for child in list(node):
            if node.tag == "course" and child.tag != "chapter":
                node.remove(child)  # wiki and the like: not shown here
                continue
            if (wanted and child.tag != wanted) or (not wanted and child.tag in LEVELS):
                raise CourseError(f"{self.path}: a {child.tag} may not stand in a {node.tag}")
            whole = self._whole(child)
            node.replace(child, whole)
            if whole.tag in LEVELS:
                self._follow(whole)

    def _whole(self, node: Any) -> Any:
        name = node.get("url_name", "")
        if not NAME.fullmatch(name):
            raise CourseError(f"{self.path}: a {node.tag} has no usable url_name: {name!r}")
        if node.tag not in OWN_FILE:
            return node
        if len(node.attrib) == 1 and not len(node):
            node = self._xml(f"{node.tag}/{name}.xml")
            node.set("url_name", name)
        if node.tag == "html" and node.get("filename"):
            self._put_text(node, f"html/{node.attrib.pop('filename')}.html")
        return node

    def _put_text(self, node: Any, name: str) -> None:
        try:
            node.set("data", self._file(name).decode())
        except ValueError as error:
            raise CourseError(f"{self.path}: {name}: {error}") from error

    def _file(self, name: str) -> bytes:
        if name not in self.files:
            raise CourseError(f"{self.path}: {name}: is missing")
        return self.files[name]

    def _xml(self, name: str) -> Any:
        body = self._file(name)
        closed = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
        parser = etree.XMLParser(remove_comments=True, remove_pis=True, **closed)
        try:
            root = etree.fromstring(body, parser)
        except etree.XMLSyntaxError as error:
            raise CourseError(f"{self.path}: {name}: {error}") from error
        if root.getroottree().docinfo.internalDTD is not None:
            raise CourseError(f"{self.path}: {name}: a document type is not allowed")
        if root.tag != name.partition("/")[0].removesuffix(".xml"):
            raise CourseError(f"{self.path}: {name}: holds a {root.tag}")
        self._check_values(root, name)
        return root

    def _check_values(self, root: Any, name: str) -> None:
        """Most fields are read through YAML, slowly: a long one would hold up the start."""
        for node in root.iter(etree.Element):
            for attribute, value in node.attrib.items():
                if attribute not in LONG and len(value) > LONGEST_VALUE:
                    place = f"{name}: {attribute} of {node.tag} {node.get('url_name', '')}".rstrip()
                    raise CourseError(f"{self.path}: {place}: longer than {LONGEST_VALUE:,} characters")
