"""One module as its learner sees it, on My WINS path and in the module block: frozen values, in the reader's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import words
from .domain.duration import HOUR_MS, Duration
from .domain.programme.data import Programme
from .domain.quiz.data import Limits
from .domain.registration.data import Standing
from .outline import Outline, Place, name_of
from .study_sums import forecast


@dataclass(frozen=True)
class Planned:
    """What the exporter wrote of a unit: its share of the hours, its objectives, the minutes of each of its pages."""

    unit: str
    title: str
    hours: float
    objectives: tuple[str, ...] = ()
    minutes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Activity:
    """What the ledger and the quizzes know of one registration, by usage key of the unit, and by day.

    ``read_again`` are ids of objectives: those that the newest module test found weak.
    """

    by_unit: Mapping[str, int]
    by_day: Sequence[tuple[date, int]]
    last_unit: str
    last_page: str
    done: frozenset[str]
    read_again: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """A button or link: its words and where it leads."""

    label: str
    url: str


@dataclass(frozen=True)
class UnitLine:
    """One unit. ``state``: done, now, started or later; ``percent`` of the planned hours, None where none are."""

    number: int
    title: str
    url: str
    state: str
    state_words: str
    time_words: str
    percent: int | None


@dataclass(frozen=True)
class TestLine:
    """The module test. ``state``: open, running, passed, pause or used_up; ``read_again`` leads to units."""

    __test__ = False  # pytest would collect the name

    state: str
    sentence: str
    link: Link | None
    read_again: tuple[Link, ...] = ()


@dataclass(frozen=True)
class ModuleView:
    """One module with everything that is said of it. ``next`` is None when nothing is left to do in it."""

    standing: Standing
    summary: str
    hours_heading: str
    hours_spoken: str
    hours_parts: str
    hours_note: str
    percent: int
    forecast: str
    units: tuple[UnitLine, ...]
    test: TestLine
    place: Place | None
    next_sentence: str
    next: Link | None
    voucher_url: str
    exam_words: str
    rules_words: str
    takes_book: bool

    @property
    def title(self) -> str:
        return self.standing.module.title

    @property
    def hours_met(self) -> bool:
        return _hours_met(self.standing)

    @property
    def has_plan(self) -> bool:
        """Are hours planned for any unit?"""
        return any(unit.percent is not None for unit in self.units)


def module_view(
    standing: Standing, rules: Programme, outline: Outline, seen: Activity, planned: Sequence[Planned], ask_url: str,
    now: datetime,
) -> ModuleView:  # fmt: skip
    """Compose the view of one registration under the rules that bind it."""
    place = outline.place(seen.last_unit, seen.last_page, seen.done)
    test_page, voucher_page = outline.test_page, outline.page_with("wins_exam_voucher")
    test = _test(standing, rules, test_page.url if test_page else "", ask_url, now)
    if test.state != "running":
        test = replace(test, read_again=_read_again(outline, planned, seen.read_again))
    sentence, link = _next(standing, outline, seen, place, test, planned, ask_url)
    hours, module = standing.hours, standing.module
    return ModuleView(
        standing=standing,
        summary=_summary(standing),
        **_hours_words(standing, rules),
        hours_parts=_hours_parts(standing),
        percent=min(int(hours.counted * 100 // module.required_ms), 100),
        forecast=forecast(standing.hours, standing.module, seen.by_day, rules.zone, now),
        units=_units(outline, seen, planned, hours.online_factor),
        test=test,
        place=place,
        next_sentence=sentence,
        next=link,
        voucher_url=voucher_page.url if voucher_page else "",
        exam_words=_exam_words(rules),
        rules_words=_("The rules of {date} apply to you.").format(date=words.day(rules.effective)),
        takes_book=rules.policies.book_hours.most > 0,
    )


def _hours_met(standing: Standing) -> bool:
    return all(condition.met for condition in standing.completion.conditions if condition.kind == "hours")


def _summary(standing: Standing) -> str:
    module, left = standing.module, Duration(max(standing.module.required_ms - standing.hours.counted, 0))
    if standing.complete:
        return _("Module complete.")
    if standing.test.passed:
        left = Duration(-(-left // 60_000) * 60_000)  # rounded up: "0 min more" would be untrue
        told = _("You passed the module test. You need {left} more.").format(left=words.duration(left))
        return told + " " + _("You can read online or in your book.")
    if _hours_met(standing) and not left:
        told = _("You have your {hours} hours. One thing is left: the module test.")
        return told.format(hours=module.required_hours)
    return ""


def _hours_words(standing: Standing, rules: Programme) -> dict[str, str]:
    """The heading, the same as it is spoken, and what must be said where no hours are asked for."""
    counted, module = standing.hours.counted, standing.module
    if rules.policies.hours == "advisory":
        told = _("Your study time: {counted}")
        note = _("About {hours} hours are planned. Study time is for your own information. It does not stop you.")
        note = note.format(hours=module.nominal_hours)
    else:
        told, note = _("Your study time: {counted} of {hours} hours"), ""
    return {
        "hours_heading": told.format(counted=words.duration(counted), hours=module.required_hours),
        "hours_spoken": told.format(counted=words.spoken(counted), hours=module.required_hours),
        "hours_note": note,
    }


def _hours_parts(standing: Standing) -> str:
    hours = standing.hours
    parts = [
        _("Online {time}").format(time=words.duration(hours.online)),
        _("Book {time}").format(time=words.duration(hours.book)),
    ]
    if hours.waived:
        parts.append(_("Accepted by WINS {time}").format(time=words.duration(hours.waived)))
    return " · ".join(parts)


def _units(outline: Outline, seen: Activity, planned: Sequence[Planned], factor: int) -> tuple[UnitLine, ...]:
    hours = {plan.unit: plan.hours for plan in planned if plan.hours > 0}
    named = {"done": _("done"), "now": _("now"), "started": _("started"), "later": _("not started")}
    lines = []
    for number, unit in enumerate(outline.study_units, 1):
        spent, plan = seen.by_unit.get(unit.key, 0) * factor, hours.get(name_of(unit.key))
        state = "done" if unit.key in seen.done else "now" if unit.key == seen.last_unit else ""
        state = state or ("started" if spent else "later")
        percent = min(int(spent * 100 / (plan * HOUR_MS)), 100) if plan else None
        time = _unit_time(spent, plan)
        lines.append(UnitLine(number, unit.title, unit.pages[0].url, state, named[state], time, percent))
    return tuple(lines)


def _unit_time(spent: int, hours: float | None) -> str:
    if hours is None:
        return words.duration(spent) if spent else ""
    if not spent:
        return _("about {hours} h").format(hours=f"{hours:g}")
    return _("{time} of about {hours} h").format(time=words.duration(spent), hours=f"{hours:g}")


def _exam_words(rules: Programme) -> str:
    """When the voucher comes, for whoever has none yet."""
    if rules.policies.release == "after_module":
        return _("You get your voucher when this module is done.")
    return _("You get your voucher when both modules are done.")


def _read_again(outline: Outline, planned: Sequence[Planned], weak: Sequence[str]) -> tuple[Link, ...]:
    """The units whose objectives are weak; none where the course does not say which unit teaches what."""
    taught = {plan.unit: set(plan.objectives) for plan in planned}
    return tuple(
        Link(_("Unit {unit}: {title}").format(unit=number, title=unit.title), unit.pages[0].url)
        for number, unit in enumerate(outline.study_units, 1)
        if taught.get(name_of(unit.key), set()) & set(weak)
    )


def _test(standing: Standing, rules: Programme, url: str, ask_url: str, now: datetime) -> TestLine:
    test, policy = standing.test, rules.policies.module_test
    values = {"percent": _percent(test.last_percent), "needed": _percent(policy.pass_percent)}
    if test.passed_at is not None:
        told = _("Passed on {date} with {percent}.")
        reached = _percent(test.passed_percent)
        return TestLine("passed", told.format(date=words.day(test.passed_at), percent=reached), None)
    if test.running:
        return _test_line("running", _("You have started a try. You can go on with it."), _("Continue the test"), url)
    chance = Limits(policy.pass_percent, policy.tries, policy.pause_hours).chance(test.counted, now)
    left = chance.left or 0
    tries = ngettext("You have {left} try.", "You have {left} tries.", left).format(left=left)
    if not test.tries or test.last_at is None:
        told = _("You can take it at any time. You need {needed}.").format(**values)
        return _test_line("open", f"{told} {tries}", _("Start the test"), url)
    told = _("{percent}. You need {needed}.").format(**values)
    if not left:
        ends = _("You have used all your tries. Write to WINS. We can give you another one.")
        return _test_line("used_up", f"{told} {ends}", _("Ask WINS"), ask_url)
    if chance.next_at:
        free = words.moment(chance.next_at)
        return TestLine("pause", told + " " + _("Next try from {moment}.").format(moment=free), None)
    return _test_line("open", f"{told} {tries}", _("Try the test again"), url)


def _percent(number: int | None) -> str:
    return _("{number}\u00a0%").format(number=number)


def _test_line(state: str, sentence: str, label: str, url: str) -> TestLine:
    return TestLine(state, sentence, Link(label, url) if url else None)


def _next(
    standing: Standing, outline: Outline, seen: Activity, place: Place | None, test: TestLine,
    planned: Sequence[Planned], ask_url: str,
) -> tuple[str, Link | None]:  # fmt: skip
    """The one next step in this module: read on until the hours are there, then the test."""
    if standing.complete:
        return "", None
    read = all(unit.key in seen.done for unit in outline.study_units)
    ready = _hours_met(standing) and (standing.hours.counted >= standing.module.required_ms or read)
    if not standing.test.passed and ready and test.link:
        return test.sentence, test.link
    if place is None:
        return _("This course has no pages yet."), Link(_("Ask WINS"), ask_url)
    where = {"unit": place.unit_number, "page": place.page_number}
    sentence = _("Unit {unit}, page {page}: “{title}”.").format(title=place.page.title, **where)
    minutes = {name: length for plan in planned for name, length in plan.minutes.items()}.get(name_of(place.page.key))
    if minutes:
        about = ngettext("About {minutes} minute.", "About {minutes} minutes.", minutes).format(minutes=minutes)
        sentence = f"{sentence} {about}"
    return sentence, Link(_("Continue: Unit {unit}, page {page}").format(**where), place.page.url)
