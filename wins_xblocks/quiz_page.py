"""What the quiz's learner page needs beside the quiz itself: words for its script, and how its answers are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey
from webob import Response
from xblock.exceptions import JsonHandlerError

from .domain.quiz import pace
from .domain.quiz.data import Quiz, Result, Taker
from .platform import platform

# That the page's scripts call.
HANDLERS = ("begin", "save_answers", "check_answer", "submit", "tell_outage", "result",
            "report_question")  # fmt: skip
MOST_MINUTES = 600  # of a try


class NewerError(JsonHandlerError):
    """409 with what stands now, beside the sentence: somebody else was faster."""

    def __init__(self, message: str, state: Mapping[str, Any]) -> None:
        super().__init__(409, message)
        self.state = state

    def get_response(self, **kwargs: Any) -> Response:
        return Response(json_body={"error": self.message, **self.state}, status=self.status_code, **kwargs)


def whole(data: Mapping[str, Any], *names: str) -> list[int]:
    """Whole numbers of a request, in the order asked. Raises JsonHandlerError (400)."""
    values = [data.get(name) for name in names]
    if not all(isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 for value in values):
        raise JsonHandlerError(400, _("The request is not complete. Open the page again."))
    return values


def opaque(learner_id: int | None, block: str) -> str:
    """Stands for one learner at one quiz on a device that many may use, and says neither."""
    return str(salted_hmac("wins_xblocks.quiz", f"{learner_id} {block}", algorithm="sha256").hexdigest()[:24])


def check_sender(data: Mapping[str, Any], learner_id: int | None, block: str) -> None:
    """Answers of a page that somebody else left open here are not this learner's. Raises JsonHandlerError (403)."""
    if data.get("who", own := opaque(learner_id, block)) != own:
        raise JsonHandlerError(403, _("Somebody else is signed in now. Sign in again to save your answers."))


def ask_url() -> str:
    """Where a learner asks WINS; empty where our pages are not mounted (Studio)."""
    try:
        return reverse("wins:ask")
    except NoReverseMatch:
        return ""


def read_again(result: Result | None, module: str, studies: bool) -> list[tuple[str, str]]:
    """Learning goals to read again, each with the way to its unit: a page of ours that looks it up when asked."""
    found = [one for one in result.read_again if one.text] if result else []
    try:
        return [
            (one.text, reverse("wins:read_again", args=[module, one.id]) if module and studies else "") for one in found
        ]
    except NoReverseMatch:  # our pages are not mounted
        return [(one.text, "") for one in found]


def deadline_of(block: Any) -> datetime | None:
    """Until when answers are taken: the due date that holds for this learner, and the course's grace period."""
    due, grace = getattr(block, "due", None), getattr(block, "graceperiod", None)
    if not isinstance(due, datetime):
        return None
    due = due if due.tzinfo else due.replace(tzinfo=UTC)
    try:
        return due + grace if isinstance(grace, timedelta) else due
    except OverflowError:  # so long that it never ends
        return None


@dataclass(frozen=True)
class TimeWords:
    """How long a try lasts for this learner, in ``minutes``, and why so long."""

    minutes: int
    more: str


def time_words(quiz: Quiz, who: Taker) -> TimeWords:
    """One query, none without a registration."""
    more = pace.more_of(who)
    told = ""
    if more.percent:
        told = _("WINS gave you more time: {percent} % more.").format(percent=more.percent)
    elif more.minutes:
        told = ngettext(
            "WINS gave you more time: {count} minute more.", "WINS gave you more time: {count} minutes more.",
            more.minutes,
        ).format(count=more.minutes)  # fmt: skip
    return TimeWords(more.of(quiz.minutes), told)


def place_url(usage_key: str) -> str:
    """Where the block stands in its course; empty for what is no key."""
    try:
        course_key = UsageKey.from_string(usage_key).course_key
    except (InvalidKeyError, AttributeError):
        return ""
    return platform().page_url(str(course_key), usage_key)


def script_words() -> dict[str, str]:
    """What the page's script says, in the reader's language; ``{n}`` and the like are filled in there."""
    return {
        "answered": _("{done} of {all} answered"),
        "minutes_left": _("{n} minutes left"),
        "minute_left": _("1 minute left"),
        "last_minute": _("Less than 1 minute left"),
        "hide_time": _("Hide the time"),
        "show_time": _("Show the time"),
        "over": _("The time is over. What was saved is sent for you."),
        "first": _("Give an answer first."),
        "done": _("answered"),
        "open": _("not answered"),
        "look": _("to look at again"),
        "saving": _("Saving your answers …"),
        "saved": _("Your answers are saved."),
        "unsaved": _("No connection. Your answers are not saved yet. We try again."),
        "kept": _("Kept on this device. Your answers are saved when the connection is back."),
        "restored": _("What was kept on this device is here again."),
        "stale": _("Your answers were changed in another window. You see the newest ones now."),
        "late": _(
            "This device kept answers that may not have reached WINS before the time was over. "
            "What was saved by then counts. If the connection failed, ask WINS."
        ),
        "unsent": _(
            "No connection. Your answers are kept on this device and not sent yet. "
            "Press “Send my answers” again when the connection is back."
        ),
        "failed": _("We could not reach WINS. Nothing was lost. Try again; pressing twice is safe."),
        "missing": _("You did not answer: question {numbers}."),
        "missing_many": _("You did not answer: questions {numbers}."),
        "again": _("You wanted to look again at question {numbers}."),
        "again_many": _("You wanted to look again at questions {numbers}."),
        "unread": _("Not a number: question {numbers}."),
        "unread_many": _("Not a number: questions {numbers}."),
    }
