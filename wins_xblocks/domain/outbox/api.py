"""Messages written with their fact and sent afterwards. A crash may repeat one, never lose it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from .. import tables
from .data import Message
from .models import OutboxMessage
from .rules import MOST_TRIES

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=12)
LONGEST_KIND, LONGEST_SUBJECT = (OutboxMessage._meta.get_field(name).max_length for name in ("kind", "subject"))


def write(
    kind: str, subject: str, due: datetime, now: datetime, recipient_id: int | None, values: Mapping[str, object]
) -> bool:
    """Write a message inside the caller's transaction; False when this fact was told already (kind, subject, due)."""
    return bool(write_many(kind, due, now, {subject: (recipient_id, values)}))


def write_many(
    kind: str, due: datetime, now: datetime, told: Mapping[str, tuple[int | None, Mapping[str, object]]]
) -> int:
    """One message of a kind by subject, to (recipient, values), where it was not told already; how many were new."""
    if len(kind) > LONGEST_KIND or any(len(subject) > LONGEST_SUBJECT for subject in told):
        raise ValueError("MySQL would cut it, since what is known already is left as it is, and lose the message")
    columns = ("kind", "subject", "due", "recipient_id", "values", "written_at", "next_try_at", "tries", "last_error")
    rows = (
        (kind, subject, due, recipient, dict(values), now, due, 0, "") for subject, (recipient, values) in told.items()
    )
    return tables.insert_many(OutboxMessage, columns, rows, once=True)


def send_due(now: datetime, send: Callable[[Message], None], most: int = 200) -> tuple[int, int]:
    """Send what is due; (sent, failed). A failure is tried again after a growing pause, twelve times."""
    sent = failed = 0
    rows = OutboxMessage.objects.filter(sent_at__isnull=True, next_try_at__lte=now, tries__lt=MOST_TRIES)
    for row in rows.order_by("next_try_at", "id")[:most]:
        message = Message(row.id, row.kind, row.subject, row.due, row.recipient_id, row.values, row.tries)
        own = OutboxMessage.objects.filter(id=row.id, sent_at__isnull=True, tries=row.tries)
        pause = min(FIRST_PAUSE * 2**row.tries, LONGEST_PAUSE)
        # Counted before sending: a message that kills its sender must not be tried for ever.
        if not own.update(tries=row.tries + 1, next_try_at=now + pause):
            continue  # another process has it
        try:
            send(message)
        except Exception as error:  # noqa: BLE001  a mail server can fail in any way; the row keeps what it said
            OutboxMessage.objects.filter(id=row.id).update(last_error=f"{type(error).__name__}: {error}"[:255])
            failed += 1
            continue
        OutboxMessage.objects.filter(id=row.id).update(sent_at=now, last_error="")
        sent += 1
    return sent, failed


def given_up() -> int:
    """Messages that were tried twelve times and never sent; their rows keep the last error."""
    return int(OutboxMessage.objects.filter(sent_at__isnull=True, tries__gte=MOST_TRIES).count())


def waiting(now: datetime) -> int:
    """Messages that are due and not sent."""
    return int(OutboxMessage.objects.filter(sent_at__isnull=True, due__lte=now).count())
