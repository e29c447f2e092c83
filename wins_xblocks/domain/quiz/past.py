"""Versions of a bank that tries were drawn from, with the keys that they follow today.

No permissions are checked here; whoever calls must have done so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, Subquery

from . import closing
from .correcting import Done
from .data import Bank
from .models import Attempt, BankVersion, CorrectedVersion, KeyCorrection


@dataclass(frozen=True)
class Drawn:
    """A version that tries were drawn from: how many were sent, how many are open; ``bank`` with its keys of today."""

    id: int
    hash: str
    made_at: datetime
    tries: int
    running: int
    bank: Bank
    done: Done


def versions_of(number: int) -> tuple[Drawn, ...]:
    """Versions of the bank of this number that tries were drawn from, the newest first; none for no such bank.

    A bank's number is that of its first version; one without an id has no other version.
    """
    rows = _versions(number).annotate(newest=Subquery(closing.newest(OuterRef("id")))).order_by("-id")
    counts = _counts(number)
    known = {row.id: row for row in rows if row.id in counts}
    newest = [row.newest for row in known.values() if row.newest]
    done = dict(CorrectedVersion.objects.filter(id__in=newest).values_list("id", "done"))
    return tuple(
        Drawn(row.id, row.hash, row.made_at, *counts[row.id], closing.bank_of(row.hash, row.newest),
              done.get(row.newest, {}))
        for row in known.values()
    )  # fmt: skip


def _versions(number: int) -> Any:
    first = BankVersion.objects.filter(id=number).values_list("bank_id", flat=True).first()
    return BankVersion.objects.filter(bank_id=first) if first else BankVersion.objects.filter(id=number)


def _tries(number: int) -> Any:
    ids = list(_versions(number).values_list("id", flat=True))
    return Attempt.objects.filter(bank_id__in=ids, cleared_at__isnull=True).order_by()


def _counts(number: int) -> dict[int, tuple[int, int]]:
    rows = _tries(number).values("bank_id").annotate(
        sent=Count("id", Q(submitted_at__isnull=False)), running=Count("id", Q(submitted_at__isnull=True)),
    )  # fmt: skip
    return {row["bank_id"]: (row["sent"], row["running"]) for row in rows}


def modules_of(number: int) -> frozenset[str]:
    """Of all tries that were drawn from the bank; "" among them for a quiz of none."""
    return frozenset(_tries(number).values_list("module", flat=True).distinct())


def blocks_of(number: int) -> tuple[str, ...]:
    """Quizzes in which the bank was asked, the newest try first."""
    rows = _tries(number).values("block").annotate(last=Max("id")).order_by("-last")
    return tuple(rows.values_list("block", flat=True))


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


def bank_id_of(number: int) -> str:
    """What its author's editor called it; "" for a bank without a name, or none."""
    return BankVersion.objects.filter(id=number).values_list("bank_id", flat=True).first() or ""
