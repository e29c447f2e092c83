"""Corrections of keys that were made: the list, one of them, and its marks as a file."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .. import context, corrections_view, csv_file, paging, statistics_kept, statistics_view
from ..domain.quiz import regrading
from ..domain.quiz.regrading import CorrectionValue
from . import files
from .pages import modules_of, notice, opens, page
from .roles import Action


@opens(Action.SEE_CORRECTIONS)
def corrections_page(request: HttpRequest) -> HttpResponse:
    """What was corrected, the newest first; and the quizzes in which the reader may correct a key."""
    part, rows = corrections_view.listed(modules_of(request, Action.SEE_CORRECTIONS), request.GET.get("page", ""))
    own = modules_of(request, Action.CORRECT_KEYS)
    banks = [] if own == frozenset() else [
        one for one in statistics_kept.banks(None) if own is None or set(one.modules) <= own
    ]  # fmt: skip
    shown = paging.part(len(banks), request.GET.get("quizzes", ""))
    rules = context.programme()
    values = {
        "here": "quizzes", "part": part, "rows": rows, "may_correct": own != frozenset(), "shown": shown,
        "banks": [(one, statistics_view.title_of(one, rules))
                  for one in banks[shown.start : shown.start + shown.per_page]],
    }  # fmt: skip
    return page(request, "desk_corrections.html", values)


@opens(Action.SEE_CORRECTIONS)
def correction_page(request: HttpRequest, correction_id: str) -> HttpResponse:
    """One correction with the marks that it touched."""
    one = _found(request, correction_id)
    if one is None:
        return _none(request)
    own = corrections_view.page_of(one, request.GET.get("page", ""))
    keys = modules_of(request, Action.SEE_KEYS)
    values = {"here": "quizzes", "own": own, "sees_key": keys is None or corrections_view.visible(one.bank, keys)}
    return page(request, "desk_correction.html", values)


@opens(Action.SEE_CORRECTIONS)
def marks_file(request: HttpRequest, correction_id: str) -> HttpResponse:
    """Every mark that it touched."""
    one = _found(request, correction_id)
    if one is None:
        return _none(request)
    files.noted(request, "correction", correction=one.id)
    head, parts = corrections_view.file_of(corrections_view.all_changes(one))
    return files.sent(csv_file.pieces(head, parts), files.CSV, f"wins-marks-{one.id}.csv")


def _found(request: HttpRequest, correction_id: str) -> CorrectionValue | None:
    one = regrading.one(int(correction_id))
    return one if one and corrections_view.visible(one.bank, modules_of(request, Action.SEE_CORRECTIONS)) else None


def _none(request: HttpRequest) -> HttpResponse:
    return notice(request, 404, _("This is not possible"), _("There is no such correction."))
