"""Courses as a learner sees them: list, outline, one page at a time, grades."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from opaque_keys.edx.keys import UsageKey

from ..platform import platform
from .access import block_key, may_open, opened_course
from .courses import library, runtime_for
from .grades import grades_of
from .models import Grade
from .runtime import HostRuntime


@dataclass(frozen=True)
class Entry:
    """A page in the outline, with the grade published for what stands on it."""

    key: UsageKey
    title: str
    url: str
    grade: Grade | None


@dataclass(frozen=True)
class Unit:
    """A unit in the outline."""

    title: str
    pages: tuple[Entry, ...]


def outline_of(runtime: HostRuntime, root: UsageKey, grades: Mapping[str, Grade]) -> tuple[Unit, ...]:
    """The course as its navigation shows it."""
    books = library()
    return tuple(
        Unit(title_of(runtime, unit), tuple(_entry(runtime, page, grades) for page in books.below(unit, "vertical")))
        for unit in books.children(root)
    )


def title_of(runtime: HostRuntime, key: UsageKey) -> str:
    return str(runtime.get_block(key).display_name or key.block_id)


def _entry(runtime: HostRuntime, page: UsageKey, grades: Mapping[str, Grade]) -> Entry:
    published = (grades.get(str(child)) for child in library().children(page))
    return Entry(page, title_of(runtime, page), page_address(page), next((g for g in published if g), None))


def page_address(page: UsageKey) -> str:
    return reverse("wins_host:page", args=[str(page.context_key), str(page)])


@login_required
def courses(request: HttpRequest) -> HttpResponse:
    """All courses; those that the user may open are links."""
    runtime = runtime_for(request.user)
    listed = [
        {"id": course_id, "title": title_of(runtime, root), "open": may_open(request.user, course_id)}
        for course_id, root in library().courses.items()
    ]
    return render(request, "wins_host/courses.html", {"courses": listed, "problems": library().problems})


@login_required
def outline(request: HttpRequest, course_id: str) -> HttpResponse:
    root = opened_course(request.user, course_id)
    runtime = runtime_for(request.user)
    values = {
        "title": title_of(runtime, root),
        "units": outline_of(runtime, root, grades_of(request.user.id)),
        "staff": platform().is_course_staff(request.user, course_id),
    }
    return render(request, "wins_host/outline.html", values)


@login_required
def jump(request: HttpRequest, course_id: str, usage_key: str) -> HttpResponse:
    """To the page on which a block stands, or the first page of a unit."""
    opened_course(request.user, course_id)
    key = block_key(usage_key)
    if str(key.context_key) != course_id:
        raise Http404(usage_key)
    page = library().above(key, "vertical")
    first = next(library().below(page, "vertical"), None)
    if first is None:
        raise Http404(usage_key)
    return HttpResponseRedirect(page_address(first))


@login_required
def page(request: HttpRequest, course_id: str, usage_key: str) -> HttpResponse:
    """One page of a course with its neighbours."""
    root = opened_course(request.user, course_id)
    key = block_key(usage_key)
    if str(key.context_key) != course_id or key.block_type != "vertical":
        raise Http404(usage_key)
    runtime = runtime_for(request.user)
    units = outline_of(runtime, root, grades_of(request.user.id))
    values = {"course": title_of(runtime, root), "course_id": course_id, "units": units, **_place(units, key)}
    values["fragment"] = runtime.get_block(key).render("student_view", {})
    return render(request, "wins_host/page.html", values)


def _place(units: tuple[Unit, ...], key: UsageKey) -> dict[str, Any]:
    """Where a page stands: its unit, and the pages before and after."""
    rows = [(unit, entry) for unit in units for entry in unit.pages]
    at = next(number for number, (_, entry) in enumerate(rows) if entry.key == key)
    unit, entry = rows[at]
    return {
        "unit": unit,
        "page": entry,
        "before": rows[at - 1][1] if at else None,
        "after": rows[at + 1][1] if at + 1 < len(rows) else None,
    }


@login_required
def grades(request: HttpRequest) -> HttpResponse:
    """The grades that were published for the user, by course."""
    runtime, published = runtime_for(request.user), grades_of(request.user.id)
    listed = []
    for root in library().courses.values():
        units = outline_of(runtime, root, published)
        graded = [(unit.title, entry) for unit in units for entry in unit.pages if entry.grade]
        if graded:
            listed.append({"title": title_of(runtime, root), "pages": graded})
    return render(request, "wins_host/grades.html", {"courses": listed})
