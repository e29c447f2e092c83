"""Hours that WINS accepts without a record of study, each with its reason. Credit itself is never edited.

No permissions are checked here; whoever calls must have done so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..audit import privacy as trail
from ..duration import Duration
from ..outbox import api as outbox
from ..transactions import outermost
from .data import LIVING, Accepted
from .models import Registration, Waiver

LONGEST = 2000  # characters of a reason
MOST = 500  # of one registration: more than that is decided in another way

OnCounted = Callable[[int], None]  # called with the registration, inside the transaction that made hours count


class TimeWrong(Refusal):
    """So much cannot be accepted."""


class ReasonWrong(Refusal):
    """The reason is missing or too long."""


@dataclass(frozen=True)
class Acceptance:
    """What staff accept for one registration; ``seen`` is the ``count`` that stood on the form."""

    learner_id: int
    registration_id: int
    ms: int
    reason: str
    seen: int


def count(registration_id: int) -> int:
    """How often hours were accepted: what a form has seen."""
    return int(Waiver.objects.filter(registration_id=registration_id).count())


@outermost
def waive(
    registration_id: int, ms: int, reason: str, by: int, now: datetime, on_counted: OnCounted | None = None
) -> None:
    """Accept ``ms`` of study without a record. Raises Refusal without a reason or for nothing.

    ``on_counted`` is called inside the transaction, with the registration.
    """
    if ms <= 0 or not reason.strip():
        raise Refusal(_("Give the hours and a reason."))
    # The lock first: two who append to one trail at once would take the same number.
    if not Registration.objects.filter(id=registration_id).update(state=F("state")):
        raise Refusal(_("There is no such registration."))
    _add(registration_id, ms, reason.strip(), by, now, on_counted)


@outermost
def accept(
    told: Acceptance, title: str, most_ms: int, by: int, now: datetime, on_counted: OnCounted | None = None
) -> bool:
    """The same from a form, with a mail to the learner. False when the same press did so before.

    Raises TimeWrong past ``most_ms`` at once, ReasonWrong, and Refusal where something came meanwhile.
    """
    reason = told.reason.replace("\0", "").strip()
    if by == told.learner_id:
        raise Refusal(_("This is your own study time. Somebody else must decide."))
    own = Registration.objects.filter(id=told.registration_id, learner_id=told.learner_id, state__in=LIVING)
    if not own.update(state=F("state")):
        raise Refusal(_("The learner does not study this module any more."))
    if trail.forgotten(told.learner_id):
        raise Refusal(_("The data of this learner was erased. No reason can be kept, so nothing was changed."))
    newest = Waiver.objects.filter(registration_id=told.registration_id).order_by("-id").first()
    there = count(told.registration_id)
    if newest and there == told.seen + 1 and (newest.ms, newest.reason, newest.made_by) == (told.ms, reason, by):
        return False
    if there != told.seen:
        raise Refusal(_("Somebody has accepted hours meanwhile. Look at it again."))
    check(told.ms, reason, most_ms)
    if there >= MOST:
        raise Refusal(_("Hours were accepted too often here. Ask an administrator."))
    _add(told.registration_id, told.ms, reason, by, now, on_counted)
    subject = f"registration:{told.registration_id}"
    outbox.write("hours_accepted", subject, now, now, told.learner_id, {"module": title})
    return True


def _add(registration_id: int, ms: int, reason: str, by: int, now: datetime, on_counted: OnCounted | None) -> None:
    Waiver.objects.create(registration_id=registration_id, ms=ms, reason=reason, made_at=now, made_by=by)
    audit.append(f"registration:{registration_id}", "hours.waived", now, actor_id=by, facts={"ms": ms}, text=reason)
    if on_counted:
        on_counted(registration_id)


def check(ms: int, reason: str, most_ms: int) -> None:
    """Raises TimeWrong or ReasonWrong."""
    if ms <= 0:
        raise TimeWrong(_("Write how much time is accepted: at least one minute."))
    if ms > most_ms:
        raise TimeWrong(_("At most {most} can be accepted at once: what the module asks for."), most=Duration(most_ms))
    if not reason.replace("\0", "").strip():
        raise ReasonWrong(_("Write the reason. The learner reads it."))
    if len(reason) > LONGEST:
        raise ReasonWrong(_("This text is too long. Please use at most {most} characters."), most=LONGEST)


def accepted(registration_id: int, most: int) -> tuple[Accepted, ...]:
    """What WINS accepted for this registration, the newest first."""
    rows = Waiver.objects.filter(registration_id=registration_id).order_by("-made_at", "-id")[:most]
    return tuple(Accepted(Duration(row.ms), row.reason, row.made_at, row.made_by) for row in rows)
