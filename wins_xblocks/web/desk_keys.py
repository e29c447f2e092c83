"""Correct a key: which questions differ, what it would do by name, and doing it. What was done stands beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, corrections_view, csv_file, jobs, keys_view, words
from ..domain import Refusal
from ..domain.quiz import corrections, past, regrading
from ..domain.quiz.banks import BankInvalid
from ..domain.quiz.corrections import Wish
from ..domain.quiz.past import Drawn
from ..jobs import Began
from ..keys_view import CourseText, Sources
from . import files
from .desk_strike import DIGITS
from .pages import modules_of, notice, opens, page, say
from .roles import Action

LONGEST_SEARCH = 80
STATUS = {corrections.TooLate: 409}
FIELDS = {corrections.ReasonWrong: "reason", corrections.ToldWrong: "told", corrections.NotChosen: "questions"}


@dataclass(frozen=True)
class Form:
    """One bank with what stands in the form about it."""

    wish: Wish
    versions: tuple[Drawn, ...]
    sources: Sources
    source: CourseText
    search: str
    known: bool


@opens(Action.CORRECT_KEYS, methods=("GET", "POST"))
def correct_page(request: HttpRequest, number: str) -> HttpResponse:
    """Choose questions and say why; see what it does; do it. A form that was refused is shown again."""
    form = _form_of(request, int(number))
    if isinstance(form, HttpResponse):
        return form
    do = request.POST.get("do", "edit") if request.method == "POST" else "edit"
    try:
        if do == "edit":
            return _form(request, form)
        return _stored(request, form) if do == "store" else _preview(request, form, as_file=do == "file")
    except BankInvalid as refusal:
        return notice(request, 409, _("This is not possible"), words.refusal(refusal))
    except Refusal as refusal:
        told = words.refusal(refusal)
        if isinstance(refusal, corrections.TooLate):
            told = f"{told} {corrections_view.first_did(form.wish.number)}"
            form = replace(form, wish=replace(form.wish, seen=past.count(form.wish.number)))
        return _form(request, form, told, refusal, STATUS.get(type(refusal), 400))


def _form_of(request: HttpRequest, number: int) -> Form | HttpResponse:
    versions = past.versions_of(number)
    if not versions:
        return notice(request, 404, _("This is not possible"), _("Nobody has taken such a quiz."))
    if not corrections_view.visible(number, modules_of(request, Action.CORRECT_KEYS)):
        told = _("Learners of modules that you do not teach took this quiz. Ask an administrator.")
        return notice(request, 404, _("This is not possible"), told)
    sent = request.POST or request.GET
    found = keys_view.sources(versions)
    source = next((one for one in found.texts if one.digest == sent.get("text")), found.texts[0])
    chosen = {name[3:]: what for name, what in request.POST.items() if name.startswith("do-") and what}
    seen = request.POST.get("seen", "")
    wish = Wish(
        number, source.text, chosen, request.POST.get("lower") == "yes", request.POST.get("reason", ""),
        request.POST.get("told", ""), int(seen) if DIGITS.fullmatch(seen) else past.count(number),
    )  # fmt: skip
    search = sent.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    return Form(wish, versions, found, source, search, request.POST.get("known") == "yes")


def _form(
    request: HttpRequest, form: Form, problem: str = "", refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    field = FIELDS.get(type(refusal), "")
    at = refusal.values.get("id", "") if isinstance(refusal, corrections.DoesNotFit) else ""
    rows = keys_view.question_rows(form.versions, form.source.text, form.wish.chosen, form.search)
    values = {
        **_shared(form), "problem": problem, "field": field, "at": at, "rows": rows, "q": form.search,
        "most": corrections.LONGEST, "most_told": corrections.LONGEST_TOLD,
        "before": corrections_view.listed_of(form.wish.number),
    }  # fmt: skip
    return page(request, "desk_keys_form.html", values, status)


def _shared(form: Form) -> Mapping[str, object]:
    titles = ", ".join(dict.fromkeys(form.sources.titles.values()))
    versions = [(keys_view.version_words(one.hash, one.made_at), one) for one in form.versions]
    return {
        "here": "quizzes", "form": form, "wish": form.wish, "quiz": titles, "versions": versions,
        "now": form.source.digest[:8],
    }  # fmt: skip


def _preview(request: HttpRequest, form: Form, as_file: bool = False, problem: str = "") -> HttpResponse:
    corrections.check_words(form.wish)
    found = keys_view.rehearsed(form.wish, context.now())
    if as_file:
        files.noted(request, "correction", bank=form.wish.number)
        head, parts = corrections_view.file_of(keys_view.all_rows(found, form.sources.titles))
        return files.sent(csv_file.pieces(head, parts), files.CSV, f"wins-correction-{form.wish.number}.csv")
    values = {
        **_shared(form), "found": keys_view.preview(found, form.sources.titles), "problem": problem,
        "rows": [row for row in keys_view.question_rows(form.versions, form.source.text, form.wish.chosen, "")
                 if row.what],
    }  # fmt: skip
    return page(request, "desk_keys_preview.html", values, 400 if problem else 200)


def _stored(request: HttpRequest, form: Form) -> HttpResponse:
    wish = form.wish
    latest = next(iter(regrading.of_bank(wish.number)), None)
    job = corrections_view.job_of(latest) if latest else None
    if job and job.open:
        raise corrections.TooLate(_("The marks of the correction before are still being changed. Try again later."))
    if wish.lower and not form.known and keys_view.preview(keys_view.rehearsed(wish, context.now()), {}).down:
        return _preview(request, form, problem=_("Say that you know whose mark goes down."))
    made = corrections.make(wish, form.sources.titles, request.user.id, context.now())
    say(request, _told(jobs.correct_keys(made, request.user.id)))
    return redirect("wins:key_correction", correction_id=made)


def _told(began: Began) -> str:
    if began is Began.DONE:
        return _("The key is corrected, and the marks are changed.")
    if began is Began.SOME:
        return _("The key is corrected. Some marks could not be changed: the periodic work (wins_periodic) goes on.")
    if began is Began.HANDED:
        return _("The key is corrected. The marks are changed in the background. You may close this page.")
    return _(
        "The key is corrected. The platform’s workers cannot be reached: the periodic work (wins_periodic, every five "
        "minutes) changes the marks. You may close this page."
    )
