"""A table out of the clipboard: HTML as Word and Excel put it there, else text with tabs."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from ..domain import Refusal
from ..domain import marked as _
from ..domain.quiz import banks
from . import table
from .delimited import split
from .form import Read, Told
from .markup import text

MOST_ROWS = 2 * banks.MOST_ITEMS
MOST_CELLS = 60  # of a row
_NO_TABLE = _("There is no table in what was pasted. Copy the table with its first row, and paste again.")
_OTHERS = Told(_("There was more than one table. Only the first was read."))
_Span = tuple[int, str]  # (how many rows it still reaches down, its text)


def read(html: str, plain: str) -> Read:
    """The first table. Raises Refusal."""
    tables = _tables(html) if "<table" in html.lower() else []
    if not tables:
        if "\t" not in plain:
            raise Refusal(_NO_TABLE)
        return table.read(split(plain))
    told: dict[int, tuple[Told, ...]] = {}
    found = table.read(list(_rows(tables[0], told)), told)
    others = (_OTHERS,) if len(tables) > 1 else ()
    return replace(found, told=(*found.told, *others))


def _tables(html: str) -> "list[etree._Element]":
    closed = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), closed)
    except (etree.XMLSyntaxError, ValueError):
        return []
    return [] if root is None else [one for one in root.iter("table") if next(one.iterancestors("table"), None) is None]


def _rows(element: "etree._Element", told: dict[int, tuple[Told, ...]]) -> Iterator[list[str]]:
    """Cells of each row. One that reaches over several rows stands in each; one that is wide, in its first column."""
    below: dict[int, _Span] = {}
    own = (row for row in element.iter("tr") if next(row.iterancestors("table")) is element)
    for number, row in enumerate(own, 1):
        if number > MOST_ROWS:
            raise Refusal(_("The file has too many lines. It may have at most {most}."), most=MOST_ROWS)
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _fill(cells, below)
            if len(cells) >= MOST_CELLS:
                break
            said, left = text(cell)
            told[number] = tuple(dict.fromkeys((*told.get(number, ()), *left)))
            if (deep := _span(cell, "rowspan")) > 1:
                below[len(cells)] = (deep, said)
                _fill(cells, below)
            else:
                cells.append(said)
            cells += [""] * (_span(cell, "colspan") - 1)
        _fill(cells, below)
        yield cells


def _fill(cells: list[str], below: dict[int, _Span]) -> None:
    """What reaches down from rows above, in the columns that come next."""
    while (place := len(cells)) in below:
        deep, said = below.pop(place)
        cells.append(said)
        if deep > 1:
            below[place] = (deep - 1, said)


def _span(cell: "etree._Element", name: str) -> int:
    said, most = (cell.get(name) or "").strip(), MOST_CELLS if name == "colspan" else MOST_ROWS
    return min(max(int(said), 1), most) if said.isascii() and said.isdigit() and len(said) < 6 else 1
