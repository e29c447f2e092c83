"""Statistics in words: what to look at first, and what numbers mean."""

from collections.abc import Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .domain.quiz.data import Item
from .domain.statistics.data import Look, QuestionNumbers

LETTERS = "ABCDEFGHIJ"  # as many as a question has options
GOOD, FAIR = 0.8, 0.6  # of agreement


def letters(item: Item) -> dict[str, str]:
    """What options are called: by their place in the editor, since each learner gets them in another order."""
    if item.kind == "truefalse":
        return {option.id: _(option.text) for option in item.options}
    return {option.id: letter for option, letter in zip(item.options, LETTERS, strict=False)}


def look(found: Look, number: int | str, item: Item, numbers: QuestionNumbers) -> str:
    """Why a question should be looked at."""
    names = letters(item)
    options = [names[option] for option in found.options]
    values = {"number": number, "options": _joined(options), "first": options[0] if options else ""}
    return _sentence(found).format(share=percent(numbers.share), empty=percent(numbers.empty), **values)


def _sentence(found: Look) -> str:
    if found.kind == "key" and found.options:
        return _("Question {number}: check the key. Strong learners choose {first}.")
    return {
        "key": _("Question {number}: check the key. Weak learners get it right more often than strong ones."),
        "hard": _("Question {number} is very hard: {share} of its marks are reached."),
        "flat": _("Question {number} hardly tells strong learners from weak ones."),
        "empty": _("Question {number} is left empty by {empty}."),
        "easy": _("Question {number}: nearly everybody gets it right. What must be known may be as easy as that."),
        "idle": _("Question {number}: hardly anybody chooses {options}. Write a wrong answer that looks right."),
    }[found.kind]


def _joined(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def agreement(alpha: float | None) -> str:
    """What Cronbach's alpha says, in a sentence."""
    if alpha is None:
        return _("It cannot be told how well the questions agree with each other.")
    if alpha >= GOOD:
        return _("The questions agree well with each other. Results say much about what learners know.")
    if alpha >= FAIR:
        return _("The questions agree fairly well. For a test that decides, more or better ones would be good.")
    return _("The questions agree little with each other. Chance has a large part in who passes.")


def percent(share: float) -> str:
    """Whole, rounded."""
    return _("{percent} %").format(percent=round(share * 100))


def decimal(value: float | None) -> str:
    """Two places, as the reader's language writes them; a dash where there is nothing to say."""
    if value is None:
        return "–"
    return number_format(round(value, 2) + 0, 2).replace("-", "−")


def short(value: float) -> str:
    """Whole where it is, else with one place."""
    return number_format(round(value, 1), 0 if round(value, 1) == round(value) else 1)
