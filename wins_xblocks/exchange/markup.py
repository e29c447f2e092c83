"""The text of HTML as Word, Excel and Open edX write it: lines are kept, everything else is left out and told."""

from collections.abc import Iterator

from lxml import etree

from ..domain import marked as _
from .form import Told

PICTURE = Told(_("A picture was left out. Put it in by hand, with words for those who cannot see it."))
FORMATTING = Told(_("Formatting such as bold was left out."))
_LINES = frozenset({
    "p", "div", "br", "li", "ul", "ol", "tr", "table", "label", "description", "h1", "h2", "h3", "h4", "h5", "h6",
    "blockquote", "pre", "hr",
})  # fmt: skip
_FORMATS = frozenset({
    "b", "strong", "i", "em", "u", "s", "strike", "code", "a", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul",
    "ol",
})  # fmt: skip
_PICTURES = frozenset({"img", "svg", "object", "video", "audio", "iframe", "embed", "canvas", "math"})
_UNREAD = frozenset({"script", "style", "head", "title", "xml"}) | _PICTURES
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def text(element: "etree._Element") -> tuple[str, tuple[Told, ...]]:
    """What a reader sees, line by line, and what was left out. 10 with a raised 3 stays 10³, never 103."""
    told: set[Told] = set()
    lines = (" ".join(line.split()) for line in "".join(_pieces(element, told)).split("\n"))
    order = [one for one in (PICTURE, FORMATTING) if one in told]
    return "\n".join(line for line in lines if line), tuple(order)


def _pieces(element: "etree._Element", told: set[Told]) -> Iterator[str]:
    unread, places = 0, [""]
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        name = node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""
        if event == "start":
            unread += name in _UNREAD
            told |= {PICTURE} if name in _PICTURES else {FORMATTING} if name in _FORMATS else set()
            places.append(name if name in ("sup", "sub") else places[-1])
            yield "\n" if name in _LINES else ""
            yield "" if unread else _placed(node.text, places[-1])
            continue
        if event == "end":
            unread -= name in _UNREAD
            places.pop()
            yield "\n" if name in _LINES else ""
        if node is not element and not unread:
            yield _placed(node.tail, places[-1])


def _placed(text_: str | None, place: str) -> str:
    """Signs that are not raised or lowered by themselves get ^ or _ before them."""
    plain = (text_ or "").replace("\n", " ").replace("\r", " ")
    if not place or not plain.strip():
        return plain
    table = _RAISED if place == "sup" else _LOWERED
    if all(ord(sign) in table for sign in plain.strip()):
        return plain.translate(table)
    return ("^" if place == "sup" else "_") + plain
