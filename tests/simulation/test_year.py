"""A year of candidates: every result is there once, for whom it is, or waits; and that breaking it is seen."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from wins_xblocks.domain.exams.models import ExamEvent
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.registration.models import Entitlement
from wins_xblocks.domain.results import lines
from wins_xblocks.domain.results.models import ExamRow
from wins_xblocks.domain.vouchers.models import Voucher

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


FAULTS = (
    (result_twice, "is there more than once"), (of_somebody_else, "nobody sat as the event"),
    (waiting_row_gone, "is lost"), (code_back_in_the_pool, "in the pool again"), (place_back, "places are used up"),
)  # fmt: skip


def test_a_year_of_candidates_leaves_every_result_once_and_every_fault_would_be_seen():
    year = played(CANDIDATES, SEED)
    assert year.wrong() == [], f"with the seed {SEED}"
    found = year.figures()
    assert found["sat"] > CANDIDATES
    for odd in ("waiting rows", "corrections", "half", "bad line", "cut off", "same file", "taken first",
                "placed by a person", "refused"):  # fmt: skip
        assert found[odd], f"nothing odd of this kind came in the year: {odd}"
    told = OutboxMessage.objects.filter(kind="result_arrived").values_list("subject", flat=True)
    assert len(told) == len(set(told)) == ExamEvent.objects.exclude(kind__in=["booked", "returned"]).count()
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
