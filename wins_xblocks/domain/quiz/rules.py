"""What a bank is, what is drawn from it and what answers come to. Pure: text, values and a random generator come in."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from functools import lru_cache
from random import Random

from .. import Refusal
from .. import marked as _
from .data import (
    Bank,
    DrawnItem,
    DrawnOption,
    Grade,
    Item,
    Limits,
    Objective,
    ObjectiveMark,
    Option,
    Problem,
)

LARGEST = 4_000_000  # characters of a bank
MOST_ITEMS = 2000
MOST_OBJECTIVES = 2000
MOST_OPTIONS = 10
LONGEST_TEXT = 4000
LONGEST_LINE = 300
KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
UNFIT = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]")


class BankInvalid(Refusal):
    """A bank that has not the shape of one. ``values["number"]`` is the question's, where there is one."""


class ForgedAnswer(Refusal):
    """Answers to something that was not asked."""


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


def bank_of(body: object) -> Bank:
    """A bank from plain values. Raises BankInvalid, naming the question."""
    if not isinstance(body, dict):
        raise BankInvalid(_("The stored questions cannot be read."))
    items_in, objectives_in = body.get("items", []), body.get("objectives", [])
    if not isinstance(items_in, list) or not isinstance(objectives_in, list):
        raise BankInvalid(_("The stored questions cannot be read."))
    if len(items_in) > MOST_ITEMS:
        raise BankInvalid(_("These are too many questions. At most {most} fit."), most=MOST_ITEMS)
    if len(objectives_in) > MOST_OBJECTIVES:
        raise BankInvalid(_("These are too many learning objectives. At most {most} fit."), most=MOST_OBJECTIVES)
    objectives = tuple(_objective(entry) for entry in objectives_in)
    items = tuple(_item(number, entry) for number, entry in enumerate(items_in, 1))
    _ids_once(items, objectives)
    known = {objective.id for objective in objectives}
    problems = tuple(found for number, item in enumerate(items, 1) for found in _problems(number, item, known))
    return Bank(_line(body.get("bank_id", ""), None), objectives, items, problems)


def _objective(entry: object) -> Objective:
    if not isinstance(entry, dict):
        raise BankInvalid(_("A learning objective has no id and text."))
    return Objective(_key(entry.get("id"), None), _line(entry.get("text"), None))


def _item(number: int, entry: object) -> Item:
    if not isinstance(entry, dict) or not isinstance(entry.get("options", []), list):
        raise BankInvalid(_("Question {number} is not a question."), number=number)
    kind, options = entry.get("kind", "single"), entry.get("options", [])
    if kind not in ("single", "multiple"):
        raise BankInvalid(_("Question {number}: the kind must be “single” or “multiple”."), number=number)
    if len(options) > MOST_OPTIONS:
        raise BankInvalid(_("Question {number} has more than {most} answers."), number=number, most=MOST_OPTIONS)
    objective = entry.get("objective") or ""
    return Item(
        id=_key(entry.get("id"), number),
        kind=kind,
        objective=_key(objective, number) if objective else "",
        stem=_text(entry.get("stem", ""), number),
        options=tuple(_option(number, option) for option in options),
        rationale=_text(entry.get("rationale") or "", number),
    )


def _option(number: int, entry: object) -> Option:
    if not isinstance(entry, dict) or not isinstance(entry.get("correct", False), bool):
        raise BankInvalid(_("Question {number}: one answer is not “id, text, correct: true or false”."), number=number)
    return Option(_key(entry.get("id"), number), _text(entry.get("text", ""), number), entry.get("correct", False))


def _key(value: object, number: int | None) -> str:
    if not isinstance(value, str) or not KEY.fullmatch(value):
        # Never the text of what is none: writing out a number of thousands of digits is an error of its own.
        told = value[:40] if isinstance(value, str) else type(value).__name__
        shown = {"value": told, **({"number": number} if number else {})}
        raise BankInvalid(
            _("Question {number}: the id “{value}” may hold only a-z, 0-9, “.” and “-”, at most 63.")
            if number else _("The id “{value}” may hold only a-z, 0-9, “.” and “-”, at most 63."), **shown,
        )  # fmt: skip
    return value


