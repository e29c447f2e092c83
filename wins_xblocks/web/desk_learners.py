"""The list of learners: filtered, sorted, searched. Course staff see the learners of their modules, and no vouchers."""

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import context, learners_view
from ..domain.programme.data import Programme
from ..learners_view import Filter, LearnerList
from .pages import may, modules_of, opens, page
from .roles import Action

LONGEST_SEARCH = 100
FIELDS = ("q", "state", "module", "country", "from", "to", "sort")
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
COUNTRY = re.compile("[A-Z]{2}")


@opens(Action.SEE_LEARNERS)
def learners_page(request: HttpRequest) -> HttpResponse:
    """Learners with hours and tests, fifty a page; with vouchers for the Academy."""
    rules, typed = context.programme(), typed_in(request)
    asked, problems = read(request, typed, rules)
    number = request.GET.get("page", "")
    number = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1
    if problems:
        found = LearnerList((), 0, 1, 1)
    else:
        found = learners_view.learners(asked, number, rules, context.now())
    values = {
        "here": "learners", "found": found, "problems": problems, **_form(asked, typed, rules),
        "may_take_back": may(request, Action.TAKE_BACK), "may_record": may(request, Action.RECORD_RESULTS),
    }  # fmt: skip
    return page(request, "desk_learners.html", values, 400 if problems else 200)


def typed_in(request: HttpRequest) -> Mapping[str, str]:
    """The filter's fields as they were sent; what only the Academy may ask for is nobody else's."""
    own = {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH] for name in FIELDS}
    return own if may(request, Action.SEE_VOUCHERS) else {**own, "country": ""}


def read(request: HttpRequest, typed: Mapping[str, str], rules: Programme) -> tuple[Filter, Mapping[str, str]]:
    """What is asked for, and what is wrong with it by field, in words."""
    seen, academy = modules_of(request, Action.SEE_LEARNERS), may(request, Action.SEE_VOUCHERS)
    problems: dict[str, str] = {}
    if typed["state"] and typed["state"] not in learners_view.states(academy):
        problems["state"] = _("There is no such state. Choose one of the list.")
    if typed["module"] and typed["module"] not in learners_view.modules(seen, rules):
        problems["module"] = _("There is no such module, or it is not yours. Choose one of the list.")
    if typed["sort"] not in learners_view.SORTS:
        problems["sort"] = _("There is no such order. Choose one of the list.")
    country = typed["country"].upper()
    if country and not COUNTRY.fullmatch(country):
        problems["country"] = _("Write the two letters of a country, like FR.")
    first, last = _day(typed, "from", problems), _day(typed, "to", problems)
    if first and last and last < first:
        problems["to"] = _("The last day must not be before the first one.")
    asked = Filter(
        seen, academy, typed["q"], typed["state"], typed["module"], country, first, last, typed["sort"]
    )  # fmt: skip
    return asked, problems


def _day(typed: Mapping[str, str], field: str, problems: dict[str, str]) -> date | None:
    text = typed[field]
    if not text:
        return None
    try:
        found = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year < 3000:
        problems[field] = _("Write the day like 2027-12-31.")
        return None
    return found


def _form(asked: Filter, typed: Mapping[str, str], rules: Programme) -> dict[str, object]:
    """The form as it was sent, and what its lists offer. ``kept``: the filter as a page's link repeats it."""
    sent = {name: value for name, value in typed.items() if value}
    return {
        "q": typed["q"], "typed": typed, "first": typed["from"], "last": typed["to"], "kept": urlencode(sent),
        "filtered": any(name not in ("q", "sort") for name in sent), "sees_vouchers": asked.academy,
        "states": learners_view.states(asked.academy), "modules": learners_view.modules(asked.modules, rules),
        "sorts": sorts(asked.academy), "countries": rules.policies.country_review,
    }  # fmt: skip


def sorts(academy: bool) -> dict[str, str]:
    """The orders, in words."""
    return {
        learners_view.NEAREST: _("Nearest name, else newest first"), learners_view.NEWEST: _("Newest first"),
        learners_view.OLDEST: _("Oldest first"),
        learners_view.FAMILY: _("Family name on the document, then user name") if academy else _("User name"),
    }  # fmt: skip
