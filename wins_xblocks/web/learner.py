"""The learner's own pages: My WINS path, her study time by day, and how time is counted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context
from ..domain.registration.data import Standing
from ..domain.study_time import api as study_time
from ..domain.study_time import rules
from ..journey import courses_of, journey, standings_of, taught_at, view_of
from ..study_sums import longer_words
from ..study_view import StudyView, study_view
from .ask import newest
from .pages import opens, page, say
from .roles import Action


@opens(Action.OWN_PAGES)
def path_page(request: HttpRequest) -> HttpResponse:
    """My WINS path: one next step, the modules, the exams, help."""
    found = journey(request.user, context.now())
    return page(request, "path.html", {"here": "path", "journey": found, "cases": newest(request.user.id)})


@opens(Action.OWN_PAGES)
def study_page(request: HttpRequest) -> HttpResponse:
    """My study time: each module by day, what does not count and why, how long may be read without a touch."""
    programme = context.programme()
    courses = courses_of(request.user, programme)
    views = [_study(request, own, courses.get(own.module.id)) for own in standings_of(request.user, programme)]
    factor = study_time.idle_factor(request.user.id)
    values = {
        "here": "study", "modules": views, "zone": programme.time_zone, "idle": _idle(factor),
        "longer": longer_words(factor),
    }  # fmt: skip
    return page(request, "study.html", values)


def _study(request: HttpRequest, own: Standing, course_id: str | None) -> StudyView:
    programme, now, id_ = context.programme(), context.now(), own.registration.id
    view = view_of(request.user, own, course_id, (), programme, now)
    today = rules.day_of(rules.milliseconds(now), programme.zone)
    return study_view(view, study_time.by_day(id_), study_time.book_by_day(id_), study_time.struck(id_), today)


def _idle(factor: int) -> str:
    """How long a learner may read without a touch where the author of the page says nothing else."""
    minutes = context.programme().policies.idle_minutes
    told = _("You may read for {text} minutes without touching the page, and answer questions for {quiz}.")
    told += " " + _("A page may have its own time: its clock says so.")
    return told.format(text=minutes.text * factor, quiz=minutes.quiz * factor)


@opens(Action.OWN_PAGES)
def read_again(request: HttpRequest, module: str, objective: str) -> HttpResponse:
    """On to the unit that teaches a learning goal: looked up when somebody follows a result's link, not before."""
    course_id = courses_of(request.user, context.programme()).get(module)
    url = taught_at(request.user, course_id, objective) if course_id else ""
    if url:
        return redirect(url)
    say(request, _("The course does not say where this learning goal is taught. Look for it among its units."))
    return redirect("wins:path")


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
