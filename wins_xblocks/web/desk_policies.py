"""Policies on the desk: what holds, a new version with a look at whom it touches, taking one away before its day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, policy_change, policy_form, policy_tries, policy_view, words
from ..desk_view import people_of
from ..domain.programme import setup, versions
from ..domain.programme.data import Programme
from ..domain.programme.versions import Claim, Version
from ..policy_fields import of_module, rows_of
from ..policy_form import Shown, Typed
from .pages import may, notice, opens, page, say
from .roles import Action

Versions = tuple[Version, ...]


@opens(Action.SEE_POLICIES)
def policies_page(request: HttpRequest) -> HttpResponse:
    """Every policy with its value, since when and why; the versions that wait; all versions."""
    found = policy_view.policies(_readable(), _today(), _page_number(request.GET.get("page", "")))
    values = {"here": "policies", "found": found, "may_set": may(request, Action.SET_POLICIES)}
    return page(request, "desk_policies.html", values)


def _all() -> Versions:
    return versions.all_of(context.first_rules())


def _readable() -> Versions:
    """The same where the version that holds can be read. Raises ProgrammeError, which says why it cannot."""
    known = _all()
    if versions.holding(known, _today()).programme is None:
        context.forget_programme()
        context.programme()
    return known


def _today() -> date:
    return versions.today(context.first_rules(), context.now())


def _page_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _is_number(text: str) -> bool:
    """Of a version; Python itself reads no number of thousands of digits."""
    return text.isascii() and text.isdigit() and len(text) < 10


@dataclass(frozen=True)
class _Sent:
    """A form as it came: what it was written for, what was typed, and what is wrong with day and reason."""

    claim: Claim
    base: Programme
    typed: Typed
    day: date | None
    day_text: str
    reason: str
    problems: Mapping[str, str]


@opens(Action.SET_POLICIES, methods=("GET", "POST"))
def change_page(request: HttpRequest) -> HttpResponse:
    """The form; then what it would do, and to whom; then it is stored. What was typed is never lost."""
    known = _readable()
    if request.method != "POST":
        return _fresh(request, known)
    sent = _sent(request.POST, known)
    if sent is None:
        return notice(request, 409, _("This is not possible"), _("This form is out of date. Open it again."))
    if request.POST.get("do") == "edit" and sent.day:
        return _form(request, sent)
    draft = policy_form.draft(sent.typed, sent.base, sent.day or _today(), sent.reason)
    problems = {**draft.problems, **sent.problems}
    if problems or draft.programme is None or sent.day is None:
        return _form(request, sent, problems, 400)
    now = versions.claim(known, sent.day)
    if (now.number, now.based_on) != (sent.claim.number, sent.claim.based_on):
        return _moved(request, sent, known, now)
    if fixed := policy_change.fixed_codes(known, sent.base, draft.programme, _today()):
        return _form(request, sent, fixed, 400)
    if not policy_form.differing(sent.base, draft.programme):
        return _form(request, sent, {"": _("Nothing is changed in this form yet.")}, 400)
    return _store_or_preview(request, sent, replace(draft.programme, version=now.number), known, now)


def _store_or_preview(
    request: HttpRequest, sent: _Sent, draft: Programme, known: Versions, now: Claim
) -> HttpResponse:  # fmt: skip
    undone = policy_change.undone(known, sent.base, draft)
    if request.POST.get("do") != "store":
        return _preview(request, sent, draft, known, now)
    if now.follows != sent.claim.follows:
        return _preview(request, sent, draft, known, now, str(_meanwhile()))
    if undone and request.POST.get("known") != "yes":
        return _preview(request, sent, draft, known, now, _("Say first that you know what the later versions do."))
    try:
        versions.make(draft, sent.claim, context.first_rules(), request.user.id, context.now())
    except versions.Meanwhile:
        again = _all()
        return _moved(request, sent, again, versions.claim(again, draft.effective))
    context.forget_programme()
    if any(field.name == "policies.hours" or field.name.endswith(".required_hours")
           for field in policy_form.differing(sent.base, draft)):  # fmt: skip
        setup.mark(setup.HOURS, request.user.id, context.now())  # who changes the rule about hours has decided it
    say(request, _("Version {number} was stored. It begins on {date}.").format(
        number=sent.claim.number, date=words.day(draft.effective)))  # fmt: skip
    return redirect("wins:policies")


def _meanwhile() -> str:
    return _("A later version was made or withdrawn meanwhile. Nothing was stored. Look again.")


def _sent(form: QueryDict, known: Versions) -> _Sent | None:
    """None when the form does not say which version it was written for, or names one that cannot be read."""
    numbers = [form.get(name, "") for name in ("number", "based_on")]
    if not all(map(_is_number, numbers)):
        return None
    base = next((one.programme for one in known if one.number == int(numbers[1])), None)
    if base is None:
        return None
    follows = tuple(int(text) for text in form.get("follows", "").split() if _is_number(text))
    day_text, reason = form.get("effective", "")[:20], form.get("reason", "").replace("\0", "")
    day, problem = _day(day_text, known)
    problems = {"effective": problem} if problem else {}
    if not versions.SHORTEST_REASON <= len(reason.strip()) <= versions.LONGEST_REASON:
        problems["reason"] = _("Give a reason of 3 to 2000 characters.")
    claim = Claim(int(numbers[0]), int(numbers[1]), follows)
    return _Sent(claim, base, policy_form.typed(form, base), day, day_text, reason, problems)


def _day(text: str, known: Versions) -> tuple[date | None, str]:
    """The day of effect, or what is wrong with it."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None, _("Write the day as a date like 2027-12-31.")
    if day < _today():
        return None, _("Rules cannot begin in the past. Choose today or a later day.")
    if day.year > 2099:
        return None, _("Choose a day before the year 2100.")
    if versions.holding(known, day).programme is None:
        told = _("On this day version {number} holds, which cannot be read. Withdraw it first, or choose another day.")
        return None, told.format(number=versions.holding(known, day).number)
    return day, ""


