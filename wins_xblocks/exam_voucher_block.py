"""The voucher page: both exams of a learner, one main button each. A code leaves in a JSON answer, never in a page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from web_fragments.fragment import Fragment
from webob import Response
from xblock.completable import XBlockCompletionMode
from xblock.exceptions import JsonHandlerError
from xblock.fields import Scope, String

from . import context, events, words
from .base_block import WinsBlock, learner_handler
from .domain.duration import HOUR_MS
from .domain.programme.data import Module
from .domain.programme.loader import ProgrammeError
from .domain.quiz.data import TestStanding
from .domain.registration import rules as registration_rules
from .domain.registration.data import ExamFacts, Hours
from .domain.vouchers import api as vouchers
from .domain.vouchers.data import HeldVoucher, Secret, VoucherPosition
from .people import Actor
from .rendering import rendered
from .studio_settings import ModuleSettings
from .voucher_view import EXAM, VoucherView, grouped, spelled, view

SAMPLE_CODE = "SAMP LE00 CODE"


class ExamVoucherBlock(ModuleSettings, WinsBlock):
    """Shows where the learner's exam vouchers stand, hands one out, and shows its code."""

    display_name = String(
        display_name=gettext_noop("Display name"), scope=Scope.settings, default=gettext_noop("WINS: exam vouchers")
    )
    completion_mode = XBlockCompletionMode.EXCLUDED
    has_score = False
    icon_class = "other"

    def student_view(self, context_: Any = None) -> Fragment:
        """The learner's exams; staff, guests and courses outside the programme read why there are none."""
        actor = self.actor()
        if not actor.in_lms or actor.course_id is None:
            return self.author_view(context_)
        try:
            with context.told_in_words():
                return self._learners_page(actor)
        except ProgrammeError as error:
            later = _("This page cannot be shown at the moment. Please try again later.")
            return self._plain(str(error) if actor.is_staff else later)

    def _learners_page(self, actor: Actor) -> Fragment:
        module = self.module()
        if module is None:
            return self._plain(words.unmapped() if actor.is_staff else "")
        if actor.is_staff or actor.masquerading:
            return self._plain(_("Staff view: codes are never shown here."))
        if not actor.studies:
            return self._plain(_("You see your exam vouchers here when you have joined this course."))
        cards = [self._card(position) for position in self._positions(actor, module)]
        urls = {name: self.runtime.handler_url(self, name) for name in ("get", "show")}
        return self._fragment({"cards": cards}, urls)

    def author_view(self, context_: Any = None) -> Fragment:
        """Sample states with a picker; plainly marked, and without any real voucher."""
        try:
            with context.told_in_words():
                module, some = self.module(), context.programme().modules[0]
        except ProgrammeError as error:
            return self._plain(str(error))
        note = words.unmapped() if module is None and self.actor().course_id else ""
        shown = samples(module or some, context.programme().policies.get_by == "staff")
        cards = [(name, self._render(view(position), SAMPLE_CODE)) for name, position in shown]
        return self._fragment({"samples": cards, "note": note}, {})

    @learner_handler
    def get(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Issue the voucher, or take a place in the queue: the exam's new state. Pressing twice is safe."""
        actor, exam = self._learner(), self._exam(data)
        position = vouchers.issue(
            actor, exam, context.programme(), context.first_rules(), context.factor(), context.now(),
            events.voucher_issued,
        )  # fmt: skip
        if position.state == "waiting":
            events.pool_empty()
        return {"html": self._card(position), "said": view(position).heading}

    @learner_handler
    def show(self, data: dict[str, Any]) -> Response:
        """The code, with the exam's new state. Kept by no cache."""
        actor, exam = self._learner(), self._exam(data)
        code = vouchers.reveal(actor, exam, context.voucher_keys(), context.now(), events.voucher_revealed)
        position = vouchers.position(
            actor, exam, context.programme(), context.first_rules(), context.factor(), context.now()
        )
        return self._with_code({"html": self._card(position), "said": _("Your code is shown.")}, code)

    def _with_code(self, told: Mapping[str, str], code: Secret) -> Response:
        """The answer that holds the code, made last: no local name holds it while anything can still go wrong."""
        spellings = {"code": code.text, "grouped": grouped(code.text), "spoken": spelled(code.text)}
        response = Response(json.dumps({**told, **spellings}), content_type="application/json", charset="utf8")
        response.headers["Cache-Control"] = "no-store"
        return response

    def _learner(self) -> int:
        """The id of the learner who acts; the course team gets no vouchers."""
        actor = self.actor()
        if not actor.studies or actor.user_id is None:
            raise JsonHandlerError(409, _("Staff view: codes are never shown here."))
        return actor.user_id

    def _exam(self, data: Mapping[str, Any]) -> str:
        exam = data.get("exam")
        if not (isinstance(exam, str) and EXAM.fullmatch(exam)):  # the database gets nothing it cannot store
            raise JsonHandlerError(400, _("The request does not say which exam."))
        return exam

    def _positions(self, actor: Actor, module: Module) -> tuple[VoucherPosition, ...]:
        """The learner's exams. Opens the registration where this page is the learner's first of the course."""
        rules, learner_id, now = context.programme(), actor.user_id or 0, context.now()
        self.joined(actor, module)
        return vouchers.positions(learner_id, rules, context.first_rules(), context.factor(), now, module.exam)

    def _card(self, position: VoucherPosition) -> str:
        return self._render(view(position))

    def _render(self, told: VoucherView, sample: str = "") -> str:
        urls = {} if sample else {"ask": reverse("wins:ask"), "continue": reverse("wins:path")}
        values = {"voucher": told, "sample": sample, "urls": urls, "pearson_url": context.setting("WINS_PEARSON_URL")}
        return rendered("exam_voucher_card.html", values)

    def _plain(self, note: str) -> Fragment:
        return self._fragment({"note": note}, {})

    def _fragment(self, values: Mapping[str, Any], urls: Mapping[str, str]) -> Fragment:
        args = {"urls": urls, "words": self._script_words()}
        fragment = self.page("exam_voucher.html", values, "exam_voucher.js", "WinsExamVoucher", args)
        fragment.add_css_url(self.asset("css/exam_voucher.css"))
        return fragment

    def _script_words(self) -> dict[str, str]:
        return {
            "failed": _(
                "We could not reach WINS. Nothing was lost and no voucher was used up. "
                "Try again: pressing twice is safe."
            ),
            "signed_out": _("You are signed out, or your page is old. Load the page again."),
            "copied": _("The code is copied."),
            "not_copied": _("Your browser does not let us copy. Select the code and copy it."),
        }


def samples(module: Module, by_staff: bool) -> Sequence[tuple[str, VoucherPosition]]:
    """What an author may look at: (name of the state, sample position). ``by_staff``: WINS gives vouchers."""
    now = context.now()
    hours = Hours(credited_ms=31 * HOUR_MS)
    conditions = registration_rules.completion(module, hours, TestStanding()).conditions
    verdict = registration_rules.eligibility(conditions, ExamFacts(module.exam, place=True), now)
    ready = registration_rules.eligibility((), ExamFacts(module.exam, place=True), now)
    last_day = (now + timedelta(days=200)).date()
    voucher = HeldVoucher(0, "revealed", last_day, now + timedelta(days=200), now, now)
    not_ready = VoucherPosition(0, module, "not_ready", verdict)
    return (
        (_("not ready"), not_ready),
        (_("ready"), replace(not_ready, state="ready", verdict=ready, by_staff=by_staff)),
        (
            _("code shown"),
            replace(not_ready, state="shown", voucher=voucher, safe_on=last_day - timedelta(days=30), days_left=200),
        ),
        (_("no code left"), replace(not_ready, state="waiting", verdict=ready, place_in_queue=3)),
    )
