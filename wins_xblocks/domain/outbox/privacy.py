"""What the outbox holds of one person: told, and erased."""

from datetime import datetime

from ..tables import Told, plain
from ..transactions import outermost
from .models import OutboxMessage


def told_of(learner_id: int) -> Told:
    """Messages to her, sent and not."""
    return {"OutboxMessage": plain(OutboxMessage.objects.filter(recipient_id=learner_id).order_by("id").values())}


@outermost
def forget(learner_id: int, now: datetime) -> int:
    """Drop what was not sent. Of what was, only that it was stays, so that the same fact is not told again."""
    own = OutboxMessage.objects.filter(recipient_id=learner_id)
    dropped = own.filter(sent_at__isnull=True).delete()[0]
    # A mail server's complaint may hold her address.
    told = [id_ for id_, values, error in own.values_list("id", "values", "last_error") if values or error]
    return int(dropped) + int(own.filter(id__in=told).update(values={}, last_error=""))
