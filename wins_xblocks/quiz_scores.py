"""What the platform asks of a quiz and changes in it: scores, states, reports."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from xblock.completable import XBlockCompletionMode
from xblock.fields import Boolean, Float, Integer, Scope
from xblock.scorable import ScorableXBlockMixin, Score

from . import context
from .domain.quiz import api, drawing
from .domain.quiz.data import Submitted, Tries
from .platform import platform
from .quiz_editor import QuizEditor

log = logging.getLogger(__name__)


class QuizScores(QuizEditor, ScorableXBlockMixin):
    """Mixed into the quiz block: its grade, and the fields that hold it."""

    has_score = True
    has_custom_completion = True
    completion_mode = XBlockCompletionMode.COMPLETABLE

    # What the platform's tasks read and change; our tables hold the history.
    attempts = Integer(scope=Scope.user_state, default=0)
    newest_counted = Integer(scope=Scope.user_state, default=0)  # number of the last try in ``attempts``
    raw_earned = Float(scope=Scope.user_state, default=None)
    raw_possible = Float(scope=Scope.user_state, default=None)
    done = Boolean(scope=Scope.user_state, default=False)

    def _tell_platform(self, stand: Tries, sent: Submitted, now: datetime) -> None:
        """Grade and completion. The best try counts, so that another one never lowers the grade."""
        found = max((row.exact for row in stand.done), key=lambda marks: marks[0] / marks[1], default=None)
        held = Fraction(self.raw_earned or 0) / Fraction(self.raw_possible) if self.raw_possible else None
        if found and (held is None or found[0] / found[1] >= held):
            self.set_score(Score(*map(float, found)))
        self.done = True
        self.save()  # before anything else of the platform's can fail
        self.publish_grade()
        if sent.passed or self.purpose == "practice":
            platform().publish_completion(self, 1.0)
        api.mark_published(sent.attempt_id, now)  # last: until then the periodic work tells both again

    def max_score(self) -> float:
        bank = self.readable_bank()
        return float(drawing.mean_worth(bank, self.purpose) * self._asked()) if bank else 0.0

    def has_submitted_answer(self) -> bool:
        """Sent by the learner, or for her at the deadline."""
        shown = None if self.done else self.actor().shown_id
        return bool(self.done or (shown and api.best(shown, self.key)))

    def get_score(self) -> Score:
        return Score(self.raw_earned or 0.0, self.raw_possible or self.max_score())

    def set_score(self, score: Score) -> None:
        """Called back by the platform on every publish: writes only what is new."""
        if (self.raw_earned, self.raw_possible) != (score.raw_earned, score.raw_possible):
            self.raw_earned, self.raw_possible = score.raw_earned, score.raw_possible

    def calculate_score(self) -> Score:
        """The best try in our records; each stays graded from the questions it was given."""
        shown = self.actor().shown_id
        found = api.best(shown, self.key) if shown else None
        return Score(*map(float, found)) if found else self.get_score()

    def rescore(self, only_if_higher: bool | None) -> None:
        """The mixin's own needs a translation service that newer platforms do not have."""
        if not self.has_submitted_answer():
            raise ValueError(_("There are no answers to mark again."))
        self.set_score(self.calculate_score())
        self._publish_grade(self.get_score(), only_if_higher)

    def clear_student_state(self, user_id: str, course_id: str, item_id: str, requesting_user_id: str) -> None:
        """The platform's "delete state", on a block that is bound to nobody; both people are anonymous ids."""
        try:
            learner_id = platform().user_of_anonymous_id(user_id)
            if learner_id:
                api.clear(learner_id, item_id, context.now())
        except Exception:  # the platform goes on deleting its own, whatever becomes of ours
            log.exception("tries at %s were not cleared", item_id)

    def publish_grade(self) -> None:
        """The platform's "override score" calls this name."""
        score = self.get_score()
        platform().publish_grade(self, score.raw_earned, score.raw_possible)

    @classmethod
    def generate_report_data(cls, states: Iterable[Any], limit_responses: int | None = None) -> Iterator[Any]:
        """Rows of the platform's report on responses: tries and best result, never an answer."""
        for count, state in enumerate(states):
            if limit_responses is not None and count >= limit_responses:
                return
            kept = state.state
            row = {_("Tries"): kept.get("attempts", 0), _("Right answers"): kept.get("raw_earned") or 0}
            yield state.username, {**row, _("Questions"): kept.get("raw_possible") or 0}

    def index_dictionary(self) -> dict[str, Any]:
        """For search: the title only. Questions of a test must not be found before it."""
        return {"content": {"display_name": self.display_name}, "content_type": "WINS quiz"}

    def student_view_data(self, context: Any = None) -> dict[str, Any]:
        """For the mobile app: how much is asked, never what."""
        return {"display_name": self.display_name, "purpose": self.purpose, "questions": self._asked()}
