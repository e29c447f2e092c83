"""Do the parts of a rule set agree? What each part is by itself stands in ``data.py``. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import fields

from .data import IdleMinutes, Module, Policies, Programme

Place = tuple[str | int, ...]
Misfit = tuple[Place, str]


def misfits(programme: Programme, named: Collection[str]) -> Iterator[Misfit]:
    """Each place where the rules contradict themselves, and why: nobody can have meant it.

    ``named`` are the policies that stand in the file; a default contradicts nobody.
    """
    yield from _modules(programme)
    yield from _designations(programme)
    yield from _policies(programme.policies, named)


def _modules(programme: Programme) -> Iterator[Misfit]:
    modules = programme.modules
    yield from _twice("modules", "id", [module.id for module in modules])
    yield from _twice("modules", "title", [module.title for module in modules])
    yield from _twice("modules", "exam", [module.exam for module in modules])
    yield from _twice("modules", "course", [f"{m.course.org}+{m.course.number}" for m in modules])
    foundations = [number for number, module in enumerate(modules) if module.kind == "foundation"]
    if not foundations:
        yield ("modules",), "none is the Foundation Module; one must be of kind: foundation"
    for number in foundations[1:]:
        yield ("modules", number, "kind"), f"modules.{foundations[0]} is the Foundation Module already; only one may be"
    if programme.policies.release == "after_both" and not _electives(modules):
        yield ("policies", "release"), "after_both waits for an elective module, and there is none; use after_module"


def _twice(listed: str, name: str, values: list[str]) -> Iterator[Misfit]:
    """Case does not matter: the LMS takes two such courses for one, and people two such titles."""
    seen: dict[str, int] = {}
    for number, value in enumerate(values):
        first = seen.setdefault(value.casefold(), number)
        if first != number:
            yield (listed, number, name), f"{value} stands twice; {listed}.{first} has it too"


def _electives(modules: tuple[Module, ...]) -> int:
    return sum(module.kind == "elective" for module in modules)


def _designations(programme: Programme) -> Iterator[Misfit]:
    yield from _twice("designations", "id", [designation.id for designation in programme.designations])
    yield from _twice("designations", "short", [designation.short for designation in programme.designations])
    there = _electives(programme.modules)
    right = "".join(
        f"; the Foundation Module is {module.id} (modules.{number}.id)"
        for number, module in enumerate(programme.modules)
        if module.kind == "foundation"
    )
    for number, designation in enumerate(programme.designations):
        module = programme.module(designation.foundation)
        if module is None:
            yield ("designations", number, "foundation"), f"no module has the id {designation.foundation}{right}"
        elif module.kind != "foundation":
            yield ("designations", number, "foundation"), f"{module.id} is an elective module{right}"
        if designation.electives > there:
            told = f"asks for {designation.electives} elective modules; there are only {there}"
            yield ("designations", number, "electives"), told


def _policies(policies: Policies, named: Collection[str]) -> Iterator[Misfit]:
    book, left, safe = policies.book_hours, policies.days_left_at_issue, policies.safe_days_before_expiry
    if book.at_once > book.most:
        told = f"{book.at_once} hours at once are more than policies.book_hours.most, {book.most}"
        yield ("policies", "book_hours", "at_once"), told
    if left < safe:
        told = f"a code with {left} days left is past its last safe day; policies.safe_days_before_expiry is {safe}"
        yield ("policies", "days_left_at_issue"), told
    if policies.keep_spans_days <= policies.late_days:
        told = f"visits must be kept longer than time may come late; policies.late_days is {policies.late_days}"
        yield ("policies", "keep_spans_days"), told
    yield from _idle(policies, named)
    known = [field.name for field in fields(Policies) if field.name != "provisional"]
    for number, name in enumerate(policies.provisional):
        if name not in known:
            yield ("policies", "provisional", number), f"{name} is no policy; {known[0]} would be one"


def _idle(policies: Policies, named: Collection[str]) -> Iterator[Misfit]:
    """The rules' own minutes lie within the bounds that they name. A file from before the bounds names none."""
    bounds = policies.idle_bounds
    if bounds.least > bounds.most:
        yield ("policies", "idle_bounds", "least"), f"{bounds.least} minutes are more than most, {bounds.most}"
    elif "idle_bounds" in named:
        for kind in (field.name for field in fields(IdleMinutes)):
            if not bounds.hold(minutes := policies.idle(kind)):
                told = f"{minutes} minutes are outside policies.idle_bounds, {bounds.least} to {bounds.most}"
                yield ("policies", "idle_minutes", kind), told
