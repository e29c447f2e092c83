"""More tries than the rules or the author give, each with staff's reason.

No permissions are checked here; whoever calls must have done so. Who counts tries is ``counting``.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..audit import privacy as trail
from ..outbox import api as outbox
from ..transactions import outermost
from .models import ExtraTry

LONGEST = 2000  # characters of a reason
MOST_AT_ONCE = 5
MOST = 200  # of one learner: more than that is decided in another way


class NumberWrong(Refusal):
    """Not so many at once."""


class ReasonWrong(Refusal):
    """The reason is missing or too long."""


@dataclass(frozen=True)
class Extra:
    """What staff give: ``n`` tries at the module test of ``registration_id``, or at the quiz ``block``.

    ``seen`` is the ``count`` that stood on the form.
    """

    learner_id: int
    registration_id: int | None
    block: str
    n: int
    reason: str
    seen: int


def subject(learner_id: int) -> str:
    """The chain in the audit trail of all that she was given."""
    return f"tries:{learner_id}"


def count(learner_id: int) -> int:
    """How often she was given more tries: what a form has seen."""
    return int(ExtraTry.objects.filter(learner_id=learner_id).count())


def given(registration_id: int, learner_id: int) -> dict[str, int]:
    """Tries that were given so far: at the module test of this registration ("") and by quiz."""
    found: dict[str, int] = {}
    rows = ExtraTry.objects.filter(learner_id=learner_id)
    for own, block, n in rows.values_list("registration_id", "block", "n"):
        if own in (None, registration_id):
            found[block] = found.get(block, 0) + n
    return found


def give(told: Extra, title: str, by: int, now: datetime) -> bool:
    """Give them; the learner gets a mail that names the module, ``title``. False when the same press did so before.

    Raises NumberWrong, ReasonWrong, and Refusal where somebody gave some meanwhile.
    """
    reason = told.reason.replace("\0", "").strip()
    if by == told.learner_id:
        raise Refusal(_("These are your own tries. Somebody else must decide."))
    if not 0 < told.n <= MOST_AT_ONCE:
        raise NumberWrong(_("Give one to {most} tries at once."), most=MOST_AT_ONCE)
    if not reason or len(reason) > LONGEST:
        raise ReasonWrong(_("Write the reason, at most {most} characters."), most=LONGEST)
    if told.seen >= MOST:
        raise Refusal(_("Tries were given too often here. Ask an administrator."))
    try:
        return _give(told, reason, title, by, now)
    except IntegrityError:
        return _given_before(told, reason, by)


@outermost
def _give(told: Extra, reason: str, title: str, by: int, now: datetime) -> bool:
    """The number is the lock: the second of two with the same one waits for the first, and is refused."""
    if told.seen > count(told.learner_id) or trail.forgotten(told.learner_id):
        raise Refusal(_("This form is out of date. Open the page again."))
    ExtraTry.objects.create(
        learner_id=told.learner_id, number=told.seen + 1, registration_id=told.registration_id, block=told.block,
        n=told.n, reason=reason, made_at=now, made_by=by,
    )  # fmt: skip
    facts = {"learner": told.learner_id, "registration": told.registration_id, "block": told.block, "n": told.n}
    audit.append(subject(told.learner_id), "tries.given", now, actor_id=by, facts=facts, text=reason)
    values = {"module": title}
    outbox.write("tries_given", subject(told.learner_id), now, now, told.learner_id, values)
    return True


def _given_before(told: Extra, reason: str, by: int) -> bool:
    row = ExtraTry.objects.get(learner_id=told.learner_id, number=told.seen + 1)
    same = (row.registration_id, row.block, row.n, row.reason, row.made_by)
    if same != (told.registration_id, told.block, told.n, reason, by):
        raise Refusal(_("Somebody has given tries meanwhile. Look at it again."))
    return False
