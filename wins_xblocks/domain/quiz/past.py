"""Versions of a bank that tries were drawn from, with the keys that they follow today.

No permissions are checked here; whoever calls must have done so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from . import closing
from .correcting import Done
from .data import Bank
from .models import Attempt, BankVersion, CorrectedVersion, KeyCorrection

NEWEST = 1000  # tries that say in which quizzes a bank is asked: all of them would take long


@dataclass(frozen=True)
class Drawn:
    """A version that tries were drawn from: how many were sent, how many are open; ``bank`` with its keys of today."""

    id: int
    bank_id: str
    hash: str
    made_at: datetime
    tries: int
    running: int
    bank: Bank
    done: Done


@dataclass(frozen=True)
class Touch:
    """A correction of one version: the number of its row, and the questions whose keys it changed."""

    id: int
    correction: KeyCorrection
    items: frozenset[str]


def touches(version: int, after: int | None = None) -> tuple[Touch, ...]:
    """Corrections of a version, those after a row of this number, the newest first."""
    rows = CorrectedVersion.objects.filter(old_id=version, id__gt=after or 0).select_related("correction")
    return tuple(
        Touch(row.id, row.correction, frozenset(row.done) & frozenset(row.correction.chosen))
        for row in rows.order_by("-id")
    )


def touching(known: Sequence[Touch], marked_by: int | None, drawn: Iterable[Mapping[str, Any]]) -> Touch | None:
    """The newest of these that changed a question of a try since its marks; None: its marks are right already."""
    asked = {one["item"] for one in drawn}
    return next((one for one in known if one.id > (marked_by or 0) and one.items & asked), None)


def versions_of(number: int) -> tuple[Drawn, ...]:
    """Versions of the bank of this number that tries were drawn from, the newest first; none for no such bank.

    A bank's number is that of its first version; one without an id has no other version.
    """
    rows = _versions(number).annotate(newest=Subquery(closing.newest(OuterRef("id")))).order_by("-id")
    known = {row.id: row for row in rows}
    counts = _counts(known)
    newest = [row.newest for row in known.values() if row.newest]
    done = dict(CorrectedVersion.objects.filter(id__in=newest).values_list("id", "done")) if newest else {}
    return tuple(
        Drawn(row.id, row.bank_id, row.hash, row.made_at, *counts[row.id], closing.bank_of(row.hash, row.newest),
              done.get(row.newest, {}))
        for row in known.values() if row.id in counts
    )  # fmt: skip


def _versions(number: int) -> Any:
    first = BankVersion.objects.filter(id=number).values("bank_id")
    return BankVersion.objects.filter(Q(id=number) | Q(bank_id__gt="", bank_id=Subquery(first)))


def _counts(ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """By version: tries that were sent, and open ones. An index holds all that is asked."""
    rows = Attempt.objects.filter(bank_id__in=list(ids), cleared_at__isnull=True).order_by().values("bank_id")
    found = rows.annotate(tries=Count("id"), sent=Count("submitted_at"))
    return {row["bank_id"]: (row["sent"], row["tries"] - row["sent"]) for row in found}


def modules_of(number: int) -> frozenset[str]:
    """Of all tries that were ever drawn from the bank, also of those that staff deleted; "" for a quiz of none."""
    rows = Attempt.objects.filter(bank_id__in=_versions(number).values("id")).order_by()
    return frozenset(rows.values_list("module", flat=True).distinct())


def blocks_of(versions: Sequence[Drawn]) -> tuple[str, ...]:
    """Quizzes in which these were asked, by the newest thousand tries, the newest first."""
    rows = Attempt.objects.filter(bank_id__in=[one.id for one in versions]).order_by("-id")
    return tuple(dict.fromkeys(rows.values_list("block", flat=True)[:NEWEST]))


def count(number: int) -> int:
    """How often this bank was corrected: what a form has seen."""
    return int(KeyCorrection.objects.filter(bank_id=number).count())


def turns(numbers: Sequence[int]) -> dict[int, int]:
    """How often each bank was corrected: statistics of before are out of date."""
    rows = KeyCorrection.objects.filter(bank_id__in=list(numbers)).order_by().values("bank_id")
    return dict.fromkeys(numbers, 0) | dict(rows.annotate(n=Count("id")).values_list("bank_id", "n"))


def text_of(version: int) -> str:
    """The body of a version."""
    return str(BankVersion.objects.values_list("body", flat=True).get(id=version))
