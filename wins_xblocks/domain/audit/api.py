"""The trail: append to it, read it, verify it.

Append inside the transaction that does the act, after the subject's row is locked. ``UNIQUE(subject, seq)`` refuses
a second writer who was not.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db.models import Max

from . import rules
from .data import Entry
from .models import AuditAnchor, AuditEntry

SETTLED = timedelta(minutes=10)  # no act takes longer from its moment to its commit


def _key() -> bytes:
    """The chain's own key, derived where the operator gave none: it must differ from the session's."""
    own = getattr(settings, "WINS_AUDIT_KEY", "") or f"wins-audit:{settings.SECRET_KEY}"
    return hashlib.sha256(own.encode()).digest()


def _link(row: AuditEntry) -> dict[str, object]:
    return {
        "subject": row.subject, "seq": row.seq, "at": row.at.astimezone(UTC).isoformat(), "actor": row.actor_id,
        "action": row.action, "facts": row.facts, "text": row.text_digest,
    }  # fmt: skip


def append(
    subject: str,
    action: str,
    now: datetime,
    actor_id: int | None = None,
    facts: Mapping[str, object] | None = None,
    text: str = "",
) -> None:
    """Write one act to the subject's chain. ``facts`` hold no codes and no names; ``text`` is in somebody's words."""
    head = AuditEntry.objects.filter(subject=subject).order_by("seq").last()
    salt = secrets.token_hex(16)
    # Whole milliseconds: every database keeps them, and what is sealed must be what is read back.
    at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    row = AuditEntry(
        subject=subject, seq=head.seq + 1 if head else 1, at=at, actor_id=actor_id, action=action,
        facts=dict(facts or {}), text=text, salt=salt, text_digest=rules.text_digest(salt, text),
    )  # fmt: skip
    row.mac = rules.mac(_key(), head.mac if head else rules.NOTHING, _link(row))
    row.save(force_insert=True)


def entries(subject: str) -> tuple[Entry, ...]:
    """The subject's acts, oldest first."""
    return tuple(
        Entry(r.subject, r.seq, r.at, r.actor_id, r.action, r.facts, r.text or None, r.text is None)
        for r in AuditEntry.objects.filter(subject=subject).order_by("seq")
    )


def erase_text(subject: str) -> int:
    """Erase the free text of a subject's acts; how many there were. The chain still verifies."""
    return int(AuditEntry.objects.filter(subject=subject, text__isnull=False).update(text=None))


def broken(subjects: Iterable[str] | None = None) -> list[str]:
    """What does not verify, one sentence each: a changed, missing or foreign link, or text that is not its own."""
    rows = AuditEntry.objects.order_by("subject", "seq")
    if subjects is not None:
        rows = rows.filter(subject__in=list(subjects))
    found: list[str] = []
    subject, seq, seal = "", 0, rules.NOTHING
    for row in rows.iterator(chunk_size=1000):
        if row.subject != subject:
            subject, seq, seal = row.subject, 0, rules.NOTHING
        seq += 1
        if row.seq != seq:
            found.append(f"{subject}: entry {seq} is missing")
            seq = row.seq
        if row.mac != rules.mac(_key(), seal, _link(row)):
            found.append(f"{subject}: entry {row.seq} was changed")
        if row.text is not None and rules.text_digest(row.salt, row.text) != row.text_digest:
            found.append(f"{subject}: the text of entry {row.seq} was changed")
        seal = row.mac
    return found


def anchor(day: date, now: datetime) -> bool:
    """Write the day's digest over all chain heads; False when it stands already."""
    if AuditAnchor.objects.filter(day=day).exists():
        return False
    # A transaction that has not ended yet may hold a lower number than one that has.
    settled = AuditEntry.objects.filter(at__lte=now - SETTLED)
    last = settled.aggregate(last=Max("id"))["last"] or 0
    count, digest = _heads(last)
    AuditAnchor.objects.create(day=day, made_at=now, subjects=count, last_entry_id=last, digest=digest)
    return True


def broken_anchors() -> list[str]:
    """Days whose digest no longer fits the chains: an entry of that time was cut off the end of one, or added."""
    return [
        f"{row.day.isoformat()}: the chains are not those of that day"
        for row in AuditAnchor.objects.order_by("day")
        if _heads(row.last_entry_id) != (row.subjects, row.digest)
    ]


def _heads(last_entry_id: int) -> tuple[int, str]:
    """How many chains there were when entry ``last_entry_id`` was the newest, and the digest over their heads."""
    then = AuditEntry.objects.filter(id__lte=last_entry_id).order_by()
    heads = then.values("subject").annotate(last=Max("id")).values("last")
    digest, count = hashlib.sha256(), 0
    for row in AuditEntry.objects.filter(id__in=heads).order_by("subject").iterator(chunk_size=1000):
        digest.update(f"{row.subject} {row.seq} {row.mac}\n".encode())
        count += 1
    return count, digest.hexdigest()
