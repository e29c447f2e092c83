"""A course tab that leads to My WINS path: on the course home, old and new, of every course of the programme.

Loaded by the platform's entry point ``openedx.course_tab``; nothing else imports this module, which needs xmodule.
"""

from typing import Any

from django.utils.translation import gettext_noop
from xmodule.tabs import CourseTab

from . import context
from .domain.programme.loader import ProgrammeError

PATH = "wins:path"


class PathTab(CourseTab):
    """Added by the platform when a course is shown, never stored with the course."""

    type = "wins_path"
    title = gettext_noop("My WINS path")
    priority = None
    is_dynamic = True
    is_default = False
    view_name = PATH

    @property
    def link_func(self) -> Any:
        """Our page needs no course."""
        return lambda course, reverse: reverse(PATH)

    @classmethod
    def is_enabled(cls, course: Any, user: Any = None) -> bool:
        """For whoever is signed in, in courses of the programme. Studio, without such a page, asks without a user."""
        if user is None or not getattr(user, "is_authenticated", False):
            return False
        try:
            with context.told_in_words():
                return context.module_of_course(str(course.id)) is not None
        except ProgrammeError:  # the log has it
            return False
