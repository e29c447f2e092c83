"""The learner's exam vouchers without any course: a code she holds stays hers when she has left the module."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import context, events
from ..domain.vouchers import api as vouchers
from ..domain.vouchers.data import Secret
from ..journey import my_exams
from ..voucher_view import EXAM, grouped, spelled
from .pages import notice, opens, page
from .roles import Action


@dataclass(frozen=True)
class Shown:
    """The code that was asked for."""

    exam: str
    code: Secret

    @property
    def grouped(self) -> str:
        return grouped(self.code.text)

    @property
    def spoken(self) -> str:
        return spelled(self.code.text)


@opens(Action.OWN_PAGES, methods=("GET", "POST"))
def vouchers_page(request: HttpRequest) -> HttpResponse:
    """Where each exam stands. A code is in the answer to [Show my code] only, which no cache keeps."""
    if request.method != "POST":
        return _page(request)
    exam = request.POST.get("exam", "")
    if not EXAM.fullmatch(exam):  # the database gets nothing it cannot store
        return notice(request, 400, _("This is not possible"), _("The request does not say which exam."))
    code = vouchers.reveal(request.user.id, exam, context.voucher_keys(), context.now(), events.voucher_revealed)
    return _page(request, Shown(exam, code))


def _page(request: HttpRequest, shown: Shown | None = None) -> HttpResponse:
    values = {
        "here": "vouchers",
        "vouchers": my_exams(request.user.id, context.programme(), context.now()),
        "shown": shown,
        "pearson_url": context.setting("WINS_PEARSON_URL"),
    }
    return page(request, "vouchers.html", values)
