"""The questions of a submitted try with their keys.

Not a template, and escaped without ``format_html``: for eighty answers each of them was a tenth of the request.
"""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from html import escape

from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .domain.quiz.data import ShownField, ShownQuestion, points
from .marked_text import block, inline

_IS_KEY = ' class="is-key"'
_STATES = {True: "is-right", False: "is-wrong", None: "is-part"}


def review(questions: Iterable[ShownQuestion], reported: Collection[str] = ()) -> SafeString:
    """``reported``: refs of questions whose report waits for an answer."""
    return mark_safe("\n".join(map(_Review(reported).question, questions)))  # noqa: S308 escaped


def keys(questions: Iterable[ShownQuestion]) -> SafeString:
    """The same for their author, who gave no answers."""
    return mark_safe("\n".join(map(_Keys().question, questions)))  # noqa: S308 escaped


class _Review:
    """The same words for every question of a page, looked up once. What ends in ``_html`` is HTML; the rest is text."""

    def __init__(self, reported: Collection[str] = ()) -> None:
        self.reported = frozenset(reported)
        tag = ' <span class="wins-badge{}">{}</span>'
        self.key_html = tag.format(" wins-badge--ok", escape(_("right answer")))
        self.own_html = tag.format("", escape(_("your answer")))
        # Not inside f-strings: the tool that collects words for the catalogues does not look there.
        self.right, self.wrong, self.none = "✓ " + _("Right"), "✗ " + _("Not right"), "✗ " + _("No answer")
        self.part = "◐ " + _("Partly right")
        self.report_html = escape(_("Report this question"))
        self.reported_html = escape(_("You reported this question. WINS answers in “My questions”."))

    def question(self, question: ShownQuestion) -> str:
        state = question.right if not question.share or question.share == 1 else None
        body = question.body
        lines = self._pairs(question) if body.prompts else self._number(body.field) if body.field else ()
        rows = "".join(lines or self._options(question))
        reference = _("Source: {text}").format(text=question.reference) if question.reference else ""
        case = question.case.stem if question.case and question.case.first == question.number else ""
        return (
            f'<li class="{_STATES[state]}">{_text(case)}<p><strong>{escape(self._mark(question, state))}</strong> '
            f"<span>{inline(question.stem)}</span></p><ul>{rows}</ul>"
            f"{_text(question.rationale)}{_line(reference)}{self._report(question)}</li>"
        )

    def _report(self, question: ShownQuestion) -> str:
        if question.ref in self.reported:
            return f'<p class="wins-note wins-note--ok">{self.reported_html}</p>'
        return (
            '<button type="button" class="wins-button wins-button--quiet wins-quiz__tell" '
            f'data-report="{question.ref}" aria-expanded="false">{self.report_html}'
            f'<span class="wins-unseen"> – {question.number}</span></button>'
        )

    def _mark(self, question: ShownQuestion, state: bool | None) -> str:
        told = self.part if state is None else self.right if state else self.wrong if question.answered else self.none
        share = question.share or 0
        if question.points == 1 and state is not None:
            return told
        got = number_format(points(share.numerator * question.points, share.denominator))
        return _("{mark}: {got} of {most} points").format(mark=told, got=got, most=question.points)

    def _options(self, question: ShownQuestion) -> Iterator[str]:
        for option in question.body.options:
            text = _(option.text) if question.kind == "truefalse" else option.text
            yield self._row(text, bool(option.correct), option.chosen)

    def _pairs(self, question: ShownQuestion) -> Iterator[str]:
        texts = {option.ref: option.text for option in question.body.options}
        for prompt in question.body.prompts:
            yield f"<li><span>{inline(prompt.text)}</span><ul>"
            if prompt.chosen and prompt.chosen != prompt.right:
                yield self._row(texts[prompt.chosen], False, True)
            yield self._row(texts[prompt.right or ""], True, prompt.chosen == prompt.right) + "</ul></li>"

    def _number(self, field: ShownField) -> Iterator[str]:
        if field.text:
            # The bracket keeps a number and its unit apart from the words around it, whatever way those run.
            own = " ".join(part for part in (field.text, field.unit) if part)
            unread = "" if field.readable else " – " + escape(_("not a number"))
            yield f"<li><bdi>{escape(own)}</bdi>{self.own_html}{unread}</li>"
        unit = field.units[0] if field.units else ""
        told = escape(_with_unit(field.key or "0", unit))
        yield f"<li{_IS_KEY}><bdi>{told}</bdi>{self.key_html}{escape(_accepted(field, unit))}</li>"

    def _row(self, text: str, key: bool, own: bool) -> str:
        return (
            f"<li{_IS_KEY if key else ''}><span>{inline(text)}</span>"
            f"{self.key_html if key else ''}{self.own_html if own else ''}</li>"
        )


class _Keys(_Review):
    """What is right and why, without marks, and nothing to report."""

    def _report(self, question: ShownQuestion) -> str:
        return ""

    def _mark(self, question: ShownQuestion, state: bool | None) -> str:
        return ""


def _text(text: str) -> str:
    return f'<div class="wins-muted wins-text">{block(text)}</div>' if text else ""


def _line(text: str) -> str:
    return f'<p class="wins-muted">{escape(text)}</p>' if text else ""


def _with_unit(number: str, unit: str) -> str:
    told = str(number_format(Decimal(number)))
    return f"{told} {unit}" if unit else told


def _accepted(field: ShownField, unit: str) -> str:
    if field.low == field.high:
        return ""
    told = _("Right from {low} to {high}.")
    return " " + told.format(low=_with_unit(field.low, unit), high=_with_unit(field.high, unit))
