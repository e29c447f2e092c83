"""Bars of a report as a picture that the server draws; the table beside it has the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

# In the picture's own units: a slot of two bars for each line, room for its short name and for the numbers.
SLOT, BAR, NAME, LONG, END = 30, 11, 122, 184, 84
MOST = 24  # lines; more cannot be read


@dataclass(frozen=True)
class Shown:
    """A line of the table, as the picture needs it; ``values`` is empty where it is not shown, ``instead`` says so."""

    name: str
    values: tuple[int, ...]
    texts: tuple[str, ...]
    instead: str = ""


@dataclass(frozen=True)
class Bar:
    """``striped`` tells the second of a line from the first, beside its place."""

    x: float
    y: int
    length: float
    striped: bool


@dataclass(frozen=True)
class Mark:
    """Words at a place; ``anchor`` is where they begin or end."""

    x: float
    y: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    """``summary`` says in a sentence what the picture shows, ``legend`` which bars are which."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    height: int
    summary: str
    legend: tuple[str, ...]

    width, bar = NAME + LONG + END, BAR


def chart(lines: Sequence[Shown], titles: Sequence[str], caption: str, from_right: bool) -> Chart:
    """One or two bars for each line; ``titles`` say what they are. From the right, all is mirrored."""
    own = lines[:MOST]
    most = max((value for line in own for value in line.values), default=0)
    bars, marks = [], []
    for number, line in enumerate(own):
        top = number * SLOT
        marks.append(_mark(NAME - 6, top + SLOT // 2, line.name, True, from_right))
        if line.instead:
            marks.append(_mark(NAME, top + SLOT // 2, line.instead, False, from_right))
        for place, value in enumerate(line.values):
            y, length = top + 3 + place * (BAR + 1), round(LONG * value / most, 1) if most else 0
            bars.append(Bar(NAME + LONG + END - NAME - length if from_right else NAME, y, length, place == 1))
            marks.append(_mark(NAME + length + 4, y + BAR // 2, line.texts[place], False, from_right))
    return Chart(tuple(bars), tuple(marks), len(own) * SLOT, _summary(lines, caption), tuple(titles))


def _mark(x: float, y: int, text: str, ends: bool, from_right: bool) -> Mark:
    if from_right:
        return Mark(round(NAME + LONG + END - x, 1), y, text, "start" if ends else "end")
    return Mark(round(x, 1), y, text, "end" if ends else "start")


def _summary(lines: Sequence[Shown], caption: str) -> str:
    told = [line for line in lines if line.values and line.values[0]]
    if not told:
        return caption
    best = max(told, key=lambda line: line.values[0])
    words = _("{caption}. The most: {name}, {number}.")
    if len(lines) > MOST:
        words = _("{caption}, the first {count} lines. The most: {name}, {number}.")
    return words.format(caption=caption, name=best.name, number=best.texts[0], count=MOST)
