"""Studio as far as authors need it for our blocks: what stands where, its settings, its preview."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from xblock.core import XBlock

from .access import authored_courses, authors_only, block_key
from .courses import library, runtime_for
from .pages import title_of
from .runtime import HostRuntime


@authors_only
def blocks(request: HttpRequest) -> HttpResponse:
    """The author's courses with the blocks that can be edited."""
    runtime = runtime_for(request.user, studio=True)
    roots = [library().courses[course_id] for course_id in authored_courses(request.user)]
    listed = [{"title": title_of(runtime, root), "pages": _pages(runtime, root)} for root in roots]
    return render(request, "wins_host/studio.html", {"courses": listed})


def _pages(runtime: HostRuntime, root: Any) -> list[dict[str, Any]]:
    books = library()
    return [
        {"title": title_of(runtime, page), "unit": title_of(runtime, unit), "blocks": found}
        for unit in books.children(root)
        for page in books.below(unit, "vertical")
        if (found := [_row(runtime.get_block(key)) for key in books.children(page) if _editable(runtime, key)])
    ]


def _editable(runtime: HostRuntime, key: Any) -> bool:
    return hasattr(runtime.load_block_type(key.block_type), "studio_view")


def _row(block: XBlock) -> dict[str, str]:
    key = str(block.usage_key)
    return {"key": key, "type": key.partition("@")[2].partition("+")[0], "title": block.display_name}


@authors_only
def edit(request: HttpRequest, usage_key: str) -> HttpResponse:
    """The block's settings (its ``studio_view``)."""
    if not _editable(runtime_for(request.user, studio=True), block_key(usage_key)):
        raise Http404(usage_key)
    return _view(request, usage_key, "studio_view")


@authors_only
def preview(request: HttpRequest, usage_key: str) -> HttpResponse:
    """The block as Studio's page shows it to its author."""
    kind = runtime_for(request.user, studio=True).load_block_type(block_key(usage_key).block_type)
    return _view(request, usage_key, "author_view" if getattr(kind, "has_author_view", False) else "student_view")


def _view(request: HttpRequest, usage_key: str, view: str) -> HttpResponse:
    key = block_key(usage_key)
    runtime = runtime_for(request.user, studio=True)
    page = library().above(key, "vertical")
    values = {
        "title": title_of(runtime, key),
        "page": title_of(runtime, page),
        "course": title_of(runtime, library().courses[str(key.context_key)]),
        "editing": view == "studio_view",
        "editable": _editable(runtime, key),
        "key": usage_key,
        "live": reverse("wins_host:jump", args=[str(key.context_key), usage_key]),
        "fragment": runtime.get_block(key).render(view, {}),
    }
    return render(request, "wins_host/block.html", values)
