"""The supplier's deliveries with each code and what became of it, and the places that vouchers used up."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from wins_xblocks.domain.programme.data import Programme
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.vouchers.keys import CANARY, Keys
from wins_xblocks.domain.vouchers.models import Batch, KeyCanary, Pool, TakenBack, Voucher, VoucherExam

from .lives import DAY, Study
from .table import Table
from .trail import Trail
from .vouchers import DELIVERIES, Held, Place, delivered, delivery, ends_at, last_day

NEW, SHORT = range(DELIVERIES - 6, DELIVERIES), DELIVERIES - 12  # deliveries of which codes are left in the pool
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Hand:
    """Who fills the tables, and with what."""

    rules: Programme
    keys: Keys
    staff: Sequence[int]
    trail: Trail
    luck: random.Random
    now: datetime


@dataclass(frozen=True)
class Unused:
    """A code that nobody holds."""

    exam: str
    delivery: int
    state: str


def deliver(held: list[Held], dry: frozenset[str], scale: int, hand: Hand) -> None:
    """Every delivery, and every code in it; vouchers that were given are numbered first, in the order of giving."""
    KeyCanary.objects.create(name="codes", cipher=hand.keys.encrypt(CANARY), digest=hand.keys.digest(CANARY))
    held.sort(key=lambda own: own.issued)
    for number, own in enumerate(held, 1):
        own.id = number
    exams = [module.exam for module in hand.rules.modules]
    unused = list(_unused(exams, dry, scale))
    codes: dict[tuple[str, int], int] = {}
    for key in (*((own.exam, delivery(own.issued, hand.now)) for own in held), *((c.exam, c.delivery) for c in unused)):
        codes[key] = codes.get(key, 0) + 1
    batches = _batches(exams, codes, hand)
    _vouchers(held, unused, batches, hand)
    _slots(held, unused)


def _unused(exams: Iterable[str], dry: frozenset[str], scale: int) -> Iterator[Unused]:
    for exam in exams:
        for number in range(DELIVERIES):
            if number in NEW and exam not in dry:
                yield from [Unused(exam, number, "imported")] * scale
            elif number == SHORT:
                yield from [Unused(exam, number, "imported")] * max(scale // 8, 1)
            elif number < SHORT - 2:
                yield from [Unused(exam, number, "expired")] * max(scale // 20, 1)


def _batches(exams: Sequence[str], codes: dict[tuple[str, int], int], hand: Hand) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    columns = ("id", "exam", "order_number", "price", "currency", "file_digest", "imported_at", "imported_by")
    with Table(Batch, *columns) as rows, Table(Pool, "exam", "claims") as pools:
        for exam in exams:
            pools.add(exam, 1)
        for number in range(DELIVERIES):
            when = delivered(number, hand.now)
            for exam in exams:
                if count := codes.get((exam, number), 0):
                    by, order = hand.luck.choice(hand.staff), f"PO-{2024 + number // 12}-{number:03d}"
                    found[exam, number] = id_ = rows.count + 1
                    rows.add(id_, exam, order, "185.00", "EUR", f"{hand.luck.getrandbits(256):064x}", when, by)
                    facts = {"batch": id_, "order": order, "codes": count}
                    hand.trail.act(f"pool:{exam}", "codes.imported", when, by, facts)
    return found


def _vouchers(held: Sequence[Held], unused: Sequence[Unused], batches: dict[tuple[str, int], int], hand: Hand) -> None:
    zone = ZoneInfo(hand.rules.time_zone)
    ends = [(last_day(number, hand.now), ends_at(last_day(number, hand.now), zone)) for number in range(DELIVERIES)]
    columns = ("id", "batch_id", "digest", "cipher", "state", "expires_on", "expires_zone", "expires_at", "holder_id",
               "issued_at", "revealed_at", "ended_at", "end_reason", "replaced_by_id")  # fmt: skip
    # One that replaces another is numbered after it: those with the highest numbers are written first.
    with Table(Voucher, *columns) as rows:
        for number, code in enumerate(unused, len(held) + 1):
            ended = ends[code.delivery][1] if code.state == "expired" else None
            own = (batches[code.exam, code.delivery], *_code(code.exam, number, hand), code.state)
            rows.add(number, *own, ends[code.delivery][0], zone.key, ends[code.delivery][1], None, None, None, ended,
                     "", None)  # fmt: skip
        for one in reversed(held):
            number = delivery(one.issued, hand.now)
            own = (batches[one.exam, number], *_code(one.exam, one.id, hand), one.state)
            by = one.replaced_by.id if one.replaced_by else None
            rows.add(one.id, *own, ends[number][0], zone.key, ends[number][1], one.study.learner, one.issued,
                     one.revealed, one.ended, one.reason, by)  # fmt: skip


def _code(exam: str, number: int, hand: Hand) -> tuple[str, str]:
    """(digest, cipher) of a code that no other voucher has."""
    code = f"{exam[-3:]}{number:07d}{''.join(hand.luck.choices(_LETTERS, k=4))}"
    return hand.keys.digest(code), hand.keys.encrypt(code)


def _slots(held: Iterable[Held], unused: Iterable[Unused]) -> None:
    with Table(VoucherExam, "voucher_id", "exam", "state", "open_holder", "entitlement_id") as rows:
        for own in held:
            open_ = own.state in ("issued", "revealed", "booked")
            rows.add(own.id, own.exam, "open" if open_ else "closed", own.study.learner if open_ else None, own.place)
        for code in unused:
            rows.add(rows.count + 1, code.exam, "free" if code.state == "imported" else "closed", None, None)


def places(lives: Sequence[Sequence[Study]], given: Iterable[Place], held: Iterable[Held], hand: Hand) -> None:
    """One with each registration, and those that staff gave. A place that was used up says when."""
    used: dict[int, datetime] = {}
    for own in held:
        used.setdefault(own.place, own.issued)
    columns = ("id", "registration_id", "learner_id", "exam", "state", "number", "source", "granted_at", "granted_by",
               "reason", "used_at")  # fmt: skip
    reason = "Another try after a failed exam, paid for."
    with Table(Entitlement, *columns) as rows:
        for own in sorted((own for life in lives for own in life), key=lambda own: own.id):
            state = "used" if own.id in used else "withdrawn" if own.state in ("lapsed", "cancelled") else "held"
            rows.add(own.id, own.id, own.learner, own.module.exam, state, 0, "enrolment", own.started, None, "",
                     used.get(own.id))  # fmt: skip
        for place in given:
            own, by = place.study, hand.luck.choice(hand.staff)
            state = "used" if place.id in used else "held"
            rows.add(place.id, own.id, own.learner, own.module.exam, state, place.number, place.source, place.granted,
                     by, reason, used.get(place.id))  # fmt: skip
            facts = {"exam": own.module.exam, "learner": own.learner, "number": place.number}
            hand.trail.act(f"registration:{own.id}", "place.granted", place.granted, by, facts, reason)


def taken_back(lives: Sequence[Sequence[Study]], codes: Sequence[int], hand: Hand) -> None:
    """Vouchers that lie in the pool again."""
    with Table(TakenBack, "voucher_id", "exam", "learner_id", "open_slot", "at", "reason") as rows:
        for voucher, life in zip(codes, hand.luck.sample(lives, len(codes)), strict=True):
            own, by = life[0], hand.luck.choice(hand.staff)
            when = hand.now - hand.luck.randint(1, 90) * DAY
            rows.add(voucher, own.module.exam, own.learner, 1, when, "Given for the wrong exam.")
            facts = {"exam": own.module.exam, "learner": own.learner}
            hand.trail.act(f"voucher:{voucher}", "voucher.taken_back", when, by, facts, "Given for the wrong exam.")
