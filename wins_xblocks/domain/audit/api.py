"""The trail: append to it, read it, verify it.

Append inside the transaction that does the act, after the subject's row is locked. ``UNIQUE(subject, seq)`` refuses
a second writer who was not.
"""

import hashlib
import logging
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db.models import Max, Min, Q, QuerySet

from .. import Refusal, tables
from .. import marked as _
from ..prepared import prepared
from . import rules
from .data import Entry, Head
from .models import AuditAnchor, AuditEntry

SETTLED = timedelta(minutes=10)  # no act takes longer from its moment to its commit
DAY = timedelta(days=1)
OVERDUE = 2 * DAY  # so long no anchor, and wins_periodic does not run
_COLUMNS = ("subject", "seq", "at", "actor_id", "action", "facts", "text", "salt", "text_digest", "mac")
_NOT_MADE = "wins_periodic did not run then, or anchors were taken away."

log = logging.getLogger(__name__)


class KeyWrong(Refusal):
    """The trail cannot be sealed: nothing is done that cannot be written down. The words are for an operator."""


def check_key() -> None:
    """Raises KeyWrong when the operator's key is no text."""
    _key()


def _key() -> bytes:
    """The chain's own key, derived where the operator gave none: it must differ from the session's."""
    own = getattr(settings, "WINS_AUDIT_KEY", "") or f"wins-audit:{settings.SECRET_KEY}"
    if not isinstance(own, str):
        raise KeyWrong(_("WINS_AUDIT_KEY is not a text. Put a long random text there and keep it safe."))
    return hashlib.sha256(own.encode(errors="surrogatepass")).digest()


def _link(row: AuditEntry) -> dict[str, object]:
    return _link_of(row.subject, row.seq, row.at, row.actor_id, row.action, row.facts, row.text_digest)


