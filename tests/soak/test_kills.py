"""The server killed two hundred times while beats arrive."""

import pytest

from tests.races import test_kills as short
from tests.races.conftest import database, mariadb  # noqa: F401  fixtures

pytestmark = pytest.mark.soak
KILLS = 200


@pytest.mark.parametrize("database", ["repeatable read"], indirect=True)
def test_a_server_that_is_killed_all_the_time_loses_and_doubles_nothing(database, mariadb, seed, bounded):  # noqa: F811
    replay = short.killed(mariadb, KILLS, seed)
    short.check(replay)
    assert replay.unanswered >= KILLS // 4, "too few kills met a beat"
    assert replay.answered >= 2 * KILLS, "too few beats were answered between two kills"
    told = f"{KILLS} kills, {len(replay.sent):,} beats, {replay.unanswered:,} without an answer"
    bounded("Kills", f"{told}: ms that a total is off", 0, 0)
