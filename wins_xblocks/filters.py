"""Open edX filters in: steps of the platform's pipelines. Whatever fails in one of ours, the platform's page is shown.

A step is made with ``(filter_type, running_pipeline, **extra_config)`` and answers a dict of what it changed
(openedx-filters). Their names stand in ``settings/filters.py``.
"""

import logging
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from . import context, desk_view, words
from .certificates import held
from .domain.programme.loader import ProgrammeError
from .page_clock import add_clock
from .platform import platform
from .rendering import rendered
from .web import roles
from .web.roles import Action

log = logging.getLogger(__name__)
SORT_ORDER = 120  # behind the platform's own tabs, which end at 110


class Step:
    """What the platform makes of a step's name."""

    def __init__(self, filter_type: str, running_pipeline: list[str], **extra_config: Any) -> None:
        self.filter_type = filter_type


class CountPage(Step):
    """``VerticalBlockRenderCompleted``: the study clock above a page's text."""

    def run_filter(self, block: Any, fragment: Any, view: str, **kwargs: Any) -> dict[str, Any]:
        if view != "student_view":
            return {}
        try:
            with context.told_in_words():
                add_clock(block, fragment)
        except ProgrammeError:  # a page without its clock is still a page to study; the log has it
            return {}
        except Exception:
            log.exception("the study clock was not put on %s", block.usage_key)
        return {}


class DashboardSection(Step):
    """``InstructorDashboardRenderStarted``: our section of the legacy dashboard.

    The page is rendered here, to a string: a mistake in an included template would take the instructor's whole
    dashboard down.
    """

    def run_filter(self, context: dict[str, Any], template_name: str, **kwargs: Any) -> dict[str, Any]:
        course_id = str(context["course"].id)
        context["sections"].append({
            "section_key": "wins",
            "section_display_name": _("WINS"),
            "course_id": course_id,
            "template_path_prefix": "/wins_xblocks/",  # without the first stroke Mako looks beside the dashboard's own
            "html": _section(course_id),
        })  # fmt: skip
        return {"context": context, "template_name": template_name}


class DashboardTab(Step):
    """``InstructorDashboardTabsRequested``: a link of the new dashboard to our desk, for whoever may open it."""

    def run_filter(self, tabs: list[dict[str, Any]], user: Any, course_key: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            with context.told_in_words():
                module = context.module_of_course(str(course_key))
            if module is None:
                return {}
            pages = {"desk": Action.SEE_DESK, "learners": Action.SEE_LEARNERS}
            page = next((name for name, action in pages.items() if roles.may(user, action)), None)
            if page is None:
                return {}
            url = f"{getattr(settings, 'LMS_ROOT_URL', '').rstrip('/')}{reverse(f'wins:{page}')}"
            tab = {"tab_id": "wins", "title": _("WINS"), "url": url, "sort_order": SORT_ORDER}
            return {"tabs": [*tabs, tab]}
        except ProgrammeError:  # the log has it
            return {}
        except Exception:
            log.exception("no WINS tab in the dashboard of %s", course_key)
            return {}


class HoldCertificate(Step):
    """``CertificateCreationRequested``: no record of module completion before the module is complete."""

    def run_filter(self, user: Any, course_key: Any, **kwargs: Any) -> dict[str, Any]:
        reason = held(user.id, str(course_key))
        if reason:
            raise platform().no_certificate(reason)
        return {}


def _section(course_id: str) -> str:
    try:
        user = platform().current_user()
        values = {
            "summary": desk_view.summary(course_id), "unmapped": words.unmapped(),
            "sees_learners": bool(user) and roles.may(user, Action.SEE_LEARNERS),
            "sees_desk": bool(user) and roles.may(user, Action.SEE_DESK),
        }  # fmt: skip
        return rendered("dashboard_section.html", values)
    except Exception:
        log.exception("the WINS section of %s could not be shown", course_id)
        return rendered("dashboard_broken.html")
