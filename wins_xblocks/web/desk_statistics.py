"""How questions perform: banks that learners answered, and one of them, as a page and as a file."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import context, csv_file, statistics_view
from ..domain.quiz.answers import BankSeen
from ..domain.statistics.api import BankFound
from . import files
from .pages import modules_of, notice, opens, page
from .roles import Action


@opens(Action.SEE_STATISTICS)
def banks_page(request: HttpRequest) -> HttpResponse:
    """Every bank, with how many of its questions want a look."""
    seen = modules_of(request, Action.SEE_STATISTICS)
    found = statistics_view.listing(seen, request.GET.get("page", ""), context.programme(), context.now())
    return page(request, "desk_banks.html", {"here": "quizzes", "found": found})


@opens(Action.SEE_STATISTICS)
def bank_page(request: HttpRequest, number: str) -> HttpResponse:
    """One bank: words, the whole, and fifty questions."""
    known = _found(request, number)
    if known is None:
        return _no_bank(request)
    view = statistics_view.page_of(*known, request.GET.get("page", ""), context.programme())
    values = {"here": "quizzes", "view": view, "number": number, "keys": _sees_keys(request)}
    return page(request, "desk_bank.html", values)


@opens(Action.SEE_STATISTICS)
def bank_file(request: HttpRequest, number: str) -> HttpResponse:
    """All questions of a bank with their numbers; nobody's name is in it."""
    known = _found(request, number)
    if known is None:
        return _no_bank(request)
    _seen, bank, _kept = known
    head, parts = statistics_view.file_of(bank, _sees_keys(request))
    pieces: Iterator[bytes] = csv_file.pieces(head, parts)
    return files.sent(pieces, files.CSV, f"wins-questions-{int(number)}.csv")


def _found(request: HttpRequest, number: str) -> tuple[BankSeen, BankFound, bool] | None:
    modules = modules_of(request, Action.SEE_STATISTICS)
    return statistics_view.found_of(int(number), modules, context.now(), "anew" in request.GET)


def _sees_keys(request: HttpRequest) -> bool:
    """May the reader see what is right? Whoever teaches sees statistics of her modules only."""
    return modules_of(request, Action.SEE_KEYS) != frozenset()


def _no_bank(request: HttpRequest) -> HttpResponse:
    return notice(request, 404, _("This is not possible"), _("No learner of yours has answered such a quiz."))
