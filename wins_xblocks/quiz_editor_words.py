"""What the question editor's scripts say; ``{n}`` and the like are filled in there."""

from django.utils.translation import gettext as _

from .quiz_exchange import exchange_words


def script_words() -> dict[str, str]:
    return {
        "question": _("Question {n}"),
        "empty": _("(no text yet)"),
        "deleted": _("Question {n} was deleted."),
        "saved": _("Saved."),
        "refused": _("This is not possible"),
        "failed": _("We could not reach the server. Nothing was lost. Try again; pressing twice is safe."),
        "none": _("No objective"),
        "new_objectives": _("New objectives were added: {names}. Write their text."),
        "count": _("Questions: {n}"),
        "no_case": _("No case"),
        "have": _("{n} live questions fit"),
        "draft": _("draft"),
        "retired": _("retired"),
        **_of_the_list(),
        **_of_two_authors(),
        **exchange_words(),
    }


def _of_the_list() -> dict[str, str]:
    """Searching, moving, what is not right, and steps that can be undone."""
    return {
        "hits": _("{n} of {all} questions fit."),
        "no_hits": _("No question fits. Change the words or show all."),
        "moved": _("Question {from} is now question {n} of {all}."),
        "retire": _("Retire"),
        "ask_again": _("Ask again"),
        "retired_now": _("Question {n} is retired. Learners will not get it."),
        "asked_again": _("Question {n} is asked again."),
        "added": _("Question {n} was added."),
        "copied": _("Question {n} was duplicated."),
        "changed": _("Question {n} was changed."),
        "settings_changed": _("The settings were changed."),
        "lists_changed": _("Objectives, cases or the blueprint were changed."),
        "read_in": _("Questions came in."),
        "undone_step": _("Undone: {what}"),
        "not_found": _("This question is not here any more."),
        "mend": _("Mend these first. Nothing was saved."),
    }


def _of_two_authors() -> dict[str, str]:
    """What differs between two authors' versions."""
    return {
        "theirs_new": _("They added: {stem}"),
        "theirs_gone": _("They deleted: {stem}"),
        "theirs_changed": _("They changed: {stem}"),
        "mine_new": _("You added: {stem}"),
        "mine_gone": _("You deleted: {stem}"),
        "mine_changed": _("You changed: {stem}"),
        "both_changed": _("Both changed: {stem}"),
        "theirs_settings": _("They changed settings, objectives, cases or the blueprint."),
        "mine_settings": _("You changed settings, objectives, cases or the blueprint."),
        "together": _("Both are together above now. Look at them, then save. Questions kept twice: {n}."),
    }
