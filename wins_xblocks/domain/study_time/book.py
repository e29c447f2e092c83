"""Book hours: a learner tells them, changes or withdraws them until they are decided; staff decide.

No permissions are checked here; whoever calls must have done so. Each act is one transaction behind the learner's lock
of the ledger, so that two pages cannot pass a limit together, and one entry of the audit trail (``book:<id>``).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from .. import Refusal
from .. import marked as _
from ..audit import api as audit
from ..duration import MINUTE_MS
from ..outbox import api as outbox
from ..together import Read
from ..transactions import outermost
from ..waiting import First, Numbers, first
from . import limits, statements
from .data import BookEntry, BookSums, BookTerms, BookTold, BookWaiting, Decision, Outcome
from .limits import COUNTING, TAKEN
from .models import OfflineClaim, StudyLearner

MOST_A_DAY = 50  # entries that one learner makes in 24 hours
MOST_CHANGES = 50  # of one entry

OnCounted = Callable[[int], None]  # called with the registration, inside the transaction that made hours count


class Spent(Refusal):
    """The form was sent before, with other values."""


class Settled(Refusal):
    """The entry is no longer the learner's to change."""


class ReasonMissing(Refusal):
    """Hours are not taken away without a word."""


def subject(entry_id: int) -> str:
    """An entry's chain in the audit trail."""
    return f"book:{entry_id}"


@outermost
def make(
    learner_id: int,
    find_terms: Callable[[], BookTerms],
    told: BookTold,
    token: str,
    lot: int,
    now: datetime,
    on_counted: OnCounted | None = None,
) -> BookEntry:
    """Enter hours; the same form sent twice (``token``) is one entry. ``lot``, 0 to 99, decides about a check.

    ``find_terms`` is asked behind the lock, and raises Refusal where nothing may be entered.
    """
    statements.lock_learner(learner_id)
    if not StudyLearner.objects.filter(learner_id=learner_id, notice_at__isnull=False).exists():
        raise Refusal(_("Read “How your time is counted” first. Nothing is counted before."))
    terms = find_terms()
    found = OfflineClaim.objects.filter(learner_id=learner_id, token=token).first()
    if found:
        return _sent_before(found, terms, told)
    told = limits.checked(learner_id, terms, told, now)
    _not_too_many(learner_id, now)
    row = OfflineClaim.objects.create(
        learner_id=learner_id, registration_id=terms.registration_id, module=terms.module, day=told.day, ms=told.ms,
        what=told.what, state=limits.state(terms, told.ms), sampled=lot < terms.checked_percent, token=token,
        made_at=now,
    )  # fmt: skip
    _note(row, "book.made", now, learner_id)
    if row.state == OfflineClaim.COUNTED and on_counted:
        on_counted(row.registration_id)
    return entry_of(row)


def _sent_before(row: OfflineClaim, terms: BookTerms, told: BookTold) -> BookEntry:
    """Pressed twice; or gone back to the form, and sent again with something else."""
    sent = (terms.registration_id, told.day, told.ms, limits.plain(told.what))
    if (row.registration_id, row.day, row.ms, row.what) != sent:
        raise Spent(_("This form was sent before. Press the button again to add a new entry."))
    return entry_of(row)


def _not_too_many(learner_id: int, now: datetime) -> None:
    since = now - timedelta(days=1)
    if OfflineClaim.objects.filter(learner_id=learner_id, made_at__gt=since).count() >= MOST_A_DAY:
        raise Refusal(_("You have added many entries today. Please go on tomorrow."))


@outermost
def change(
    learner_id: int,
    entry_id: int,
    find_terms: Callable[[], BookTerms],
    told: BookTold,
    now: datetime,
    on_counted: OnCounted | None = None,
) -> BookEntry:
    """Tell an undecided entry anew: the limits are asked as if it had not been there."""
    statements.lock_learner(learner_id)
    row = _undecided(learner_id, entry_id)
    terms = find_terms()
    told = limits.checked(learner_id, terms, told, now, entry_id)
    state = limits.state(terms, told.ms, entry_id)
    if (row.day, row.ms, row.what, row.state) == (told.day, told.ms, told.what, state):
        return entry_of(row)
    if row.revision >= MOST_CHANGES:
        raise Settled(_("This entry was changed too often. Withdraw it and add a new one."))
    old_text = row.what if row.what != told.what else ""
    row.day, row.ms, row.what = told.day, told.ms, told.what
    row.state, row.revision = state, row.revision + 1
    row.save(update_fields=["day", "ms", "what", "state", "revision"])
    _note(row, "book.changed", now, learner_id, old_text)
    if row.state == OfflineClaim.COUNTED and on_counted:
        on_counted(row.registration_id)
    return entry_of(row)


