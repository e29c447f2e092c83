"""One module's page: the module, its exam, one next step, and what WINS accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from . import context, words
from .domain.programme.data import Module, Programme
from .domain.quiz.data import TestStanding
from .domain.registration import api as registration
from .domain.registration import rules as registration_rules
from .domain.registration.data import Accepted, Hours, RegistrationValue, Standing
from .domain.study_time import api as study_time
from .journey import Next, courses_of, my_exams, notice_sentence, standings_of, view_of
from .module_view import Activity, Link, ModuleView, Planned, module_view
from .outline import MODULE, Outline
from .people import Page, Unit
from .platform import platform
from .voucher_view import VoucherView

MOST_ACCEPTED = 5  # decisions that are told one by one


@dataclass(frozen=True)
class ModulePage:
    """All of the module block: the module, its exam, the next step, and the hours that WINS accepted, in words."""

    module: ModuleView
    next: Next
    voucher: VoucherView | None = None
    accepted: tuple[str, ...] = ()


def module_page(
    user: Any, module: Module, course_id: str | None, planned: Sequence[Planned], now: datetime, alone: bool = False
) -> ModulePage:
    """Where ``user`` (None: nobody yet) stands in one module. Stores nothing.

    ``alone``: for a reader who may not know of her exams, of her other modules, or why hours were accepted.
    """
    rules = context.programme()
    mine = standings_of(user, rules) if user else []
    own = next((standing for standing in mine if standing.module.id == module.id), None)
    view = view_of(user, own or unstarted(module, rules), course_id, planned, rules, now)
    if own is None:
        return ModulePage(view, Next(view.next_sentence, view.next))
    if not study_time.notice_accepted(user.id):
        step = Next(notice_sentence(), Link(_("How your time is counted"), reverse("wins:time")))
    elif view.next_sentence:
        step = Next(view.next_sentence, view.next)
    else:
        step = _after(user, own, () if alone else mine, rules)
    if alone:
        return ModulePage(view, step)
    exam = next((told for told in my_exams(user.id, rules, now) if told.exam == module.exam), None)
    return ModulePage(view, step, exam, _accepted(own))


def _after(user: Any, own: Standing, mine: Sequence[Standing], rules: Programme) -> Next:
    """The next step once a module is complete: the other module while that one is not."""
    path, ask = Link(_("My WINS path"), reverse("wins:path")), Link(_("Ask WINS"), reverse("wins:ask"))
    others = [standing for standing in mine if standing.module.kind != own.module.kind]
    if not mine or any(standing.complete for standing in others):
        return Next(_("Module complete. See your next step on My WINS path."), path)
    is_foundation = own.module.kind == "foundation"
    if not others:
        elective = _("Module complete. Next: your elective. Ask WINS which one fits you.")
        foundation = _("Module complete. Next: the Foundation Module. Ask WINS to enrol you.")
        return Next(elective if is_foundation else foundation, ask)
    other = max(others, key=lambda standing: standing.hours.counted).module
    elective, foundation = _("Module complete. Next: your elective, {title}."), _("Module complete. Next: {title}.")
    url = _module_url(user, courses_of(user, rules).get(other.id))
    link = Link(_("Go to {title}").format(title=other.title), url) if url else path
    return Next((elective if is_foundation else foundation).format(title=other.title), link)


def _module_url(user: Any, course_id: str | None) -> str:
    """The page of the module in this course; empty where there is none."""
    page = Outline(platform().outline(course_id, user)).page_with(MODULE) if course_id else None
    return page.url if page else ""


def _accepted(own: Standing) -> tuple[str, ...]:
    """What WINS accepted, the newest first."""
    if not own.hours.waived:
        return ()
    rows = registration.accepted(own.registration.id, MOST_ACCEPTED + 1)
    told = [_accepted_words(row) for row in rows[:MOST_ACCEPTED]]
    return (*told, _("Earlier ones are part of your hours too.")) if len(rows) > MOST_ACCEPTED else tuple(told)


def _accepted_words(row: Accepted) -> str:
    told = _("WINS accepted {hours} for you ({date}).").format(hours=words.duration(row.length), date=words.day(row.at))
    return told + " " + _("Reason: {reason}").format(reason=row.reason) if row.reason else told


def sample_page(module: Module, hours: Hours, planned: Sequence[Planned], now: datetime) -> ModulePage:
    """The module with invented hours, for previews: the first unit done, the second one open."""
    rules = context.programme()
    units = [Unit(p.unit, p.title, (Page(f"{p.unit}-page", p.title, ""),)) for p in planned]
    first, second = [*(p.unit for p in planned[:2]), "", ""][:2]
    spent = {first: hours.online * 2 // 3, second: hours.online // 3}
    seen = Activity(spent, (), second, f"{second}-page", frozenset({first}))
    view = module_view(unstarted(module, rules, hours), rules, Outline(tuple(units)), seen, planned, "", now)
    return ModulePage(view, Next(view.next_sentence, view.next))


def unstarted(module: Module, rules: Programme, hours: Hours | None = None) -> Standing:
    """The standing of somebody who has not begun, for previews; no row stands behind it."""
    own, test = hours or Hours(), TestStanding()
    nobody = RegistrationValue(0, 0, module.id, "", "open", rules.version, context.now(), None, None)
    verdict = registration_rules.completion(module, own, test, rules.policies.hours)
    return Standing(nobody, module, own, test, verdict)
