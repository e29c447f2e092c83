"""The Academy's desk: what waits, and the stock."""

from django.http import HttpRequest, HttpResponse

from .. import context, desk_view
from ..domain.programme import setup
from . import roles
from .pages import may, opens, page
"""The Academy's desk: what waits, and the learners. Course staff see the learners of their modules."""


from .. import context, desk_view, waiting_view
from . import desk_next, roles
from .pages import may, modules_of, opens, page
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
    """Waiting for me: all kinds, or one list of it."""
    kind = request.GET.get("list", "")
    decides = desk_next.decides(request)
    if kind in waiting_view.LISTS:
        found = waiting_view.listing(kind, request.GET.get("page", ""), context.programme(), context.now())
        return page(request, "desk_list.html", {"here": "desk", "found": found, "may_decide": kind in decides})
    desk = waiting_view.waiting(context.programme(), context.now())
    some = any(line.kind in decides for line in desk.lines)
    return page(request, "desk.html", {"here": "desk", "desk": desk, "decides": decides, "may_begin": some})


@opens(Action.SEE_LEARNERS)
def learners_page(request: HttpRequest) -> HttpResponse:
    """Learners with hours and tests, fifty a page; with vouchers for the Academy."""
    search = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    number = request.GET.get("page", "")
    sees_vouchers = may(request, Action.SEE_VOUCHERS)
    modules = modules_of(request, Action.SEE_LEARNERS)
    found = desk_view.learners(
        search, int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1, context.programme(),
        modules, sees_vouchers, context.now(),
    )  # fmt: skip
        "here": "learners", "found": found, "q": search, "sees_vouchers": sees_vouchers,
        "may_take_back": may(request, Action.TAKE_BACK), "may_record": may(request, Action.RECORD_RESULTS),
    return page(request, "desk_learners.html", values)
