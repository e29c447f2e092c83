"""One learner's exams and vouchers for a page of staff: what to read, as parts of a statement, and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from ..exams.data import Outcome
from ..programme.data import Programme
from ..registration.data import PlacesHeld, RegistrationValue, Standing
from ..together import Read
from . import names, requests
from .data import Name, RequestValue, TakenBackVoucher, VoucherPosition
from .models import TakenBack, Voucher, VoucherExam, VoucherWait
from .positions import COLUMNS, Known, composed, newest


@dataclass(frozen=True)
class HadVoucher:
    """One voucher that the learner holds or held: ``state`` as stored, "expired" after the last day."""

    id: int
    exam: str
    state: str
    expires_on: date
    issued_at: datetime
    ended_at: datetime | None
    reason: str
    replaced_by: int | None


@dataclass(frozen=True)
class Glance:
    """What was read. ``had`` has the newest first; ``requests`` too, those that were withdrawn among them."""

    had: tuple[HadVoucher, ...]
    requests: tuple[RequestValue, ...]
    name: Name | None
    known: "_Rows"


@dataclass(frozen=True)
class _Rows:
    vouchers: Sequence[Any]
    replaced: Sequence[Any]
    queue: Mapping[str, int]
    taken_back: Mapping[str, TakenBackVoucher]


def reads(learner_id: int, exams: Sequence[str]) -> dict[str, Read[Any]]:
    """``exams``: those whose queue is looked at."""
    held = VoucherExam.objects.filter(voucher__holder_id=learner_id)
    columns = ("exam", *(f"voucher__{name}" for name in COLUMNS), "voucher__replaced_by_id")
    taken = TakenBack.objects.filter(exam__in=list(exams), learner_id=learner_id, open_slot=1)
    replaced = Voucher.objects.filter(replaced_by__holder_id=learner_id)
    return {
        "vouchers": Read(held.values_list(*columns), _in_turn),
        "replaced": Read(replaced.values_list("replaced_by_id", "ended_at", "end_reason"), list),
        "queue": Read(_queue(learner_id, exams), dict),
        "taken_back": Read(taken.values_list("exam", "at", "reason"), _taken_back),
        "name": names.read(learner_id),
        "requests": requests.read(learner_id),
    }


def _in_turn(rows: list[Any]) -> list[Any]:
    """By when they were issued, then by number."""
    return sorted(rows, key=lambda row: (row[1 + COLUMNS.index("issued_at")], row[1]))


def _queue(learner_id: int, exams: Sequence[str]) -> QuerySet:
    """Exam, and how many stand in its queue up to her."""
    mine = VoucherWait.objects.filter(exam__in=list(exams), learner_id=learner_id, open_slot=1)
    first = Q(since__lt=OuterRef("since")) | Q(since=OuterRef("since"), id__lte=OuterRef("id"))
    before = VoucherWait.objects.filter(first, exam=OuterRef("exam"), open_slot=1).order_by().values("exam")
    return mine.annotate(place=Subquery(before.annotate(n=Count("id")).values("n"))).values_list("exam", "place")


def _taken_back(rows: list[Any]) -> dict[str, TakenBackVoucher]:
    return {exam: TakenBackVoucher(at, reason) for exam, at, reason in rows}


def glance(found: Mapping[str, Any], now: datetime) -> Glance:
    """Out of what ``reads`` brought, by its names."""
    had = tuple(_had(row, now) for row in reversed(found["vouchers"]))
    rows = _Rows([row[:-1] for row in found["vouchers"]], found["replaced"], found["queue"], found["taken_back"])
    return Glance(had, found["requests"], found["name"], rows)


def _had(row: Sequence[Any], now: datetime) -> HadVoucher:
    exam, own = row[0], dict(zip(COLUMNS, row[1:-1], strict=True))
    over = own["state"] in ("issued", "revealed", "booked") and own["expires_at"] <= now
    return HadVoucher(
        own["id"], exam, "expired" if over else own["state"], own["expires_on"], own["issued_at"], own["ended_at"],
        own["end_reason"], row[-1],
    )  # fmt: skip


def positions(
    seen: Glance,
    learner_id: int,
    registrations: Sequence[RegistrationValue],
    standings: Sequence[Standing],
    outcomes: Mapping[str, Outcome],
    places: PlacesHeld,
    rules: Programme,
    first_rules: str | None,
    now: datetime,
) -> tuple[VoucherPosition, ...]:
    """As ``vouchers.positions`` says them; ``registrations``: the newest of each module; ``standings``: living ones."""
    rows, asked = seen.known, dict[tuple[str, str], RequestValue]()
    for one in reversed(seen.requests):
        if one.state != "withdrawn":
            asked[one.exam, one.kind] = one
    known = Known(
        learner_id, registrations, standings, outcomes, newest(rows.vouchers, rows.replaced), seen.name, asked,
        lambda exam: places.unused.get(exam, 0), lambda exam: exam in places.included,
        lambda exam: rows.queue.get(exam, 0), rows.taken_back.get,
    )  # fmt: skip
    return composed(known, rules, first_rules, now)
