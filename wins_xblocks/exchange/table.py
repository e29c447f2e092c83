"""Questions as rows of a table: what CSV, workbooks and pasted tables share. Reading."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..domain import Refusal
from ..domain import marked as _
from ..domain.quiz import banks
from ..domain.quiz.kinds import KINDS
from ..domain.quiz.kinds.numeric import decimal_of
from .form import ROW, Found, Read, Told

LETTERS = "ABCDEFGHIJ"
MOST_TOLD = 10  # columns that nobody reads
# A column by every name that its head may have; the first is the one that we write.
COLUMNS = {
    "id": ("id",), "kind": ("kind", "type"), "case": ("case",), "case text": ("case text", "scenario"),
    "objective": ("objective", "learning objective"),
    "stem": ("question", "stem", "question text", "statement"),
    **{sign: (sign.lower(), f"answer {sign.lower()}", f"option {sign.lower()}", f"answer {n}", f"option {n}")
       for n, sign in enumerate(LETTERS, 1)},
    **{f"match {sign}": (f"match {sign.lower()}", f"match {n}") for n, sign in enumerate(LETTERS, 1)},
    "right": ("right", "correct", "key", "answer", "right answer", "correct answer"),
    "tolerance": ("tolerance",), "unit": ("unit",), "other units": ("other units",), "answer ids": ("answer ids",),
    "credit": ("credit",), "points": ("points", "marks"), "category": ("category", "topic"),
    "difficulty": ("difficulty",), "bloom": ("bloom", "level"),
    "rationale": ("explanation", "rationale", "feedback"), "reference": ("reference", "source"),
    "status": ("status",), "use": ("use",),
}  # fmt: skip
_NAMED = {name: column for column, names in COLUMNS.items() for name in names}
_TRUTH = {"true": True, "t": True, "yes": True, "1": True, "false": False, "f": False, "no": False, "0": False}
_TEXTS = ("stem", "rationale", "category", "reference")  # as they are written, blanks and all
_BETWEEN = str.maketrans(",;/&", "    ")
_WORDS = ("objective", "difficulty", "bloom", "status", "use", "credit", "case")
_LETTER = Told(_("The column “right” must name the right answers by their letters: “B”, or “A, C”."))


class _Wrong(Exception):
    """This row is no question."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.sentence)
        self.told = told


def read(rows: Iterable[Sequence[str]], told: Mapping[int, Sequence[Told]] = {}) -> Read:
    """Rows with the columns that the first one names; ``told`` is what was left out of each before.

    Raises Refusal for the table as a whole.
    """
    numbered = ((number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row))
    head, strange = _columns(next(numbered, (0, ()))[1])
    cases: dict[str, str] = {}
    found = []
    for number, row in numbered:
        if len(found) >= banks.MOST_ITEMS:
            raise Refusal(_("These are too many questions. At most {most} fit."), most=banks.MOST_ITEMS)
        cells = {column: row[place] if place < len(row) else "" for column, place in head.items()}
        before = tuple(told.get(number, ()))
        try:
            found.append(Found(number, _entry(cells, cases), before))
        except _Wrong as wrong:
            found.append(Found(number, None, (wrong.told, *before)))
    if not found:
        raise Refusal(_("The table has no row but the first."))
    left = [Told(_("The column “{name}” was not read."), {"name": name[:60]}) for name in strange[:MOST_TOLD]]
    says = {"case" if column == "case text" else "units" if column == "other units" else column for column in head}
    return Read(ROW, tuple(found), cases, tuple(left), frozenset(says))


