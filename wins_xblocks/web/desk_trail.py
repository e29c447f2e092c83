"""The audit trail of vouchers as a file: of one, or of a period."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import context, trail_csv
from ..domain import Refusal
from ..domain.audit import api as audit
from ..domain.vouchers import api as vouchers
from . import files, period
from .pages import notice, opens
from .roles import Action

SUBJECTS = ("voucher:", "pool:", "request:", "name:", "codes:", "job:", "entry:", "exam:", "examrow:")
ACTS = ("place.granted", "place.included")  # of registrations: what else their trail says is of hours
LONGEST = timedelta(days=366)


@opens(Action.SEE_VOUCHERS)
def voucher_file(request: HttpRequest, voucher_id: str) -> HttpResponse:
    """Every act of one voucher."""
    number = int(voucher_id)
    if vouchers.record_of(number) is None:
        return notice(request, 404, _("This is not possible"), _("There is no such voucher."))
    files.noted(request, "voucher", voucher=number)
    rows = audit.entries(f"voucher:{number}")
    return files.whole(trail_csv.text_of(rows, context.programme()), files.CSV, f"wins-voucher-{number}.csv")


@opens(Action.SEE_VOUCHERS)
def period_file(request: HttpRequest) -> HttpResponse:
    """Every act about vouchers, places and results from one day to another, both included; a year at most."""
    rules = context.programme()
    first, last = period.day(request.GET.get("from", "")), period.day(request.GET.get("to", ""))
    if not timedelta(0) <= last - first < LONGEST:
        raise Refusal(_("The period must not end before it begins, and have a year at most."))
    files.noted(request, "vouchers", **{"from": first.isoformat(), "to": last.isoformat()})
    start = datetime.combine(first, time.min, rules.zone)
    rows = audit.between(SUBJECTS, start, datetime.combine(last + timedelta(days=1), time.min, rules.zone), ACTS)
    name = f"wins-vouchers-{first.isoformat()}-{last.isoformat()}.csv"
    return files.whole(trail_csv.text_of(rows, rules), files.CSV, name)
