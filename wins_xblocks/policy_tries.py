"""New rules of the module test before they are stored: who then has no try left, and who has one again, by name."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import words
from .desk_view import people_of
from .domain.programme.data import Programme
from .domain.programme.versions import Version
from .domain.quiz import api as quiz
from .domain.registration import api as registration
from .domain.registration import spent
from .domain.registration.listing import Wanted
from .domain.registration.spent import Tries
from .paging import part
from .policy_change import NameList, TouchedRow


def lists(
    versions: Sequence[Version], base: Programme, draft: Programme, pages: tuple[str, str]
) -> tuple[NameList, NameList] | None:
    """Who has no try left with the draft only, and who has none as the rules are only; None where tries stay.

    ``pages``: that of each list which is asked for.
    """
    starts = {one.number: one.programme for one in versions if one.programme}
    before, after = (spent.tries_by_rules(starts, one) for one in (base, draft))
    if before == after:
        return None
    losing = _names(after, before, pages[0], (before, after), draft)
    return losing, _names(before, after, pages[1], (before, after), draft)


def _names(without: Tries, but: Tries, asked: str, sides: tuple[Tries, Tries], draft: Programme) -> NameList:
    own = part(spent.count(Wanted(), without, but), asked)
    ids = spent.newest(Wanted(), without, own.start, own.per_page, own.total, but) if own.total else []
    return NameList(_rows(ids, sides, draft), own.total, own.page, own.pages)


def _rows(ids: Sequence[int], sides: tuple[Tries, Tries], draft: Programme) -> tuple[TouchedRow, ...]:
    if not ids:
        return ()
    known, tests = registration.by_id(ids), quiz.tests_of(ids)
    own = [known[id_] for id_ in ids if id_ in known and id_ in tests]
    people = people_of([one.learner_id for one in own])
    titles = {module.id: words.staff_title(module) for module in draft.modules}
    found = []
    for one in own:
        counted = tests[one.id].counted
        given = [side.get((one.rule_version, one.module), spent.usual(side)) + counted.extra for side in sides]
        before, after = (_left(tries - counted.tries) for tries in given)
        title = titles.get(one.module, one.module)
        found.append(TouchedRow(people[one.learner_id], one.id, title, before, after))
    return tuple(found)


def _left(tries: int) -> str:
    if tries <= 0:
        return _("no try left")
    return ngettext("{count} try left", "{count} tries left", tries).format(count=tries)
