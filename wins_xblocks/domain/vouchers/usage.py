"""What evidence says of vouchers: which code is whose, and that it was used. Inside the caller's transaction.

Who calls has met these rows in a file of results; ``lock`` comes first, then ``known``, then ``use``.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice

from django.db.models import F, Q, QuerySet

from ..audit import api as audit
from ..hushed import hushed
from ..prepared import MOST, prepared
from .data import KnownVoucher, LeftOpen, OwnVoucher, Secret
from .keys import LONGEST, SHORTEST, Keys, KeyTrouble
from .models import Pool, Voucher, VoucherExam
from .rules import OPEN, USABLE

MOST_RUNS = 6000  # of one form: as many as 5,000 signs of plain words hold
_WORD = re.compile(r"[A-Z0-9]+")


def ids_of(digests: Collection[str]) -> Mapping[str, int]:
    """Which of these digests are vouchers of ours."""
    return dict(_ids_of(digests=list(digests)))


def mentioned(texts: Iterable[Secret], keys: Keys, holder_id: int | None = None) -> bool:
    """Does one of these texts hold a code of ours, however it is spelled? ``holder_id``: a code of hers alone.

    Who has no codes to guard, or no key to know them by, mentions none.
    """
    hers = {digest for (digest,) in _held(holder_id=holder_id)} if holder_id is not None else None
    if hers is not None and not hers:
        return False
    digests = sorted(_digests(texts, keys))
    if hers is not None:
        return not hers.isdisjoint(digests)
    return any(_ids_of(digests=digests[start : start + MOST]) for start in range(0, len(digests), MOST))


@prepared
def _held(holder_id: int) -> QuerySet:
    return Voucher.objects.filter(holder_id=holder_id).values_list("digest")


@hushed
def _digests(texts: Iterable[Secret], keys: Keys) -> set[str]:
    runs = islice((run for text in texts for run in _spelled(text.text)), MOST_RUNS)
    try:
        return {digest for run in runs for digest in keys.digests(run)}
    except KeyTrouble:
        return set()


def _spelled(text: str) -> Iterator[str]:
    """What could be a code in a text: words, and neighbours taken together, since a code may be written in groups."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).upper())
    for start in range(len(words)):
        run = ""
        for word in words[start : start + LONGEST]:
            run += word
            if len(run) > LONGEST:
                break
            if len(run) >= SHORTEST:
                yield run


@prepared
def _ids_of(digests: list[str]) -> QuerySet:
    return Voucher.objects.filter(digest__in=digests).values_list("digest", "id")


def exams() -> frozenset[str]:
    """Exams that have, or had, a pool."""
    return frozenset(Pool.objects.values_list("exam", flat=True))


def ensure(exam: str) -> None:
    """Make the pool's row, before the transaction that locks it."""
    Pool.objects.get_or_create(exam=exam)


def lock(exams: Collection[str], digests: Collection[str] = ()) -> None:
    """Lock the pools, then these vouchers, by UPDATEs that change nothing of worth: before anything is read.

    Under REPEATABLE READ the first SELECT decides what is seen: behind these locks it sees what others have done.
    """
    Pool.objects.filter(exam__in=sorted(set(exams))).update(claims=F("claims") + 1)
    if digests:
        Voucher.objects.filter(digest__in=sorted(digests)).update(state=F("state"))


def hold(voucher_ids: Collection[int]) -> None:
    """The same of vouchers that are known by number: the lock of their trails."""
    Voucher.objects.filter(id__in=sorted(voucher_ids)).update(state=F("state"))


def known(voucher_ids: Collection[int]) -> Mapping[int, KnownVoucher]:
    """These vouchers as evidence must know them."""
    found: dict[int, KnownVoucher] = {}
    for id_, exam, state, holder_id, revealed_at, replaced_by in _known(ids=list(voucher_ids)):
        before = found.get(id_)
        exams = (*before.exams, exam) if before else (exam,)
        found[id_] = KnownVoucher(id_, state, holder_id, exams, revealed_at, replaced_by is not None)
    return found


@prepared
def _known(ids: list[int]) -> QuerySet:
    rows = VoucherExam.objects.filter(voucher__id__in=ids).order_by("voucher_id", "id")
    own = ("voucher__state", "voucher__holder_id", "voucher__revealed_at", "voucher__replaced_by_id")
    return rows.values_list("voucher_id", "exam", *own)


