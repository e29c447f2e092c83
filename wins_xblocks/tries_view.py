"""Who has no try left at a module test, as the Academy and the teams of modules see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model

from . import context, words
from .desk_view import people_of, test_words
from .domain.programme import versions
from .domain.programme.data import Programme
from .domain.quiz import api as quiz
from .domain.registration import api as registration
from .domain.registration import spent
from .domain.registration.listing import Wanted
from .domain.vouchers import listing as documents
from .paging import Part, part
from .people import Person, called_in, two_words


@dataclass(frozen=True)
class Asked:
    """What the reader asks for. ``modules``: those she may see, None for all; ``academy``: names on documents, too."""

    modules: frozenset[str] | None
    academy: bool
    search: str = ""
    module: str = ""


@dataclass(frozen=True)
class SpentRow:
    """One learner at one module test."""

    person: Person
    module_id: str
    module: str
    test: str
    given: int
    last_at: datetime | None
    registration_id: int


@dataclass(frozen=True)
class SpentList:
    """One page of them."""

    rows: tuple[SpentRow, ...]
    part: Part


def without_a_try(asked: Asked, page: str, rules: Programme) -> SpentList:
    """Those who failed as often as they may, whoever did so last first; the same queries however many they are."""
    starts = {one.number: one.programme for one in versions.all_of(context.first_rules()) if one.programme}
    tries, wanted = spent.tries_by_rules(starts, rules), _wanted(asked)
    own = part(spent.count(wanted, tries), page)
    return SpentList(_rows(spent.newest(wanted, tries, own.start, own.per_page, own.total), rules), own)


def _wanted(asked: Asked) -> Wanted:
    modules = frozenset({asked.module}) if asked.module else asked.modules
    if not asked.search:
        return Wanted(modules)
    named = documents.called(asked.search, two_words(asked.search)) if asked.academy else None
    return Wanted(modules, learners=(called_in(get_user_model().objects.all(), asked.search, named).values("id"),))


def _rows(ids: Sequence[int], rules: Programme) -> tuple[SpentRow, ...]:
    known, tests = registration.by_id(ids), quiz.tests_of(ids)
    own = [known[id_] for id_ in ids if id_ in known and id_ in tests]  # one that went meanwhile is left out
    people = people_of([one.learner_id for one in own])
    titles = {module.id: words.staff_title(module) for module in rules.modules}
    return tuple(
        SpentRow(
            people[one.learner_id], one.module, titles.get(one.module, one.module), test_words(tests[one.id]),
            tests[one.id].counted.extra, tests[one.id].last_at, one.id,
        )
        for one in own
    )  # fmt: skip
