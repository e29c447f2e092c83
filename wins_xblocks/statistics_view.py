"""How questions perform, for authors and staff: in words first, then in numbers."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from . import paging, report_chart, statistics_kept, words
from . import statistics_words as told
from .csv_file import Cell
from .domain.programme.data import Programme
from .domain.quiz import answers, past
from .domain.quiz.answers import AskedQuestion, BankSeen
from .domain.quiz.data import Item
from .domain.statistics.api import BankFound
from .domain.statistics.data import LEAST, URGENT, QuestionNumbers, TestNumbers
from .marked_text import bare, inline
from .report_chart import Chart, Shown
from .report_tables import purpose_words

MOST_TRIES = 2_000  # of a bank that a list counts by itself, one each time that it is opened: a second at most
LONGEST_STEM = 120  # characters of a question in a table


@dataclass(frozen=True)
class BankRow:
    """A bank in the list. ``looks`` is how many questions want a look; None: not counted yet; -1: too few tries."""

    number: int
    title: str
    bank_id: str
    tries: int
    last_at: datetime
    looks: int | None


@dataclass(frozen=True)
class BankList:
    rows: tuple[BankRow, ...]
    part: paging.Part


@dataclass(frozen=True)
class OptionRow:
    name: str
    text: str
    right: bool
    share: str
    strong: str
    weak: str


@dataclass(frozen=True)
class QuestionRow:
    """One question of the table; texts are HTML. Without ``cells`` it was asked too seldom for more to be told."""

    number: int
    stem: str
    whole_stem: str
    retired: bool
    asked: int
    cells: tuple[str, ...]
    options: tuple[OptionRow, ...]


@dataclass(frozen=True)
class Whole:
    """The quiz as a whole."""

    facts: tuple[tuple[str, str], ...]
    agreement: str
    chart: Chart
    bars: tuple[tuple[str, int], ...]
    cuts: tuple[tuple[str, int, str, bool], ...]


@dataclass(frozen=True)
class Told:
    """A sentence about a question, and the page of the table on which that stands."""

    number: int
    page: int
    text: str


@dataclass(frozen=True)
class BankPage:
    """One bank: what wants a look, what else is to be said, the whole, and fifty questions.

    ``counted_at``: the moment in words, where numbers are kept for a while.
    """

    title: str
    bank_id: str
    tries: int
    least: int
    counted_at: str
    urgent: tuple[Told, ...]
    others: tuple[Told, ...]
    whole: Whole | None
    rows: tuple[QuestionRow, ...]
    part: paging.Part


def listing(modules: Collection[str] | None, page: str, rules: Programme, now: datetime) -> BankList:
    """Banks that were answered, the last one first, with what was counted last.

    However many there are, the list counts one of them at most; the periodic work and a bank's own page count all.
    """
    found = statistics_kept.banks(modules)
    part = paging.part(len(found), page)
    shown = found[part.start : part.start + part.per_page]
    turns = past.turns([one.number for one in shown])
    known = statistics_kept.looks(turns, modules)
    due = (one for one in shown if one.tries <= MOST_TRIES and known.get(one.number, (0, 0))[0] != one.tries)
    if stale := next(due, None):
        known[stale.number] = (stale.tries, _counted(stale, turns[stale.number], modules, now)[2])
    return BankList(tuple(_bank_row(one, known.get(one.number), rules) for one in shown), part)


def keep_counts(now: datetime) -> int:
    """Count each bank anew, for whoever sees all modules; how many take so long that they are kept."""
    return sum(_counted(one, past.count(one.number), None, now, True)[1] for one in statistics_kept.banks(None, True))


def _counted(
    seen: BankSeen, turn: int, modules: Collection[str] | None, now: datetime, anew: bool = False
) -> tuple[BankFound | None, bool, int]:
    """A bank's statistics, if they are kept for a while, and how many questions want a look (-1: too few tries).

    ``turn``: how often its keys were corrected.
    """
    found, kept = statistics_kept.of_bank(seen.number, turn, modules, now, anew)
    enough = found.numbers.by_place.values() if found else ()
    looks = sum(numbers.urgent for numbers in enough) if enough else -1
    statistics_kept.note_looks(seen.number, turn, modules, seen.tries, looks)
    return found, kept, looks


def _bank_row(seen: BankSeen, looks: tuple[int, int] | None, rules: Programme) -> BankRow:
    told = looks[1] if looks else None
    return BankRow(seen.number, title_of(seen, rules), seen.bank_id, seen.tries, seen.last_at, told)


def title_of(seen: BankSeen, rules: Programme) -> str:
    """A bank by the modules and kinds of quizzes in which it was answered."""
    known, kinds = {module.id: words.staff_title(module) for module in rules.modules}, purpose_words()
    modules = ", ".join(known.get(module, module) or _("No module") for module in seen.modules)
    purposes = ", ".join(kinds.get(purpose, purpose) for purpose in seen.purposes)
    return _("{module}: {quiz}").format(module=modules, quiz=purposes)


def found_of(
    number: int, modules: Collection[str] | None, now: datetime, anew: bool = False
) -> tuple[BankSeen, BankFound, bool] | None:
    """A bank that the reader may see, with its statistics, and whether these are kept for a while."""
    seen = next((one for one in statistics_kept.banks(modules, anew) if one.number == number), None)
    found, kept, _looks = _counted(seen, past.count(number), modules, now, anew) if seen else (None, False, 0)
    return (seen, found, kept) if seen and found else None


def page_of(seen: BankSeen, found: BankFound, kept: bool, page: str, rules: Programme) -> BankPage:
    """Sentences about all questions; the table of fifty."""
    numbers, part = found.numbers, paging.part(len(found.questions), page)
    places = range(part.start, min(part.start + part.per_page, part.total))
    urgent, others = (tuple(_told(found, own, part.per_page)) for own in (True, False))
    rows = (_row(found.questions[place], numbers.asked[place], numbers.by_place.get(place)) for place in places)
    return BankPage(
        title_of(seen, rules), seen.bank_id, numbers.tries, LEAST, words.moment(numbers.at) if kept else "",
        urgent, others, _whole(numbers.test) if numbers.test else None, tuple(rows), part,
    )  # fmt: skip


def _told(found: BankFound, urgent: bool, per_page: int) -> Iterator[Told]:
    """The most urgent kind first, each in the order of questions."""
    looks = [
        (look, place, numbers) for place, numbers in found.numbers.by_place.items() for look in numbers.looks
        if (look.kind in URGENT) == urgent
    ]  # fmt: skip
    for look, place, numbers in sorted(looks, key=lambda one: URGENT.index(one[0].kind) if urgent else 0):
        question = found.questions[place]
        text = told.look(look, question.number, question.item, numbers)
        yield Told(question.number, place // per_page + 1, text)


def looks_by_id(found: BankFound, items: Iterable[Item]) -> dict[str, list[str]]:
    """Sentences about those of ``items`` that are marked as the counted ones were, by id; ``{n}`` is the number."""
    now = {item.id: answers.marked_by(item) for item in items}
    told_of: dict[str, list[str]] = {}
    for place, numbers in found.numbers.by_place.items():
        item = found.questions[place].item
        if numbers.looks and now.get(item.id) == answers.marked_by(item):
            told_of[item.id] = [told.look(look, "{n}", item, numbers) for look in numbers.looks]
    return told_of


def _row(question: AskedQuestion, asked: int, numbers: QuestionNumbers | None) -> QuestionRow:
    item = question.item
    cells: tuple[str, ...] = ()
    if numbers:
        cells = (
            told.percent(numbers.share), told.decimal(numbers.rest_r), told.decimal(numbers.upper_lower),
            told.percent(numbers.empty),
        )  # fmt: skip
    return QuestionRow(
        question.number, _short(item.stem), inline(item.stem), item.status == "retired", asked, cells,
        tuple(_options(question, numbers)),
    )  # fmt: skip


def _short(stem: str) -> str:
    """The beginning of a question in one line; a long one without its marks, which a cut would break."""
    line = " ".join(stem.split())
    if len(line) <= LONGEST_STEM:
        return inline(line)
    words_of_it = " ".join(bare(stem).split())
    return words_of_it if len(words_of_it) <= LONGEST_STEM else words_of_it[: LONGEST_STEM - 1] + "…"


def _options(question: AskedQuestion, numbers: QuestionNumbers | None) -> Iterator[OptionRow]:
    if numbers:
        names, texts = told.letters(question.item), {option.id: option.text for option in question.item.options}
        for one in numbers.options:
            text = "" if names[one.id] == _(texts[one.id]) else inline(texts[one.id])
            yield OptionRow(names[one.id], text, one.right, *map(told.percent, (one.share, one.strong, one.weak)))


def _whole(numbers: TestNumbers) -> Whole:
    bars = tuple((name, count) for name, count in zip(_bar_names(numbers), numbers.bars, strict=True))
    title = _("Tries by their result")
    shown = [Shown(name, (count,), (str(count),)) for name, count in bars]
    return Whole(
        tuple(_facts(numbers)), told.agreement(numbers.alpha),
        report_chart.chart(shown, [_("Tries")], title, get_language_bidi()), bars,
        tuple(
            (told.percent(cut.percent / 100), cut.passed, told.percent(cut.passed / numbers.tries),
             cut.percent == numbers.pass_percent)
            for cut in numbers.cuts
        ),
    )  # fmt: skip


def _bar_names(numbers: TestNumbers) -> list[str]:
    """Whole percentages, rounded down as everywhere: 69.9 % is among 60 to 69 %."""
    width = 100 // len(numbers.bars)
    starts = range(0, 100, width)
    return [
        _("{first}–{last} %").format(first=start, last=start + width - 1 if start + width < 100 else 100)
        for start in starts
    ]  # fmt: skip


def _facts(numbers: TestNumbers) -> Iterator[tuple[str, str]]:
    yield _("Mean result"), told.percent(numbers.mean)
    yield _("Spread of results (standard deviation)"), told.percent(numbers.deviation)
    yield _("Questions of a try, on average"), told.short(numbers.length)
    yield _("Agreement (Cronbach’s alpha, KR-20)"), told.decimal(numbers.alpha)
    if numbers.error is not None:
        yield _("Standard error of one result"), told.percent(numbers.error)
    yield _("Time of a try (median)"), words.duration(numbers.seconds * 1000)


def file_of(found: BankFound, keys: bool) -> tuple[tuple[str, ...], Iterator[list[tuple[Cell, ...]]]]:
    """Head and rows of the same as a file: one for each question, without names of learners; with ``keys``, an
    asterisk says which options are right.
    """
    head = (
        _("number"), _("question’s id"), _("kind"), _("category"), _("difficulty"), _("times asked"),
        _("share of marks"), _("correlation with the rest"), _("upper less lower"), _("left empty"),
        _("what stands out"), _("options: chosen / by strong / by weak learners"),
    )  # fmt: skip
    rows = [_file_row(found, place, keys) for place in range(len(found.questions))]
    return head, iter([rows])


def _file_row(found: BankFound, place: int, keys: bool) -> tuple[Cell, ...]:
    question, numbers = found.questions[place], found.numbers.by_place.get(place)
    item = question.item
    facts = (question.number, item.id, item.kind, item.category, item.difficulty, found.numbers.asked[place])
    if numbers is None:
        return (*facts, *("",) * 6)
    names = told.letters(item)
    options = (
        f"{names[one.id]}{'*' if keys and one.right else ''} {one.share:.3f} / {one.strong:.3f} / {one.weak:.3f}"
        for one in numbers.options
    )  # fmt: skip
    figures = (numbers.share, numbers.rest_r, numbers.upper_lower, numbers.empty)
    looks = (told.look(look, question.number, item, numbers) for look in numbers.looks)
    return (
        *facts, *("" if value is None else Decimal(f"{value:.6f}") for value in figures), " ".join(looks),
        ", ".join(options),
    )  # fmt: skip
