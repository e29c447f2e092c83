"""More tries for one learner at the module test or another quiz of the module, with a reason. She may begin at once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, words
from ..desk_view import people_of
from ..domain import Refusal
from ..domain.quiz import api as quiz
from ..domain.quiz import extra
from ..domain.quiz.data import TryLine
from ..domain.quiz.extra import Extra
from ..domain.registration import api as registration
from ..domain.registration.data import LIVING, Standing
from ..domain.together import together
from ..outline import name_of
from .desk_strike import DIGITS, Problem, seen_of
from .pages import notice, opens, page, say
from .record import of_staff
from .roles import Action

FIELDS = {extra.NumberWrong: "n", extra.ReasonWrong: "reason"}
TEST = "test"
MOST_TRIES = 500  # that are looked at for their quizzes


@dataclass(frozen=True)
class Option:
    """What more tries may be given at: ``value`` is the test, or the quiz's key."""

    value: str
    told: str


@opens(Action.EXTRA_TRIES, methods=("GET", "POST"))
def tries_page(request: HttpRequest, registration_id: str) -> HttpResponse:
    """Say what it does, ask at what, how many and why, do it. A form that was refused is shown again with its text."""
    own = of_staff(request, registration_id, Action.EXTRA_TRIES)
    if own is None:
        return notice(request, 404, _("This is not possible"), _("There is no such study record."))
    [standing] = registration.standings([own], context.programme(), context.first_rules(), context.factor()) or [None]
    if standing is None:
        return notice(request, 409, _("This is not possible"), _("The rules do not know this module any more."))
    if own.state not in LIVING:
        told = _("The learner does not study this module any more.")
        return notice(request, 409, _("This is not possible"), told)
    options = _options(standing)
    if request.method != "POST":
        return _form(request, standing, options)
    try:
        return _given(request, standing, options)
    except Refusal as refusal:
        field = FIELDS.get(type(refusal), "")
        return _form(
            request, standing, _options(standing), Problem(words.refusal(refusal), field, 400 if field else 409)
        )


def _given(request: HttpRequest, standing: Standing, options: list[Option]) -> HttpResponse:
    own, what, number = standing.registration, request.POST.get("what", ""), request.POST.get("n", "")
    if what not in [option.value for option in options]:
        raise Refusal(_("Choose the test or quiz."))
    told = Extra(
        own.learner_id, own.id if what == TEST else None, "" if what == TEST else what,
        int(number) if DIGITS.fullmatch(number) else 0, request.POST.get("reason", ""), seen_of(request),
    )  # fmt: skip
    extra.give(told, standing.module.title, request.user.id, context.now())
    say(request, _("The learner can try again at once and gets a mail."))
    return redirect("wins:quizzes") if _of_list(request) else redirect("wins:one_learner", learner_id=own.learner_id)


def _of_list(request: HttpRequest) -> bool:
    """Did the reader come from the list of those without a try? She goes back there."""
    return "list" in (request.GET.get("from"), request.POST.get("from"))


def _options(standing: Standing) -> list[Option]:
    """The module test until it is passed, and the quizzes of the module that she has tried."""
    own, given = standing.registration, extra.given(standing.registration.id, standing.registration.learner_id)
    rows = together({"tries": quiz.tries_of(own.learner_id, MOST_TRIES, {own.module})})["tries"]
    mine = [row for row in rows if row.purpose != "test"]
    used = Counter(row.block for row in mine if row.submitted_at and row.counts)
    found = [Option(block, _told(name_of(block), used[block], given.get(block, 0))) for block in _in_turn(mine)]
    return found if standing.test.passed else [Option(TEST, _of_test(standing, given)), *found]


def _in_turn(rows: list[TryLine]) -> list[str]:
    return sorted({row.block for row in rows}, key=name_of)


def _of_test(standing: Standing, given: Mapping[str, int]) -> str:
    told = _("Module test: {used} used, {rules} by the rules, {given} given beyond")
    return told.format(used=standing.test.counted.tries, rules=standing.tries, given=given.get("", 0))


def _told(name: str, used: int, given: int) -> str:
    return _("{quiz}: {used} used, {given} given beyond").format(quiz=name, used=used, given=given)


def _form(
    request: HttpRequest, standing: Standing, options: list[Option], problem: Problem | None = None
) -> HttpResponse:
    own, sent = standing.registration, request.POST
    values = {
        "here": "quizzes" if _of_list(request) else "learners",
        "of_list": _of_list(request),
        "problem": problem,
        "person": people_of([own.learner_id])[own.learner_id],
        "title": words.staff_title(standing.module),
        "registration": own,
        "options": options,
        "passed": standing.test.passed,
        "numbers": range(1, extra.MOST_AT_ONCE + 1),
        "seen": extra.count(own.learner_id),
        "most": extra.LONGEST,
        "what": sent.get("what", request.GET.get("what", TEST)),
        "n": sent.get("n", "1"),
        "reason": sent.get("reason", ""),
    }
    return page(request, "desk_tries.html", values, problem.status if problem else 200)
