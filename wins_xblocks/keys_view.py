"""Corrections of keys on the desk: which questions differ, what a correction would do by name, and what one did."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey

from . import keys_words, words
from .desk_view import people_of
from .domain.quiz import banks, corrections, past
from .domain.quiz.correcting import Mark, Question
from .domain.quiz.corrections import Rehearsal, TryChange, Wish
from .domain.quiz.data import Bank
from .domain.quiz.past import Drawn
from .domain.vouchers import holdings
from .keys_words import KeyLine
from .outline import name_of
from .people import Person
from .platform import platform

NAMED = 50  # learners on the page; the others are counted, and stand in the file
MOST_FOUND = 20  # other questions that a search brings
LONGEST_STEM = 300


@dataclass(frozen=True)
class CourseText:
    """A text of the bank as courses hold it now. ``courses`` is empty where none does: the newest that was asked."""

    digest: str
    text: str
    courses: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """What courses hold of a bank, that of the newest try first, and the titles of its quizzes by block."""

    texts: tuple[CourseText, ...]
    titles: Mapping[str, str]


@dataclass(frozen=True)
class SideRow:
    """How a question is marked in some versions: when these were first asked, and by how many tries."""

    versions: tuple[str, ...]
    tries: int
    lines: tuple[KeyLine, ...]
    differs: bool


@dataclass(frozen=True)
class QuestionRow:
    """One question to choose. ``key``: its key of now can be taken over; not ``fits``: it cannot mark the answers."""

    id: str
    number: int
    stem: str
    sides: tuple[SideRow, ...]
    new: tuple[KeyLine, ...]
    key: bool
    fits: bool
    reworded: bool
    asked_now: bool
    what: str


@dataclass(frozen=True)
class ChangeRow:
    """One try of one learner, before and after, in words."""

    person: Person
    staff: bool
    quiz: str
    number: int
    before: str
    after: str
    effect: str


@dataclass(frozen=True)
class Preview:
    """What a correction would do: counts of tries, and the first fifty by name, those who lose first."""

    tries: int
    changed: int
    learners: int
    passing: int
    failing: int
    up: int
    down: int
    kept: int
    running: int
    rows: tuple[ChangeRow, ...]

    @property
    def more(self) -> int:
        return self.changed + self.kept - len(self.rows)


def version_words(hash_: str, made_at: datetime) -> str:
    """A version by its fingerprint and the day on which it was first asked."""
    return f"{hash_[:8]} ({words.day(made_at)})"


def sources(versions: Sequence[Drawn]) -> Sources:
    """Out of the courses in which they were asked."""
    blocks = past.blocks_of(versions)
    bank_id, titles = versions[0].bank_id, {block: name_of(block) for block in blocks}
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for course in dict.fromkeys(filter(None, map(_course, blocks))):
        for ids, title, bank in platform().settings_of(course, "wins_quiz", "scope_ids", "display_name", "bank"):
            if str(ids.usage_id) in titles:
                titles[str(ids.usage_id)] = str(title)
            with suppress(banks.BankInvalid):
                if str(ids.usage_id) in blocks or (bank_id and banks.parse(bank.text).bank_id == bank_id):
                    _body, digest = banks.canonical(bank.text)
                    text, courses = found.get(digest, (bank.text, ()))
                    found[digest] = text, (*courses, course)
    if not found:
        found[versions[0].hash] = past.text_of(versions[0].id), ()
    own = (CourseText(digest, text, tuple(dict.fromkeys(courses))) for digest, (text, courses) in found.items())
    return Sources(tuple(own), titles)


def _course(block: str) -> str:
    try:
        return str(UsageKey.from_string(block).course_key)
    except (InvalidKeyError, AttributeError):
        return ""


def question_rows(
    versions: Sequence[Drawn], text: str, chosen: Mapping[str, str], search: str
) -> tuple[QuestionRow, ...]:
    """Questions whose keys differ, those that were chosen, and at most twenty that a search finds."""
    new = banks.parse(text)
    known = corrections.questions(versions, new)
    wanted = search.casefold()
    found = [one for one in known if wanted and wanted in f"{one.id} {one.sides[-1].item.stem}".casefold()]
    others = {one.id for one in found[:MOST_FOUND]}
    shown = (one for one in known if one.differs or one.id in chosen or one.id in others)
    return tuple(_question_row(one, versions, new, chosen.get(one.id, "")) for one in shown)


def _question_row(one: Question, versions: Sequence[Drawn], new: Bank, what: str) -> QuestionRow:
    by_id = {version.id: version for version in versions}
    sides = tuple(
        SideRow(
            tuple(version_words(by_id[id_].hash, by_id[id_].made_at) for id_ in side.versions),
            sum(by_id[id_].tries for id_ in side.versions), keys_words.key_lines(side.item), side.differs,
        )
        for side in one.sides
    )  # fmt: skip
    now = keys_words.key_lines(one.new) if one.new else ()
    asked_now = one.new is not None and one.new in new.usable
    stem = one.sides[0].item.stem[:LONGEST_STEM]
    return QuestionRow(
        one.id, one.number, stem, sides, now, one.differs and one.fits, one.fits, one.reworded, asked_now, what
    )  # fmt: skip


def rehearsed(wish: Wish, now: datetime) -> Rehearsal:
    """What it would do, with what protects a pass that led to a voucher. Raises NotChosen, DoesNotFit."""
    found = corrections.rehearse(wish.number, wish.new_text, wish.chosen, wish.lower)
    losing = {one.learner_id for one in found.changes if _loses_a_test(one)}
    holders = {learner for learner, _exam in holdings.of_learners(losing, now)} if losing else set()
    return replace(found, changes=tuple(_spared(one, holders) for one in found.changes))


def _loses_a_test(one: TryChange) -> bool:
    return one.purpose == "test" and one.before.passed and not one.after.passed


def _spared(one: TryChange, holders: Collection[int]) -> TryChange:
    spared = _loses_a_test(one) and one.learner_id in holders
    return replace(one, after=one.before, kept=True) if spared else one


def preview(found: Rehearsal, titles: Mapping[str, str]) -> Preview:
    """The numbers, and the first fifty by name."""
    real = [one for one in found.changes if not one.kept]
    tests = [one for one in real if one.purpose != "practice"]
    up = [one for one in real if _share(one.after) >= _share(one.before)]
    return Preview(
        found.tries, len(real), len({one.learner_id for one in real}),
        sum(one.after.passed and not one.before.passed for one in tests),
        sum(one.before.passed and not one.after.passed for one in tests),
        len(up), len(real) - len(up), len(found.changes) - len(real), found.running,
        tuple(change_rows(_in_turn(found)[:NAMED], titles)),
    )  # fmt: skip


def _share(mark: Mark) -> Fraction:
    return Fraction(mark.correct, mark.possible)


def _in_turn(found: Rehearsal) -> list[TryChange]:
    """Who loses a pass, who passes, whose mark goes down, whose goes up, whose would go down and stays."""

    def place(one: TryChange) -> tuple[int, int]:
        if one.kept:
            return 4, one.attempt_id
        if one.before.passed != one.after.passed:
            return int(one.after.passed), one.attempt_id
        return 2 + (_share(one.after) >= _share(one.before)), one.attempt_id

    return sorted(found.changes, key=place)


def change_rows(changes: Sequence[TryChange], titles: Mapping[str, str]) -> Iterator[ChangeRow]:
    people = people_of(sorted({one.learner_id for one in changes}))
    for one in changes:
        yield ChangeRow(
            people[one.learner_id], one.is_staff, titles.get(one.block) or name_of(one.block), one.number,
            keys_words.mark(one.before, one.purpose), keys_words.mark(one.after, one.purpose),
            keys_words.effect(one.before, one.after, one.kept, one.purpose),
        )  # fmt: skip


def all_rows(found: Rehearsal, titles: Mapping[str, str]) -> list[ChangeRow]:
    """Everybody, for a file."""
    return list(change_rows(_in_turn(found), titles))
