"""The Academy's desk: what waits, the stock, and the learners. Course staff see the learners of their modules."""

from django.http import HttpRequest, HttpResponse

from .. import context, desk_view
from . import roles
from .pages import may, modules_of, opens, page
from .roles import Action

LONGEST_SEARCH = 100


@opens(Action.SEE_DESK)
def desk_page(request: HttpRequest) -> HttpResponse:
    """Waiting for me, and the stock by exam."""
    found = desk_view.desk(context.programme(), context.now())
    values = {
        "here": "desk", "desk": found, "may_import": may(request, Action.IMPORT_CODES),
        "may_decide": roles.may(request.user, Action.DECIDE_BOOK_HOURS),
        "may_record": may(request, Action.RECORD_RESULTS),
    }  # fmt: skip
    return page(request, "desk.html", values)


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
    values = {
        "here": "learners", "found": found, "q": search, "sees_vouchers": sees_vouchers,
        "may_take_back": may(request, Action.TAKE_BACK), "may_record": may(request, Action.RECORD_RESULTS),
        "may_decide": roles.may(request.user, Action.DECIDE_BOOK_HOURS),
    }  # fmt: skip
    return page(request, "desk_learners.html", values)
