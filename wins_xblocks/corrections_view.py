"""Corrections of keys that were made, as staff read them: what, by whom, why, how far, and each mark it touched."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from . import job_view, keys_words, words
from .csv_file import Cell
from .desk_view import people_of
from .domain.jobs import api as jobs
from .domain.jobs.data import JobValue
from .domain.quiz import past, regrading
from .domain.quiz.data import Item
from .domain.quiz.regrading import CorrectionValue, RegradedTry
from .keys_view import ChangeRow, version_words
from .keys_words import KeyLine
from .outline import name_of
from .paging import Part, part
from .people import Person

MOST = 500  # corrections of a list


@dataclass(frozen=True)
class CorrectionRow:
    """One in the list."""

    value: CorrectionValue
    quiz: str
    questions: tuple[str, ...]
    by: Person
    state: str


@dataclass(frozen=True)
class CorrectedQuestion:
    """A question before and after, in the versions where both are the same."""

    id: str
    what: str
    stem: str
    versions: tuple[str, ...]
    before: tuple[KeyLine, ...]
    after: tuple[KeyLine, ...]


@dataclass(frozen=True)
class CorrectionPage:
    """One correction with fifty of the marks that it touched. ``job`` does it in the background."""

    row: CorrectionRow
    new: str
    questions: tuple[CorrectedQuestion, ...]
    job: JobValue | None
    progress: str
    changed: int
    kept: int
    part: Part
    rows: tuple[ChangeRow, ...]

    @property
    def begun(self) -> int:
        """Learners that are behind it."""
        return self.job.done + self.job.refused if self.job else 0


def visible(number: int, modules: Collection[str] | None) -> bool:
    """May somebody of these modules see and correct the bank? Only where nobody of another module was asked it."""
    return modules is None or (bool(found := past.modules_of(number)) and found <= set(modules))


def listed(modules: Collection[str] | None, asked: str) -> tuple[Part, tuple[CorrectionRow, ...]]:
    """Fifty a page, the newest first."""
    known: dict[int, bool] = {}
    found = []
    for one in regrading.newest(MOST):
        if one.bank not in known:
            known[one.bank] = visible(one.bank, modules)
        found += [one] if known[one.bank] else []
    own = part(len(found), asked)
    return own, _rows(found[own.start : own.start + own.per_page])


def listed_of(number: int) -> tuple[CorrectionRow, ...]:
    """All of one bank, the newest first."""
    return _rows(regrading.of_bank(number))


def _rows(found: Sequence[CorrectionValue]) -> tuple[CorrectionRow, ...]:
    people = people_of([one.made_by for one in found])
    return tuple(
        CorrectionRow(one, quiz_words(one), tuple(sorted(one.chosen)), people[one.made_by], _state(one))
        for one in found
    )


def quiz_words(one: CorrectionValue) -> str:
    """Titles of the quizzes in which the bank was asked."""
    return ", ".join(dict.fromkeys(filter(None, one.quizzes.values()))) or one.bank_id


def job_of(one: CorrectionValue) -> JobValue | None:
    """None, too, of one that a crash kept from being started: it is forgotten after a day."""
    with suppress(jobs.NotPossible):
        return jobs.found(one.job_id) if one.job_id else None
    return None


def _state(one: CorrectionValue) -> str:
    job = job_of(one)
    return job_view.state_words(job.state if job else "done")


def page_of(one: CorrectionValue, asked: str) -> CorrectionPage:
    changed, kept = regrading.count(one.id)
    own, job = part(changed + kept, asked), job_of(one)
    rows = _changes(regrading.tries(one.id, own.start, own.per_page), one)
    return CorrectionPage(
        _rows([one])[0], version_words(one.new_hash, one.new_made_at), _questions(one), job,
        job_view.progress_words(job) if job else "", changed, kept, own, tuple(rows),
    )  # fmt: skip


def _questions(one: CorrectionValue) -> tuple[CorrectedQuestion, ...]:
    alike: dict[tuple[str, Item, Item], list[str]] = {}
    for version in regrading.keys_of(one.id):
        for before, after in version.questions:
            if before.id in one.chosen:
                told = version_words(version.hash, version.made_at)
                alike.setdefault((before.id, before, after), []).append(told)
    return tuple(
        CorrectedQuestion(
            id_, keys_words.done(one.chosen[id_]), before.stem, tuple(versions), keys_words.key_lines(before),
            keys_words.key_lines(after),
        )
        for (id_, before, after), versions in alike.items()
    )  # fmt: skip


def _changes(found: Sequence[RegradedTry], one: CorrectionValue) -> list[ChangeRow]:
    people = people_of(sorted({row.learner_id for row in found}))
    return [
        ChangeRow(
            people[row.learner_id], row.is_staff, one.quizzes.get(row.block) or name_of(row.block), row.number,
            keys_words.mark(row.before, row.purpose), keys_words.mark(row.after, row.purpose),
            keys_words.effect(row.before, row.after, row.kept, row.purpose),
        )
        for row in found
    ]  # fmt: skip


def all_changes(one: CorrectionValue) -> list[ChangeRow]:
    """Every mark that it touched, for a file."""
    return _changes(regrading.tries(one.id), one)


def file_of(rows: Sequence[ChangeRow]) -> tuple[tuple[str, ...], list[list[tuple[Cell, ...]]]]:
    """Head and rows of such a list as a file."""
    return keys_words.head(), [[
        (row.person.username, row.person.name, row.quiz, row.number, row.before, row.after, row.effect) for row in rows
    ]]  # fmt: skip


def first_did(number: int) -> str:
    """What whoever was first did, for the one who was second."""
    found = _rows(regrading.of_bank(number)[:1])
    return "".join(keys_words.first_did(row.by, words.moment(row.value.made_at), row.questions) for row in found)