def _text(value: object, number: int | None, longest: int = LONGEST_TEXT) -> str:
    shown = {"most": longest, **({"number": number} if number else {})}
    if not isinstance(value, str):
        raise BankInvalid(
            _("Question {number}: a text is not text. Put it in quotation marks.")
            if number else _("A text is not text. Put it in quotation marks."), **shown,
        )  # fmt: skip
    if len(value) > longest or UNFIT.search(value):
        raise BankInvalid(
            _("Question {number}: a text is longer than {most} characters or holds signs that cannot be shown.")
            if number else _("A text is longer than {most} characters or holds signs that cannot be shown."), **shown,
        )  # fmt: skip
    return value


def _line(value: object, number: int | None) -> str:
    return _text(value, number, LONGEST_LINE)


def _ids_once(items: Iterable[Item], objectives: Iterable[Objective]) -> None:
    seen: set[str] = set()
    for number, item in enumerate(items, 1):
        options = [option.id for option in item.options]
        if item.id in seen or len(set(options)) < len(options):
            raise BankInvalid(_("Question {number} (“{id}”) uses an id twice."), number=number, id=item.id)
        seen.add(item.id)
    for name, times in Counter(objective.id for objective in objectives).items():
        if times > 1:
            raise BankInvalid(_("The learning objective “{id}” stands twice."), id=name)


def _problems(number: int, item: Item, known: set[str]) -> Iterable[Problem]:
    values = {"number": number, "id": item.id, "objective": item.objective}
    for found, sentence in (
        (not item.stem.strip(), _("Question {number} (“{id}”) has no text.")),
        (len(item.options) < 2, _("Question {number} (“{id}”) needs at least two answers.")),
        (any(not option.text.strip() for option in item.options), _("Question {number} (“{id}”) has an empty answer.")),
        (_same_twice(item), _("Question {number} (“{id}”) has the same answer twice.")),
        (not item.right, _("Question {number} (“{id}”) has no right answer.")),
        (
            item.kind == "single" and len(item.right) > 1,
            _("Question {number} (“{id}”) has more than one right answer."),
        ),
        (
            item.kind == "multiple" and (len(item.right) == 1 or len(item.right) == len(item.options)),
            _("Question {number} (“{id}”) needs two or more right answers, and a wrong one."),
        ),
        (
            bool(item.objective) and item.objective not in known,
            _("Question {number} (“{id}”) tests “{objective}”, which is not in the list of objectives."),
        ),
    ):
        if found:
            yield Problem(number, sentence, values)


def _same_twice(item: Item) -> bool:
    texts = [" ".join(option.text.split()).casefold() for option in item.options if option.text.strip()]
    return len(set(texts)) < len(texts)


def draw(items: Sequence[Item], count: int, by_objective: bool, rng: Random) -> list[Item]:
    """``count`` different questions (0 or too many: all) in their author's order.

    By objective: each gets its share of the bank, rounded down or up; who is rounded up is decided by the largest
    remainder, then by lot.
    """
    if not count or count >= len(items):
        return list(items)
    taken = set(_balanced(items, count, rng) if by_objective else rng.sample(range(len(items)), count))
    return [item for place, item in enumerate(items) if place in taken]


def _balanced(items: Sequence[Item], count: int, rng: Random) -> Iterable[int]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        places[item.objective].append(place)
    quotas = {name: Fraction(count * len(own), len(items)) for name, own in places.items()}
    seats = {name: int(quota) for name, quota in quotas.items()}
    by_lot = sorted(quotas, key=lambda name: (seats[name] - quotas[name], rng.random()))
    for name in by_lot[: count - sum(seats.values())]:
        seats[name] += 1
    for name, own in places.items():
        yield from rng.sample(own, seats[name])


