"""How the questions of this quiz perform, for its authors in Studio: the same as on the desk, with the same rules."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from . import context, statistics_view, words
from .base_block import author_handler
from .domain.quiz import answers
from .rendering import rendered

LONGEST_NUMBER = 9  # digits of a page


class QuizStatistics:
    """Mixed into the quiz block, whose bank is counted."""

    @author_handler
    def question_statistics(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """The numbers as ``html``, fifty questions a ``page``, and what wants a look by the id of its question.

        Of learners of the module whose course this is, by the course's number: what a bank or a block says of itself
        any author may write, and with it ask for the answers of somebody else's test.
        """
        course_id, bank = self.actor().course_id, self.readable_bank()
        module = context.module_of_course(course_id) if course_id else None
        if module is None:
            return _nothing(words.no_module(course_id))
        number = answers.number_of(bank.bank_id) if bank else None
        anew, now = data.get("anew") is True, context.now()
        found = statistics_view.found_of(number, {module.id}, now, anew) if number else None
        if found is None or bank is None:
            return _nothing(_("No learner of yours has answered such a quiz."))
        page = str(data.get("page", ""))[:LONGEST_NUMBER]
        view = statistics_view.page_of(*found, page, context.programme())
        looks = statistics_view.looks_by_id(found[1], bank.items)
        return {"html": self.answered(rendered("quiz_statistics.html", {"view": view, "keys": True})), "looks": looks}


def _nothing(told: str) -> dict[str, Any]:
    return {"html": rendered("quiz_statistics.html", {"none": told}), "looks": {}}
