"""A change of the rules before it is stored: what it changes, who would gain or lose, what later versions undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic

from django.utils.translation import gettext as _

from . import context, words
from .desk_view import people_of
from .domain.programme.data import Programme
from .domain.programme.versions import Claim, Version, following
from .domain.registration import api as registration
from .domain.registration.rehearsal import Change, Rehearsal, Touched, rehearse
from .domain.vouchers import stocks
from .people import Person
from .policy_fields import rows_of
from .policy_form import differing, rebased, shown, written
from .policy_view import Difference, differences, label

PER_PAGE = 50
SECONDS = 6.0  # so long people are looked at, one by one, before the page says that it did not come to an end


@dataclass(frozen=True)
class TouchedRow:
    """One learner in one module, before and after, in words."""

    person: Person
    registration_id: int
    module: str
    before: str
    after: str


@dataclass(frozen=True)
class NameList:
    """One page of those who gain, or lose."""

    rows: tuple[TouchedRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Undone:
    """A version that begins later, and what it makes of the changes."""

    version: Version
    changes: tuple[Difference, ...]


@dataclass(frozen=True)
class Bearing:
    """A change, and for whom it holds."""

    change: Difference
    kept: bool
    applied: bool


@dataclass(frozen=True)
class Preview:
    """All that is told before the button."""

    bearings: tuple[Bearing, ...]
    undone: tuple[Undone, ...]
    rehearsal: Rehearsal
    losing: NameList
    gaining: NameList
    others: tuple[TouchedRow, ...]


def preview(versions: Sequence[Version], base: Programme, draft: Programme, pages: tuple[int, int]) -> Preview:
    """What the draft would do. ``pages``: of those who lose, and of those who gain."""
    begun = monotonic()
    starts = {one.number: one.programme for one in versions if one.programme}
    change = Change(base, draft, starts, context.factor())
    found = rehearse(change, PER_PAGE, lambda: monotonic() - begun < SECONDS)
    losing, gaining = (_cut(rows, page) for rows, page in zip((found.losing, found.gaining), pages, strict=True))
    people = people_of(sorted({one.learner_id for rows in (losing[0], gaining[0], found.others) for one in rows}))

    def named(cut: tuple[Sequence[Touched], int, int], total: int) -> NameList:
        return NameList(tuple(_row(one, people, draft) for one in cut[0]), total, cut[1], cut[2])

    return Preview(
        bearings(base, draft), undone(versions, base, draft), found, named(losing, len(found.losing)),
        named(gaining, len(found.gaining)),
        tuple(row for row in (_row(one, people, draft) for one in found.others) if row.before != row.after),
    )  # fmt: skip


def _cut(rows: Sequence[Touched], page: int) -> tuple[Sequence[Touched], int, int]:
    pages = max(-(-len(rows) // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    return rows[(page - 1) * PER_PAGE : page * PER_PAGE], page, pages


def _row(one: Touched, people: dict[int, Person], programme: Programme) -> TouchedRow:
    module = programme.module(one.module)
    title = words.staff_title(module) if module else one.module
    sides = [_side(one, side.required, side.complete, side.opens) for side in (one.before, one.after)]
    return TouchedRow(people[one.learner_id], one.registration_id, title, *sides)


def _side(one: Touched, required: int, complete: bool, opens: bool) -> str:
    told = [_("{counted} of {required}").format(counted=words.duration(one.counted), required=words.duration(required))]
    told.append(_("test passed") if one.passed else _("test not passed"))
    told.append(_("complete") if complete else _("not complete"))
    if opens:
        told.append(_("may have the voucher"))
    return ", ".join(told)


def fixed_codes(versions: Sequence[Version], base: Programme, draft: Programme, today: date) -> dict[str, str]:
    """What is wrong with changes of exam codes, by field: places, vouchers and results are kept under them.

    So a code changes at once, or never: else somebody joins under the old one between our look and its day.
    """
    pairs = enumerate(zip(base.modules, draft.modules, strict=True))
    changing = {f"modules.{number}.exam": (old, new) for number, (old, new) in pairs if old.exam != new.exam}
    if not changing:
        return {}
    if draft.effective != today or following(versions, today):
        told = _("A code can change from today on only, and only when no later version waits for its day.")
        return dict.fromkeys(changing, told)
    joined, added = registration.courses(), stocks.delivered(one.exam for pair in changing.values() for one in pair)
    known = {(one.id, one.exam) for version in versions if version.programme for one in version.programme.modules}
    found = {}
    for name, (old, new) in changing.items():
        if old.id in joined or old.exam in added:
            found[name] = _("Somebody has joined this module, or codes were added: the code must stay.")
        elif new.exam in added or any(id_ != new.id and exam == new.exam for id_, exam in known):
            found[name] = _("This code was that of another exam before. Choose a new one.")
    return found


def bearings(base: Programme, draft: Programme) -> tuple[Bearing, ...]:
    """Each change, and for whom it holds: for everybody from its day, or for those who begin from then on."""
    kept = {field.name: row.kept for row in rows_of(base) for field in row.fields}
    both = zip(differing(base, draft), differences(base, draft), strict=True)
    return tuple(Bearing(told, kept.get(field.name, field.kept), field.applied) for field, told in both)


def undone(versions: Sequence[Version], base: Programme, draft: Programme) -> tuple[Undone, ...]:
    """What is changed here and otherwise again from the day of a version that was made before and begins later."""
    mine, found, new = differing(base, draft), [], written(draft)
    for version in following(versions, draft.effective):
        if version.programme is None:
            continue
        own = written(version.programme)
        again = [field for field in mine if own.get(field.name) != new[field.name]]
        told = tuple(
            Difference(label(field, draft), shown(field, new[field.name]), shown(field, own.get(field.name, "")))
            for field in again
        )
        if told:
            found.append(Undone(version, told))
    return tuple(found)


@dataclass(frozen=True)
class News:
    """What happened while somebody wrote: versions that were made, and the values that moved in her form."""

    made: tuple[tuple[Version, Person], ...]
    moved: tuple[Difference, ...]
    twice: tuple[str, ...]  # changed by both: hers stand in the form
    based_on: Version
    day: date


def news(
    versions: Sequence[Version], claim: Claim, old: Programme, base: Version, sent: dict[str, str], day: date
) -> tuple[News, dict[str, str]]:
    """What is told of it, and what stands in the form then."""
    assert base.programme is not None
    since = [one for one in versions if one.number >= claim.number]
    people = people_of(sorted({one.made_by for one in since if one.made_by}))
    before, stands, mine = written(old), written(base.programme), rebased(sent, old, base.programme)
    theirs = differing(old, base.programme)
    both = [field for field in theirs if sent.get(field.name) != before[field.name]]
    moved = [told for field, told in zip(theirs, differences(old, base.programme), strict=True) if field not in both]
    told = News(
        tuple((one, people[one.made_by]) for one in since if one.made_by), tuple(moved),
        tuple(label(field, old) for field in both if sent[field.name] != stands[field.name]), base, day,
    )  # fmt: skip
    return told, mine
