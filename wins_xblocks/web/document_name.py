"""The learner confirms her name as on her identity document, and gets her voucher with the same press."""

from pathlib import Path
from typing import Any
from zoneinfo import TZPATH

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from .. import context, events, words
from ..domain import Refusal
from ..domain.vouchers import api as vouchers
from ..domain.vouchers import names, rules
from ..domain.vouchers.data import Name, VoucherPosition
from ..journey import courses_of, enrol
from ..platform import platform
from ..voucher_view import view
from .pages import notice, opens, page, say
from .roles import Action

FIELDS = {rules.GivenWrong: "given", rules.FamilyWrong: "family", rules.NativeWrong: "native"}


class CountryWrong(Refusal):
    """Not one of the countries of the list."""


class RulesUnread(Refusal):
    """She has not said that she read the rules of the exam."""


FIELDS_OF_PAGE = {**FIELDS, CountryWrong: "country", names.CountryFixed: "country", RulesUnread: "rules"}
MISTAKES = tuple(FIELDS_OF_PAGE)


@opens(Action.OWN_PAGES, methods=("GET", "POST"))
def name_page(request: HttpRequest) -> HttpResponse:
    """The name that stands, and the form to change it until a voucher was given for it."""
    if request.method != "POST":
        return _name(request)
    try:
        changed = names.confirm(request.user.id, told(request), context.now())
    except MISTAKES as refusal:
        return _name(request, refusal)
    say(request, _("Your name is saved.") if changed else _("This name was saved before. Nothing was changed."))
    return redirect("wins:document_name")


def _name(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    fixed = names.fixed(request.user.id)
    values = {**form_values(request, names.of(request.user.id), refusal), "here": "vouchers", "fixed": fixed}
    return page(request, "document_name.html", values, 400 if refusal else 200)


@opens(Action.OWN_PAGES, methods=("GET", "POST"))
def get_page(request: HttpRequest, exam: str) -> HttpResponse:
    """Check three things, then get the voucher. Pressing twice is safe."""
    position = _position(request, exam)
    if position is None or not _offered(position):
        return notice(request, 409, _("This is not possible"), _not_offered(position))
    if not _studies(request.user, position.module.id):
        told_where = _("Your course is not open for you any more. Ask WINS to give you your voucher.")
        return notice(request, 409, _("This is not possible"), told_where)
    if request.method != "POST":
        return _get(request, position)
    try:
        return _got(request, exam)
    except MISTAKES as refusal:
        return _get(request, position, refusal)


def _studies(user: Any, module_id: str) -> bool:
    """As open as the block: that of each of her courses gives every exam's voucher; not to the exam's course team."""
    rules, edge = context.programme(), platform()
    own = courses_of(user, rules)
    if module_id in own or not own:
        return bool(own)
    found = [(one, context.module_of_course(one, rules)) for one in edge.enrolled_courses(user.id)]
    return not any(module and module.id == module_id and edge.is_course_staff(user, one) for one, module in found)


def _offered(position: VoucherPosition) -> bool:
    """Does the card of this exam lead here? One place decides, so that no button leads to a refusal."""
    button = view(position).button
    return button is not None and button.kind in ("confirm", "get")


def _not_offered(position: VoucherPosition | None) -> str:
    if position and position.by_staff and position.verdict.met:
        return words.sentence(vouchers.BY_STAFF, {})
    return _("You cannot get this voucher now. See your vouchers.")


def _got(request: HttpRequest, exam: str) -> HttpResponse:
    learner_id, form, rules_, now = request.user.id, request.POST, context.programme(), context.now()
    name = told(request)
    if form.get("rules") != "read":
        raise RulesUnread(_("Read the rules of the exam, then say so here."))
    names.confirm(learner_id, name, now)
    if form.get("arrangements") == "yes":
        return redirect("wins:arrangement", exam=exam)
    try:
        position = vouchers.issue(
            learner_id, exam, rules_, context.first_rules(), context.factor(), now, events.voucher_issued
        )
    except vouchers.GivenByStaff as refusal:  # what WINS waited for is done
        say(request, words.refusal(refusal))
        return redirect("wins:vouchers")
    if position.state == "waiting":
        events.pool_empty()
    say(request, view(position).heading)
    return redirect("wins:vouchers")


def _get(request: HttpRequest, position: VoucherPosition, refusal: Refusal | None = None) -> HttpResponse:
    values = {
        **form_values(request, position.name, refusal), "here": "vouchers", "title": position.module.title,
        "read": request.POST.get("rules") == "read", "arrangements": request.POST.get("arrangements") == "yes",
        "fixed": names.fixed(request.user.id), "pearson_url": context.setting("WINS_PEARSON_URL"),
        "asked_before": position.arrangement is not None, "by_staff": position.by_staff,
    }  # fmt: skip
    return page(request, "get_voucher.html", values, 400 if refusal else 200)


def _position(request: HttpRequest, exam: str) -> VoucherPosition | None:
    rules_, now = context.programme(), context.now()
    enrol(request.user, now)
    found = vouchers.positions(request.user.id, rules_, context.first_rules(), context.factor(), now)
    return next((position for position in found if position.exam == exam), None)


def told(request: HttpRequest) -> Name:
    """The name of a form. Where one stands that may not be changed any more, and none was sent, it is that one."""
    form, stands = request.POST, names.of(request.user.id)
    country = _country(form.get("country", ""), stands)
    if stands and "family" not in form:
        return Name(stands.given, stands.family, stands.native, country)
    return read(form, country)


def read(form: dict[str, str], country: str) -> Name:
    """Raises NameWrong of one of its parts."""
    return names.told(
        form.get("given", "")[:300], form.get("family", "")[:300], form.get("native", "")[:300],
        form.get("single") == "yes", country,
    )  # fmt: skip


def _country(sent: str, stands: Name | None) -> str:
    """Asked only where the policy names countries; else the one that was told before, if any."""
    if not context.programme().policies.country_review:
        return stands.country if stands else ""
    if sent not in dict(countries()):
        raise CountryWrong(_("Choose the country of your identity document."))
    return sent


def countries() -> list[tuple[str, str]]:
    """(code, name) by name: the system's own table of ISO 3166, in English; the policy's codes where there is none."""
    codes = context.programme().policies.country_review
    for folder in TZPATH:
        table = Path(folder) / "iso3166.tab"
        if table.is_file():
            lines = table.read_text(encoding="utf-8").splitlines()
            rows = [tuple(line.split("\t")[:2]) for line in lines if line and not line.startswith("#")]
            return sorted({**{code: code for code in codes}, **dict(rows)}.items(), key=lambda row: row[1])
    return [(code, code) for code in codes] + [("ZZ", _("another country"))]


def form_values(request: HttpRequest, name: Name | None, refusal: Refusal | None = None) -> dict[str, object]:
    """What the fields show: what was sent, else what stands."""
    sent = request.POST if "family" in request.POST else None
    listed = bool(context.programme().policies.country_review)
    return {
        "name": name,
        "given": sent.get("given", "")[:300] if sent else (name.given if name else ""),
        "family": sent.get("family", "")[:300] if sent else (name.family if name else ""),
        "native": sent.get("native", "")[:300] if sent else (name.native if name else ""),
        "single": sent.get("single") == "yes" if sent else bool(name and not name.given),
        "country": request.POST.get("country", "") or (name.country if name else ""),
        "countries": countries() if listed else (),
        "problem": words.refusal(refusal) if refusal else "",
        "field": FIELDS_OF_PAGE.get(type(refusal), "") if refusal else "",
    }
