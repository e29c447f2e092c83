"""Book hours that wait for staff: accepted or refused, one or many at a time. Course staff see their own modules."""

import re
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import book_view, context, hours, words
from ..desk_view import people_of
from ..domain import Refusal
from ..domain.study_time import book
from ..domain.study_time.data import BookEntry, Decision, Outcome
from . import roles
from .ask import NUMBER
from .pages import modules_of, notice, opens, page, say
from .roles import Action

KEY = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")
LONGEST_REASON = 2000
MOST_TOLD = 10  # of entries that were not decided; the others are counted


@opens(Action.SEE_LEARNERS, methods=("GET", "POST"), changes=Action.DECIDE_BOOK_HOURS)
def book_hours_page(request: HttpRequest) -> HttpResponse:
    """What waits and what was drawn for a check, oldest first; and what is decided about it."""
    decides = roles.may(request.user, Action.DECIDE_BOOK_HOURS)
    own = modules_of(request, Action.DECIDE_BOOK_HOURS if decides else Action.SEE_LEARNERS)
    if request.method != "POST":
        return _page(request, own)
    try:
        decision, seen = _decision(request), _seen(request)
    except Refusal as refusal:
        return _page(request, own, words.refusal(refusal), 400, isinstance(refusal, book.ReasonMissing))
    return _decided(request, own, decision, seen)


@opens(Action.SEE_LEARNERS)
def entry_page(request: HttpRequest, entry_id: str) -> HttpResponse:
    """One entry with its history, decided or not. Course staff see those of their modules."""
    found = next(iter(book.entries([int(entry_id)])), None)
    own = modules_of(request, Action.SEE_LEARNERS)
    if found is None or (own is not None and found.module not in own):
        return notice(request, 404, _("This is not possible"), _("There is no such entry."))
    values = {"here": "book_hours", "row": book_view.row(found), "steps": book_view.history(found, for_staff=True)}
    return page(
        request, "desk_book_entry.html", {**values, "may_decide": roles.may(request.user, Action.DECIDE_BOOK_HOURS)}
    )


def _decision(request: HttpRequest) -> Decision:
    if request.POST.get("do") not in ("accept", "refuse"):
        raise Refusal(_("Choose “Accept” or “Do not count”."))
    accept = request.POST["do"] == "accept"
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON]
    if not accept and not reason:
        raise book.ReasonMissing(_("Write the reason. The learner reads it."))
    return Decision(accept, reason, request.user.id, context.now())


def _seen(request: HttpRequest) -> dict[int, int]:
    """Ids of the entries that were chosen, with the revision that was looked at."""
    found = [KEY.fullmatch(key) for key in request.POST.getlist("entry")]
    if not found or None in found:
        raise Refusal(_("Choose at least one entry."))
    if len(found) > book_view.ON_THE_DESK:
        raise Refusal(_("Choose at most {most} entries."), most=book_view.ON_THE_DESK)
    return {int(one[1]): int(one[2]) for one in found if one}


def _decided(
    request: HttpRequest, own: frozenset[str] | None, decision: Decision, seen: Mapping[int, int]
) -> HttpResponse:
    """Each entry is decided by itself; what could not be is named with its reason."""
    found = [entry for entry in book.entries(seen) if own is None or entry.module in own]
    outcomes = decided(found, decision, seen)
    done = sum(outcome is Outcome.DONE for _entry, outcome in outcomes)
    told = _not_done([pair for pair in outcomes if pair[1] is not Outcome.DONE], len(seen) - len(found))
    if not done:
        return _page(request, own, told, 409)
    if decision.accept:
        said = ngettext("{n} entry was accepted.", "{n} entries were accepted.", done)
    else:
        said = ngettext("{n} entry does not count any more.", "{n} entries do not count any more.", done)
    say(request, f"{said.format(n=done)} {told}".strip())
    return redirect("wins:desk_book")


def decided(found: list[BookEntry], decision: Decision, seen: Mapping[int, int]) -> list[tuple[BookEntry, Outcome]]:
    """Each entry with what became of the decision about it."""
    rules, terms = context.programme(), book_view.terms_by_id({entry.registration_id for entry in found})
    outcomes = []
    for entry in found:
        module = rules.module(entry.module)
        outcome = book.decide(
            entry.id, entry.learner_id, seen[entry.id], decision, terms[entry.registration_id].most_ms,
            module.title if module else entry.module, hours.reached(decision.at),
        )  # fmt: skip
        outcomes.append((entry, outcome))
    return outcomes


def _not_done(left: list[tuple[BookEntry, Outcome]], strangers: int) -> str:
    if not left and not strangers:
        return ""
    people = people_of([entry.learner_id for entry, _outcome in left])
    told = [book_view.why_not(outcome, entry, people[entry.learner_id]) for entry, outcome in left[:MOST_TOLD]]
    if more := len(left) - len(told) + strangers:
        told.append(ngettext("{n} more entry.", "{n} more entries.", more).format(n=more))
    return " ".join([_("Nothing was changed for:"), *told])


def _page(
    request: HttpRequest, own: frozenset[str] | None, problem: str = "", status: int = 200, at_reason: bool = False
) -> HttpResponse:
    number = request.GET.get("page", "1")
    values = {
        "here": "book_hours",
        "may_decide": roles.may(request.user, Action.DECIDE_BOOK_HOURS),
        "found": book_view.desk(own, int(number) if NUMBER.fullmatch(number) else 1),
        "chosen": request.POST.getlist("entry"),
        "reason": request.POST.get("reason", "")[:LONGEST_REASON],
        "longest": LONGEST_REASON,
        "problem": problem,
        "at_reason": at_reason,
    }
    return page(request, "desk_book.html", values, status)