def arrange(items: Sequence[Item], shuffled: bool, rng: Random) -> tuple[DrawnItem, ...]:
    """Questions as they are shown: options always in random order, questions too when ``shuffled``; opaque refs."""
    order = rng.sample(items, len(items)) if shuffled else list(items)
    needed = len(order) + sum(len(item.options) for item in order)
    refs = iter(f"{value:08x}" for value in rng.sample(range(2**32), needed))
    return tuple(
        DrawnItem(
            next(refs), item.id,
            tuple(DrawnOption(next(refs), option.id) for option in rng.sample(item.options, len(item.options))),
        )
        for item in order
    )  # fmt: skip


def stored(drawn: Iterable[DrawnItem]) -> list[dict[str, object]]:
    """``drawn`` as the attempt keeps it."""
    return [asdict(item) for item in drawn]


def drawn_of(rows: Iterable[Mapping[str, object]]) -> tuple[DrawnItem, ...]:
    """The reverse of ``stored``."""
    return tuple(
        DrawnItem(str(row["ref"]), str(row["item"]), tuple(DrawnOption(**option) for option in row["options"]))  # type: ignore[attr-defined]
        for row in rows
    )


def checked(bank: Bank, drawn: Iterable[DrawnItem], responses: object) -> dict[str, list[str]]:
    """Answers that fit what was asked, without empty ones. Raises ForgedAnswer."""
    asked, kinds = {item.ref: item for item in drawn}, {item.id: item.kind for item in bank.items}
    if not isinstance(responses, dict) or not responses.keys() <= asked.keys():
        raise ForgedAnswer(_("These answers do not belong to this page. Open the page again."))
    found = {}
    for ref, chosen in responses.items():
        item = asked[ref]
        if not _fits({option.ref for option in item.options}, chosen, kinds[item.item]):
            raise ForgedAnswer(_("These answers do not belong to this page. Open the page again."))
        if chosen:
            found[ref] = sorted(chosen)
    return found


def _fits(known: set[str], chosen: object, kind: str) -> bool:
    if not isinstance(chosen, list) or not all(isinstance(ref, str) for ref in chosen):
        return False
    return set(chosen) <= known and len(set(chosen)) == len(chosen) and (kind == "multiple" or len(chosen) <= 1)


def grade(bank: Bank, drawn: Sequence[DrawnItem], responses: Mapping[str, Sequence[str]]) -> Grade:
    """Marks of ``responses``: a question is right when exactly its right options are chosen."""
    items = {item.id: item for item in bank.items}
    right, marks, asked = set(), Counter[str](), Counter[str]()
    for shown in drawn:
        item = items[shown.item]
        options = {option.ref: option.option for option in shown.options}
        asked[item.objective] += 1
        if {options[ref] for ref in responses.get(shown.ref, ())} == item.right:
            right.add(shown.ref)
            marks[item.objective] += 1
    rows = [*bank.objectives, Objective("", "")]
    by_objective = tuple(ObjectiveMark(row, marks[row.id], asked[row.id]) for row in rows if asked[row.id])
    return Grade(len(right), len(drawn), frozenset(right), by_objective)


def passed(share: Fraction, pass_percent: int) -> bool:
    """Is ``share`` of the marks enough? Exact: 69.99 % is not 70 %."""
    return share * 100 >= pass_percent


def limits(purpose: str, own: Limits, policy: Limits | None) -> Limits:
    """What holds for a quiz: its author's settings, but for a module test the programme's (a higher mark may stand)."""
    if purpose == "practice":
        return Limits(0, own.max_tries)
    if purpose != "test" or policy is None:
        return Limits(own.pass_percent, own.max_tries)
    return Limits(max(own.pass_percent, policy.pass_percent), policy.max_tries, policy.pause_hours)