def _columns(head: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Places of our columns, and names of columns that are none of ours."""
    names = [" ".join(cell.split()).casefold().rstrip(":") for cell in head]
    if not set(names) & set(COLUMNS["stem"]):
        raise Refusal(_("The first row must name the columns, for example: question, A, B, C, D, right, explanation."))
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        column = _NAMED.get(name)
        if column in found:
            raise Refusal(_("The first line names a column twice: {columns}."), columns=name)
        if column:
            found[column] = place
    return found, [name for name in names if name and name not in _NAMED]


def _entry(cells: Mapping[str, str], cases: dict[str, str]) -> dict[str, Any]:
    plain = {column: cell.strip() for column, cell in cells.items()}
    kind = plain.get("kind", "").casefold() or _guessed(plain)
    entry: dict[str, Any] = {"id": plain.get("id", "").casefold(), "kind": kind}
    entry |= {name: cells[name] for name in _TEXTS if cells.get(name)}
    entry |= {name: plain[name].casefold() for name in _WORDS if plain.get(name)}
    if points := plain.get("points"):
        entry["points"] = int(points) if points.isascii() and points.isdigit() and len(points) < 10 else points
    if text := cells.get("case text", "") if plain.get("case text") else "":
        entry["case"] = entry.get("case") or _case_id(text)
        if cases.setdefault(entry["case"], text) != text:
            raise _Wrong(Told(_("The case “{id}” has another text in a row above."), {"id": entry["case"][:63]}))
    return entry | _BODIES.get(kind, lambda _cells, _plain: {})(cells, plain)


def _case_id(text: str) -> str:
    """The same for the same text, so that rows which repeat it share one case."""
    return f"case-{hashlib.sha256(' '.join(text.split()).encode(errors='replace')).hexdigest()[:12]}"


def _guessed(plain: Mapping[str, str]) -> str:
    right, options = plain.get("right", ""), [sign for sign in LETTERS if plain.get(sign)]
    if any(plain.get(f"match {sign}") for sign in LETTERS):
        return "matching"
    if not options and right:
        return "numeric" if decimal_of(right) is not None else "truefalse" if right.casefold() in _TRUTH else "single"
    return "multiple" if len(_right(plain, options)) > 1 else "single"


def _right(cells: Mapping[str, str], places: Collection[str]) -> set[str]:
    """Letters of the right answers: named one by one, by the text of one, or together as in “ACD”."""
    right = cells.get("right", "").strip()
    signs = right.upper().translate(_BETWEEN).split()
    if all(len(sign) == 1 and sign in LETTERS for sign in signs):
        return set(signs)
    said = " ".join(right.split()).casefold()
    named = {sign for sign in places if " ".join(cells.get(sign, "").split()).casefold() == said}
    together = set(right.upper())
    return named or (together if together <= set(LETTERS) else set())


def _placed(cells: Mapping[str, str], plain: Mapping[str, str], taken: str = "") -> Iterator[tuple[str, str]]:
    """(letter, id) of each answer; ``taken``: columns beside it that fill a place, too."""
    ids = plain.get("answer ids", "").split()
    if len(ids) > len(LETTERS):
        raise _Wrong(Told(_("The column “answer ids” names more answers than a question may have.")))
    if ids:
        yield from zip(LETTERS, ids, strict=False)
        return
    for sign in LETTERS:
        if plain.get(sign) or (taken and plain.get(f"{taken} {sign}")):
            yield sign, sign.lower()


def _choice(cells: Mapping[str, str], plain: Mapping[str, str]) -> dict[str, Any]:
    places = dict(_placed(cells, plain))
    letters = _right(cells, places)
    if (plain.get("right") and not letters) or not letters <= places.keys():
        raise _Wrong(_LETTER)
    options = [{"id": id_, "text": cells.get(sign, ""), "correct": sign in letters} for sign, id_ in places.items()]
    return {"options": options}


def _truth(cells: Mapping[str, str], plain: Mapping[str, str]) -> dict[str, Any]:
    right = plain.get("right", "").casefold()
    if right and right not in _TRUTH:
        raise _Wrong(Told(_("The column “right” must say “true” or “false”.")))
    return {"answer": _TRUTH[right]} if right else {}


def _pairs(cells: Mapping[str, str], plain: Mapping[str, str]) -> dict[str, Any]:
    places = _placed(cells, plain, "match")
    pairs = [{"id": id_, "left": cells.get(s, ""), "right": cells.get(f"match {s}", "")} for s, id_ in places]
    return {"pairs": pairs}


def _number(cells: Mapping[str, str], plain: Mapping[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = {"value": plain.get("right", "")}
    answer |= {name: plain[name] for name in ("tolerance", "unit") if plain.get(name)}
    if units := plain.get("other units"):
        parts = [line.rpartition("=") for line in units.splitlines() if line.strip()]
        answer["units"] = [{"name": name.strip(), "factor": factor.strip()} for name, _sign, factor in parts]
    return {"answer": answer}


_BODIES = {"single": _choice, "multiple": _choice, "truefalse": _truth, "matching": _pairs, "numeric": _number}
assert _BODIES.keys() == KINDS.keys(), "a kind has no columns"
