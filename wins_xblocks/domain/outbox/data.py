"""Values that cross the outbox's border."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Message:
    """One message to send. ``recipient_id`` None means the Academy's own address."""

    id: int
    kind: str
    subject: str
    due: datetime
    recipient_id: int | None
    values: Mapping[str, object]
    tries: int