@outermost
def withdraw(learner_id: int, entry_id: int, now: datetime) -> None:
    """Take an undecided entry out of the count; twice is once."""
    statements.lock_learner(learner_id)
    if OfflineClaim.objects.filter(id=entry_id, learner_id=learner_id, state=OfflineClaim.WITHDRAWN).exists():
        return
    row = _undecided(learner_id, entry_id)
    row.state = OfflineClaim.WITHDRAWN
    row.save(update_fields=["state"])
    _note(row, "book.withdrawn", now, learner_id)


@outermost
def decide(
    entry_id: int,
    learner_id: int,
    revision: int,
    decision: Decision,
    most_ms: int,
    title: str,
    on_counted: OnCounted | None = None,
) -> Outcome:
    """Accept or refuse one entry as it was seen (``revision``). The learner gets one mail for each module and press.

    Again by the same person, it is done. Raises ReasonMissing.
    """
    reason = decision.reason.strip()
    if not decision.accept and not reason:
        raise ReasonMissing(_("Write the reason. The learner reads it."))
    statements.lock_learner(learner_id)
    row = OfflineClaim.objects.filter(id=entry_id, learner_id=learner_id).exclude(what="").first()
    wanted = OfflineClaim.ACCEPTED if decision.accept else OfflineClaim.REFUSED
    outcome = _standing_against(row, revision, decision, wanted, most_ms)
    if outcome:
        return outcome
    row.state, row.reason = wanted, "" if decision.accept else reason
    row.decided_at, row.decided_by = decision.at, decision.by
    row.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    _note(row, f"book.{wanted}", decision.at, decision.by, row.reason)
    kind, about = f"book_{wanted}", f"registration:{row.registration_id}"
    outbox.write(kind, about, decision.at, decision.at, learner_id, {"module": title})
    if decision.accept and on_counted:
        on_counted(row.registration_id)
    return Outcome.DONE


def _standing_against(
    row: OfflineClaim | None, revision: int, decision: Decision, wanted: str, most_ms: int
) -> Outcome | None:
    """Why the decision cannot be taken, or is taken already; None when nothing stands against it."""
    if row is None:
        return Outcome.GONE
    if row.learner_id == decision.by:
        return Outcome.OWN
    if row.state == wanted and row.decided_by == decision.by:
        return Outcome.DONE
    if row.state not in (OfflineClaim.COUNTED, OfflineClaim.WAITING):
        return Outcome.BEFORE
    if row.revision != revision:
        return Outcome.CHANGED
    if decision.accept and row.state == OfflineClaim.WAITING:
        counting = limits.total(OfflineClaim.objects.filter(registration_id=row.registration_id, state__in=COUNTING))
        return Outcome.OVER if counting + row.ms > most_ms else None
    return None


def _undecided(learner_id: int, entry_id: int) -> OfflineClaim:
    row = OfflineClaim.objects.filter(id=entry_id, learner_id=learner_id).first()
    if row is None:
        raise Settled(_("There is no such entry."))
    if row.state == OfflineClaim.WITHDRAWN:
        raise Settled(_("You have withdrawn this entry. Add a new one."))
    if row.decided_at:
        raise Settled(_("WINS has decided about this entry. It cannot be changed any more."))
    return row


