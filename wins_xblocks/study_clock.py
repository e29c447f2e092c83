"""The study clock of one page: what it says and what its script needs, wherever the clock stands."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from . import context, study_sums, words
from .domain.duration import MINUTE_MS
from .domain.programme.data import Module, Programme
from .domain.registration import api as registration
from .domain.registration.data import Hours, RegistrationValue
from .domain.study_time import api as study_time
from .domain.study_time import rules, tickets
from .domain.study_time.data import PageTicket
from .platform import platform
from .study_days import study_days

BEAT_SECONDS, DEMO_BEAT_SECONDS = 90, 5
KEPT_SECONDS = 60  # how old time kept on the device must be before another page of the learner sends it
QUESTIONS, PAPERS = {"wins_quiz", "problem"}, {"pdf"}  # block types that are read without a touch for longer
# Block types that hold others: only where one stands on a page are the page's blocks looked at one by one.
NESTING = {"vertical", "split_test", "conditional", "library_content", "itembank", "randomize", "wrapper"}


@dataclass(frozen=True)
class Place:
    """The page that is read: usage keys of its unit and of itself, and its kind (text, quiz, pdf or film).

    ``idle_minutes``: how long its author lets it be read without a touch; None: as long as the rules say for the kind.
    ``placed``: its author placed the clock, whose details then hold the days, too.
    """

    course_id: str
    unit: str
    page: str
    kind: str
    idle_minutes: int | None = None
    placed: bool = False


def standing_on(page: Any) -> Iterator[str]:
    """Usage keys of what stands on a page, within pages inside it too.

    Costs nothing more where no block holds others. Where one does, the page was loaded whole to be shown.
    """
    keys = [str(child) for child in getattr(page, "children", ())]
    yield from keys
    if _types(keys) & NESTING:
        for block in page.get_children():
            yield from standing_on(block)


def _types(keys: Iterable[str]) -> set[str]:
    return set(re.findall(r"type@(\w+)\+", " ".join(keys)))


def kind_of(keys: Iterable[str]) -> str:
    """What is read on a page, by the usage keys of what stands on it: text, quiz or pdf."""
    types = _types(keys)
    return "quiz" if types & QUESTIONS else "pdf" if types & PAPERS else "text"


def clock(found: RegistrationValue, module: Module, place: Place) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values of the template ``study_time.html``, and arguments of the script ``study_time.js``."""
    current, now, learner_id = context.programme(), context.now(), found.learner_id
    bound = registration.rules_of(found, current, context.first_rules())
    module = bound.module(module.id) or module
    hours = registration.hours_of([found.id], context.factor())[found.id]
    by_day, accepted = study_time.by_day(found.id), study_time.notice_accepted(learner_id)
    today = rules.day_of(rules.milliseconds(now), current.zone)
    today_ms = dict(by_day).get(today, 0) * context.factor()
    idle_factor = study_time.idle_factor(learner_id)
    idle_minutes = bound.policies.idle(place.kind, place.idle_minutes) * idle_factor
    required_ms = module.required_ms if bound.policies.hours == "required" else 0
    args = {
        **_connection(found, module, place, not accepted), **_pace(idle_minutes),
        "total": hours.counted, "today": today_ms, "required": required_ms, "factor": context.factor(),
        "words": _words(found, required_ms),
    }  # fmt: skip
    both = study_sums.both_by_day(by_day, study_time.book_by_day(found.id), context.factor())
    shown = {
        **_shown(bound, hours, required_ms, accepted, today_ms),
        "today": study_sums.today_words(both, today),
        "week": study_sums.week_words(both, today),
        "forecast": study_sums.forecast(hours, module, by_day, bound.zone, now),
        "waits": _waits(idle_minutes),
        "longer": study_sums.longer_words(idle_factor),
        "module_id": module.id,
    }
    if place.placed:
        shown["days"] = study_days(both, study_time.struck(found.id), context.factor(), today)
    return shown, args


def _connection(found: RegistrationValue, module: Module, place: Place, notice: bool) -> dict[str, Any]:
    """Where the script sends what, and the ticket that says we showed this page to this learner."""
    issued_at = rules.milliseconds(context.now())
    ticket = PageTicket(
        found.learner_id, found.id, place.course_id, module.id, place.unit, place.page, place.kind, issued_at
    )
    return {
        "hello": reverse("wins:hello"), "beat": reverse("wins:beat"),
        "notice": reverse("wins:notice") if notice else "", "ticket": tickets.page_token(ticket),
        "learner": found.learner_id, "csrfCookie": settings.CSRF_COOKIE_NAME, "language": get_language() or "en",
        "frame": _origin(platform().frame_url()),
    }  # fmt: skip