def of_holder(learner_id: int, exam: str, at: datetime) -> int | None:
    """The newest voucher that this learner had for this exam at an instant, seen, not replaced, not used yet."""
    own = Voucher.objects.filter(
        holder_id=learner_id,
        exams__exam=exam,
        revealed_at__isnull=False,
        replaced_by__isnull=True,
        state__in=USABLE,
        issued_at__lte=at,
    )
    row = own.order_by("-issued_at", "-id").first()
    return row.id if row else None


def of_learner(learner_id: int, exam: str, named: int | None = None) -> tuple[OwnVoucher, ...]:
    """Every voucher for this exam that was issued to this learner, the newest first; ``named`` of any exam."""
    own = VoucherExam.objects.filter(Q(exam=exam) | Q(voucher_id=named), voucher__holder_id=learner_id)
    own = own.select_related("voucher")
    return tuple(_own(row) for row in own.order_by("-voucher__issued_at", "-voucher_id"))


def _own(row: VoucherExam) -> OwnVoucher:
    return OwnVoucher(
        row.voucher_id, row.voucher.state, row.voucher.issued_at, row.voucher.expires_on,
        row.voucher.revealed_at is not None, row.voucher.replaced_by_id,
    )  # fmt: skip


def holder_of(voucher_id: int) -> int | None:
    """Who holds this voucher, or held it."""
    found = Voucher.objects.filter(id=voucher_id).values_list("holder_id", flat=True).first()
    return int(found) if found is not None else None


def left_open() -> tuple[LeftOpen, ...]:
    """Vouchers that work although they were given instead of another one; whether that one was used, evidence says."""
    before = Voucher.objects.filter(replaced_by__isnull=False, replaced_by__state__in=OPEN)
    rows = before.order_by("id").values_list("id", "replaced_by_id", "replaced_by__holder_id")
    return tuple(LeftOpen(*row) for row in rows if row[2] is not None)


def holders(exam: str, most: int) -> list[int]:
    """Who has seen a code for this exam that no evidence says was used; the newest first."""
    own = VoucherExam.objects.filter(
        exam=exam, voucher__state__in=USABLE, voucher__revealed_at__isnull=False, voucher__replaced_by__isnull=True
    )
    rows = own.order_by("-voucher_id").values_list("voucher__holder_id", flat=True)
    return list(dict.fromkeys(int(id_) for id_ in rows[: most * 2]))[:most]


def near(
    exam: str, learner_ids: Collection[int], named: int | None, most: int
) -> dict[int, list[OwnVoucher]]:  # fmt: skip
    """Vouchers for this exam of these learners, and of who holds ``named``, by learner, the newest first.

    Where nobody is named: of those who have seen a code that no evidence says was used, the newest.
    """
    rows = VoucherExam.objects.filter(voucher__holder_id__isnull=False).select_related("voucher")
    if learner_ids or named is not None:
        own = Q(exam=exam, voucher__holder_id__in=learner_ids) | Q(voucher_id=named)
        found = rows.filter(own).order_by("-voucher__issued_at", "-voucher_id")
    else:
        found = rows.filter(
            exam=exam, voucher__state__in=USABLE, voucher__revealed_at__isnull=False, voucher__replaced_by__isnull=True
        ).order_by("-voucher_id")[: most * 2]
    held: dict[int, list[OwnVoucher]] = {}
    for row in found:
        held.setdefault(row.voucher.holder_id, []).append(_own(row))
    return held


def use(voucher_ids: Collection[int], now: datetime) -> int:
    """Set them used and close their places; how many were. Expired ones too: the supplier tells later."""
    ids = list(voucher_ids)
    own = Voucher.objects.filter(
        id__in=ids, state__in=USABLE, revealed_at__isnull=False, holder_id__isnull=False, replaced_by__isnull=True
    )
    done = own.update(state="used", ended_at=now)
    VoucherExam.objects.filter(voucher_id__in=ids, voucher__state="used").update(state="closed", open_holder=None)
    return int(done)


def set_aside(voucher_ids: Collection[int], by: int | None, now: datetime) -> int:
    """Withdraw codes of the pool that evidence names: somebody has them, so that nobody may get them; how many."""
    ids = list(voucher_ids)
    if not ids:
        return 0
    pooled = Voucher.objects.filter(id__in=ids, state="imported")
    done = sorted(pooled.values_list("id", flat=True))
    pooled.filter(id__in=done).update(state="void", ended_at=now)
    slots = VoucherExam.objects.filter(voucher_id__in=done, state="free")
    facts = {f"voucher:{id_}": {"exam": exam} for id_, exam in slots.values_list("voucher_id", "exam")}
    slots.update(state="closed")
    audit.append_many("voucher.set_aside", now, by, facts)
    return len(done)
