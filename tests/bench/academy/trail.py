"""What was done and what was written to whom: gathered while the tables are filled, then stored in order of time."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.audit import rules
from wins_xblocks.domain.audit.models import AuditEntry
from wins_xblocks.domain.outbox.models import OutboxMessage

from .table import Table

MOST_TRIES = 12


class Trail:
    """Acts and mails, each a tuple until ``store``."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, str, str, int | None, Mapping[str, Any], str]] = []
        self._mails: dict[tuple[str, str, datetime], tuple[int | None, Mapping[str, Any]]] = {}

    def act(
        self, subject: str, action: str, at: datetime, by: int | None, facts: Mapping[str, Any], text: str = ""
    ) -> None:
        self._acts.append((at, len(self._acts), subject, action, by, facts, text))

    def mail(self, kind: str, subject: str, due: datetime, to: int | None, values: Mapping[str, Any]) -> None:
        self._mails.setdefault((kind, subject, due), (to, values))

    def store(self, luck: random.Random, now: datetime) -> None:
        """The chain of each subject verifies, as if it had been written act by act."""
        self._acts.sort(key=lambda act: act[:2])
        heads: dict[str, tuple[int, str]] = {}
        columns = ("subject", "seq", "at", "actor_id", "action", "facts", "text", "salt", "text_digest", "mac")
        key = audit._key()
        with Table(AuditEntry, *columns) as rows:
            for at, _place, subject, action, by, facts, text in self._acts:
                at = at.replace(microsecond=at.microsecond // 1000 * 1000)
                seq, seal = heads.get(subject, (0, rules.NOTHING))
                salt = f"{luck.getrandbits(128):032x}"
                digest = rules.text_digest(salt, text)
                seal = rules.mac(key, seal, audit._link_of(subject, seq + 1, at, by, action, facts, digest))
                heads[subject] = (seq + 1, seal)
                rows.add(subject, seq + 1, at, by, action, facts, text, salt, digest, seal)
        self._store_mails(luck, now)

    def _store_mails(self, luck: random.Random, now: datetime) -> None:
        """Nearly all were sent; the newest wait, and a few were given up."""
        columns = ("kind", "subject", "due", "recipient_id", "values", "written_at", "sent_at", "tries", "next_try_at",
                   "last_error")  # fmt: skip
        with Table(OutboxMessage, *columns) as rows:
            for (kind, subject, due), (to, values) in sorted(self._mails.items(), key=lambda one: one[0][2]):
                if luck.random() < 0.0005:
                    told = (None, MOST_TRIES, due + timedelta(days=3), "SMTPRecipientsRefused: mailbox unavailable")
                elif due > now - timedelta(minutes=5):
                    told = (None, 0, due, "")
                else:
                    told = (due + timedelta(seconds=luck.randint(5, 300)), 1, due + timedelta(minutes=5), "")
                rows.add(kind, subject, due, to, values, due, *told)