def _link_of(
    subject: str, seq: int, at: datetime, actor_id: int | None, action: str, facts: Mapping[str, object], text: str
) -> dict[str, object]:
    return {
        "subject": subject, "seq": seq, "at": at.astimezone(UTC).isoformat(), "actor": actor_id, "action": action,
        "facts": facts, "text": text,
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
    before = _head(subject=subject)
    heads = {subject: before[0]} if before else {}
    _write(action, now, actor_id, heads, {subject: facts or {}}, text)


@prepared
def _head(subject: str) -> QuerySet:
    return AuditEntry.objects.filter(subject=subject).order_by("-seq").values_list("seq", "mac")[:1]


def append_many(action: str, now: datetime, actor_id: int | None, facts: Mapping[str, Mapping[str, object]]) -> None:
    """The same act of many subjects, each with its own ``facts``: a few statements however many they are."""
    newest = [id_ for _subject, id_ in _newest(subjects=list(facts))]
    _write(action, now, actor_id, {subject: (seq, mac) for subject, seq, mac in _heads_of(ids=newest)}, facts)


@prepared
def _newest(subjects: list[str]) -> QuerySet:
    rows = AuditEntry.objects.filter(subject__in=subjects).order_by()
    return rows.values_list("subject").annotate(last=Max("id"))


@prepared
def _heads_of(ids: list[int]) -> QuerySet:
    return AuditEntry.objects.filter(id__in=ids).values_list("subject", "seq", "mac")


def _write(
    action: str, now: datetime, actor_id: int | None, heads: Mapping[str, tuple[int, str]],
    facts: Mapping[str, Mapping[str, object]], text: str = "",
) -> None:  # fmt: skip
    # Whole milliseconds: every database keeps them, and what is sealed must be what is read back.
    key, at, rows = _key(), now.replace(microsecond=now.microsecond // 1000 * 1000), []
    for subject, own in facts.items():
        seq, mac = heads.get(subject, (0, rules.NOTHING))
        salt = secrets.token_hex(16)
        digest = rules.text_digest(salt, text)
        link = _link_of(subject, seq + 1, at, actor_id, action, dict(own), digest)
        sealed = rules.mac(key, mac, link)
        rows.append((subject, seq + 1, at, actor_id, action, dict(own), text, salt, digest, sealed))
    tables.insert_many(AuditEntry, _COLUMNS, rows)


def seal(kind: str, digest: str) -> str:
    """A mark that only who has the trail's key can make: what we handed out is known again, whatever changed since."""
    return rules.mac(_key(), kind, {"digest": digest})


def entries(subject: str) -> tuple[Entry, ...]:
    """The subject's acts, oldest first."""
    return tuple(
        Entry(r.subject, r.seq, r.at, r.actor_id, r.action, r.facts, r.text or None, r.text is None)
        for r in AuditEntry.objects.filter(subject=subject).order_by("seq")
    )


def newest(subjects: Collection[str], most: int, start: int = 0) -> tuple[Entry, ...]:
    """At most ``most`` of the last acts of these subjects from place ``start``, the newest first."""
    rows = AuditEntry.objects.filter(subject__in=list(subjects)).order_by("-at", "-id")[start : start + most]
    return tuple(
        Entry(r.subject, r.seq, r.at, r.actor_id, r.action, r.facts, r.text or None, r.text is None) for r in rows
    )


def between(prefixes: Sequence[str], start: datetime, end: datetime, acts: Collection[str] = ()) -> Iterator[Entry]:
    """The acts of a period whose subject begins so, in the order in which they were written; one by one.

    ``acts`` are those that belong to it whatever their subject is.
    """
    wanted = Q(action__in=acts)
    for prefix in prefixes:
        wanted |= Q(subject__startswith=prefix)
    for r in AuditEntry.objects.filter(wanted, at__gte=start, at__lt=end).order_by("id").iterator(chunk_size=1000):
        yield Entry(r.subject, r.seq, r.at, r.actor_id, r.action, r.facts, r.text or None, r.text is None)


def erase_text(subject: str) -> int:
    """Erase the free text of a subject's acts; how many there were. The chain still verifies."""
    return erase(AuditEntry.objects.filter(subject=subject).values_list("id", flat=True))


def erase(ids: Iterable[int]) -> int:
    """The same of these entries. The salt goes too: with it, whoever guesses a text could see that it was this one."""
    written = AuditEntry.objects.filter(id__in=list(ids), text__isnull=False).exclude(text="")
    return int(written.update(text=None, salt=""))


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


def anchor(day: date, now: datetime) -> str | None:
    """Seal all chain heads, and the anchor before, for ``day``: the day's head. None when it stands already.

    The head is logged too: one that is kept outside the database shows later whether the trail was cut.
    """
    if AuditAnchor.objects.filter(day=day).exists():
        return None
    # A transaction that has not ended yet may hold a lower number than one that has.
    settled = AuditEntry.objects.filter(at__lte=now - SETTLED)
    last = settled.aggregate(last=Max("id"))["last"] or 0
    count, heads = _heads(last)
    before = AuditAnchor.objects.filter(day__lt=day).order_by("day").last()
    row = AuditAnchor(day=day, made_at=now, subjects=count, last_entry_id=last)
    row.digest = _seal(before.digest if before else rules.NOTHING, row, heads)
    row.save(force_insert=True)
    log.info("The audit trail's head of %s is %s", day.isoformat(), row.digest)
    return row.digest


def newest_head() -> Head | None:
    """The newest anchor's day and seal."""
    row = AuditAnchor.objects.order_by("day").last()
    return Head(row.day, row.digest) if row else None


def broken_anchors(now: datetime, known: str = "") -> list[str]:
    """What does not fit the anchors, one sentence each: chains cut short, anchors changed, missing or not made.

    ``known`` is a head that was kept outside: it must be there, and vouches for missing days before it.
    """
    found: list[str] = []
    before: AuditAnchor | None = None
    vouched = not known
    for row in AuditAnchor.objects.order_by("day"):
        count, heads = _heads(row.last_entry_id)
        if row.subjects != count or row.digest != _seal(before.digest if before else rules.NOTHING, row, heads):
            found.append(f"{row.day.isoformat()}: the chains, or the anchor before, are not those of that day")
        found.extend(_gap(before, row.day))
        if row.digest == known:
            vouched, found = True, [one for one in found if _NOT_MADE not in one]
        before = row
    if not vouched:
        found.append("no anchor has the head that you gave: anchors were taken away or changed")
    return [*found, *_overdue(before, now)]


def _gap(before: AuditAnchor | None, day: date) -> list[str]:
    """Days between two anchors, or between the first act and the first anchor, that have none."""
    if before:
        since, most = before.day, DAY
    else:
        oldest = AuditEntry.objects.aggregate(at=Min("at"))["at"]
        since, most = oldest.date() if oldest else day, OVERDUE
    return [f"{since.isoformat()} to {day.isoformat()}: no anchor between. {_NOT_MADE}"] if day - since > most else []


def _overdue(newest: AuditAnchor | None, now: datetime) -> list[str]:
    since = now - OVERDUE
    if (newest and newest.day >= since.date()) or not AuditEntry.objects.filter(at__lte=since).exists():
        return []
    told = f"no anchor since {newest.day.isoformat()}" if newest else "no anchor at all, and acts older than two days"
    return [f"{told}. {_NOT_MADE}"]


def _seal(before: str, row: AuditAnchor, heads: str) -> str:
    link = {"day": row.day.isoformat(), "subjects": row.subjects, "last": row.last_entry_id, "heads": heads}
    return rules.mac(_key(), before, link)


def _heads(last_entry_id: int) -> tuple[int, str]:
    """How many chains there were when entry ``last_entry_id`` was the newest, and the digest over their heads."""
    then = AuditEntry.objects.filter(id__lte=last_entry_id).order_by()
    heads = then.values("subject").annotate(last=Max("id")).values("last")
    digest, count = hashlib.sha256(), 0
    for row in AuditEntry.objects.filter(id__in=heads).order_by("subject").iterator(chunk_size=1000):
        digest.update(f"{row.subject} {row.seq} {row.mac}\n".encode())
        count += 1
    return count, digest.hexdigest()
