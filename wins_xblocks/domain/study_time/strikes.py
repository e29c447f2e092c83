"""Time that staff take out of the count, with a reason that the learner reads. Credit itself is never edited.

No permissions are checked here; whoever calls must have done so.
"""

from collections.abc import Collection
from datetime import datetime

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..duration import Duration
from ..outbox import api as outbox
from ..together import Read
from ..transactions import outermost
from . import statements
from .api import hours_of
from .models import Strike

LONGEST = 2000  # characters of a reason
MOST = 500  # of one registration: more than that is decided in another way


class TimeWrong(Refusal):
    """So much cannot be taken out of the count."""


class ReasonWrong(Refusal):
    """The reason is missing or too long."""


def subject(strike_id: int) -> str:
    """A strike's chain in the audit trail."""
    return f"strike:{strike_id}"


def count(registration_id: int) -> int:
    """How often time was taken out: what a form has seen."""
    return int(Strike.objects.filter(registration_id=registration_id).count())


@outermost
def strike(
    learner_id: int, registration_id: int, ms: int, reason: str, seen: int, title: str, by: int, now: datetime,
    factor: int = 1,
) -> bool:  # fmt: skip
    """Take ``ms`` of online time out of the count. False when the same press did so before.

    ``seen`` is the ``count`` that stood on the form: what came meanwhile must be looked at first. ``factor`` is what a
    ms counts for where time is shown (the demo). Raises TimeWrong, ReasonWrong, Refusal.
    """
    reason = reason.replace("\0", "").strip()
    if by == learner_id:
        raise Refusal(_("This is your own study time. Somebody else must decide."))
    if not statements.lock(learner_id):  # each beat makes this row; only who is forgotten has none
        raise Refusal(_("The data of this learner was erased. No reason can be kept, so nothing was changed."))
    newest = Strike.objects.filter(registration_id=registration_id).order_by("-id").first()
    there = count(registration_id)
    if newest and there == seen + 1 and (newest.ms, newest.reason, newest.made_by) == (ms, reason, by):
        return False
    if there != seen:
        raise Refusal(_("Somebody has taken time out meanwhile. Look at it again."))
    _check(registration_id, ms, reason, there, factor)
    row = Strike.objects.create(registration_id=registration_id, ms=ms, reason=reason, made_at=now, made_by=by)
    facts = {"registration": registration_id, "ms": ms}
    audit.append(subject(row.id), "hours.struck", now, actor_id=by, facts=facts, text=reason)
    outbox.write("hours_struck", f"registration:{registration_id}", now, now, learner_id, {"module": title})
    return True


def _check(registration_id: int, ms: int, reason: str, there: int, factor: int) -> None:
    if ms <= 0:
        raise TimeWrong(_("Write how much time does not count: at least one minute."))
    if not reason:
        raise ReasonWrong(_("Write the reason. The learner reads it."))
    if len(reason) > LONGEST:
        raise ReasonWrong(_("This text is too long. Please use at most {most} characters."), most=LONGEST)
    if there >= MOST:
        raise Refusal(_("Time was taken out too often here. Ask an administrator."))
    own = hours_of([registration_id])[registration_id]
    left = own.credited_ms - own.struck_ms
    if ms > left:
        most = Duration(max(left, 0) * factor)
        raise TimeWrong(_("Only time that was counted online can be taken out: at most {most}."), most=most)


def chains_of(registration_ids: Collection[int], most: int) -> Read[tuple[tuple[int, str], ...]]:
    """(registration, chain in the audit trail) of the newest strikes of these registrations."""
    rows = Strike.objects.filter(registration_id__in=list(registration_ids)).order_by("-id")
    return Read(
        rows.values_list("registration_id", "id")[:most],
        lambda found: tuple((registration_id, subject(id_)) for registration_id, id_ in found),
    )
