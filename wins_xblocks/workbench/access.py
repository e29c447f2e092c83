"""Who may open what in the host."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from opaque_keys.edx.keys import UsageKey

from ..platform import platform
from .courses import known_key, library
from .models import CourseRole


def authored_courses(user: Any) -> tuple[str, ...]:
    """Ids of the courses that the user may change."""
    here = library().courses
    if user.is_superuser:
        return tuple(here)
    mine = set(CourseRole.objects.filter(user_id=user.id).values_list("course_id", flat=True))
    return tuple(course for course in here if course in mine)


def may_open(user: Any, course_id: str) -> bool:
    """Learners open the courses they are enrolled in, authors their own."""
    edge = platform()
    return edge.is_enrolled(user.id, course_id) or edge.is_course_staff(user, course_id)


def opened_course(user: Any, course_id: str) -> UsageKey:
    """The root of a course the user may open; else 404 or 403."""
    root = library().courses.get(course_id)
    if root is None:
        raise Http404(course_id)
    if not may_open(user, course_id):
        raise PermissionDenied
    return root


def block_key(usage_key: str) -> UsageKey:
    """The key of a block of the library; else 404."""
    key = known_key(usage_key)
    if key is None:
        raise Http404(usage_key)
    return key


def authors_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for authors: of any course, and of the block's course when it names one."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        if not authored_courses(request.user):
            raise PermissionDenied
        if "usage_key" in named and not platform().is_course_staff(
            request.user, str(block_key(named["usage_key"]).context_key)
        ):
            raise PermissionDenied
        return view(request, **named)

    return guarded
