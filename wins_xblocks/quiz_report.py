"""Report this question: a learner says what is wrong with one, while she answers it or when she looks back at it."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from web_fragments.fragment import Fragment
from xblock.exceptions import JsonHandlerError

from . import context, words
from .base_block import learner_handler
from .code_in_text import MOST, has_a_code, said_shortly
from .domain import Refusal
from .domain.cases import reported
from .domain.cases.data import About, CaseValue
from .domain.quiz import asked
from .domain.quiz.data import OpenTry, Result
from .domain.quiz.shown import AskedQuestion
from .domain.vouchers.data import Secret
from .people import Actor
from .quiz_page import whole


class QuizReport:
    """Mixed into the quiz block, whose questions are reported."""

    longest_report = reported.LONGEST

    @learner_handler
    def report_question(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Report the question ``ref`` of one's own try ``number``; what was heard of it, in words."""
        actor, (number,), (ref, text) = self.actor(), whole(data, "number"), _texts(data, "ref", "text")
        found = asked.asked(actor.user_id, self.key, number, ref)
        if found is None:
            raise JsonHandlerError(404, _("This question does not belong to this page. Open the page again."))
        if has_a_code([Secret(text[:MOST])], actor.user_id):
            raise Refusal(said_shortly())
        return {"told": _heard(self._reported(actor, found, number, text))}

    def _reported(self, actor: Actor, found: AskedQuestion, number: int, text: str) -> CaseValue:
        about = About(
            int(actor.user_id or 0), found.bank_id, found.item, found.bank_hash, found.module, self.key, number,
            found.place, found.stem, self.display_name,
        )  # fmt: skip
        rules, now = context.programme(), context.now()
        today, days = now.astimezone(rules.zone).date(), rules.policies.answer_within_working_days
        return reported.report(about, text, secrets.token_urlsafe(24), today, days, now)

    def reported_refs(self, actor: Actor, shown: OpenTry | Result | None) -> frozenset[str]:
        """Refs of the questions that are shown, that she reported, and that wait for an answer. One query at most.

        Not asked for when a try begins or is sent: the page's script knows what was reported on it.
        """
        if shown is None or not shown.questions:
            return frozenset()
        places = reported.waiting_in(int(actor.user_id or 0), self.key, shown.number)
        return frozenset(question.ref for question in shown.questions if question.number in places)

    def add_reporting(self, fragment: Fragment) -> Fragment:
        """The page with the script that reports need."""
        fragment.add_javascript_url(self.asset("js/quiz_report.js"))
        return fragment


def _texts(data: Mapping[str, Any], *names: str) -> list[str]:
    values: list[Any] = [data.get(name) for name in names]
    if not all(isinstance(value, str) for value in values):
        raise JsonHandlerError(400, _("The request is not complete. Open the page again."))
    # Half of an emoji that was taken apart while it was written: no database stores it.
    return [value.encode("utf-8", "ignore").decode() for value in values]


def _heard(case: CaseValue) -> str:
    told = _("WINS has your report. Its number is {number}. WINS answers by {date}, in “My questions”.")
    return told.format(number=case.number, date=words.day(case.deadline))
