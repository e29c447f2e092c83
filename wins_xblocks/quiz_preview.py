"""Studio's part of the quiz that shows questions as a learner will see them, before anything is saved."""

import secrets
from collections.abc import Mapping
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from xblock.exceptions import JsonHandlerError

from .base_block import author_handler
from .domain.quiz import banks, drawing, rules, showing
from .domain.quiz.data import PURPOSES, Bank, DrawnItem
from .quiz_page import whole
from .quiz_problems import found, plain_problems
from .quiz_review import keys
from .rendering import rendered


class QuizPreview:
    """Mixed into the quiz block. Nothing is stored, and nothing stored is read: the editor sends its questions."""

    @author_handler
    def preview_questions(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Questions of ``bank`` in the learner's own page; with ``keys``, what is right and why.

        ``alone``: the first question, finished or not; else a draw as a try gets it. The same ``seed`` (0: a new one)
        draws the same.
        """
        with_keys, alone = data.get("keys") is True, data.get("alone") is True
        seed = whole(data, "seed")[0] or secrets.randbelow(2**31 - 1) + 1
        bank = banks.bank_of(_as_live(data.get("bank")) if alone else data.get("bank"))
        asked = _one(bank, seed) if alone else _draw(bank, data, seed)
        told = plain_problems(found(bank, "unit", "") if alone else ())
        given = rules.grade(bank, asked, {}) if with_keys and not told else None
        questions = showing.questions(bank, asked, {}, given)
        shown = {"questions": questions, "all": len(questions), "keys": keys(questions) if given else ""}
        return {"html": self.answered(rendered("quiz_previewed.html", shown)), "seed": seed, "problems": told}


def _as_live(body: object) -> object:
    """What is not asked yet is judged as if it were."""
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        return body
    items = [{**item, "status": "live", "use": ""} if isinstance(item, dict) else item for item in body["items"][:1]]
    return {**body, "items": items, "blueprint": []}


def _one(bank: Bank, seed: int) -> tuple[DrawnItem, ...]:
    if not bank.items:
        raise JsonHandlerError(400, _("The request is not complete. Open the page again."))
    return drawing.arrange(bank.items[:1], False, Random(seed))  # noqa: S311  no secret


def _draw(bank: Bank, data: Mapping[str, Any], seed: int) -> tuple[DrawnItem, ...]:
    purpose, draw_by, (count,) = data.get("purpose"), data.get("draw_by"), whole(data, "draw")
    if purpose not in PURPOSES or not isinstance(draw_by, str):
        raise JsonHandlerError(400, _("The request is not complete. Open the page again."))
    luck = Random(seed)  # noqa: S311  no secret
    return drawing.arrange(drawing.take(bank, drawing.askable(bank, purpose), count, draw_by, luck), True, luck)
