"""Practice with an answer after each question: once for each in a try, and never of what a test may ask.

No permissions are checked here; whoever calls must have done so, and obey what the course shows of right answers.
"""

from datetime import datetime

from .. import Refusal
from .. import marked as _
from . import api, rules, showing
from .data import ShownQuestion, is_over
from .rules import ForgedAnswer


class NotHere(Refusal):
    """Answers of this quiz are shown after sending only."""

    def __init__(self) -> None:
        super().__init__(_("The answers of this quiz are shown after sending."))


class NoAnswer(Refusal):
    """There is nothing to check yet."""


def check(
    learner_id: int, block: str, number: int, ref: str, responses: object, revision: int, now: datetime
) -> tuple[int, ShownQuestion]:
    """Save the answers, fix the one to ``ref``, and tell how it was: the revision, and the question with its key.

    Asking again answers the same. Raises NotHere, NoAnswer, and what ``api.save`` does.
    """
    row, bank, drawn = api.find(learner_id, block, number)
    if row.purpose != "practice":
        raise NotHere
    if row.deadline and is_over(row.deadline, now):
        raise api.TimeOver(row.deadline)
    asked = {one.ref: one.item for one in drawn}
    if ref not in asked:
        raise ForgedAnswer
    if next(item for item in bank.items if item.id == asked[ref]).use == "test":
        raise NotHere
    answers = rules.fixed(rules.checked(bank, drawn, responses), row.responses)
    if ref not in answers:
        raise NoAnswer(_("Give an answer first."))
    if ref not in answers.get(rules.FIXED, ()):
        answers[rules.FIXED] = [*answers.get(rules.FIXED, ()), ref]
        revision = api.keep(row, answers, revision, now)
    shown = showing.questions(bank, drawn, answers, rules.grade(bank, drawn, answers))
    return revision, next(question for question in shown if question.ref == ref)
