"""OLX elements of a course, and the files they are stored in. Pure: values in, elements and bytes out."""

import json
from collections.abc import Iterable

from lxml import etree

from .bank import Bank
from .hours import HoursTable

RUN = "2026"
BLOCKS = ("wins_module", "wins_study_time", "wins_quiz", "wins_exam_voucher")
OWN_FILE = ("chapter", "sequential", "vertical", "html")  # all else stands inline: a pointer would lose its content
Element = etree._Element  # lxml names its element class with an underscore only


def course(org: str, number: str, chapters: Iterable[Element]) -> Element:
    return _element("course", {"url_name": RUN, "org": org, "course": number}, chapters)


def chapter(name: str, title: str, sequentials: Iterable[Element]) -> Element:
    return _element("chapter", {"url_name": name, "display_name": title}, sequentials)


def sequential(name: str, title: str, verticals: Iterable[Element], graded_as: str = "") -> Element:
    """``graded_as`` is a type of the grading policy; without it nothing in here counts for the grade."""
    graded = {"format": graded_as, "graded": "true"} if graded_as else {}
    return _element("sequential", {"url_name": name, "display_name": title, **graded}, verticals)


def vertical(name: str, title: str, blocks: Iterable[Element]) -> Element:
    return _element("vertical", {"url_name": name, "display_name": title}, blocks)


def html(name: str, title: str, text: str) -> Element:
    """A text block; ``text`` is HTML and becomes a file of its own."""
    element = _element("html", {"url_name": name, "display_name": title})
    element.text = text
    return element


def module_block(name: str, module_id: str, hours: HoursTable) -> Element:
    return _block("wins_module", name, "My module", module_id, hours=_json(hours.model_dump(exclude_none=True)))


def study_time(page: str, module_id: str, kind: str = "") -> Element:
    """``kind``: what the page holds, where the clock could not know by what stands on it."""
    said = {"content_kind": kind} if kind else {}
    return _block("wins_study_time", f"{page}-time", "Study time", module_id, **said)


def exam_voucher(name: str, module_id: str) -> Element:
    return _block("wins_exam_voucher", name, "Exam voucher", module_id)


def quiz(name: str, title: str, module_id: str, bank: Bank, **rules: str | int) -> Element:
    """``rules``: purpose, pass_percent, max_tries (0: no limit), draw (0: all) and draw_by."""
    written = {key: str(value) for key, value in rules.items()}
    return _block("wins_quiz", name, title, module_id, **written, bank=_json(bank.plain()))


def files(tree: Element) -> dict[str, bytes]:
    """The files of a course, by path inside its folder. ``tree`` is left as it was."""
    pointer = attributes(tree)
    found = {"course.xml": _xml(_element("course", pointer))}
    found[f"course/{pointer['url_name']}.xml"] = _xml(_element("course", {}, _pointers(tree, found)))
    return found


def attributes(element: Element) -> dict[str, str]:
    return {str(key): str(value) for key, value in element.attrib.items()}


def _pointers(parent: Element, found: dict[str, bytes]) -> list[Element]:
    """The children of ``parent`` as its file shows them; what they point at is added to ``found``."""
    return [_pointer(child, found) if child.tag in OWN_FILE else _inline(child) for child in parent]


def _pointer(child: Element, found: dict[str, bytes]) -> Element:
    tag, settings = str(child.tag), attributes(child)
    name = settings.pop("url_name")
    if tag == "html":
        found[f"html/{name}.html"] = (child.text or "").encode()
        settings["filename"] = name
    found[f"{tag}/{name}.xml"] = _xml(_element(tag, settings, _pointers(child, found)))
    return _element(tag, {"url_name": name})


def _inline(child: Element) -> Element:
    return _element(str(child.tag), attributes(child))


def _block(tag: str, name: str, title: str, module_id: str, **settings: str) -> Element:
    fixed = {"xblock-family": "xblock.v1", "url_name": name, "display_name": title, "module_id": module_id}
    return _element(tag, fixed | settings)


def _element(tag: str, attributes: dict[str, str], children: Iterable[Element] = ()) -> Element:
    element = etree.Element(tag, attributes)
    element.extend(list(children))
    return element


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _xml(element: Element) -> bytes:
    return etree.tostring(element, encoding="unicode", pretty_print=True).encode()
