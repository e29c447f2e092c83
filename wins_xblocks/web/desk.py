"""The Academy's desk: what waits, and the stock."""

from django.http import HttpRequest, HttpResponse

from .. import context, desk_view
from ..domain.programme import setup
from . import roles
from .pages import may, opens, page
from .roles import Action


@opens(Action.SEE_DESK)
def desk_page(request: HttpRequest) -> HttpResponse:
    """Waiting for me, and the stock by exam."""
    found = desk_view.desk(context.programme(), context.now())
    values = {
        "here": "desk", "desk": found, "may_import": may(request, Action.IMPORT_CODES),
        "may_decide": roles.may(request.user, Action.DECIDE_BOOK_HOURS),
        "may_record": may(request, Action.RECORD_RESULTS), "get_ready": not setup.is_ready(),
    }  # fmt: skip
    return page(request, "desk.html", values)