def _origin(url: str) -> str:
    """As a browser names where a message comes from (RFC 6454): no path, no port that goes without saying."""
    parts = urlsplit(url.lower())
    usual = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}" if parts.netloc else ""


def _pace(idle_minutes: int) -> dict[str, int]:
    """How often the script tells, and how long it waits for a touch. In the demo time runs faster: it tells sooner."""
    demo = context.factor() > 1
    return {
        "beatSeconds": DEMO_BEAT_SECONDS if demo else BEAT_SECONDS,
        "keptSeconds": KEPT_SECONDS,
        "idleSeconds": idle_minutes * 60,
    }


def _waits(idle_minutes: int) -> str:
    told = ngettext(
        "On this page we ask after {minutes} minute without a touch. One minute later we pause.",
        "On this page we ask after {minutes} minutes without a touch. One minute later we pause.",
        idle_minutes - 1,
    )
    return told.format(minutes=idle_minutes - 1)


def _shown(bound: Programme, hours: Hours, required_ms: int, accepted: bool, today_ms: int) -> dict[str, Any]:
    """What the page says before its script runs, and the notice."""
    return {
        "accepted": accepted,
        "line": counting(today_ms, hours.counted),
        "required": words.duration(required_ms) if required_ms else "",
        "online": words.duration(hours.online),
        "book": words.duration(hours.book),
        "module": words.duration(hours.counted),
        "waived": study_sums.accepted_words(hours),
        "demo": _demo(),
        "ask_after": bound.policies.idle_minutes.text - 1,
        "keep_days": bound.policies.keep_spans_days,
        "answer_days": bound.policies.answer_within_working_days,
        "zone": bound.time_zone,
        "privacy_url": context.setting("WINS_PRIVACY_URL"),
    }


def counting(today_ms: int, total_ms: int) -> str:
    told = _("Counting · today {today} · module {module}")
    return told.format(today=words.duration(today_ms), module=words.duration(total_ms))


def _demo() -> str:
    """What the demo host says about its clock; nothing elsewhere."""
    minutes = context.factor()
    if minutes == 1:
        return ""
    hours = minutes // 60
    length = words.duration(minutes * MINUTE_MS)
    if hours and not minutes % 60:
        length = ngettext("{hours} hour", "{hours} hours", hours).format(hours=hours)
    return _("Demo time: 1 minute counts as {length}.").format(length=length)


def _words(found: RegistrationValue, required_ms: int) -> dict[str, str]:
    """Every sentence of the script. What stands in braces is filled in there."""
    reached = _("✓ {hours} reached. You can go on reading.")
    if found.reached_at:
        reached = _("✓ {hours} reached on {date}. You can go on reading.")
    date = words.day(found.reached_at) if found.reached_at else ""
    return {
        "hm": _("{hours} h {minutes} min"), "h": _("{hours} h"), "m": _("{minutes} min"),
        "counting": _("Counting · today {today} · module {module}"),
        "counting_more": _("Time counts while this page is open in front of you and you read, scroll or type."),
        "counting_say": _("Your time is counted again."),
        "returned": _("Paused while the page was hidden. Counting again."),
        "hidden": _("Paused while the page is hidden."),
        "asking": _("Still reading?"),
        "asking_more": _("No touch for some minutes. Your time so far is safe. Any key or touch answers."),
        "asking_say": _("Still reading? Press any key, or your time is paused in one minute."),
        "paused": _("Paused since {time}. Touch the page to go on."),
        "paused_more": _("We counted until {time}."),
        "media": _("Counting while the video plays"),
        "offline": _("No connection. Your time is kept on this device ({kept})."),
        "offline_more": _("It is sent when you are online again. Do not clear the browser's data."),
        "added": _("{kept} from before were added."),
        "signed_out": _("You were signed out. {kept} are kept on this device."),
        "signed_out_more": _("After you sign in we add them."),
        "elsewhere": _("Also open on another device: each minute counts once."),
        "blocked": _("Your browser does not let us keep time when you are offline."),
        "stopped": "{why}",
        "closed": _("No time is counted on this page now. Load it again."),
        "reached": reached.replace("{hours}", words.duration(required_ms)).replace("{date}", date),
        "failed": _("That did not work. Try again. Nothing was lost."),
    }  # fmt: skip
