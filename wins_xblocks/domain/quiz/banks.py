"""A bank out of plain values: every question in its kind, and what is wrong with some. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from .. import marked as _
from . import reading
from .items import (
    BLOOM,
    DIFFICULTIES,
    STATUSES,
    USES,
    Bank,
    Case,
    Item,
    Objective,
    Problem,
    Quota,
)
from .kinds import KINDS
from .reading import BankInvalid

LARGEST = 4_000_000  # characters of a bank
MOST_ITEMS = 2000
MOST_OBJECTIVES = 2000
MOST_CASES = 200
MOST_QUOTAS = 100
MOST_POINTS = 100
# What a question may say whatever its kind; ``plain`` leaves out what is as if it were not said.
COMMON = frozenset({
    "id", "kind", "objective", "stem", "rationale", "points", "category", "difficulty", "bloom", "reference", "status",
    "use", "case",
})  # fmt: skip


@lru_cache(maxsize=16)
def parse(text: str) -> Bank:
    """The bank in ``text``; questions that cannot be asked stand in ``problems``. Raises BankInvalid."""
    return bank_of(read(text))


def read(text: str) -> object:
    """``text`` as JSON. Raises BankInvalid."""
    if len(text) > LARGEST:
        raise BankInvalid(_("The questions are too long together. At most {most} characters fit."), most=LARGEST)
    try:
        body: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BankInvalid(_("The stored questions cannot be read.")) from error
    return body


def canonical(text: str) -> tuple[str, str]:
    """The body of a bank version and its hash: the same for the same content, however it was written."""
    body = json.dumps(read(text), sort_keys=True, separators=(",", ":"))
    return body, hashlib.sha256(body.encode()).hexdigest()


def bank_of(body: object, strict: bool = False) -> Bank:
    """A bank from plain values; ``strict`` refuses names that nothing reads. BankInvalid names the question."""
    if not isinstance(body, dict):
        raise BankInvalid(_("The stored questions cannot be read."))
    items_in = _rows(body, "items", MOST_ITEMS, _("These are too many questions. At most {most} fit."))
    told = _("These are too many learning objectives. At most {most} fit.")
    objectives = tuple(_objective(entry) for entry in _rows(body, "objectives", MOST_OBJECTIVES, told))
    told = _("These are too many cases. At most {most} fit.")
    cases = tuple(_case(entry) for entry in _rows(body, "cases", MOST_CASES, told))
    told = _("The blueprint has too many rows. At most {most} fit.")
    blueprint = tuple(_quota(row, entry) for row, entry in enumerate(_rows(body, "blueprint", MOST_QUOTAS, told), 1))
    items = tuple(_item(number, entry, strict) for number, entry in enumerate(items_in, 1))
    _ids_once(items)
    _named_once(objectives, _("The learning objective “{id}” stands twice."))
    _named_once(cases, _("The case “{id}” stands twice."))
    known = frozenset(row.id for row in objectives), {row.id: row.stem for row in cases}
    problems = tuple(found for number, item in enumerate(items, 1) for found in _problems(number, item, *known))
    return Bank(reading.line(body.get("bank_id", ""), None), objectives, items, problems, cases, blueprint)


def judged(number: int, entry: object, cases: Iterable[Case]) -> tuple[Item, tuple[Problem, ...]]:
    """One question by itself, read strictly, and why learners could not be asked it. Raises BankInvalid.

    Its objective may be one that is not in the bank yet.
    """
    item = _item(number, entry, strict=True)
    _ids_once([item], number)
    known = {case.id: case.stem for case in cases}
    return item, tuple(_problems(number, item, frozenset({item.objective}), known))


def _rows(body: Mapping[str, Any], name: str, most: int, too_many: str) -> list[Any]:
    rows = body.get(name, [])
    if not isinstance(rows, list):
        raise BankInvalid(_("The stored questions cannot be read."))
    if len(rows) > most:
        raise BankInvalid(too_many, most=most)
    return rows


def _objective(entry: object) -> Objective:
    if not isinstance(entry, dict):
        raise BankInvalid(_("A learning objective has no id and text."))
    return Objective(reading.key(entry.get("id"), None), reading.line(entry.get("text"), None))


def _case(entry: object) -> Case:
    if not isinstance(entry, dict):
        raise BankInvalid(_("A case has no id and text."))
    return Case(reading.key(entry.get("id"), None), reading.text(entry.get("stem", ""), None))


def _quota(row: int, entry: object) -> Quota:
    if not isinstance(entry, dict):
        raise BankInvalid(_("Row {row} of the blueprint is not “category, difficulty, count”."), row=row)
    return Quota(
        reading.line(entry.get("category", ""), None).strip(),
        reading.choice(entry, "difficulty", DIFFICULTIES, "", None),
        reading.whole(entry.get("count"), "count", 1, MOST_ITEMS, None),
    )


def _item(number: int, entry: object, strict: bool) -> Item:
    if not isinstance(entry, dict):
        raise BankInvalid(_("Question {number} is not a question."), number=number)
    name = entry.get("kind", "single")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise BankInvalid(
            _("Question {number}: the kind must be one of: {known}."), number=number, known=", ".join(KINDS)
        )
    if strict:
        reading.only(entry, COMMON | kind.fields, number)
    objective, case = entry.get("objective") or "", entry.get("case") or ""
    return Item(
        **{"options": (), **kind.read(number, entry)},
        id=reading.key(entry.get("id"), number),
        kind=kind.name,
        objective=reading.key(objective, number) if objective else "",
        stem=reading.text(entry.get("stem", ""), number),
        rationale=reading.text(entry.get("rationale") or "", number),
        points=reading.whole(entry.get("points", 1), "points", 1, MOST_POINTS, number),
        category=reading.line(entry.get("category") or "", number).strip(),
        difficulty=reading.choice(entry, "difficulty", DIFFICULTIES, "", number),
        bloom=reading.choice(entry, "bloom", BLOOM, "", number),
        reference=reading.line(entry.get("reference") or "", number),
        status=reading.choice(entry, "status", STATUSES, "live", number),
        use=reading.choice(entry, "use", USES, "", number),
        case=reading.key(case, number) if case else "",
    )


def _ids_once(items: Iterable[Item], first: int = 1) -> None:
    seen: set[str] = set()
    for number, item in enumerate(items, first):
        inside = [option.id for option in item.options] + [pair.id for pair in item.pairs]
        if item.id in seen or len(set(inside)) < len(inside):
            raise BankInvalid(_("Question {number} (“{id}”) uses an id twice."), number=number, id=item.id)
        seen.add(item.id)


def _named_once(rows: Iterable[Objective | Case], sentence: str) -> None:
    for name, times in Counter(row.id for row in rows).items():
        if times > 1:
            raise BankInvalid(sentence, id=name)


def _problems(number: int, item: Item, objectives: frozenset[str], cases: Mapping[str, str]) -> Iterator[Problem]:
    """Of a question that learners are to get: what is not finished or no longer asked may be as it is."""
    if item.status != "live":
        return
    values = {"number": number, "id": item.id, "objective": item.objective, "case": item.case}
    if not item.stem.strip():
        yield Problem(number, _("Question {number} (“{id}”) has no text."), values)
    for sentence in KINDS[item.kind].problems(item):
        yield Problem(number, sentence, values, "answers")
    if item.objective and item.objective not in objectives:
        told = _("Question {number} (“{id}”) tests “{objective}”, which is not in the list of objectives.")
        yield Problem(number, told, values, "objective")
    yield from (Problem(number, sentence, values) for sentence in _pictures(item, cases.get(item.case, "")))
    if item.case and not cases.get(item.case, "").strip():
        told = _("Question {number} (“{id}”) belongs to the case “{case}”, which has no text.")
        yield Problem(number, told, values, "case")


def _pictures(item: Item, case: str) -> Iterator[str]:
    answers = [option.text for option in item.options] + [
        side for pair in item.pairs for side in (pair.left, pair.right)
    ]
    found = list(reading.pictures((item.stem, item.rationale, case, *answers)))
    if any(not words.strip() for words, _address in found):
        yield _(
            "Question {number} (“{id}”) has a picture without words for those who cannot see it: ![words](address)."
        )
    if any(not reading.FETCHED.match(address) for _words, address in found):
        yield _("Question {number} (“{id}”) has a picture whose address does not begin with https:// or /.")


def plain(bank: Bank) -> dict[str, Any]:
    """A bank as the field holds it: known names only. Questions of before keep the shape that they had."""
    found: dict[str, Any] = {
        "bank_id": bank.bank_id,
        "objectives": [{"id": row.id, "text": row.text} for row in bank.objectives],
        "items": [plain_item(item) for item in bank.items],
    }
    if bank.cases:
        found["cases"] = [{"id": case.id, "stem": case.stem} for case in bank.cases]
    if bank.blueprint:
        found["blueprint"] = [plain_quota(row) for row in bank.blueprint]
    return found


def plain_quota(row: Quota) -> dict[str, Any]:
    return {"category": row.category, "difficulty": row.difficulty, "count": row.count}


def plain_item(item: Item) -> dict[str, Any]:
    said = {
        name: getattr(item, name) for name in ("category", "difficulty", "bloom", "reference", "use", "case")
        if getattr(item, name)
    }  # fmt: skip
    if item.points != 1:
        said["points"] = item.points
    if item.status != "live":
        said["status"] = item.status
    head = {"id": item.id, "kind": item.kind, "objective": item.objective, "stem": item.stem}
    return {**head, **KINDS[item.kind].plain(item), "rationale": item.rationale, **said}
