"""How long a try may last: the author's limit, and more time that staff gave one learner, each with their reason.

No permissions are checked here; whoever calls must have done so. A try's deadline is frozen when it begins.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..audit import privacy as trail
from ..transactions import outermost
from .data import Quiz, Taker
from .models import ExtraTime

LONGEST = 2000  # characters of a reason
MOST_PERCENT, MOST_MINUTES = 300, 600
MOST = 200  # of one learner


class TimeWrong(Refusal):
    """Not so much."""


class ReasonWrong(Refusal):
    """The reason is missing or too long."""


@dataclass(frozen=True)
class More:
    """What one learner gets beyond a limit: per cent of it, or minutes; neither is nothing."""

    percent: int = 0
    minutes: int = 0

    def of(self, limit: int) -> int:
        """Minutes of a try, rounded up."""
        return limit + -(-limit * self.percent // 100) + self.minutes


@dataclass(frozen=True)
class Given:
    """What staff give for every quiz with a limit in one registration; nothing takes it back.

    ``seen`` is the ``count`` that stood on the form.
    """

    learner_id: int
    registration_id: int
    more: More
    reason: str
    seen: int


def more_of(who: Taker) -> More:
    """What this taker has now. One query, none without a registration."""
    return _newest(who.registration_id) if who.registration_id and not who.is_staff else More()


def given(registration_id: int) -> More:
    """What stands for this registration."""
    return _newest(registration_id)


def _newest(registration_id: int) -> More:
    rows = ExtraTime.objects.filter(registration_id=registration_id).order_by("-number")
    return More(*(rows.values_list("percent", "minutes").first() or ()))


def deadline(quiz: Quiz, who: Taker, now: datetime) -> datetime | None:
    """When a try that begins now is over: at the end of its time or at the due date, whichever comes first."""
    if not quiz.minutes:
        return quiz.deadline
    end = now + timedelta(minutes=more_of(who).of(quiz.minutes))
    return min(end, quiz.deadline) if quiz.deadline else end


def count(learner_id: int) -> int:
    """How often she was given time: what a form has seen."""
    return int(ExtraTime.objects.filter(learner_id=learner_id).count())


def subject(learner_id: int) -> str:
    """The chain in the audit trail of the time that she was given."""
    return f"pace:{learner_id}"


def give(told: Given, by: int, now: datetime) -> bool:
    """From the next try on. False when the same press did so before.

    Raises TimeWrong, ReasonWrong, and Refusal where somebody gave some meanwhile.
    """
    reason = told.reason.replace("\0", "").strip()
    if by == told.learner_id:
        raise Refusal(_("This is your own time. Somebody else must decide."))
    if not (0 <= told.more.percent <= MOST_PERCENT and 0 <= told.more.minutes <= MOST_MINUTES):
        raise TimeWrong(_("At most {percent} % or {minutes} minutes."), percent=MOST_PERCENT, minutes=MOST_MINUTES)
    if not reason or len(reason) > LONGEST:
        raise ReasonWrong(_("Write the reason, at most {most} characters."), most=LONGEST)
    if told.seen >= MOST:
        raise Refusal(_("Time was given too often here. Ask an administrator."))
    try:
        return _give(told, reason, by, now)
    except IntegrityError:
        return _given_before(told, reason, by)


@outermost
def _give(told: Given, reason: str, by: int, now: datetime) -> bool:
    """The number is the lock: the second of two with the same one waits for the first, and is refused."""
    if told.seen > count(told.learner_id) or trail.forgotten(told.learner_id):
        raise Refusal(_("This form is out of date. Open the page again."))
    ExtraTime.objects.create(
        learner_id=told.learner_id, number=told.seen + 1, registration_id=told.registration_id,
        percent=told.more.percent, minutes=told.more.minutes, reason=reason, made_at=now, made_by=by,
    )  # fmt: skip
    facts = {
        "learner": told.learner_id, "registration": told.registration_id, "percent": told.more.percent,
        "minutes": told.more.minutes,
    }  # fmt: skip
    audit.append(subject(told.learner_id), "time.given", now, actor_id=by, facts=facts, text=reason)
    return True


def _given_before(told: Given, reason: str, by: int) -> bool:
    row = ExtraTime.objects.get(learner_id=told.learner_id, number=told.seen + 1)
    same = (row.registration_id, row.percent, row.minutes, row.reason, row.made_by)
    if same != (told.registration_id, told.more.percent, told.more.minutes, reason, by):
        raise Refusal(_("Somebody has given time meanwhile. Look at it again."))
    return False
