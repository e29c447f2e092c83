"""The Academy's desk: what waits, of all kinds and of one."""

from django.http import HttpRequest, HttpResponse

from .. import context, waiting_view
from ..domain.programme import setup
from . import desk_next
from .pages import opens, page
from .roles import Action


@opens(Action.SEE_DESK)
def desk_page(request: HttpRequest) -> HttpResponse:
    """Waiting for me: all kinds, or one list of it."""
    kind = request.GET.get("list", "")
    decides = desk_next.decides(request)
    if kind in waiting_view.LISTS:
        found = waiting_view.listing(kind, request.GET.get("page", ""), context.programme(), context.now())
        return page(request, "desk_list.html", {"here": "desk", "found": found, "may_decide": kind in decides})
    desk = waiting_view.waiting(context.programme(), context.now())
    values = {
        "here": "desk", "desk": desk, "decides": decides, "may_begin": any(one.kind in decides for one in desk.lines),
        "get_ready": not setup.is_ready(),
    }  # fmt: skip
    return page(request, "desk.html", values)
