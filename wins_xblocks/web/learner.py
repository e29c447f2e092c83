"""The learner's own pages: My WINS path, and how time is counted."""

from django.http import HttpRequest, HttpResponse

from .. import context
from ..domain.study_time import api as study_time
from ..journey import journey
from .ask import newest
from .pages import opens, page
from .roles import Action


@opens(Action.OWN_PAGES)
def path_page(request: HttpRequest) -> HttpResponse:
    """My WINS path: one next step, the modules, the exams, help."""
    found = journey(request.user, context.now())
    return page(request, "path.html", {"here": "path", "journey": found, "cases": newest(request.user.id)})


@opens(Action.OWN_PAGES)
def time_page(request: HttpRequest) -> HttpResponse:
    """How your time is counted; with the button that accepts it until it was pressed."""
    policies = context.programme().policies
    values = {
        "accepted": study_time.notice_accepted(request.user.id),
        "ask_after": policies.idle_minutes.text - 1,
        "keep_days": policies.keep_spans_days,
        "answer_days": policies.answer_within_working_days,
        "zone": context.programme().time_zone,
    }
    return page(request, "time.html", values)
