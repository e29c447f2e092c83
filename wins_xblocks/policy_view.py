"""The rules as the desk shows them: what holds, since when and why, what waits for its day, and what changed before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from . import context, words
from .desk_view import people_of
from .domain.programme.data import Module, Programme
from .domain.programme.versions import Version, following, holding, standing
from .people import Person
from .platform import platform
from .policy_fields import TEXT, Field, Row, of_module, rows_of
from .policy_form import Typed, changed, shown, written

PER_PAGE = 50


@dataclass(frozen=True)
class Value:
    """One value in words. ``applied``: something reads it."""

    label: str
    text: str
    applied: bool = True
    same: bool = False  # in every language


@dataclass(frozen=True)
class Later:
    """What a version that waits for its day will make of a row."""

    version: Version
    values: tuple[Value, ...]


@dataclass(frozen=True)
class PolicyRow:
    """One row of the page: what holds, the version that set it, and what comes."""

    row: Row
    values: tuple[Value, ...]
    since: Version
    by: Person | None
    later: tuple[Later, ...]
    guess: bool


@dataclass(frozen=True)
class ModuleRow:
    """One module: its hours, its course, and the runs of that course on this platform."""

    key: str
    title: str
    values: tuple[Value, ...]
    runs: tuple[tuple[str, str], ...]
    since: Version
    later: tuple[Later, ...]


@dataclass(frozen=True)
class Difference:
    """One value before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class VersionRow:
    """One version in the list of all: where it stands, and what it changed."""

    version: Version
    state: str
    by: Person | None
    withdrawn_by: Person | None
    changes: tuple[Difference, ...]
    waits: bool


@dataclass(frozen=True)
class PolicyPage:
    """The section's first page."""

    now: Version
    rows: tuple[PolicyRow, ...]
    modules: tuple[ModuleRow, ...]
    strays: tuple[tuple[str, str], ...]
    waiting: tuple[VersionRow, ...]
    versions: tuple[VersionRow, ...]
    total: int
    page: int
    pages: int


