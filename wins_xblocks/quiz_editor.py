"""Studio's part of the quiz: the author's view and the editor."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from web_fragments.fragment import Fragment
from xblock.exceptions import JsonHandlerError

from . import context, quiz_words, words
from .bank_field import dump
from .base_block import author_handler, rules_needed
from .domain.quiz import api, banks
from .domain.quiz.banks import plain, plain_item, plain_quota
from .domain.quiz.data import Bank, Item
from .platform import platform
from .quiz_editor_words import script_words
from .quiz_exchange import QuizExchange
from .quiz_page import NewerError
from .quiz_preview import QuizPreview
from .quiz_problems import QuizProblems, Told, of_refusal, plain_problems
from .quiz_settings import SETTINGS, unfit
from .quiz_yaml import as_yaml, at, from_yaml

LATER = "question_statistics"  # what the editor asks once it is open


class QuizEditor(QuizProblems, QuizPreview, QuizExchange):
    """Mixed into the quiz block, whose fields it shows and changes."""

    author_handlers = frozenset({
        "save_quiz", "read_yaml", "write_yaml", "read_questions", "write_questions", "preview_questions",
    })  # fmt: skip
    largest_body = 16 * 1024 * 1024  # bytes: a bank of the greatest length in any script, or half of one and a file

    def may_author(self) -> bool:
        return platform().may_author(self)

    @rules_needed
    def author_view(self, view_context: Any = None) -> Fragment:
        """The questions with their keys, for those who may change them; what a learner sees for everybody else."""
        if not self.may_author():
            return self.student_view(view_context)
        bank = self.readable_bank()
        values = {
            "rows": _rows(bank) if bank else [], "cases": bank.cases if bank else (),
            "problems": self.problems_in_course(), "quiz": self._quiz(self.module()),
        }  # fmt: skip
        fragment = self.page("quiz_author.html", {**values, **self._belonging()})
        fragment.add_css_url(self.asset("css/quiz.css"))
        return fragment

    @rules_needed
    def studio_view(self, _context: Any = None) -> Fragment:
        """Our own editor; nothing but a sentence for whoever may not write."""
        if not self.may_author():
            return self.page("quiz_editor.html", {"refused": True})
        quiz, rules_now = self._quiz(self.module()), context.programme()
        values = {
            "modules": rules_now.modules, "takers": api.takers(self.key), **self._belonging(),
            "policy": rules_now.policies.module_test, "quiz": quiz, "most_questions": banks.MOST_ITEMS,
            "question_words": quiz_words,
        }  # fmt: skip
        urls = {name: self.runtime.handler_url(self, name) for name in sorted({*self.author_handlers, LATER})}
        problems = plain_problems(self.problems_in_course())
        args = {"urls": urls, "quiz": self._editable(), "words": script_words(), "problems": problems}
        fragment = self.page("quiz_editor.html", values, "quiz_editor.js", "WinsQuizEditor", args)
        for part in ("undo", "list", "find", "kinds", "told", "preview", "both", "exchange", "statistics"):
            fragment.add_javascript_url(self.asset(f"js/quiz_editor_{part}.js"))
        for style in ("quiz", "quiz_editor"):
            fragment.add_css_url(self.asset(f"css/{style}.css"))
        return fragment

    def _belonging(self) -> dict[str, Any]:
        """The block's module, and for a library why it has none."""
        course_id = self.actor().course_id
        return {"module": self.module(), "library": "" if course_id else words.no_module(course_id)}

    def _editable(self) -> dict[str, Any]:
        """What the editor loads and sends back, with the fingerprint of what it loaded."""
        bank = self.readable_bank()
        return {
            "settings": {
                "display_name": self.display_name, "module_id": self.module_id, "purpose": self.purpose,
                "pass_percent": self.pass_percent, "max_tries": self.max_tries, "draw": self.draw,
                "draw_by": self.draw_by, "minutes": self.minutes,
                "one_by_one": self.one_by_one, "check_each": self.check_each,
                "weight": self.weight,
            },
            "bank": plain(bank) if bank else {"bank_id": "", "objectives": [], "items": []},
            "loaded": self._fingerprint(),
        }  # fmt: skip

    def _fingerprint(self) -> str:
        settings = [getattr(self, name) for name in SETTINGS]
        return hashlib.sha256(dump([settings, self.bank.text]).encode()).hexdigest()

    @author_handler
    def save_quiz(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Write settings and questions together; the same again changes nothing; newer ones are never overwritten."""
        settings, bank = self._clean(data.get("settings")), _strict(data.get("bank"))
        body = plain(bank)
        body["bank_id"] = bank.bank_id or self._stored_bank_id() or f"bank-{secrets.token_hex(6)}"
        banks.parse(dump(body))  # with what was left out filled in it may be longer than what came
        current = {name: getattr(self, name) for name in SETTINGS}
        if (settings, body) != (current, dict(self.bank)):
            if data.get("loaded") != self._fingerprint():
                theirs = {**self._editable(), "yaml": as_yaml(self.readable_bank())}
                told = _("Somebody saved this quiz while you were writing. Nothing is lost.")
                raise NewerError(told, {"theirs": theirs})
            for name, value in settings.items():
                setattr(self, name, value)
            self.bank = body
        return {**self._editable(), "problems": plain_problems(self.problems_in_course())}

    def _stored_bank_id(self) -> str:
        """The id that the stored bank has, however broken the rest of it is; empty for what is none."""
        try:
            return banks.bank_of({"bank_id": self.bank.get("bank_id")}).bank_id
        except banks.BankInvalid:
            return ""

    def _clean(self, settings: object) -> dict[str, Any]:
        """The settings as they are stored. Raises NewerError (409), naming each field that does not fit."""
        if not isinstance(settings, dict):
            raise JsonHandlerError(400, _("The request is not a JSON object."))
        modules = [module.id for module in context.programme().modules] + ["", self.module_id]
        if wrong := list(unfit(settings, modules)):
            _refuse(wrong)
        return {name: settings[name] for name in SETTINGS}

    @author_handler
    def read_yaml(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Questions out of a text; nothing is stored. Objectives that the text names and nobody knows are added."""
        body, lines = from_yaml(data.get("text"))
        try:
            read = banks.bank_of(body, strict=True)
            there = banks.bank_of({name: data.get(name, []) for name in ("objectives", "cases")})
        except banks.BankInvalid as error:
            raise JsonHandlerError(409, at(lines, error.values.get("number"), words.refusal(error))) from error
        ids = {row.id for row in there.objectives}
        missing = [name for name in dict.fromkeys(row.objective for row in read.items) if name and name not in ids]
        objectives = [asdict(objective) for objective in there.objectives]
        objectives += [{"id": name, "text": name} for name in missing]
        cases = list({case.id: asdict(case) for case in (*there.cases, *read.cases)}.values())
        whole = banks.bank_of({**body, "objectives": objectives, "cases": cases})
        told = [
            at(lines, problem.number, words.sentence(problem.sentence, problem.values)) for problem in whole.problems
        ]
        said = ngettext("{count} question was read.", "{count} questions were read.", len(read.items))
        return {
            "items": [plain_item(item) for item in read.items], "objectives": objectives, "new": missing,
            "cases": cases, "blueprint": [plain_quota(row) for row in read.blueprint], "problems": told,
            "said": said.format(count=len(read.items)),
        }  # fmt: skip

    @author_handler
    def write_yaml(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """The questions in the editor as a text that ``read_yaml`` and the course exporter read."""
        return {"text": as_yaml(banks.parse(dump(data.get("bank"))))}


def _strict(body: object) -> Bank:
    """Raises NewerError (409), naming the question and field where there is one."""
    try:
        return banks.bank_of(body, strict=True)
    except banks.BankInvalid as error:
        _refuse([of_refusal(error, body)])


def _refuse(wrong: Iterable[Told]) -> NoReturn:
    raise NewerError(" ".join(map(str, wrong)), {"problems": plain_problems(wrong)})


def _rows(bank: Bank) -> list[tuple[Item, str]]:
    """Each question with what its author says about it."""
    texts = {objective.id: objective.text for objective in bank.objectives}
    return [(item, " · ".join(part for part in _about(item, texts) if part)) for item in bank.items]


def _about(item: Item, objectives: Mapping[str, str]) -> Iterator[str]:
    yield objectives.get(item.objective, item.objective)
    yield item.category
    yield quiz_words.difficulties().get(item.difficulty, "")
    yield quiz_words.levels().get(item.bloom, "")
    if item.points != 1:
        yield ngettext("{count} point", "{count} points", item.points).format(count=item.points)
    if item.case:
        yield _("Case “{id}”").format(id=item.case)
    if item.status != "live":
        yield quiz_words.statuses()[item.status]
    if item.use:
        yield quiz_words.uses()[item.use]
