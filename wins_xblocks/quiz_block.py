"""The quiz: practice questions, a unit quiz or the module test."""

import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from web_fragments.fragment import Fragment
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.fields import Boolean, Float, Integer, Scope, String
from xblock.scorable import ScorableXBlockMixin, Score

from . import context, events, hours, words
from .bank_field import JsonText
from .base_block import WinsBlock, learner_handler, rules_needed
from .domain.programme.data import Module
from .domain.quiz import api, drawing, rules, showing
from .domain.quiz.data import PURPOSES, Limits, Quiz, Result, Submitted, Taker, Tries, is_over
from .domain.registration import api as registration_api
from .domain.registration.data import RegistrationValue
from .people import Actor
from .platform import platform
from .quiz_editor import QuizEditor
from .quiz_page import HANDLERS, NewerError, ask_url, deadline_of, place_url, script_words, whole
from .quiz_report import QuizReport
from .quiz_review import review
from .rendering import rendered

log = logging.getLogger(__name__)


class QuizBlock(QuizReport, QuizEditor, ScorableXBlockMixin, WinsBlock):
    """Thin: asks the quiz applet, tells the gradebook, shows the answer."""

    has_score = True
    icon_class = "problem"
    has_custom_completion = True
    completion_mode = XBlockCompletionMode.COMPLETABLE

    display_name = String(scope=Scope.settings, default=gettext_noop("WINS: quiz"))
    purpose = String(scope=Scope.settings, default="unit")
    pass_percent = Integer(scope=Scope.settings, default=70)
    max_tries = Integer(scope=Scope.settings, default=0)
    draw = Integer(scope=Scope.settings, default=0)
    draw_by = String(scope=Scope.settings, default="")
    weight = Float(scope=Scope.settings, default=None)
    bank = JsonText(scope=Scope.content)

    # What the platform's tasks read and change; our tables hold the history.
    attempts = Integer(scope=Scope.user_state, default=0)
    newest_counted = Integer(scope=Scope.user_state, default=0)  # number of the last try in ``attempts``
    raw_earned = Float(scope=Scope.user_state, default=None)
    raw_possible = Float(scope=Scope.user_state, default=None)
    done = Boolean(scope=Scope.user_state, default=False)

    @property
    def key(self) -> str:
        return str(self.scope_ids.usage_id)

    # What is shown

    @XBlock.supports("multi_device")
    @rules_needed
    def student_view(self, _context: Any = None) -> Fragment:
        """The learner's page: start, questions or result, as the server knows it; a preview where nothing is stored."""
        actor = self.actor()
        if actor.may_write:
            return self._fragment(self._page_values(actor))
        if not actor.in_lms and not self.may_author():  # Studio shows blocks of a library to more people than authors
            return self._fragment({"authors_only": True})
        if actor.masquerading or not actor.in_lms or actor.shown_id not in (None, actor.user_id):
            return self._fragment({"preview": self._preview()})
        return self._fragment({"outside": True})

    def _fragment(self, values: Mapping[str, Any]) -> Fragment:
        urls = {name: self.runtime.handler_url(self, name) for name in HANDLERS}
        fragment = self.page("quiz.html", values, "quiz.js", "WinsQuiz", {"urls": urls, "words": script_words()})
        fragment.add_css_url(self.asset("css/quiz.css"))
        return self.add_reporting(fragment)

    def _preview(self) -> list[Any]:
        bank = self.readable_bank()
        return list(showing.preview(bank, drawing.askable(bank, self.purpose))) if bank else []

    def _page_values(self, actor: Actor, number: int | None = None) -> dict[str, Any]:
        """What the learner's page says: the open try, else the standing with the result of one try."""
        now = context.now()
        self._note_reset(actor, now)
        quiz, who = self._taking(actor)
        stand, running = api.standing(quiz, who, now)
        if running:
            until = words.moment(running.deadline)
            return self._values(actor, quiz, stand, None, now) | {"running": running, "until": until}
        number = number or (stand.done[-1].number if stand.done else None)
        result = api.result(actor.user_id, self.key, number, self._keys(quiz, stand, now)) if number else None
        return self._values(actor, quiz, stand, result, now)

    def _values(self, actor: Actor, quiz: Quiz, stand: Tries, result: Result | None, now: datetime) -> dict[str, Any]:
        """The page without an open try: the standing, and the result of one."""
        return {
            "block": self, "quiz": quiz, "stand": stand, "running": None, "result": result,
            "review": review(result.questions) if result else "", "asked": self._asked(),
            "next_at": words.moment(stand.next_at), "submitted_at": words.moment(result.submitted_at) if result else "",
            "staff": not actor.studies, "problems": self.problems() if actor.is_staff else [], "ask_url": ask_url(),
            "until": words.moment(quiz.deadline), "ended": quiz.deadline is not None and now >= quiz.deadline,
            "elsewhere_url": place_url(stand.elsewhere),
        }  # fmt: skip

    def _state(self, actor: Actor, number: int | None = None) -> dict[str, Any]:
        """The same page as a handler answers it."""
        return self._html(self._page_values(actor, number))

    def _html(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"html": rendered("quiz_body.html", values)}

    def _keys(self, quiz: Quiz, stand: Tries, now: datetime) -> bool:
        """May the right answers be seen? By our rule, and the course's: always, never, or once no answer is taken.

        A setting that we do not know, as newer platforms have, hides them.
        """
        setting = getattr(self, "show_correctness", "always")
        over = quiz.deadline is None or is_over(quiz.deadline, now)
        return stand.keys and (setting == "always" or (setting == "past_due" and over))

    def _asked(self) -> int:
        """How many questions a try has."""
        bank = self.readable_bank()
        return drawing.asked(bank, self.purpose, self.draw or 0, self.draw_by) if bank else 0

    # Who takes what

    def _taking(self, actor: Actor, begins: bool = False) -> tuple[Quiz, Taker]:
        """What is taken here by whom. Only a module test, or a try that ``begins``, asks for the registration."""
        module, asked = self.module(), actor.studies and (begins or self.purpose == "test")
        found = registration_api.latest(actor.user_id, module.id) if module and asked else None
        own = found if found and found.state in registration_api.LIVING else None
        return self._quiz(module, own), Taker(actor.user_id, own.id if own else None, not actor.studies)

    def _quiz(self, module: Module | None, own: RegistrationValue | None = None) -> Quiz:
        purpose = self.purpose if self.purpose in PURPOSES else "unit"
        wished = Limits(min(max(self.pass_percent or 0, 0), 100), max(self.max_tries or 0, 0))
        limits = rules.limits(purpose, wished, self._policy(module, own) if purpose == "test" else None)
        draw = max(self.draw or 0, 0)
        return Quiz(self.key, purpose, limits, module.id if module else "", draw, self.draw_by, deadline_of(self))

    def _policy(self, module: Module | None, own: RegistrationValue | None) -> Limits | None:
        """The module test's pass mark, tries and pause under the rules that bind this learner."""
        if module is None:
            return None
        bound = context.programme()
        if own:
            bound = registration_api.rules_of(own, bound, context.first_rules())
        test = bound.policies.module_test
        return Limits(test.pass_percent, test.tries, test.pause_hours)

    def _note_reset(self, actor: Actor, now: datetime) -> None:
        """The platform's "reset attempts" lowers ``attempts`` only; our tables hear of it when the quiz is opened."""
        api.note_reset(actor.user_id, self.key, self._told(), now)

    def _told(self) -> tuple[int, int] | None:
        told = (self.attempts, self.newest_counted)  # read in any case: ``begin`` saves what was read
        return told if self._has_state() else None

    def _has_state(self) -> bool:
        return bool(self.fields["attempts"].is_set_on(self))

    # What a learner does

    @learner_handler
    def begin(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Begin a try, or go on with the open one."""
        actor, now, module = self.actor(), context.now(), self.module()
        self._note_reset(actor, now)
        if module and actor.studies:
            self.joined(actor, module)
        quiz, who = self._taking(actor, begins=True)
        try:
            api.start(quiz, who, self.bank.text, secrets.token_hex(16), now)
        except api.OpenElsewhere as refusal:
            raise NewerError(words.refusal(refusal), self._state(actor)) from refusal
        # From the first start there is a row that the platform's "reset attempts" finds: a default is not saved by
        # itself. Not once answers were sent: they have counted up, and a lower number is a reset.
        if not (self._has_state() or api.counted(actor.user_id, self.key)[0]):
            self.force_save_fields(["attempts"])
        return self._state(actor)

    @learner_handler
    def save_answers(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Keep the answers so far."""
        actor, now, (number, revision) = self.actor(), context.now(), whole(data, "number", "revision")
        try:
            return {"revision": api.save(actor.user_id, self.key, number, data.get("responses"), revision, now)}
        except (api.StaleSave, api.TimeOver) as refusal:
            raise NewerError(words.refusal(refusal), self._state(actor)) from refusal

    @learner_handler
    def submit(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Send the answers; pressing twice is safe."""
        actor, now, (number, revision) = self.actor(), context.now(), whole(data, "number", "revision")
        quiz, who = self._taking(actor)
        try:
            sent = api.submit(
                actor.user_id, self.key, number, data.get("responses"), revision, now, who.registration_id
            )
        except api.StaleSave as stale:
            raise NewerError(words.refusal(stale), self._state(actor)) from stale
        events.quiz_submitted(quiz, who, actor.course_id, sent)
        if quiz.purpose == "test" and sent.passed and who.registration_id:
            hours.tell_complete(who.registration_id, now)
        (self.attempts, self.newest_counted), stand = api.after_sending(quiz, who, self._told(), now)
        self._tell_platform(stand, sent, now)
        result = sent.result if self._keys(quiz, stand, now) else replace(sent.result, questions=())
        return self._html(self._values(actor, quiz, stand, result, now))

    @learner_handler
    def result(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """The page as it stands, with the result of the try ``number`` (0: the newest)."""
        return self._state(self.actor(), whole(data, "number")[0] or None)

    def _tell_platform(self, stand: Tries, sent: Submitted, now: datetime) -> None:
        """Grade and completion. The best try counts, so that another one never lowers the grade."""
        found = max((row.exact for row in stand.done), key=lambda marks: marks[0] / marks[1], default=None)
        held = Fraction(self.raw_earned or 0) / Fraction(self.raw_possible) if self.raw_possible else None
        if found and (held is None or found[0] / found[1] >= held):
            self.set_score(Score(*map(float, found)))
        self.done = True
        self.save()  # before anything else of the platform's can fail
        self.publish_grade()
        api.mark_published(sent.attempt_id, now)
        if sent.passed or self.purpose == "practice":
            platform().publish_completion(self, 1.0)

    # What the platform asks

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
            if learner_id := platform().user_of_anonymous_id(user_id):
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
