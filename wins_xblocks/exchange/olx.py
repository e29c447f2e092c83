"""Problem XML of Open edX: one right answer, several, or a number. What else it says is told."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ..domain import Refusal
from ..domain import marked as _
from ..domain.quiz import banks, reading
from ..domain.quiz.data import Bank
from ..domain.quiz.kinds.numeric import decimal_of
from .form import QUESTION, Found, Read, Told, Written
from .markup import text
from .problems import written

_KINDS = {"multiplechoiceresponse": "single", "choiceresponse": "multiple", "numericalresponse": "numeric"}
_HINTS = frozenset({"demandhint", "choicehint", "correcthint", "compoundhint"})
_SCRIPT = Told(_("It has a script. Questions with a script cannot be taken."))
_OTHER = Told(_("It is of a kind that cannot be taken. Taken are: one right answer, several right answers, a number."))
_MANY = Told(_("It asks more than one thing. Make a problem of each."))
_RANGE = Told(_("Its right answer is not one number."))
_NO_HINTS = Told(_("Hints were left out."))
_CREDIT = Told(_("Its rule for partly right answers was left out: right is who chooses exactly the right answers."))
_MORE = Told(_("Further right answers were left out."))


class ProblemXml:
    name = "xml"
    endings = frozenset({"xml", "olx"})
    kind = "application/xml"

    def read(self, data: bytes) -> Read:
        root = _root(data)
        problems = [root] if root.tag == "problem" else list(root.iter("problem"))
        if len(problems) > banks.MOST_ITEMS:
            raise Refusal(_("These are too many questions. At most {most} fit."), most=banks.MOST_ITEMS)
        if not problems:
            raise Refusal(_("There is no “problem” in this file."))
        found = tuple(_found(number, one) for number, one in enumerate(problems, 1))
        return Read(QUESTION, found, says=frozenset({"rationale", "points", "tolerance"}))

    def write(self, bank: Bank) -> Written:
        return written(bank)


def _root(data: bytes) -> "etree._Element":
    """Raises Refusal. No entity is ever looked up or written out, and what has a DTD is not looked at."""
    closed = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, closed)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None) or 1
        raise Refusal(_("This is not XML: see line {line}."), line=line) from None
    if root.getroottree().docinfo.doctype:
        raise Refusal(_("The file has a DOCTYPE. Delete that line and try again."))
    return root


def _found(number: int, problem: "etree._Element") -> Found:
    responses = [one for one in problem.iter() if isinstance(one.tag, str) and one.tag.endswith("response")]
    wrong = _refused(problem, responses)
    if wrong:
        return Found(number, None, (wrong,))
    response = responses[0]
    entry: dict[str, Any] = {"id": _id(problem), "kind": _KINDS[response.tag]}
    told: list[Told] = []
    body = _number(response) if entry["kind"] == "numeric" else _options(response, told)
    if not body:
        return Found(number, None, (_RANGE,))
    entry |= body
    if (
        (weight := problem.get("weight", "")).isascii()
        and weight.isdigit()
        and 1 < int(weight[:9]) <= banks.MOST_POINTS
    ):
        entry["points"] = int(weight)
    solutions = [_said(one, told) for one in problem.iter("solution")]
    entry["rationale"] = "\n".join(line for one in solutions for line in one.split("\n") if line != "Explanation")
    entry["stem"] = _stem(problem, told)
    told += _left(problem, response)
    return Found(number, entry, tuple(dict.fromkeys(told)))


def _refused(problem: "etree._Element", responses: "list[etree._Element]") -> Told | None:
    if next(problem.iter("script"), None) is not None or any("$" in (one.get("answer") or "") for one in responses):
        return _SCRIPT
    if len(responses) > 1:
        return _MANY
    return None if responses and responses[0].tag in _KINDS else _OTHER


def _id(problem: "etree._Element") -> str:
    name = problem.get("url_name", "").casefold()
    return name if reading.KEY.fullmatch(name) else ""


def _said(element: "etree._Element", told: list[Told]) -> str:
    found, left = text(element)
    told += left
    return found


def _options(response: "etree._Element", told: list[Told]) -> dict[str, Any]:
    options = []
    for place, choice in enumerate(response.iter("choice")):
        for hint in [one for one in choice.iter() if one.tag in _HINTS]:
            told.append(_NO_HINTS)
            _dropped(hint)
        right = choice.get("correct", "").strip().casefold() == "true"
        options.append({"id": chr(ord("a") + min(place, 25)), "text": _said(choice, told), "correct": right})
    return {"options": options}


def _number(response: "etree._Element") -> dict[str, Any]:
    value = response.get("answer", "").strip()
    if decimal_of(value) is None:
        return {}
    answer = {"value": value}
    for param in response.iter("responseparam"):
        if param.get("type") == "tolerance" and (tolerance := param.get("default", "").strip()):
            answer["tolerance"] = tolerance
    return {"answer": answer}


def _stem(problem: "etree._Element", told: list[Told]) -> str:
    """Everything that is no answer, no explanation and no hint. Takes these out of ``problem``."""
    for name in ("solution", *_HINTS, "choicegroup", "checkboxgroup", "formulaequationinput", "textline"):
        for one in list(problem.iter(name)):
            _dropped(one)
    return _said(problem, told)


def _dropped(element: "etree._Element") -> None:
    """Take it out, and leave the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _left(problem: "etree._Element", response: "etree._Element") -> Iterator[Told]:
    if response.get("partial_credit"):
        yield _CREDIT
    if next(problem.iter("additional_answer"), None) is not None:
        yield _MORE
