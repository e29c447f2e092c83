"""A year of candidates: every result is there once, for whom it is, or waits; and that breaking it is seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction

from wins_xblocks.domain.exams import rules as exam_rules
from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.results import lines
from wins_xblocks.domain.results.models import ExamRow
from wins_xblocks.domain.vouchers.models import Voucher, VoucherRequest

from .office import DECISIONS
from .year import Year

pytestmark = pytest.mark.django_db
CANDIDATES, SEED = 80, 20270301


def played(count: int, seed: int, weeks: int = 52) -> Year:
    """A year, and its seed beside whatever goes wrong in it."""
    try:
        return Year(count, seed, weeks).run()
    except BaseException as error:
        error.add_note(f"with the seed {seed}")
        raise


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def result_twice() -> None:
    row = ExamEvent.objects.filter(kind="pass").first()
    row.pk = None
    row.save()


def of_somebody_else() -> None:
    row = ExamEvent.objects.filter(kind="pass").first()
    ExamEvent.objects.filter(id=row.id).update(learner_id=row.learner_id + 1)


def waiting_row_gone() -> None:
    ExamRow.objects.filter(state="waiting").exclude(kind="taken").first().delete()


def code_back_in_the_pool() -> None:
    row = Voucher.objects.filter(state="used").first()
    back = {"holder_id": None, "issued_at": None, "revealed_at": None}
    Voucher.objects.filter(id=row.id).update(state="imported", **back)


def place_back() -> None:
    row = Entitlement.objects.filter(state=Entitlement.USED).first()
    Entitlement.objects.filter(id=row.id).update(state=Entitlement.HELD, used_at=None)


def released_unheard() -> None:
    ExamEvent.objects.filter(kind="release").order_by("happened_at").last().delete()


def restored_unheard() -> None:
    row = ExamEvent.objects.filter(kind="restore").order_by("happened_at").last()
    ExamEvent.objects.filter(id=row.id).update(kind="release")


def decided_otherwise() -> None:
    row = VoucherRequest.objects.filter(kind="arrangement", state="refused").first()
    VoucherRequest.objects.filter(id=row.id).update(state="granted")


def booked_before_it_was_decided() -> None:
    asked = VoucherRequest.objects.filter(kind="arrangement", state="granted").first()
    booked = ExamEvent.objects.filter(kind="booked").first()
    between = {"learner_id": asked.learner_id, "exam": asked.exam, "happened_at": asked.asked_at}
    ExamEvent.objects.filter(id=booked.id).update(**between)


def given_before_the_country_was_seen() -> None:
    asked = VoucherRequest.objects.filter(kind="country", state="granted")
    for one in asked:
        own = Voucher.objects.filter(holder_id=one.learner_id, exams__exam=one.exam)
        Voucher.objects.filter(id__in=list(own.values_list("id", flat=True))).update(issued_at=one.asked_at)


def given_while_on_hold() -> None:
    hold = ExamEvent.objects.filter(kind="hold").first()
    own = Voucher.objects.filter(holder_id=hold.learner_id, exams__exam=hold.exam, replaces=None).first()
    Voucher.objects.filter(id=own.id).update(issued_at=hold.happened_at + timedelta(minutes=1))


FAULTS = (
    (result_twice, "is there more than once"), (of_somebody_else, "nobody sat as the event"),
    (waiting_row_gone, "is lost"), (code_back_in_the_pool, "in the pool again"), (place_back, "places are used up"),
    (released_unheard, "is on hold"), (restored_unheard, "has passed: False"), (decided_otherwise, "and was refused"),
    (booked_before_it_was_decided, "before her arrangement was decided"),
    (given_before_the_country_was_seen, "before a person looked at her country"),
    (given_while_on_hold, "while her result was on hold"),
)  # fmt: skip


def test_a_year_of_candidates_leaves_every_result_once_and_every_fault_would_be_seen():
    year = played(CANDIDATES, SEED)
    assert year.wrong() == [], f"with the seed {SEED}"
    found = year.figures()
    assert found["sat"] > CANDIDATES
    for odd in ("waiting rows", "corrections", "half", "bad line", "cut off", "same file", "taken first",
                "placed by a person", "refused", "hold", "release", "revoke", "restore", "arrangement granted",
                "arrangement refused", "arrangement withdrawn", "country granted", "country corrected",
                "overdue"):  # fmt: skip
        assert found.get(odd), f"nothing odd of this kind came in the year: {odd}"
    told = OutboxMessage.objects.filter(kind="result_arrived").values_list("subject", flat=True)
    assert len(told) == len(set(told)) == ExamEvent.objects.filter(kind__in=exam_rules.SAT).count()
    changed = OutboxMessage.objects.filter(kind="result_changed").count()
    assert changed == sum(found[kind] for kind in DECISIONS), "each decision is told once"
    for fault, words in FAULTS:
        with undone():
            fault()
            assert any(words in one for one in year.wrong()), fault.__name__
    assert year.wrong() == []


def test_a_row_that_is_passed_over_is_seen(monkeypatch):
    """The year's own check, against a reader that loses the second row of each file."""
    read = lines.read

    def losing(*given):
        yield from (row for number, row in enumerate(read(*given)) if number != 1)

    monkeypatch.setattr(lines, "read", losing)
    monkeypatch.setattr(Year, "_refused", lambda *_given: None)
    assert any("is lost" in one for one in played(30, SEED, 20).wrong())
