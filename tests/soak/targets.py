"""What a fuzzer feeds: every reader of what comes from outside, and what learners send to quizzes.

Each takes bytes, and ends with a Refusal in words or without one. Where bytes have a structure that no fuzzer finds
(a workbook's compression, a bank, a request), the bytes decide what is changed in one that is good.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from lxml import html

from tests.domain.quiz.mutants import mutant
from tests.domain.vouchers import readers
from tests.domain.vouchers.workbooks import HEAD, number, row, sheet, text, workbook
from tests.exchange.banks import WHOLE
from tests.exchange.readers import READERS as QUESTIONS
from tests.exchange.readers import file_of
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.quiz import banks, drawing, rules, showing
from wins_xblocks.marked_text import bare, block, inline

SHEET = sheet(HEAD, row(text("WINS-FND"), text("ABCD1234"), number(46_811))).encode()
ASKED = sheet(
    row(*(text(name) for name in ("question", "A", "B", "right", "points", "tolerance"))),
    row(text("Who?"), text("WINS"), text("IAEA"), text("A"), number(2)),
    row(text("How much?"), text(""), text(""), number(3.7), number(1), text("5 %")),
).encode()
MARKED = (
    "**bold** *it* `c` ![A map](/m.png)\n\n- one\n- two\n\n> said [go](https://e.org)\n\n|a|b|\n|-|-|\n|1|2*3|\n\n1. x",
    "2*3*4 \\* <script> &amp; ![x](javascript:y) **a*b**c*",
)
INLINE = {"div", "strong", "em", "code", "br", "img"}
BLOCK = {"p", "ul", "ol", "li", "blockquote", "a", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"alt", "src", "href", "rel", "start", "title", "lang"}
REQUESTS = "learners' requests to quizzes"
Luck = Callable[[bytes], Any]


@dataclass(frozen=True)
class Target:
    """``feed`` gets bytes and what makes chance of them; ``good`` are files to begin with; ``share`` of all inputs."""

    feed: Callable[[bytes, Luck], object]
    good: Sequence[bytes]
    share: int


def _read(read: Callable[[bytes], object]) -> Callable[[bytes, Luck], object]:
    return lambda data, _luck: read(data)


def stored(data: bytes) -> banks.Bank:
    """A bank as a course file holds it, read as a learner's page reads it, and used."""
    found = banks.parse(data.decode("utf-8", "replace"))
    banks.canonical(data.decode("utf-8", "replace"))
    return _used(found)


def changed(data: bytes, luck: Luck) -> banks.Bank:
    """A whole bank, changed in its structure; what is read strictly is written back the same."""
    chance = luck(data)
    body = mutant(banks.plain(WHOLE), chance)
    found = banks.bank_of(body, strict=bool(chance.randrange(2)))
    assert banks.bank_of(banks.plain(found)) == found
    return _used(found)


def _used(found: banks.Bank) -> banks.Bank:
    """Drawn, shown with keys, and marked without an answer."""
    assert all(map(str, found.problems))
    if found.usable and not any(drawing.unmet(found.blueprint, found.usable)):
        drawing.take(found, found.usable, 0, "blueprint", Random(1))
    drawn = drawing.arrange(found.usable, True, Random(1))
    grade = rules.grade(found, drawn, {}) if drawn else None
    assert not grade or grade.correct == 0
    showing.questions(found, drawn, {}, grade)
    json.dumps(banks.plain(found))
    return found


def marked(data: bytes) -> None:
    """Markdown in each of its three places: no tag and no address that may not stand there."""
    said = data.decode("utf-8", "replace")
    for shown, tags in ((inline, INLINE), (block, INLINE | BLOCK)):
        for element in html.fromstring(f"<div>{shown.__wrapped__(said)}</div>").iter():
            assert element.tag in tags, element.tag
            assert set(element.keys()) <= ATTRIBUTES, element.keys()
            addresses = [element.get(name) for name in ("src", "href") if element.get(name) is not None]
            assert all(one.startswith(("https://", "http://", "mailto:", "/")) for one in addresses), addresses
            assert not any(one.startswith("//") for one in addresses), addresses
    assert isinstance(bare.__wrapped__(said), str)


@cache
def sitting() -> Any:
    from tests.domain.quiz.sitting import Sitting

    return Sitting()


def requested(data: bytes, luck: Luck) -> None:
    """A request of a learner, in a database that is there."""
    sitting().tried(luck(data))


OLD = {what: Target(_read(read), (good,), 25) for what, (read, good) in readers.READERS.items()}
OLD["codes, workbooks"] = Target(lambda data, _luck: readers.codes(workbook(body=data)), (SHEET,), 25)
# A million together: fifty times ``WINS_SOAK_TIMES``, which is 20,000 by itself.
NEW = {
    "questions, xlsx": Target(lambda data, _luck: file_of("xlsx")(workbook(body=data)), (ASKED,), 4),
    **{what: Target(_read(QUESTIONS[what][0]), (QUESTIONS[what][1],), share) for what, share in (
        ("questions, csv", 6), ("questions, yaml", 4), ("questions, xml", 5), ("questions, a table of Word", 3),
        ("questions, a table of Excel", 3), ("questions, a table with tabs", 6),
    )},
    "banks of a course file": Target(_read(stored), (json.dumps(banks.plain(WHOLE)).encode(),), 8),
    "banks, changed in their structure": Target(changed, (b"\1" * 64,), 4),
    "Markdown": Target(_read(marked), [one.encode() for one in MARKED], 1),
    REQUESTS: Target(requested, (b"\1" * 64,), 6),
}  # fmt: skip
TARGETS = {**OLD, **NEW}


def fed(target: Target, data: bytes, luck: Luck) -> None:
    """Read, or refused in words."""
    try:
        target.feed(data, luck)
    except Refusal as refusal:
        if not str(refusal):
            raise AssertionError("refused without words") from refusal
