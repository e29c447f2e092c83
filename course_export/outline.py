"""The files of a course read back as values: chapters, sequentials, verticals, blocks. The files may be hostile."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from . import ExportError
from .olx import BLOCKS, OWN_FILE, Element, attributes

NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}")
CHILDREN = {"course": ("chapter",), "chapter": ("sequential",), "sequential": ("vertical",), "vertical": ()}


@dataclass(frozen=True)
class Node:
    """One block. ``place`` is the file it stands in; ``text`` is the HTML of an html block."""

    tag: str
    name: str
    place: str
    attributes: Mapping[str, str]
    children: tuple["Node", ...] = ()
    text: str = ""

    def each(self, tag: str) -> Iterator["Node"]:
        """This block and those below it, in order, that are of type ``tag``."""
        if self.tag == tag:
            yield self
        for child in self.children:
            yield from child.each(tag)


@dataclass(frozen=True)
class Outline:
    course: Node
    settings: Mapping[str, object]
    grading: Mapping[str, object]


def read(files: Mapping[str, bytes]) -> Outline:
    """The outline of a course. Raises ExportError, "file: reason", at the first thing that cannot be read."""
    root = _xml(files, "course.xml")
    run = root.get("url_name", "")
    if root.tag != "course" or not root.get("org") or not root.get("course"):
        raise ExportError("course.xml: must be <course url_name=… org=… course=…/>")
    course = _Reader(files).node(root, "course.xml")
    settings = _json(files, f"policies/{run}/policy.json").get(f"course/{run}")
    if not isinstance(settings, dict):
        raise ExportError(f"policies/{run}/policy.json: has no entry course/{run}")
    return Outline(course, settings, _json(files, f"policies/{run}/grading_policy.json"))


class _Reader:
    """Follows the pointers of one course, each block once: who points twice could make a small archive endless."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.seen: set[tuple[str, str]] = set()

    def node(self, element: Element, place: str) -> Node:
        tag, name = str(element.tag), element.get("url_name", "")
        if not NAME.fullmatch(name):
            raise ExportError(f"{place}: <{tag}> needs a url_name of letters, digits, '.', '_' and '-'")
        if (tag, name) in self.seen:
            raise ExportError(f"{place}: <{tag}> {name} stands twice in the course")
        self.seen.add((tag, name))
        settings = attributes(element)
        if _points(element):
            place = f"{tag}/{name}.xml"
            element = _xml(self.files, place)
            settings |= attributes(element)
            if element.tag != tag:
                raise ExportError(f"{place}: holds <{element.tag}>, not <{tag}>")
        text = _html(self.files, element, place) if tag == "html" else ""
        return Node(tag, name, place, settings, self.children(element, place), text)

    def children(self, element: Element, place: str) -> tuple[Node, ...]:
        tag = str(element.tag)
        if tag not in CHILDREN:
            return ()
        found = [child for child in element if isinstance(child.tag, str) and child.tag != "wiki"]
        for child in found:
            if child.tag not in (CHILDREN[tag] or (child.tag,)) or (tag == "vertical" and child.tag in CHILDREN):
                raise ExportError(f"{place}: <{child.tag}> cannot stand in <{tag}>")
            if child.tag in BLOCKS and set(child.keys()) == {"url_name"}:
                raise ExportError(f"{place}: <{child.tag}> must stand here whole: the platform loses what is elsewhere")
        return tuple(self.node(child, place) for child in found)


def _points(element: Element) -> bool:
    """Whether the block stands in a file of its own and ``element`` only names it."""
    bare = len(element) == 0 and not (element.text or "").strip()
    return bare and (element.tag == "course" or (element.tag in OWN_FILE and set(element.keys()) == {"url_name"}))


def _html(files: Mapping[str, bytes], element: Element, place: str) -> str:
    file = element.get("filename")
    if file is None:
        return (element.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in element)
    return _text(files, f"html/{file}.html", place)


def _text(files: Mapping[str, bytes], file: str, place: str = "") -> str:
    try:
        return files[file].decode("utf-8-sig")
    except KeyError:
        raise ExportError(f"{place or file}: there is no file {file}") from None
    except UnicodeDecodeError as error:
        raise ExportError(f"{file}: byte {error.start}: is not UTF-8 text") from error


def _xml(files: Mapping[str, bytes], file: str) -> Element:
    text = _text(files, file)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ExportError(f"{file}: declares a document type or entities")
    safe = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(text.encode(), safe)
    except etree.XMLSyntaxError as error:
        raise ExportError(f"{file}: is not XML: {error.msg}") from error


def _json(files: Mapping[str, bytes], file: str) -> dict[str, object]:
    try:
        value = json.loads(_text(files, file))
    except (ValueError, RecursionError) as error:
        raise ExportError(f"{file}: is not JSON") from error
    if not isinstance(value, dict):
        raise ExportError(f"{file}: must hold an object")
    return value
