"""What a question is, in its author's words: kinds, difficulty, levels, status, use."""

from django.utils.translation import gettext as _


def kinds() -> dict[str, str]:
    return {
        "single": _("One right answer"),
        "multiple": _("Several right answers"),
        "truefalse": _("True or false"),
        "matching": _("Matching"),
        "numeric": _("A number"),
    }


def difficulties() -> dict[str, str]:
    return {"easy": _("Easy"), "medium": _("Medium"), "hard": _("Hard")}


def levels() -> dict[str, str]:
    """Bloom's levels of what a question asks for."""
    return {
        "remember": _("Remember"),
        "understand": _("Understand"),
        "apply": _("Apply"),
        "analyse": _("Analyse"),
        "evaluate": _("Evaluate"),
        "create": _("Create"),
    }


def statuses() -> dict[str, str]:
    return {
        "live": _("Live: learners get it"),
        "draft": _("Draft: learners do not get it yet"),
        "retired": _("Retired: learners do not get it any more"),
    }


def uses() -> dict[str, str]:
    return {"practice": _("For practice only"), "test": _("For the module test only")}