def policies(versions: Sequence[Version], day: date, page: int) -> PolicyPage:
    """What holds on this day, what comes, and one page of all versions, the newest first."""
    now = holding(versions, day)
    assert now.programme is not None, "context.programme() has read it"
    coming = [one for one in following(versions, day) if one.programme]
    pages = max(-(-len(versions) // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    newest = sorted(versions, key=lambda one: -one.number)[(page - 1) * PER_PAGE : page * PER_PAGE]
    past = [one for one in standing(versions) if one not in following(versions, day)]
    texts = {one.number: written(one.programme) for one in (*past, *coming) if one.programme}
    rows = rows_of(now.programme)
    since = {row.key: _since(row.fields, past, texts) for row in rows}
    wanted = {one.made_by for one in (*newest, *coming, *since.values()) if one.made_by}
    people = people_of(sorted(wanted | {one.withdrawn.by for one in newest if one.withdrawn}))
    runs, strays = courses(now.programme)
    return PolicyPage(
        now,
        tuple(_row(row, now, since[row.key], people, coming, texts) for row in rows),
        _modules(now, past, coming, texts, runs),
        strays,
        tuple(version_row(one, versions, day, people) for one in following(versions, day)),
        tuple(version_row(one, versions, day, people) for one in newest),
        len(versions), page, pages,
    )  # fmt: skip


def _since(fields: Sequence[Field], past: Sequence[Version], texts: Mapping[int, Typed]) -> Version:
    """The version from which on these values have held without a break."""
    readable = [one for one in past if one.programme]
    *before, found = readable
    names, own = [field.name for field in fields], texts[found.number]
    for one in reversed(before):
        if any(texts[one.number].get(name) != own.get(name) for name in names):
            break
        found = one
    return found


def _values(fields: Iterable[Field], texts: Typed) -> tuple[Value, ...]:
    return tuple(
        Value(str(one.label), shown(one, texts.get(one.name, "")), one.applied, one.kind == TEXT) for one in fields
    )


def _row(
    row: Row, now: Version, since: Version, people: dict[int, Person], coming: Sequence[Version],
    texts: Mapping[int, Typed],
) -> PolicyRow:  # fmt: skip
    assert now.programme is not None
    provisional = set(now.programme.policies.provisional)
    by = people.get(since.made_by) if since.made_by else None
    guess = bool({field.name.removeprefix("policies.").split(".")[0] for field in row.fields} & provisional)
    own = _values(row.fields, texts[now.number])
    return PolicyRow(row, own, since, by, _later(row.fields, now, coming, texts), guess)


def _later(
    fields: Sequence[Field], now: Version, coming: Sequence[Version], texts: Mapping[int, Typed]
) -> tuple[Later, ...]:
    """Each change of these values that is to come."""
    found, before = [], texts[now.number]
    for one in coming:
        own = texts[one.number]
        if any(own.get(field.name, "") != before.get(field.name, "") for field in fields):
            found.append(Later(one, _values(fields, own)))
        before = own
    return tuple(found)


def _modules(
    now: Version, past: Sequence[Version], coming: Sequence[Version], texts: Mapping[int, Typed],
    runs: Mapping[str, Sequence[tuple[str, str]]],
) -> tuple[ModuleRow, ...]:  # fmt: skip
    assert now.programme is not None
    found = []
    for number, module in enumerate(now.programme.modules):
        own = of_module(number)
        found.append(
            ModuleRow(
                module.id, words.staff_title(module), _values(own, texts[now.number]), tuple(runs.get(module.id, ())),
                _since(own, past, texts), _later(own, now, coming, texts),
            )
        )  # fmt: skip
    return tuple(found)


def courses(programme: Programme) -> tuple[dict[str, list[tuple[str, str]]], tuple[tuple[str, str], ...]]:
    """The runs on this platform by module, and those that belong to none."""
    runs: dict[str, list[tuple[str, str]]] = {}
    strays = []
    for course, title in platform().courses():
        module = context.module_of_course(course, programme)
        if module:
            runs.setdefault(module.id, []).append((course, title))
        else:
            strays.append((course, title))
    return runs, tuple(strays)


def version_row(
    version: Version, versions: Sequence[Version], day: date, people: dict[int, Person]
) -> VersionRow:  # fmt: skip
    before = predecessor(version, versions)
    changes = differences(before.programme, version.programme) if before else ()
    return VersionRow(
        version, _state(version, versions, day), people.get(version.made_by) if version.made_by else None,
        people.get(version.withdrawn.by) if version.withdrawn else None, changes,
        version in following(versions, day),
    )  # fmt: skip


def predecessor(version: Version, versions: Sequence[Version]) -> Version | None:
    """The version whose values this one changed when it was made: that which held on its day then."""
    older = [one for one in versions if one.number < version.number]
    return holding(older, version.effective) if older else None


def _state(version: Version, versions: Sequence[Version], day: date) -> str:
    if version.programme is None:
        return _("Cannot be read")
    if version.withdrawn:
        return _("Withdrawn before its day")
    order = standing(versions)
    if version == holding(versions, day):
        return _("In force")
    if version in following(versions, day):
        return _("Waits for its day")
    after = order[order.index(version) + 1]
    return _("Until {date}").format(date=words.day(after.effective))


def differences(before: Programme | None, after: Programme | None) -> tuple[Difference, ...]:
    """What differs between two rule sets, in words."""
    if before is None or after is None:
        return ()
    old, new = written(before), written(after)
    return tuple(
        Difference(label(field, before), shown(field, old[field.name]), shown(field, new[field.name]))
        for field in changed(before, old, new)
    )


def label(field: Field, programme: Programme) -> str:
    """A field's label with the row or module that it belongs to."""
    if field.place[0] == "modules":
        module: Module = programme.modules[int(field.place[1])]
        return f"{words.staff_title(module)}: {field.label}"
    row = next(row for row in rows_of(programme) if field.name in [one.name for one in row.fields])
    return f"{row.title}: {field.label}"
