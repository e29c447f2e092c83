"""The log of mails: what was written to whom, the newest first, by pages; and another try for one that was given up."""

from datetime import datetime

from django.db.models import Q, QuerySet

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..transactions import outermost
from .data import Logged, Wanted
from .models import OutboxMessage
from .rules import MOST_TRIES

WAITING, SENT, GIVEN_UP = STATES = ("waiting", "sent", "given_up")


class NotGivenUp(Refusal):
    """This message was not given up, or somebody had it tried again already."""


def page(wanted: Wanted, before: int | None, most: int) -> tuple[Logged, ...]:
    """The newest messages that are wanted, older than the message ``before``."""
    rows = _wanted(wanted)
    own = OutboxMessage.objects.filter(id=before).values_list("written_at", "id").first() if before else None
    if own:
        rows = rows.filter(written_at__lte=own[0]).filter(Q(written_at__lt=own[0]) | Q(id__lt=own[1]))
    return tuple(_logged(row) for row in rows.order_by("-written_at", "-id")[:most])


def _logged(row: OutboxMessage) -> Logged:
    return Logged(
        row.id, row.kind, row.recipient_id, row.written_at, row.due, row.sent_at, row.next_try_at, row.tries,
        row.last_error, _state(row.sent_at, row.tries),
    )  # fmt: skip


def _state(sent_at: datetime | None, tries: int) -> str:
    if sent_at:
        return SENT
    return GIVEN_UP if tries >= MOST_TRIES else WAITING


def _wanted(wanted: Wanted) -> QuerySet:
    rows = OutboxMessage.objects.all()
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.recipients is not None:
        rows = rows.filter(recipient_id__in=wanted.recipients)
    if wanted.start:
        rows = rows.filter(written_at__gte=wanted.start)
    if wanted.end:
        rows = rows.filter(written_at__lt=wanted.end)
    if wanted.state == SENT:
        return rows.filter(sent_at__isnull=False)
    if wanted.state == WAITING:
        return rows.filter(sent_at__isnull=True, tries__lt=MOST_TRIES)
    return rows.filter(sent_at__isnull=True, tries__gte=MOST_TRIES) if wanted.state == GIVEN_UP else rows


@outermost
def try_again(message_id: int, by: int, now: datetime) -> None:
    """Let a message that was given up be tried anew, from the next run on. Raises NotGivenUp."""
    own = OutboxMessage.objects.filter(id=message_id, sent_at__isnull=True, tries__gte=MOST_TRIES)
    if not own.update(tries=0, next_try_at=now):
        told = _("This mail was not given up: it was sent, or somebody was faster than you. Nothing was changed.")
        raise NotGivenUp(told)
    audit.append(f"message:{message_id}", "mail.tried_again", now, actor_id=by)
