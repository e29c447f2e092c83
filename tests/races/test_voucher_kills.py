"""The server is killed while vouchers are issued, shown, replaced, taken back, imported, used: nothing is in between.

``make soak`` kills 300 times.
"""

import pytest

from tests.domain.vouchers.builders import FND
from wins_xblocks.domain.vouchers import pool
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam

from . import crowd, voucher_lives

KILLS, LEARNERS, CODES = 3, 80, 60


def check(story: voucher_lives.Story, kills: int) -> None:
    """The kills were worth looking at."""
    assert len(story.lives) == kills
    assert min(story.lives) > 1, "a life was killed before it had done anything"
    assert sum(story.lives) >= 4 * kills, story.lives
    assert story.unanswered >= kills, "too few kills met a request"
    assert {"got", "shown", "imported"} <= {one[0] for one in story.stands}


@pytest.mark.parametrize("database", [pytest.param("repeatable read", marks=pytest.mark.mariadb)], indirect=True)
def test_half_an_act_and_a_lost_answer_are_seen(database):
    """The negative control: what a kill between two statements would leave, each seen by the look at what is there."""
    learners = crowd.gather(4)
    crowd.stock(4)
    story = voucher_lives.Story(learners, 1)
    assert voucher_lives.faults(story) == []
    slot = VoucherExam.objects.filter(exam=FND).first()
    pool.take(FND, 1, 90, slot.voucher.batch.imported_at)  # and killed before the slot is opened
    assert any("its last act is" in told for told in voucher_lives.faults(story))
    VoucherExam.objects.filter(id=slot.id).update(state="open", open_holder=1)
    assert "an open slot without an open voucher of the same learner" in voucher_lives.faults(story)
    VoucherExam.objects.filter(id=slot.id).update(state="free", open_holder=None)
    Voucher.objects.filter(id=slot.voucher_id).update(state="imported", holder_id=None, issued_at=None)
    assert voucher_lives.faults(story) == []
    story.clients[0].stands += [("got", 1), ("imported", ["NOTTHERE01"])]
    assert len(voucher_lives.faults(story)) == 2


@pytest.mark.parametrize("database", [pytest.param("repeatable read", marks=pytest.mark.mariadb)], indirect=True)
def test_a_server_that_is_killed_three_times_leaves_nothing_in_between(database):
    learners = crowd.gather(LEARNERS)
    crowd.stock(CODES)
    check(voucher_lives.killed(learners, KILLS, seed=5), KILLS)
