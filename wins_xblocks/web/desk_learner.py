"""One learner on the desk: everything at one glance, and the way to each act. A course's team sees its modules."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import context, learner_view
from ..learner_view import Reader
from .pages import may, modules_of, notice, opens, page
from .roles import Action

ACTS = {"strike": Action.STRIKE_TIME, "waive": Action.WAIVE_HOURS, "tries": Action.EXTRA_TRIES}


@opens(Action.SEE_LEARNERS)
def learner_page(request: HttpRequest, learner_id: str) -> HttpResponse:
    """Where she stands, what she does next and what waits for us."""
    acts = {name: modules_of(request, action) for name, action in ACTS.items()}
    reader = Reader(modules_of(request, Action.SEE_LEARNERS), acts)
    found = learner_view.page_of(int(learner_id), reader, context.now())
    if found is None:
        return no_learner(request)
    values = {
        "here": "learners", "found": found, "academy_sees": reader.academy,
        "may_manage": may(request, Action.MANAGE_VOUCHER),
    }  # fmt: skip
    return page(request, "desk_learner.html", values)


def no_learner(request: HttpRequest) -> HttpResponse:
    """The same whether nobody has this number or she studies other modules."""
    return notice(request, 404, _("This is not possible"), _("There is no such learner."))
