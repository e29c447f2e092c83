"""The quiz: practice questions, a unit quiz or the module test."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Boolean, Float, Integer, Scope, String

from . import context, events, hours, words
from .bank_field import JsonText
from .base_block import WinsBlock, learner_handler, rules_needed
from .domain.programme.data import Module, TestPolicy
from .domain.quiz import api, drawing, outage, practice, rules, showing
from .domain.quiz.data import PURPOSES, Limits, OpenTry, Quiz, Result, Taker, Tries, is_over
from .domain.registration import api as registration_api
from .domain.registration.data import RegistrationValue
from .people import Actor
from .quiz_page import (
    HANDLERS,
    MOST_MINUTES,
    NewerError,
    ask_url,
    check_sender,
    deadline_of,
    opaque,
    place_url,
    read_again,
    script_words,
    time_words,
    whole,
)  # fmt: skip
from .quiz_report import QuizReport
from .quiz_review import review
from .quiz_scores import QuizScores
from .quiz_statistics import QuizStatistics
from .rendering import rendered


class QuizBlock(QuizStatistics, QuizReport, QuizScores, WinsBlock):
    """Thin: asks the quiz applet, tells the gradebook, shows the answer."""

    icon_class = "problem"

    display_name = String(scope=Scope.settings, default=gettext_noop("WINS: quiz"))
    purpose = String(scope=Scope.settings, default="unit")
    pass_percent = Integer(scope=Scope.settings, default=70)
    max_tries = Integer(scope=Scope.settings, default=0)
    draw = Integer(scope=Scope.settings, default=0)
    draw_by = String(scope=Scope.settings, default="")
    minutes = Integer(scope=Scope.settings, default=0)
    check_each = Boolean(scope=Scope.settings, default=False)
    one_by_one = Boolean(scope=Scope.settings, default=False)
    weight = Float(scope=Scope.settings, default=None)
    bank = JsonText(scope=Scope.content)

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
            return self._fragment(self._page_values(actor), opaque(actor.user_id, self.key))
        if not actor.in_lms and not self.may_author():  # Studio shows blocks of a library to more people than authors
            return self._fragment({"authors_only": True})
        if actor.masquerading or not actor.in_lms or actor.shown_id not in (None, actor.user_id):
            return self._fragment({"preview": self._preview()})
        return self._fragment({"outside": True})

    def _fragment(self, values: Mapping[str, Any], who: str = "") -> Fragment:
        urls = {name: self.runtime.handler_url(self, name) for name in HANDLERS}
        args = {"urls": urls, "words": script_words(), "who": who}
        fragment = self.page("quiz.html", values, "quiz.js", "WinsQuiz", args)
        for name in ("answers", "kept", "steps", "clock", "check"):
            fragment.add_javascript_url(self.asset(f"js/quiz_{name}.js"))
        fragment.add_css_url(self.asset("css/quiz.css"))
        return self.add_reporting(fragment)

    def _preview(self) -> list[Any]:
        bank = self.readable_bank()
        return list(showing.preview(bank, drawing.askable(bank, self.purpose))) if bank else []

    def _page_values(self, actor: Actor, number: int | None = None) -> dict[str, Any]:
        """What the learner's page says: the open try, else the standing with the result of one try."""
        now = context.now()
        self._note_reset(actor, now)
        quiz, who, _own = self._taking(actor)
        stand, running = api.standing(quiz, who, now)
        if running:
            return self._running(actor, quiz, running, now, self.reported_refs(actor, running))
        number = number or (stand.done[-1].number if stand.done else None)
        result = api.result(actor.user_id, self.key, number, self._keys(quiz, stand, now)) if number else None
        return self._values(actor, quiz, who, stand, result, now, self.reported_refs(actor, result))

    def _running(
        self, actor: Actor, quiz: Quiz, running: OpenTry, now: datetime, reported: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """The page of an open try; ``left`` is the time it has, in seconds, where there is a limit."""
        end = running.deadline if quiz.minutes else None
        return {
            **self._everywhere(actor, quiz), "running": running, "until": words.moment(running.deadline),
            "checks": self._checks(quiz, now),
            "checked": [(one.ref, review([one], reported)) for one in running.checked],
            "reported": reported,
            "left": max(int((end - now).total_seconds()), 0) if end else None,
        }  # fmt: skip

    def _everywhere(self, actor: Actor, quiz: Quiz) -> dict[str, Any]:
        problems = self.problems() if actor.is_staff else []
        return {"block": self, "quiz": quiz, "staff": not actor.studies, "problems": problems}

    def _values(
        self,
        actor: Actor,
        quiz: Quiz,
        who: Taker,
        stand: Tries,
        result: Result | None,
        now: datetime,
        reported: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        """The page without an open try: the standing, and the result of one."""
        waits = result and not result.in_time and stand.left == 0 and not stand.keys
        return {
            **self._everywhere(actor, quiz), "stand": stand, "running": None, "result": result,
            "review": review(result.questions, reported) if result else "", "asked": self._asked(),
            "next_at": words.moment(stand.next_at), "submitted_at": words.moment(result.submitted_at) if result else "",
            "ask_url": ask_url(), "cut_at": words.moment(result.cut_at) if result else "",
            "keys_from": words.moment(result.submitted_at + outage.TOLD_WITHIN) if waits and result else "",
            "until": words.moment(quiz.deadline), "ended": quiz.deadline is not None and now >= quiz.deadline,
            "weak": read_again(result, quiz.module, actor.studies), "elsewhere_url": place_url(stand.elsewhere),
            "time": time_words(quiz, who) if quiz.minutes and stand.may_start else None,
        }  # fmt: skip

    def _state(self, actor: Actor, number: int | None = None) -> dict[str, Any]:
        """The same page as a handler answers it."""
        return self._html(self._page_values(actor, number))

    def _html(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"html": self.answered(rendered("quiz_body.html", values))}

    def _keys(self, quiz: Quiz, stand: Tries, now: datetime) -> bool:
        """May the right answers be seen? By our rule, and the course's: always, never, or once no answer is taken.

        A setting that we do not know, as newer platforms have, hides them.
        """
        return stand.keys and self._course_shows(quiz, now)

    def _course_shows(self, quiz: Quiz, now: datetime) -> bool:
        setting = getattr(self, "show_correctness", "always")
        over = quiz.deadline is None or is_over(quiz.deadline, now)
        return bool(setting == "always" or (setting == "past_due" and over))

    def _checks(self, quiz: Quiz, now: datetime) -> bool:
        """May an answer be checked before all are sent? In practice only, where its author and the course say so."""
        return bool(self.check_each) and quiz.purpose == "practice" and self._course_shows(quiz, now)

    def _asked(self) -> int:
        """How many questions a try has."""
        bank = self.readable_bank()
        return drawing.asked(bank, self.purpose, self.draw or 0, self.draw_by) if bank else 0

    # Who takes what

    def _taking(self, actor: Actor) -> tuple[Quiz, Taker, RegistrationValue | None]:
        """What is taken here by whom. Only a module test and a limit of time ask for the registration."""
        module, asked = self.module(), actor.studies and (self.purpose == "test" or self.minutes)
        found = registration_api.latest(actor.user_id, module.id) if module and asked else None
        own = found if found and found.state in registration_api.LIVING else None
        return self._quiz(module, own), Taker(actor.user_id, own.id if own else None, not actor.studies), own

    def _quiz(self, module: Module | None, own: RegistrationValue | None = None) -> Quiz:
        purpose = self.purpose if self.purpose in PURPOSES else "unit"
        wished = Limits(min(max(self.pass_percent or 0, 0), 100), max(self.max_tries or 0, 0))
        minutes, policy = min(max(self.minutes or 0, 0), MOST_MINUTES), None
        if purpose == "test" and module:
            test = self._policy(own)
            policy = Limits(test.pass_percent, test.tries, test.pause_hours)
            minutes = test.time_limit_minutes or minutes
        limits, name = rules.limits(purpose, wished, policy), module.id if module else ""
        draw = max(self.draw or 0, 0)
        return Quiz(self.key, purpose, limits, name, draw, self.draw_by, deadline_of(self), minutes)

    def _policy(self, own: RegistrationValue | None) -> TestPolicy:
        """The module test under the rules that bind this learner."""
        bound = context.programme()
        if own:
            bound = registration_api.rules_of(own, bound, context.first_rules())
        return bound.policies.module_test

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
        own = self.joined(actor, module) if module and actor.studies else None
        quiz, who = self._quiz(module, own), Taker(int(actor.user_id or 0), own.id if own else None, not actor.studies)
        try:
            opened = api.start(quiz, who, self.bank.text, secrets.token_hex(16), now)
        except api.OpenElsewhere as refusal:
            raise NewerError(words.refusal(refusal), self._state(actor)) from refusal
        # From the first start there is a row that the platform's "reset attempts" finds: a default is not saved by
        # itself. Not once answers were sent: they have counted up, and a lower number is a reset.
        if not (self._has_state() or (opened.number > 1 and api.counted(actor.user_id, self.key)[0])):
            self.force_save_fields(["attempts"])
        return self._html(self._running(actor, quiz, opened, now))

    @learner_handler
    def save_answers(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Keep the answers so far."""
        actor, now, (number, revision) = self.actor(), context.now(), whole(data, "number", "revision")
        check_sender(data, actor.user_id, self.key)
        try:
            return {"revision": api.save(actor.user_id, self.key, number, data.get("responses"), revision, now)}
        except (api.StaleSave, api.TryClosed) as refusal:
            raise NewerError(words.refusal(refusal), self._state(actor)) from refusal

    @learner_handler
    def check_answer(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Practice: keep the answers, fix one of them, and tell how it was."""
        actor, now, (number, revision) = self.actor(), context.now(), whole(data, "number", "revision")
        check_sender(data, actor.user_id, self.key)
        if not self._checks(self._quiz(self.module()), now):
            raise practice.NotHere
        given = (str(data.get("ref", "")), data.get("responses"), revision, now)
        try:
            newest, question = practice.check(int(actor.user_id or 0), self.key, number, *given)
        except (api.StaleSave, api.TryClosed) as refusal:
            raise NewerError(words.refusal(refusal), self._state(actor)) from refusal
        return {"revision": newest, "html": self.answered(review([question]))}

    @learner_handler
    def submit(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Send the answers; pressing twice is safe."""
        actor, now, (number, revision) = self.actor(), context.now(), whole(data, "number", "revision")
        check_sender(data, actor.user_id, self.key)
        quiz, who, own = self._taking(actor)
        try:
            sent = api.submit(
                actor.user_id, self.key, number, data.get("responses"), revision, now, who.registration_id
            )
        except api.StaleSave as stale:
            raise NewerError(words.refusal(stale), self._state(actor)) from stale
        events.quiz_submitted(quiz, who, actor.course_id, sent)
        if quiz.purpose == "test" and sent.first and sent.passed and own:
            hours.tell_if_complete(own, now)
        (self.attempts, self.newest_counted), stand = api.after_sending(quiz, who, self._told(), now)
        self._tell_platform(stand, sent, now)
        result = sent.result if self._keys(quiz, stand, now) else replace(sent.result, questions=())
        return self._html(self._values(actor, quiz, who, stand, result, now))

    @learner_handler
    def tell_outage(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """The device was without a connection when the time was over: the try is given back, where that is so."""
        actor, now, (number, seconds) = self.actor(), context.now(), whole(data, "number", "seconds")
        check_sender(data, actor.user_id, self.key)
        lost = outage.Lost(data.get("responses"), timedelta(seconds=seconds))
        outage.tell(int(actor.user_id or 0), self.key, number, lost, now)
        self.attempts, self.newest_counted = api.counted(actor.user_id, self.key)
        return self._state(actor, number)

    @learner_handler
    def result(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """The page as it stands, with the result of the try ``number`` (0: the newest)."""
        return self._state(self.actor(), whole(data, "number")[0] or None)