def _fresh(request: HttpRequest, known: Versions) -> HttpResponse:
    base = versions.holding(known, _today())
    assert base.programme is not None, "page values have asked for it"
    claim = versions.claim(known, _today())
    sent = _Sent(claim, base.programme, policy_form.written(base.programme), None, _today().isoformat(), "", {})
    return _form(request, sent)


def _moved(request: HttpRequest, sent: _Sent, known: Versions, now: Claim) -> HttpResponse:
    """Others made or withdrew versions since, or another version holds on the chosen day: told, and put together."""
    base = next(one for one in known if one.number == now.based_on)
    assert base.programme is not None
    assert sent.day is not None
    told, mine = policy_change.news(known, sent.claim, sent.base, base, sent.typed, sent.day)
    again = _Sent(now, base.programme, mine, sent.day, sent.day_text, sent.reason, {})
    return _form(request, again, {}, 409, told)


def _form(
    request: HttpRequest, sent: _Sent, problems: Mapping[str, str] | None = None, status: int = 200,
    news: policy_change.News | None = None,
) -> HttpResponse:  # fmt: skip
    told = problems or {}

    def shown(fields: tuple[policy_form.Field, ...]) -> list[Shown]:
        return [Shown(field, sent.typed[field.name], told.get(field.name, "")) for field in fields]

    rows = [(row, shown(row.fields)) for row in rows_of(sent.base)]
    modules = [(words.staff_title(one), shown(of_module(number))) for number, one in enumerate(sent.base.modules)]
    beside = {field.field.name for _row, own in (*rows, *modules) for field in own} | {"effective", "reason"}
    values = {
        "here": "policies", "rows": rows, "modules": modules, "claim": sent.claim, "effective": sent.day_text,
        "reason": sent.reason, "news": news, "day_problem": told.get("effective", ""), "today": _today().isoformat(),
        "reason_problem": told.get("reason", ""), "most": versions.LONGEST_REASON, "count": len(told),
        "problem": "; ".join(text for name, text in told.items() if name not in beside),
    }  # fmt: skip
    return page(request, "desk_policies_form.html", values, status)


def _preview(
    request: HttpRequest, sent: _Sent, draft: Programme, known: Versions, now: Claim, problem: str = ""
) -> HttpResponse:
    pages = _page_number(request.POST.get("losing", "")), _page_number(request.POST.get("gaining", ""))
    found = policy_change.preview(known, sent.base, draft, pages)
    asked = request.POST.get("spent", ""), request.POST.get("given", "")
    values = {
        "here": "policies", "found": found, "claim": now, "draft": draft, "typed": sent.typed, "problem": problem,
        "effective": sent.day_text, "reason": sent.reason, "seconds": int(policy_change.SECONDS),
        "many": [field.name for field in policy_form.fields(sent.base) if field.kind == policy_form.MANY],
        "protects": sent.base.policies.which_rules == "better_of", "pages": pages,
        "tries": policy_tries.lists(known, sent.base, draft, asked),
    }  # fmt: skip
    return page(request, "desk_policies_preview.html", values, 400 if problem else 200)


@opens(Action.SET_POLICIES, methods=("GET", "POST"))
def withdraw_page(request: HttpRequest, version: str) -> HttpResponse:
    """Take a version away before its day, with the reason."""
    number, reason = int(version), request.POST.get("reason", "")
    if request.method == "POST":
        try:
            versions.withdraw(number, reason, context.first_rules(), request.user.id, context.now())
        except versions.ReasonWrong as refusal:
            return _withdrawal(request, number, words.refusal(refusal), 400)
        context.forget_programme()
        say(request, _("Version {number} was withdrawn. It never was in force.").format(number=number))
        return redirect("wins:policies")
    return _withdrawal(request, number)


def _withdrawal(request: HttpRequest, number: int, problem: str = "", status: int = 200) -> HttpResponse:
    known, day = _all(), _today()
    own = next((one for one in known if one.number == number), None)
    if own is None:
        return notice(request, 404, _("This is not possible"), _("There is no such version."))
    if own not in versions.following(known, day):
        told = _("It has begun, or it was withdrawn before.")
        return notice(request, 409, _("This version cannot be withdrawn"), told)
    people = people_of([own.made_by] if own.made_by else [])
    values = {
        "here": "policies", "row": policy_view.version_row(own, known, day, people), "problem": problem,
        "later": versions.following(known, own.effective), "reason": request.POST.get("reason", "")[:4000],
        "most": versions.LONGEST_REASON,
    }  # fmt: skip
    return page(request, "desk_policies_withdraw.html", values, status)
