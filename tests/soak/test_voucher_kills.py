"""The server killed 300 times while learners and staff use vouchers."""

import os
from collections import Counter

import pytest

from tests.races import crowd, voucher_lives
from tests.races import test_voucher_kills as short
from tests.races.conftest import database, mariadb  # noqa: F401  fixtures

pytestmark = pytest.mark.soak
KILLS = int(os.environ.get("WINS_SOAK_KILLS", "300"))


@pytest.mark.parametrize("database", ["repeatable read"], indirect=True)
def test_a_server_that_is_killed_all_the_time_leaves_nothing_in_between(database, seed, bounded):  # noqa: F811
    learners = crowd.gather(KILLS * 8)
    crowd.stock(KILLS * 8)
    story = voucher_lives.killed(learners, KILLS, seed, each=3)
    short.check(story, KILLS)
    acts = Counter(one[0] for one in story.stands)
    assert min(acts[what] for what in ("got", "shown", "replaced", "taken back", "imported", "result")) >= KILLS // 20
    told = ", ".join(f"{count} {what}" for what, count in acts.most_common())
    told = f"{KILLS} kills, {story.answered:,} answers ({told}), {story.unanswered:,} requests without one"
    bounded("Kills among vouchers", f"{told}: acts lost, doubled or in between", 0, 0)
