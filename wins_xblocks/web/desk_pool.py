"""Vouchers on the desk: what the pools hold, who waits for a code, and what the supplier delivered."""

from django.http import HttpRequest, HttpResponse

from .. import context, pool_view
from .pages import may, opens, page
from .roles import Action


@opens(Action.SEE_VOUCHERS)
def pool_page(request: HttpRequest) -> HttpResponse:
    """Stock by exam, the queue and the deliveries."""
    sent = request.GET
    found = pool_view.pool(context.programme(), sent.get("page", ""), sent.get("deliveries", ""), context.now())
    values = {
        "here": "pool", "pool": found, "may_import": may(request, Action.IMPORT_CODES),
        "may_manage": may(request, Action.MANAGE_VOUCHER),
    }  # fmt: skip
    return page(request, "desk_pool.html", values)
