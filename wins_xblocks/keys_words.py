"""Questions with their keys, marks, and corrections of keys, in words for staff."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .domain.quiz.correcting import FREE, Mark
from .domain.quiz.data import Item
from .people import Person
from .statistics_words import letters


@dataclass(frozen=True)
class KeyLine:
    """One line of a question: an answer, a pair, or the number. ``right``: it is (part of) the key."""

    text: str
    right: bool


def key_lines(item: Item) -> tuple[KeyLine, ...]:
    """What decides about marks, line by line; every difference of two keys is one of their lines."""
    return (*_answers(item), *(KeyLine(text, False) for text in _terms(item)))


def _answers(item: Item) -> Iterator[KeyLine]:
    names = letters(item)
    for option in item.options:
        text = _(option.text) if item.kind == "truefalse" else f"{names.get(option.id, '')}  {option.text}"
        yield KeyLine(text, option.correct)
    now, said = dict(item.rights), {" ".join(pair.right.split()).casefold(): pair.right for pair in item.pairs}
    for pair in item.pairs:
        if pair.left.strip():
            yield KeyLine(f"{pair.left} → {said[now[pair.id]] if pair.id in now else pair.right}", True)
        else:
            yield KeyLine(_("Fits nothing: {text}").format(text=pair.right), False)
    if item.number:
        yield KeyLine(f"{item.number.value} {item.number.unit}".strip(), True)


def _terms(item: Item) -> Iterator[str]:
    if item.number:
        off = item.number.tolerance + (" %" if item.number.percent else "")
        yield _("May be off by {tolerance}.").format(tolerance=off)
        for unit in item.number.units:
            yield _("1 {other} is {factor} {unit}.").format(other=unit.name, factor=unit.factor, unit=item.number.unit)
    if item.credit == "part":
        yield _("Partly right answers get a part of the points.")
    yield ngettext("{n} point", "{n} points", item.points).format(n=item.points)
    if item.free:
        yield _("Everybody gets the points.")


def mark(found: Mark, purpose: str) -> str:
    """A mark in one line; nobody passes a practice."""
    told = _("{got} of {most} ({percent} %)").format(
        got=number_format(found.got), most=number_format(found.most), percent=found.percent
    )
    if purpose == "practice":
        return told
    return told + ", " + (_("passed") if found.passed else _("not passed"))


def effect(before: Mark, after: Mark, kept: bool, purpose: str) -> str:
    """What a change means."""
    if kept:
        return _("would go down, stays")
    if purpose != "practice" and after.passed != before.passed:
        return _("passes now") if after.passed else _("does not pass any more")
    up = after.correct * before.possible >= before.correct * after.possible
    return _("mark goes up") if up else _("mark goes down")


def done(what: str) -> str:
    """What is done to a question."""
    return _("Everybody gets the points") if what == FREE else _("The new key counts")


def head() -> tuple[str, ...]:
    """Columns of a file of changed marks."""
    return _("user name"), _("name"), _("quiz"), _("try"), _("before"), _("after"), _("what it means")


def first_did(by: Person, at: str, questions: tuple[str, ...]) -> str:
    told = _("{who} corrected {questions} on {at}.")
    return told.format(who=by.name or by.username, questions=", ".join(questions), at=at)
