"""Learners who have no try left at a module test: the way to give more. A course's team sees those of its modules."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import context, learners_view, paging, tries_view
from ..tries_view import Asked, SpentList
from .desk_learners import LONGEST_SEARCH
from .pages import may, modules_of, opens, page
from .roles import Action


@opens(Action.SEE_LEARNERS)
def quizzes_page(request: HttpRequest) -> HttpResponse:
    """Fifty a page, whose last try was last first; by module and by name."""
    rules, seen = context.programme(), modules_of(request, Action.SEE_LEARNERS)
    search, module = (request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH] for name in ("q", "module"))
    known = learners_view.modules(seen, rules)
    problem = ""
    if module and module not in known:
        problem = _("There is no such module, or it is not yours. Choose one of the list.")
    asked = Asked(seen, may(request, Action.SEE_VOUCHERS), search, module)
    found = None if problem else tries_view.without_a_try(asked, request.GET.get("page", ""), rules)
    values = {
        "here": "quizzes", "found": found, "q": search, "module": module, "modules": known, "problem": problem,
        "may_give": _may_give(request, found), "sees_documents": asked.academy, "pages": _pages(found, search, module),
    }  # fmt: skip
    return page(request, "desk_quizzes.html", values, 400 if problem else 200)


def _may_give(request: HttpRequest, found: SpentList | None) -> frozenset[str]:
    """Of the modules of these rows, those in which the reader may give more tries."""
    theirs, own = {row.module_id for row in found.rows} if found else set(), modules_of(request, Action.EXTRA_TRIES)
    return frozenset(theirs if own is None else theirs & own)


def _pages(found: SpentList | None, search: str, module: str) -> list[tuple[str, str]]:
    """The other pages of the list: what each is called, and its address."""
    if found is None:
        return []
    here, last = found.part.page, found.part.pages
    ways = [(_("First page"), 1, here > 1), (_("Previous page"), here - 1, here > 1),
            (_("Next page"), here + 1, here < last), (_("Last page"), last, here < last)]  # fmt: skip
    return [(name, paging.address("page", to, q=search, module=module)) for name, to, there in ways if there]
