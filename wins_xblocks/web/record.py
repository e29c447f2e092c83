"""The study record as a page to print and as files, for its learner and for those who may see her hours."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import record_csv, record_view
from ..domain.registration import api as registration
from ..domain.registration.data import RegistrationValue
from . import files, roles
from .pages import may, notice, opens, page
from .roles import Action


@opens(Action.OWN_PAGES)
def record_page(request: HttpRequest, registration_id: str) -> HttpResponse:
    """The learner's own record; that of anybody else is not there."""
    own = _of_learner(request, registration_id)
    return _page(request, own, for_staff=False) if own else _not_there(request)


@opens(Action.OWN_PAGES)
def record_file(request: HttpRequest, registration_id: str, form: str) -> HttpResponse:
    """The same as a file."""
    own = _of_learner(request, registration_id)
    return _file(own, form, for_staff=False) if own else _not_there(request)


@opens(Action.SEE_LEARNERS)
def desk_record_page(request: HttpRequest, registration_id: str) -> HttpResponse:
    """A learner's record, with the names of those who decided. Course staff see those of their modules."""
    own = of_staff(request, registration_id)
    return _page(request, own, for_staff=True) if own else _not_there(request)


@opens(Action.SEE_LEARNERS)
def desk_record_file(request: HttpRequest, registration_id: str, form: str) -> HttpResponse:
    """The same as a file."""
    own = of_staff(request, registration_id)
    if own is None:
        return _not_there(request)
    answer = _file(own, form, for_staff=True)
    files.noted(request, "record", registration=own.id, learner=own.learner_id, form=form)
    return answer


def _of_learner(request: HttpRequest, registration_id: str) -> RegistrationValue | None:
    own = registration.by_id([int(registration_id)]).get(int(registration_id))
    return own if own and own.learner_id == request.user.id else None


def of_staff(
    request: HttpRequest, registration_id: str, action: Action = Action.SEE_LEARNERS
) -> RegistrationValue | None:
    """The registration, for whom the Academy or its module's courses allow ``action``; None for others."""
    own = registration.by_id([int(registration_id)]).get(int(registration_id))
    return own if own and _may(request, own, action) else None


def _may(request: HttpRequest, own: RegistrationValue, action: Action) -> bool:
    return may(request, action) or own.module in roles.taught_modules(request.user, action)


def _not_there(request: HttpRequest) -> HttpResponse:
    return notice(request, 404, _("This is not possible"), _("There is no such study record."))


def _page(request: HttpRequest, own: RegistrationValue, for_staff: bool) -> HttpResponse:
    values = {
        "here": "learners" if for_staff else "study",
        "view": record_view.page_of(own, for_staff),
        "for_staff": for_staff,
        "address": "wins:desk_record_file" if for_staff else "wins:record_file",
        "may_strike": for_staff and _may(request, own, Action.STRIKE_TIME),
    }
    return page(request, "record.html", values)


def _file(own: RegistrationValue, form: str, for_staff: bool) -> HttpResponse:
    """CSV for people; JSON is the very bytes of which the digest is taken, the same for everybody."""
    record, titles = record_view.record_of(own)
    if form == "json":
        body, kind = record.canonical, "application/json"
    else:
        body, kind = record_csv.text_of(record, titles, *record_view.people_in(record, for_staff)).encode(), "text/csv"
    return files.whole(body, f"{kind}; charset=utf-8", f"wins-study-record-{own.module}-{own.id}.{form}")
