"""What an author sets of a quiz beside its questions, and what each setting may be."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from .domain.quiz import banks, reading
from .domain.quiz.data import PURPOSES
from .quiz_page import MOST_MINUTES
from .quiz_problems import Told

MOST_TRIES = 100
DRAW_BY = ("", "objective", "blueprint")
SETTINGS = (
    "display_name", "module_id", "purpose", "pass_percent", "max_tries", "draw", "draw_by", "minutes", "one_by_one",
    "check_each", "weight",
)  # fmt: skip


def unfit(settings: Mapping[str, Any], modules: Collection[str]) -> Iterator[Told]:
    """What does not fit, each with its field; ``modules`` may be chosen."""
    for about, told in _sentences().items():
        if not _fits(about, settings.get(about), modules):
            yield Told(told, "", about)


def _sentences() -> dict[str, str]:
    shown = _("Choose how questions are shown.")
    return {
        "display_name": _("The title must be text of at most 255 characters."),
        "purpose": _("Choose a purpose."),
        "module_id": _("Choose a module."),
        "pass_percent": _("The pass mark must be a whole number from 0 to 100."),
        "max_tries": _("The number of tries must be a whole number from 0 to 100."),
        "draw": _("The number of questions drawn must be a whole number."),
        "draw_by": _("Choose how questions are drawn."),
        "minutes": _("The time limit must be a whole number of minutes from 0 to 600."),
        "one_by_one": shown,
        "check_each": shown,
        "weight": _("The weight must be a number from 0 to 1000, or empty."),
    }


MOST = {"pass_percent": 100, "max_tries": MOST_TRIES, "draw": banks.MOST_ITEMS, "minutes": MOST_MINUTES}


def _fits(about: str, value: object, modules: Collection[str]) -> bool:
    if about == "display_name":
        return isinstance(value, str) and len(value) <= 255 and not reading.UNFIT.search(value)
    if about == "weight":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return value is None or (number and 0 <= value <= 1000)
    if about in MOST:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST[about]
    if about in ("one_by_one", "check_each"):
        return isinstance(value, bool)
    known: Mapping[str, Collection[str]] = {"purpose": PURPOSES, "module_id": modules, "draw_by": DRAW_BY}
    return value in known[about]
