"""Where the host's pages are. The product's own pages stand under the path they have in the LMS."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.i18n import set_language

from . import handlers, pages, sign_in, studio

_host = [
    path("", sign_in.start, name="start"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("language/", set_language, name="language"),
    path("courses/", pages.courses, name="courses"),
    path("courses/<str:course_id>/", pages.outline, name="outline"),
    path("courses/<str:course_id>/jump_to/<str:usage_key>", pages.jump, name="jump"),
    path("courses/<str:course_id>/page/<str:usage_key>", pages.page, name="page"),
    path("favicon.ico", lambda request: HttpResponse(status=204)),  # browsers ask for it on every page
    path("grades/", pages.grades, name="grades"),
    path("handler/<str:usage_key>/<str:name>", handlers.handler, name="handler"),
    path("handler/<str:usage_key>/<str:name>/<path:suffix>", handlers.handler),
    path("studio/", studio.blocks, name="studio"),
    path("studio/<str:usage_key>/edit", studio.edit, name="edit"),
    path("studio/<str:usage_key>/preview", studio.preview, name="preview"),
    path("studio/<str:usage_key>/handler/<str:name>", handlers.studio_handler, name="studio_handler"),
    path("studio/<str:usage_key>/handler/<str:name>/<path:suffix>", handlers.studio_handler),
]

urlpatterns: list[Any] = [
    path("", include((_host, "wins_host"))),
    path("wins/", include("wins_xblocks.web.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("workbench/", include("workbench.urls")))  # the SDK's own pages, without people


def _problem(status: int, template: str = "wins_host/problem.html") -> Any:
    def view(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return render(request, template, {"status": status}, status=status)

    return view


handler403, handler404 = _problem(403), _problem(404)
