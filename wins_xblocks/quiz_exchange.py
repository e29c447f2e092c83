"""Studio's part of the quiz that takes questions out of files and tables, and writes them into files."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from xblock.exceptions import JsonHandlerError

from . import words
from .bank_field import dump
from .base_block import author_handler
from .domain import Refusal
from .domain.quiz import banks
from .domain.quiz.banks import plain_item
from .exchange import FORMATS, format_of, pasted
from .exchange.form import LARGEST, LINE, QUESTION, ROW, Read, Told
from .exchange.report import CHANGED, LEFT, NEW, SAME, Line, counts, report


class QuizExchange:
    """Mixed into the quiz block. Nothing is stored here: the author sees a report and decides."""

    @author_handler
    def read_questions(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """What a file (``name``, ``data`` in base64) or a pasted table (``html``, ``text``) holds, beside ``bank``."""
        bank = banks.parse(dump(data.get("bank")))
        read = _read(data)
        lines = report(read, bank)
        if len(bank.items) + counts(lines)[NEW] > banks.MOST_ITEMS:
            told = gettext_noop("With these the quiz would have too many questions. At most {most} fit.")
            raise Refusal(told, most=banks.MOST_ITEMS)
        used = {line.item.case for line in lines if line.item}
        return {
            "lines": [_line(read.by, line) for line in lines], "said": _said(lines), "told": _told(read.told),
            "cases": [{"id": id_, "stem": text} for id_, text in read.cases.items() if id_ in used],
        }  # fmt: skip

    @author_handler
    def write_questions(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """The questions of ``bank`` as a file of ``format``, in base64, and what is not in it."""
        name = data.get("format")
        format_ = FORMATS.get(name) if isinstance(name, str) else None
        if format_ is None:
            raise JsonHandlerError(400, _("Choose a format."))
        written = format_.write(banks.parse(dump(data.get("bank"))))
        return {
            "name": f"questions.{format_.name}", "kind": format_.kind, "told": _told(written.told),
            "data": base64.b64encode(written.data).decode(),
        }  # fmt: skip


def _read(data: Mapping[str, Any]) -> Read:
    if "name" not in data:
        html, text = data.get("html"), data.get("text")
        if not isinstance(html, str) or not isinstance(text, str):
            raise JsonHandlerError(400, _("The request is not a JSON object."))
        if len(html) > LARGEST or len(text) > LARGEST:
            raise Refusal(gettext_noop("The table is too large. Paste it in parts, or choose the file."))
        return pasted.read(html, text)
    try:
        content = base64.b64decode(data["data"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise JsonHandlerError(400, _("The file did not arrive whole. Choose it again.")) from error
    return format_of(str(data["name"]), content).read(content)


def _line(by: str, line: Line) -> dict[str, Any]:
    return {
        "place": _place(by, line.place), "fate": line.fate, "told": _told(line.told), "stands": line.stands,
        "item": plain_item(line.item) if line.item and line.fate in (NEW, CHANGED) else None,
        "stem": " ".join(line.item.stem.split())[:120] if line.item else "", "means": _means(line),
    }  # fmt: skip


def _place(by: str, number: int) -> str:
    sentence = {ROW: _("Row {number}"), LINE: _("Line {number}"), QUESTION: _("Question {number}")}[by]
    return sentence.format(number=number)


def _means(line: Line) -> str:
    sentence = {
        NEW: _("New"), CHANGED: _("Changes question {number}"), SAME: _("Is there already"), LEFT: _("Cannot be taken"),
    }[line.fate]  # fmt: skip
    return sentence.format(number=line.stands)


def _said(lines: tuple[Line, ...]) -> str:
    """The report in one line, which is announced."""
    found = counts(lines)
    read = ngettext("{count} question was read.", "{count} questions were read.", len(lines))
    told = _("New: {new}. Changed: {changed}. There already: {same}. Cannot be taken: {left}.")
    return read.format(count=len(lines)) + " " + told.format(**found)


def _told(told: Iterable[Told]) -> list[str]:
    return [words.sentence(one.sentence, one.values) for one in told]


def exchange_words() -> dict[str, str]:
    """What the editor's script says of files and tables."""
    return {
        "go": _("Show question {n}"),
        "reading": _("Reading …"),
        "taken": _("Questions taken: {n}. Save the quiz to keep them."),
        "left": _("Nothing was taken."),
        "undone": _("The questions are as they were before."),
        "written": _("Saved as {name}."),
        "too_large": _("The file is too large. It may have at most {most} MB.").format(most=LARGEST // 1_000_000),
        "unread": _("The file cannot be read. Choose it again."),
    }