def _note(row: OfflineClaim, action: str, now: datetime, by: int, text: str = "") -> None:
    """One step of the entry's history. ``text`` is what was written before, or staff's reason: it can be erased."""
    facts = {"registration": row.registration_id, "day": row.day.isoformat(), "minutes": row.ms // MINUTE_MS}
    audit.append(subject(row.id), action, now, actor_id=by, facts=facts | {"state": row.state}, text=text)


def entry_of(row: OfflineClaim) -> BookEntry:
    """An entry as others see it."""
    return BookEntry(
        row.id, row.learner_id, row.registration_id, row.module, BookTold(row.day, row.ms // MINUTE_MS, row.what),
        row.state, row.reason, row.revision, row.made_at, row.decided_at, row.decided_by,
    )  # fmt: skip


def of_learner(learner_id: int, most: int, skip: int = 0) -> tuple[BookEntry, ...]:
    """The learner's own entries, newest first, without the first ``skip``."""
    rows = OfflineClaim.objects.filter(learner_id=learner_id).order_by("-id")
    return tuple(entry_of(row) for row in rows[skip : skip + most])


def all_of_learner(learner_id: int, most: int) -> tuple[BookEntry, ...]:
    """The learner's entries in all modules, oldest first."""
    return tuple(entry_of(row) for row in OfflineClaim.objects.filter(learner_id=learner_id).order_by("id")[:most])


def entry(learner_id: int, entry_id: int) -> BookEntry | None:
    """One of the learner's own entries; those of others are not there."""
    row = OfflineClaim.objects.filter(id=entry_id, learner_id=learner_id).first()
    return entry_of(row) if row else None


def entries(ids: Iterable[int]) -> tuple[BookEntry, ...]:
    """These entries, oldest first; unknown ids are not there."""
    return tuple(entry_of(row) for row in OfflineClaim.objects.filter(id__in=list(ids)).order_by("id"))


def sums(registration_ids: Iterable[int]) -> Mapping[int, BookSums]:
    """What counts and what waits of each registration; every id is there."""
    ids = list(registration_ids)
    rows = OfflineClaim.objects.filter(registration_id__in=ids, state__in=TAKEN).order_by()
    counting, waiting = Sum("ms", filter=Q(state__in=COUNTING)), Sum("ms", filter=Q(state=OfflineClaim.WAITING))
    found = rows.values(id_=F("registration_id")).annotate(counting=counting, waiting=waiting)
    by_id = {row["id_"]: BookSums(row["counting"] or 0, row["waiting"] or 0) for row in found}
    return {id_: by_id.get(id_, BookSums()) for id_ in ids}


def _asked(modules: frozenset[str] | None) -> QuerySet:
    """Those that staff are asked about; an erased text cannot be judged."""
    drawn = Q(state=OfflineClaim.WAITING) | Q(state=OfflineClaim.COUNTED, sampled=True)
    rows = OfflineClaim.objects.filter(drawn).exclude(what="")
    return rows if modules is None else rows.filter(module__in=modules)


def count_asked(modules: frozenset[str] | None) -> int:
    """How many entries wait for staff of these modules (None: of all)."""
    return int(_asked(modules).count())


def asked(modules: frozenset[str] | None, most: int, skip: int) -> BookWaiting:
    """One page of what waits for staff of these modules (None: of all), oldest first."""
    rows = tuple(entry_of(row) for row in _asked(modules).order_by("id")[skip : skip + most])
    return BookWaiting(rows, count_asked(modules), sums({row.registration_id for row in rows}))


def first_asked(modules: frozenset[str] | None, by: int, after: int = 0) -> First[BookEntry]:
    """The entry that ``by`` should decide first, nobody her own; ``after`` is the last one that she put off."""
    return first(_asked(modules).exclude(learner_id=by), ("id",), entry_of, Q(id__lte=after) if after else None)


def chains_of(learner_id: int, most: int, modules: frozenset[str] | None) -> Read[tuple[str, ...]]:
    """Chains in the audit trail of one learner's newest entries in these modules (None: in all)."""
    own = {} if modules is None else {"module__in": sorted(modules)}
    rows = OfflineClaim.objects.filter(learner_id=learner_id, **own).order_by("-id").values_list("id")[:most]
    return Read(rows, lambda found: tuple(subject(id_) for (id_,) in found))


def asked_of(learner_id: int, most: int, modules: frozenset[str] | None) -> Read[tuple[BookEntry, ...]]:
    """What staff of these modules (None: of all) are asked about one learner, the oldest first; part of a statement."""
    rows = _asked(modules).filter(learner_id=learner_id).order_by("id")[:most]
    return Read(rows, lambda found: tuple(entry_of(row) for row in sorted(found, key=lambda row: row.id)))


def in_numbers(modules: frozenset[str] | None, before: datetime) -> Numbers:
    """What waits for staff of these modules (None: of all); late: made before an instant."""
    late = Count("id", filter=Q(made_at__lt=before))
    return Numbers(**_asked(modules).aggregate(total=Count("id"), late=late, oldest=Min("made_at")))
