"""Problem XML of Open edX, written: a problem by itself, or several in a page (``vertical``)."""

from lxml import etree

from ..domain import marked as _
from ..domain.quiz.data import Bank, Item
from .form import Told, Written

_NONE = Told(_("No question of this quiz can be said in problem XML."))
_CANNOT = _("Question {number} (“{id}”) was left out: problem XML has no question of its kind.")
_TRUTH = _("Question {number} (“{id}”) became a question with one right answer.")
_LEFT = _("Question {number} (“{id}”), left out: {names}.")
_HELD = ("objective", "category", "difficulty", "bloom", "reference", "use", "case")  # what a problem has no place for


def written(bank: Bank) -> Written:
    told: list[Told] = []
    problems = []
    for number, item in enumerate(bank.items, 1):
        values = {"number": number, "id": item.id}
        if item.kind == "matching":
            told.append(Told(_CANNOT, values))
            continue
        if item.kind == "truefalse":
            told.append(Told(_TRUTH, values))
        if names := _lost(item):
            told.append(Told(_LEFT, {**values, "names": ", ".join(names)}))
        problems.append(_problem(item))
    root = problems[0] if len(problems) == 1 else etree.Element("vertical")
    root.extend(problems if len(problems) > 1 else [])
    if not problems:
        told.append(_NONE)
    return Written(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=False), tuple(told))


def _lost(item: Item) -> list[str]:
    names = [name for name in _HELD if getattr(item, name)]
    names += ["status"] if item.status != "live" else []
    names += ["credit"] if item.credit != "all" else []
    key = item.number
    return names + [name for name in ("unit", "units") if key and getattr(key, name)]


def _problem(item: Item) -> "etree._Element":
    problem = etree.Element("problem", url_name=item.id)
    if item.points != 1:
        problem.set("weight", str(item.points))
    response = etree.SubElement(problem, _TAGS[item.kind])
    _asked(response, item.stem)
    if item.kind == "numeric":
        _number(response, item)
    else:
        _choices(response, item)
    if item.rationale.strip():
        _lines(
            etree.SubElement(etree.SubElement(problem, "solution"), "div", {"class": "detailed-solution"}),
            item.rationale,
        )
    return problem


def _asked(response: "etree._Element", stem: str) -> None:
    """The last line is the label of what is to be answered, for those who hear the page."""
    *lines, last = [line for line in stem.split("\n") if line.strip()] or [""]
    _lines(response, "\n".join(lines))
    etree.SubElement(response, "label").text = last


def _lines(place: "etree._Element", text: str) -> None:
    for line in text.split("\n"):
        if line.strip():
            etree.SubElement(place, "p").text = line


def _choices(response: "etree._Element", item: Item) -> None:
    group = etree.SubElement(response, "checkboxgroup" if item.kind == "multiple" else "choicegroup")
    if item.kind != "multiple":
        group.set("type", "MultipleChoice")
    for option in item.options:
        choice = etree.SubElement(group, "choice", correct="true" if option.correct else "false")
        if "\n" in option.text:
            _lines(choice, option.text)
        else:
            choice.text = option.text


def _number(response: "etree._Element", item: Item) -> None:
    key = item.number
    response.set("answer", key.value if key else "")
    if key and key.tolerance != "0":
        default = key.tolerance + ("%" if key.percent else "")
        etree.SubElement(response, "responseparam", type="tolerance", default=default)
    etree.SubElement(response, "formulaequationinput")


_TAGS = {
    "single": "multiplechoiceresponse", "truefalse": "multiplechoiceresponse", "multiple": "choiceresponse",
    "numeric": "numericalresponse",
}  # fmt: skip
