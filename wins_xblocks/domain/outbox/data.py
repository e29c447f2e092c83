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


@dataclass(frozen=True)
class Wording:
    """One version of a mail's text, as staff wrote it; without subject and body it is a return to the shipped text."""

    kind: str
    language: str
    version: int
    subject: str
    body: str
    made_by: int
    made_at: datetime
    reason: str

    @property
    def shipped(self) -> bool:
        return not self.subject and not self.body


@dataclass(frozen=True)
class Draft:
    """What somebody wants a mail to say, and why. ``seen`` is the version that it began from; 0 is the shipped text."""

    kind: str
    language: str
    subject: str
    body: str
    reason: str
    seen: int


@dataclass(frozen=True)
class Wanted:
    """Which messages are looked for. ``state`` is waiting, sent or given_up; empty or None is any."""

    kind: str = ""
    state: str = ""
    recipients: tuple[int, ...] | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Logged:
    """One message as the log shows it. ``error`` is what the last try said, for whoever puts it in words."""

    id: int
    kind: str
    recipient_id: int | None
    written_at: datetime
    due: datetime
    sent_at: datetime | None
    next_try_at: datetime
    tries: int
    error: str
    state: str
